//! Repair: finds what phone and server hold differently, by digests, when the server's data began another life (a restore)
//! or a periodic check disagrees.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::digest::{self, BUCKETS, Digest};
use usra_sync_protocol::id::{AreaId, Epoch, RecordId, RegionId};
use usra_sync_protocol::sync::{BucketRecord, Cursor, RepairAnswer};

use super::author::Author;
use super::ingest::IngestError;
use crate::mutiny::Fault;
use crate::storage::{feed, record};

/// Whether the phone's cursor belongs to another life of the data: another epoch, or a number never given out.
#[must_use]
pub fn is_needed(cursor: &Cursor, epoch: Epoch, heads: &BTreeMap<AreaId, u64>) -> bool {
    let ahead = |(area, seq): (&AreaId, &u64)| heads.get(area).is_some_and(|head| seq > head);
    let other_life = cursor.epoch != epoch && !Fault::NoEpoch.is_on();
    other_life || cursor.areas.iter().any(ahead)
}

/// Where the feeds in an install's reach stand.
#[derive(Clone, Debug, Default)]
pub struct Heads {
    /// The last number of each area.
    pub last: BTreeMap<AreaId, u64>,
    /// When a record last left each area, those included that were lately taken from the install: what its cursor says of them still
    /// proves what it knew. Only those that one ever left.
    pub left_at: BTreeMap<AreaId, OffsetDateTime>,
}

/// Where the feeds in the install's reach stand.
///
/// # Errors
/// The database is away.
pub async fn heads(conn: &mut PgConnection, region: RegionId, author: &Author) -> Result<Heads, IngestError> {
    let (mut heads, reached) = (Heads::default(), area_ids(author));
    let lapsed = author.grace.lapsed.iter().map(|area| area.0.cast_signed());
    let all: Vec<i32> = reached.iter().copied().chain(lapsed).collect();
    for row in feed::heads(conn, region, &all).await? {
        let area = AreaId(row.area_id.cast_unsigned());
        if reached.contains(&row.area_id) {
            heads.last.insert(area, row.head.cast_unsigned());
        }
        heads.left_at.extend(row.last_leave_at.map(|at| (area, at)));
    }
    Ok(heads)
}

/// Asks the phone for its digest.
#[must_use]
pub fn ask(epoch: Epoch, heads: BTreeMap<AreaId, u64>) -> RepairAnswer {
    RepairAnswer { epoch, buckets: BTreeMap::new(), compared: false, cursor: Cursor { epoch, areas: heads } }
}

/// Compares the phone's digest. `heads` were read before, so what arrives meanwhile is sent twice rather than not at all.
///
/// # Errors
/// The database is away.
pub async fn compare(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    theirs: &[Digest; BUCKETS],
    asked: RepairAnswer,
) -> Result<RepairAnswer, IngestError> {
    let kinds = author.kinds();
    let rows = match author.scope.family {
        Some(family) => record::digests_of_family(conn, region, family.0, &kinds).await?,
        None => record::digests(conn, region, &area_ids(author), &kinds).await?,
    };
    let ours: Vec<(RecordId, Digest)> = rows.into_iter().filter_map(read_row).collect();
    Ok(RepairAnswer { buckets: differing(&ours, theirs), compared: true, ..asked })
}

/// The buckets that differ, with every record of ours that lies in them.
#[must_use]
pub fn differing(ours: &[(RecordId, Digest)], theirs: &[Digest; BUCKETS]) -> BTreeMap<u8, Vec<BucketRecord>> {
    let all = digest::of_all(ours.iter().copied());
    let mut buckets: BTreeMap<u8, Vec<BucketRecord>> = (0..=u8::MAX)
        .zip(all.iter().zip(theirs))
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| (at, Vec::new()))
        .collect();
    for (record, digest) in ours.iter().copied() {
        if let Some(bucket) = buckets.get_mut(&digest::bucket_of(record)) {
            bucket.push(BucketRecord { record, digest });
        }
    }
    buckets
}

fn read_row((record, digest): (uuid::Uuid, Vec<u8>)) -> Option<(RecordId, Digest)> {
    Some((RecordId(record), Digest(digest.try_into().ok()?)))
}

fn area_ids(author: &Author) -> Vec<i32> {
    author.scope.areas.iter().map(|area| area.0.cast_signed()).collect()
}
