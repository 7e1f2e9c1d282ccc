//! Verify: a person of the centre says that a family is as its record tells, after a visit or by its papers. From then on it counts as
//! verified. Only the server writes these fields, and so do phones hear it.

use time::OffsetDateTime;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;

use super::desk::Desk;
use super::put::{self, PutError, Wanted};
use crate::clock::RIYADH;
use crate::registry::audit::Action;

/// Verifies the family.
///
/// # Errors
/// A [`PutError`]; then nothing changed. [`PutError::Field`] when the record is no family's own.
pub async fn verify(desk: &Desk, family: RecordId, now: OffsetDateTime) -> Result<ChangeHash, PutError> {
    let day = now.to_offset(RIYADH).date().to_string();
    let official = |key: &str, value: &str| Wanted { key: key.to_owned(), value: Scalar::from(value), seen: None };
    let wanted = vec![
        official("official/count_state", "verified"),
        official("official/status", "verified"),
        official("official/verified_on", &day),
    ];
    put::put(desk, family, wanted, Action::FamilyVerify, now).await
}
