//! Makes bundles: packs what an area's feed has behind its last bundle, once that is enough. A small last bundle is made anew with it, so
//! that an area has few and each change is packed a few times only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{Connection, PgConnection};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::sync::{encode_deliveries, pack};
use uuid::Uuid;

use super::ingest::IngestError;
use super::page::Runs;
use super::pull;
use super::reading::Shown;
use crate::storage::bundle::{self, BundleRow, Tail};
use crate::storage::feed::{self, Entry, FeedRow};

/// A tail of fewer bytes is no bundle yet: phones get its rows.
const LEAST_BYTES: i64 = 16 * 1024;
/// A bundle that has as much is not made anew with what follows it.
const FULL_BYTES: i32 = 256 * 1024;
/// Bytes of changes in one bundle: half of what a phone asks for, so that its pages are full.
const MOST_BYTES: usize = 512 * 1024;
/// Feed rows looked at for one bundle.
const ROWS: i64 = 20_000;

/// Makes a bundle wherever one is due; answers how many. One that something came between is made next time.
///
/// # Errors
/// The database is away.
pub async fn run(conn: &mut PgConnection, region: RegionId) -> Result<usize, IngestError> {
    let mut made = 0;
    loop {
        let mut put = 0;
        for tail in due(conn, region).await? {
            put += usize::from(make(conn, region, &tail).await?);
        }
        made += put;
        if put == 0 {
            return Ok(made);
        }
    }
}

/// What waits to be packed, of the areas in which that is enough.
///
/// # Errors
/// The database is away.
pub async fn due(conn: &mut PgConnection, region: RegionId) -> Result<Vec<Tail>, sqlx::Error> {
    Ok(bundle::tails(conn, region).await?.into_iter().filter(is_due).collect())
}

fn is_due(tail: &Tail) -> bool {
    let enough = if is_small(tail) { tail.size_bytes / 2 } else { 0 };
    tail.tail_bytes >= LEAST_BYTES.max(enough.into())
}

/// Whether the last bundle is to be made anew with its tail.
fn is_small(tail: &Tail) -> bool {
    tail.size_bytes < FULL_BYTES
}

async fn make(conn: &mut PgConnection, region: RegionId, tail: &Tail) -> Result<bool, IngestError> {
    let area = tail.area_id;
    let seen = feed::heads(conn, region, &[area]).await?.first().map_or(0, |head| head.head);
    let Some((after, stretch)) = stretch(conn, region, tail).await? else { return Ok(false) };
    let deliveries = pull::deliver(conn, region, stretch.runs.wanted).await?;
    let shown = Shown::of(&deliveries);
    let frames = tokio::task::spawn_blocking(move || pack(&encode_deliveries(&deliveries)));
    let frames = frames.await.map_err(|_ended| IngestError::Full)?.map_err(|_memory| IngestError::Full)?;
    let row = BundleRow {
        area_id: area,
        after_seq: after,
        last_seq: stretch.last_seq,
        size_bytes: i32::try_from(stretch.size_bytes).unwrap_or(i32::MAX),
        frames,
        installs: stretch.installs.into_iter().collect(),
        departed: stretch.departed.into_iter().collect(),
        shown: shown.records.iter().map(|record| record.0).collect(),
        shown_kinds: json!(shown.kinds),
    };
    let mut transaction = conn.begin().await?;
    let put = bundle::put(&mut transaction, region, &row, seen).await?;
    transaction.commit().await?;
    Ok(put)
}

/// The last bundle with what follows it, or that alone where the two are too much for one; after which number it begins.
async fn stretch(
    conn: &mut PgConnection,
    region: RegionId,
    tail: &Tail,
) -> Result<Option<(i64, Stretch)>, sqlx::Error> {
    for after in is_small(tail).then_some(tail.after_seq).into_iter().chain([tail.last_seq]) {
        let rows = feed::after(conn, region, &BTreeMap::from([(tail.area_id, after)]), ROWS).await?;
        let goes_on = Stretch::of(&rows).filter(|stretch| stretch.last_seq > tail.last_seq);
        if let Some(stretch) = goes_on {
            return Ok(Some((after, stretch)));
        }
    }
    Ok(None)
}

/// Feed rows of one area that make a bundle.
#[derive(Debug, Default)]
struct Stretch {
    runs: Runs,
    size_bytes: usize,
    last_seq: i64,
    installs: BTreeSet<Uuid>,
    departed: BTreeSet<Uuid>,
}

impl Stretch {
    /// As many of the rows as a bundle holds; `None` of none.
    fn of(rows: &[FeedRow]) -> Option<Self> {
        let mut stretch = Self::default();
        for row in rows {
            if stretch.size_bytes + row.size() > MOST_BYTES && stretch.last_seq > 0 {
                break;
            }
            stretch.take(row);
        }
        (stretch.last_seq > 0).then_some(stretch)
    }

    /// What has left the area since is not in it.
    fn take(&mut self, row: &FeedRow) {
        self.last_seq = row.seq;
        match row.what() {
            Entry::Leave => drop(self.departed.insert(row.record_id)),
            Entry::Change | Entry::Join if row.home_area_id == row.area_id => {
                self.size_bytes += row.size();
                self.installs.insert(row.install_id);
                self.runs.add(row);
            }
            Entry::Change | Entry::Join => {}
        }
    }
}
