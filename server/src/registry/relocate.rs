//! Moves a family and everything that belongs to it to another area: `leave` in the old feed, `join` in the new one. The
//! family's own phone moves along.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;
use uuid::Uuid;

use crate::registry::audit::{self, Action, By, Event};
use crate::storage::departure::Position;
use crate::storage::feed::{Entry, FeedWrite};
use crate::storage::record::{RecordRow, WholeRow};
use crate::storage::{assignment, departure, feed, record};

/// Why a record was not moved.
#[derive(Debug, thiserror::Error)]
pub enum RelocateError {
    /// No such record.
    #[error("there is no record {0}")]
    RecordUnknown(RecordId),
    /// The record belongs to a family; the family moves with all that belongs to it.
    #[error("record {record} belongs to family {family}: move the family, its records go with it")]
    NotAFamily {
        /// The record named.
        record: RecordId,
        /// The family to move instead.
        family: RecordId,
    },
    /// The database is away.
    #[error("the move was not made: the database did not take it")]
    Storage(#[from] sqlx::Error),
}

/// Moves the family; answers how many records moved (0 when it is there already).
///
/// # Errors
/// A [`RelocateError`]; then nothing moved.
pub async fn relocate(
    conn: &mut PgConnection,
    region: RegionId,
    family: RecordId,
    to: AreaId,
    (by, now): (By, OffsetDateTime),
) -> Result<usize, RelocateError> {
    relocate_within(conn, region, (family, None), to, (by, now)).await
}

/// The same for somebody who reaches only so far: out of reach there is no such family.
///
/// # Errors
/// A [`RelocateError`]; then nothing moved.
pub async fn relocate_within(
    conn: &mut PgConnection,
    region: RegionId,
    (family, scope): (RecordId, Option<&Scope>),
    to: AreaId,
    (by, now): (By, OffsetDateTime),
) -> Result<usize, RelocateError> {
    let mut transaction = conn.begin().await?;
    record::lock_family(&mut transaction, region, family.0).await?;
    // Read again: what began while we waited for the family's lock is seen only now, and nothing can begin any more.
    let rows = record::lock_family(&mut transaction, region, family.0).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    if !ids.contains(&family.0) {
        return Err(not_a_family(&mut transaction, region, family).await?);
    }
    if scope.is_some_and(|scope| !reaches(scope, family, (&rows, to))) {
        return Err(RelocateError::RecordUnknown(family));
    }
    let to = to.0.cast_signed();
    let moving: Vec<WholeRow> =
        record::whole(&mut transaction, region, &ids).await?.into_iter().filter(|row| row.area_id != to).collect();
    let moving_ids: Vec<Uuid> = moving.iter().map(|row| row.record_id).collect();
    record::set_area(&mut transaction, region, &moving_ids, to).await?;
    let entries: Vec<FeedWrite> = moving.iter().flat_map(|row| [leave(row), join(row, to)]).collect();
    let seqs = feed::append(&mut transaction, region, &entries).await?;
    let left = entries.iter().zip(seqs).filter(|(entry, _)| entry.entry == Entry::Leave);
    let left: Vec<Position> = left.map(|(entry, seq)| Position { area_id: entry.area_id, seq }).collect();
    departure::add(&mut transaction, region, &moving_ids, &left, now).await?;
    assignment::follow(&mut transaction, region, family, AreaId(to.cast_unsigned()), now).await?;
    let event = moved(family, &moving, to, by);
    audit::note(&mut transaction, region, &event, now).await?;
    transaction.commit().await?;
    Ok(moving.len())
}

/// Whether all of the family's records lie in the scope, and the area that they move to.
fn reaches(scope: &Scope, family: RecordId, (rows, to): (&[RecordRow], AreaId)) -> bool {
    let from = rows.iter().map(|row| AreaId(row.area_id.cast_unsigned()));
    from.chain([to]).all(|area| scope.holds(area, family))
}

fn moved(family: RecordId, rows: &[WholeRow], to: i32, by: By) -> Event {
    let others = rows.iter().map(|row| RecordId(row.record_id)).filter(|record| *record != family);
    let from: BTreeSet<i32> = rows.iter().map(|row| row.area_id).collect();
    Event {
        by,
        action: Action::RecordMove,
        records: std::iter::once(family).chain(others).collect(),
        install: None,
        detail: json!({ "from": from, "to": to, "moved": rows.len() }),
    }
}

async fn not_a_family(
    conn: &mut PgConnection,
    region: RegionId,
    record: RecordId,
) -> Result<RelocateError, sqlx::Error> {
    let found = record::whole(conn, region, &[record.0]).await?;
    Ok(match found.first() {
        Some(row) => RelocateError::NotAFamily { record, family: RecordId(row.family_id) },
        None => RelocateError::RecordUnknown(record),
    })
}

fn leave(row: &WholeRow) -> FeedWrite {
    entry(row, row.area_id, Entry::Leave, 0)
}

fn join(row: &WholeRow, to: i32) -> FeedWrite {
    entry(row, to, Entry::Join, i32::try_from(row.size_bytes).unwrap_or(i32::MAX))
}

fn entry(row: &WholeRow, area_id: i32, entry: Entry, size_bytes: i32) -> FeedWrite {
    FeedWrite {
        area_id,
        record_id: row.record_id,
        entry,
        first_n: 1,
        last_n: row.change_count,
        size_bytes,
        install_id: InstallId::SERVER.0,
    }
}
