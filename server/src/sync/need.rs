//! Need: a person of the centre assigns a family's need to an agency, or to none. Phones hear it like any other change.

use serde_json::json;
use sqlx::Acquire;
use time::OffsetDateTime;
use usra_sync_protocol::code_list;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;

use super::desk::Desk;
use super::put::{self, Over, PutError, Wanted};
use crate::registry::audit::Action;
use crate::storage::need;

/// Why a need was not assigned. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    /// No such agency.
    #[error("the agency is no code of its list")]
    Agency,
    /// It was not written.
    #[error(transparent)]
    Put(#[from] PutError),
}

impl From<sqlx::Error> for AssignError {
    fn from(error: sqlx::Error) -> Self {
        Self::Put(error.into())
    }
}

/// Assigns a need of the family to the agency of a code; to none without one.
///
/// # Errors
/// An [`AssignError`]; then nothing changed. [`PutError::Unknown`] when there is no such need, [`PutError::Same`] when it is assigned so.
pub async fn assign(
    desk: &Desk,
    (family, need): (RecordId, &str),
    agency: Option<&str>,
    now: OffsetDateTime,
) -> Result<ChangeHash, AssignError> {
    let known = |code: &str| code_list::list("provider").is_some_and(|list| list.get(code).is_some());
    if !agency.is_none_or(known) {
        return Err(AssignError::Agency);
    }
    let household = RecordId::household_of(family);
    let value = agency.map_or(Scalar::Null, Scalar::from);
    let wanted = [Wanted { key: format!("need/{need}/agency"), value, over: Over::All }];
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let hash = put::put_in(&mut transaction, desk, (household, &wanted), now).await?;
    let needs = need::of_families(&mut transaction, desk.region, &[family.0]).await?;
    if !needs.iter().any(|row| row.need_id == need) {
        return Err(PutError::Unknown.into());
    }
    let noted = (Action::NeedAssign, json!({ "agency": agency }));
    put::note(&mut transaction, desk, (household, hash, &wanted), noted, now).await?;
    transaction.commit().await?;
    Ok(hash)
}
