//! Reveal: a person of the centre looks at the sensitive fields of a family's records, once and with a reason. The reason is kept and the
//! reading noted before anything is shown.

use serde_json::json;
use sqlx::Acquire;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::policy::Scope;

use super::audit::Action;
use super::sealed::{About, Desk, NotShown, reason_of};
use crate::storage::record;

/// Keeps the reason and notes that the sensitive fields of the family are shown now.
///
/// # Errors
/// A [`NotShown`]; then nothing may be shown. [`NotShown::NoFamily`] when there is none in the scope.
pub async fn reveal(desk: &Desk, scope: &Scope, family: RecordId, reason: &str) -> Result<(), NotShown> {
    let reason = reason_of(reason)?;
    let mut conn = desk.pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let rows = record::look::of_family(&mut transaction, desk.region, family.0).await?;
    let home = rows.iter().find(|row| row.record_id == family.0).map(|row| AreaId(row.area_id.cast_unsigned()));
    if !home.is_some_and(|home| scope.holds(home, family)) {
        return Err(NotShown::NoFamily);
    }
    let records = rows.iter().map(|row| RecordId(row.record_id)).collect();
    let about = About { kind: "reveal", action: Action::SensitiveReveal, family: Some(family), records };
    desk.note(&mut transaction, reason, about, json!({})).await?;
    transaction.commit().await?;
    Ok(())
}
