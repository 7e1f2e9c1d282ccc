//! Follow: what a phone writes into a family that was merged, because it does not know of it yet, is written into the survivor too. Where a
//! person must choose between different values it stands beside what is there. It is done once for every such change.

use serde_json::json;
use sqlx::Acquire;
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Change, Put};
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId};
use usra_sync_protocol::schema::{self, Concurrent};

use super::desk::Desk;
use super::ingest::IngestError;
use super::put::{self, Opened, Over, PutError, Wanted};
use super::world::RecordState;
use crate::registry::audit::Action;
use crate::storage::family_merge::{self, LateRow};

/// Has everything follow that has not; how many changes.
///
/// # Errors
/// A [`PutError`] of storage; what followed before stays.
pub async fn follow(desk: &Desk, now: OffsetDateTime) -> Result<usize, PutError> {
    let late = family_merge::late(&mut *desk.pool.acquire().await?, desk.region, InstallId::SERVER.0).await?;
    for row in &late {
        follow_one(desk, row, now).await?;
    }
    Ok(late.len())
}

async fn follow_one(desk: &Desk, row: &LateRow, now: OffsetDateTime) -> Result<(), PutError> {
    let (lost, survivor) = (RecordId(row.lost_id), RecordId(row.survivor_id));
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let mut opened = put::open(&mut transaction, desk, &[survivor, lost], now).await?;
    let change = change::read(&row.bytes).map_err(|_fault| IngestError::Stored("change.bytes"))?;
    let wanted = wanted(&opened, (survivor, lost), &change)?;
    let written = match opened.put(survivor, &wanted, now) {
        Ok(hash) => Some(hash),
        Err(error @ PutError::Storage(_)) => return Err(error),
        // It stays where it was written, and holds up nothing that comes after it.
        Err(_not_written) => None,
    };
    opened.close(&mut transaction, desk, now).await?;
    let to = (row.survivor_id, written.as_ref().map(|hash| hash.0.as_slice()));
    if !family_merge::follow(&mut transaction, desk.region, (row.lost_id, row.n), to).await? {
        // Another server was faster.
        return Ok(());
    }
    if let Some(hash) = written {
        let from = ChangeHash::from_bytes(&row.hash).map(|hash| hash.to_string());
        let detail = (Action::FamilyFollow, json!({ "from": from }));
        put::note_all(&mut transaction, desk, (&[survivor, lost], &[hash]), detail, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// What of the change still stands in the lost family, for the survivor.
fn wanted(opened: &Opened, (survivor, lost): (RecordId, RecordId), change: &Change) -> Result<Vec<Wanted>, PutError> {
    let (survivor, lost) = (opened.state(survivor)?, opened.state(lost)?);
    let stands = change.ops().filter(|(op, put)| lost.values.open_ops(&put.key).contains(op));
    Ok(stands.map(|(_, put)| of_put(survivor, put)).collect())
}

fn of_put(survivor: &RecordState, put: &Put) -> Wanted {
    let reviewed = schema::field(survivor.kind, &put.key)
        .is_some_and(|(field, _)| matches!(field.concurrent, Concurrent::Review | Concurrent::ReviewWhen(_)));
    let said = survivor.values.shown(&put.key).is_some_and(|value| !value.is_null() && *value != put.value);
    let over = if reviewed && said { Over::Nothing } else { Over::All };
    Wanted { key: put.key.clone(), value: put.value.clone(), over }
}
