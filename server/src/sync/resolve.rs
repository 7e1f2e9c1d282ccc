//! Resolve: a person of the centre says what a field holds. The value takes the place of exactly the open values that the person saw, as on a
//! phone; what came meanwhile stays open beside it. To take a decision back is to resolve again, with the value from before.

use time::OffsetDateTime;
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Concurrent};

use super::desk::Desk;
use super::put::{self, Over, PutError, Wanted};
use crate::registry::audit::Action;

/// A field, what it shall hold, and what was seen of it.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// The field.
    pub key: String,
    /// What it shall hold.
    pub value: Scalar,
    /// The open values that the person saw.
    pub seen: Vec<OpId>,
}

/// Resolves a field in the name of somebody of `role`.
///
/// # Errors
/// A [`PutError`]; then nothing changed.
pub async fn resolve(
    desk: &Desk,
    role: Role,
    resolution: Resolution,
    now: OffsetDateTime,
) -> Result<ChangeHash, PutError> {
    let Resolution { record, kind, key, value, seen } = resolution;
    let field = schema::check(kind, &key, &value)?;
    policy::check(role, field, &value).map_err(|_fault| PutError::NotAllowed)?;
    if field.concurrent == Concurrent::Log {
        return Err(PutError::NotAllowed);
    }
    put::put(desk, record, vec![Wanted { key, value, over: Over::Seen(seen) }], Action::Resolve, now).await
}
