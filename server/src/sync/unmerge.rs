//! Un-merge: a merge is taken back, and both families are what they were. What somebody wrote since stays.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Change, OpId};
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;

use super::desk::Desk;
use super::ingest::IngestError;
use super::merge;
use super::project;
use super::put::{self, Opened, Over, PutError, Wanted};
use super::world::RecordState;
use crate::registry::audit::Action;
use crate::storage::change as changes;
use crate::storage::family_merge::{self, MergeRow};
use crate::storage::record;

/// Takes back that the family is another. [`PutError::Same`] when it is none.
///
/// # Errors
/// A [`PutError`]; then nothing changed.
pub async fn unmerge(desk: &Desk, lost: RecordId, now: OffsetDateTime) -> Result<(), PutError> {
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let row = record::look::find(&mut transaction, desk.region, lost.0).await?.ok_or(PutError::Unknown)?;
    if !desk.reaches(row.area_id, row.family_id) {
        return Err(PutError::Unknown);
    }
    let found = family_merge::of(&mut transaction, desk.region, &[lost.0]).await?;
    let survivor = found.iter().find(|row| row.lost_id == lost.0).map(|row| RecordId(row.survivor_id));
    let survivor = survivor.ok_or(PutError::Same)?;
    let mut opened = put::open(&mut transaction, desk, &[survivor, lost], now).await?;
    // Under the locks: somebody else may have taken it back meanwhile.
    let found = family_merge::of(&mut transaction, desk.region, &[lost.0]).await?;
    let merge = found.into_iter().find(|row| row.lost_id == lost.0 && row.survivor_id == survivor.0);
    let merge = merge.ok_or(PutError::Same)?;
    let written = take_back(&mut transaction, desk, &mut opened, &merge, now).await?;
    opened.close(&mut transaction, desk, now).await?;
    project::hand_back(&mut transaction, desk.region, lost).await?;
    family_merge::end(&mut transaction, desk.region, (lost.0, merge.n), now).await?;
    merge::compare_again(&mut transaction, desk, (survivor, lost), now).await?;
    let detail = json!({ "survivor": survivor.to_string() });
    put::note_all(&mut transaction, desk, (&[survivor, lost], &written), (Action::FamilyUnmerge, detail), now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Takes back what the merge wrote, and what followed it; the changes that do.
async fn take_back(
    conn: &mut PgConnection,
    desk: &Desk,
    opened: &mut Opened,
    merge: &MergeRow,
    now: OffsetDateTime,
) -> Result<Vec<ChangeHash>, PutError> {
    let followed = family_merge::followed(conn, desk.region, (merge.lost_id, merge.survivor_id)).await?;
    let given = merge.survivor_change.iter().chain(&followed).filter_map(|hash| ChangeHash::from_bytes(hash)).collect();
    let said = ChangeHash::from_bytes(&merge.lost_change).into_iter().collect();
    let mut written = Vec::new();
    for (record, hashes) in [(merge.survivor_id, given), (merge.lost_id, said)] {
        let history = history(conn, desk, record).await?;
        let wanted = before(opened.state(RecordId(record))?, &history, &hashes);
        match opened.put(RecordId(record), &wanted, now) {
            Ok(hash) => written.push(hash),
            Err(PutError::Same) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

async fn history(conn: &mut PgConnection, desk: &Desk, record: uuid::Uuid) -> Result<Vec<Change>, PutError> {
    let rows = changes::history(conn, desk.region, record).await?;
    let read = |bytes: &[u8]| change::read(bytes).map_err(|_fault| IngestError::Stored("change.bytes"));
    Ok(rows.iter().map(|row| read(&row.bytes)).collect::<Result<_, _>>()?)
}

/// What the fields held before these changes, of those that still hold what the changes wrote.
fn before(state: &RecordState, history: &[Change], hashes: &BTreeSet<ChangeHash>) -> Vec<Wanted> {
    let mut values: BTreeMap<OpId, &Scalar> = BTreeMap::new();
    let mut taken: BTreeMap<&str, Taken> = BTreeMap::new();
    for change in history {
        for (op, put) in change.ops() {
            values.insert(op, &put.value);
            if hashes.contains(&change.hash()) {
                let taken = taken.entry(put.key.as_str()).or_default();
                taken.written.insert(op);
                taken.replaced.extend(&put.replaces);
            }
        }
    }
    taken.iter().filter_map(|(key, taken)| taken.back(key, &state.values.open_ops(key), &values)).collect()
}

/// What is taken back of one field.
#[derive(Default)]
struct Taken {
    written: BTreeSet<OpId>,
    replaced: BTreeSet<OpId>,
}

impl Taken {
    /// The value of those that are not taken back: what stands beside them, else what they took the place of, else none.
    fn back(&self, key: &str, open: &[OpId], values: &BTreeMap<OpId, &Scalar>) -> Option<Wanted> {
        if !open.iter().any(|op| self.written.contains(op)) {
            return None;
        }
        let beside = open.iter().filter(|op| !self.written.contains(op)).max();
        let last = beside.or_else(|| self.replaced.difference(&self.written).max());
        let value = last.and_then(|op| values.get(op)).map_or(Scalar::Null, |value| (*value).clone());
        Some(Wanted { key: key.to_owned(), value, over: Over::All })
    }
}
