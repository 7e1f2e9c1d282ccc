//! A pull: what is new in the areas that an install reaches, a page at a time. `page` says what makes it; here are its rows and bytes.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{Cursor, Delivery, Leave};
use uuid::Uuid;

use super::author::Author;
use super::bundle::{self, FAR_BEHIND, Ready};
use super::ingest::IngestError;
use super::page::{self, Plan, Wanted};
use crate::storage::feed::FeedRow;
use crate::storage::{change, feed, record};

/// Feed rows looked at for one page; a page of small changes is full of bytes long before.
const PAGE_ROWS: usize = 20_000;

/// One page.
#[derive(Debug, Default)]
pub struct Page {
    /// Stretches of feeds that were ready: they come first.
    pub ready: Ready,
    /// Records with what else is new of them.
    pub deliveries: Vec<Delivery>,
    /// Records and areas that left the install's reach.
    pub leaves: Vec<Leave>,
    /// Where the phone stands once it has kept the page.
    pub cursor: Option<Cursor>,
    /// Whether there is another page.
    pub more: bool,
}

/// The next page after `cursor`, the areas' feeds standing at `heads` or further.
///
/// # Errors
/// The database is away.
pub async fn pull(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    (cursor, want_bytes): (&Cursor, u32),
    heads: &BTreeMap<AreaId, u64>,
) -> Result<Page, IngestError> {
    let mut plan = Plan::new(author, cursor, want_bytes);
    let ready = bundle::take(conn, region, author, &mut plan, heads).await?;
    if ready.is_most(&plan, heads, FAR_BEHIND) {
        plan.more = plan.behind(heads) > 0;
    } else if plan.behind(heads) > 0 {
        let rows = rows(conn, region, author, &plan).await?;
        plan.fill(&rows, PAGE_ROWS);
    }
    let deliveries = deliver(conn, region, plan.runs.wanted).await?;
    let areas = plan.areas;
    let cursor = (areas != cursor.areas).then_some(Cursor { epoch: cursor.epoch, areas });
    Ok(Page { ready, deliveries, leaves: plan.leaves, cursor, more: plan.more })
}

async fn rows(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    plan: &Plan<'_>,
) -> Result<Vec<FeedRow>, sqlx::Error> {
    let limit = i64::try_from(PAGE_ROWS).unwrap_or(i64::MAX);
    match author.scope.family {
        Some(family) => feed::after_of_family(conn, region, family.0, &plan.positions(), limit).await,
        None => feed::after(conn, region, &plan.positions(), (Some(author.install.0), limit)).await,
    }
}

/// Everything of the records that lies in the install's reach, as far as a page holds; the rest is asked for again.
///
/// # Errors
/// The database is away.
pub async fn pull_whole(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    records: &[RecordId],
    want_bytes: u32,
) -> Result<Page, IngestError> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.0).collect();
    let (wanted, more) = page::whole(author, &record::whole(conn, region, &ids).await?, want_bytes);
    let deliveries = deliver(conn, region, wanted).await?;
    Ok(Page { deliveries, more, ..Page::default() })
}

/// These runs with their bytes.
///
/// # Errors
/// The database is away.
pub(super) async fn deliver(
    conn: &mut PgConnection,
    region: RegionId,
    wanted: Vec<Wanted>,
) -> Result<Vec<Delivery>, IngestError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let runs: Vec<(Uuid, i32, i32)> = wanted.iter().map(|one| (one.record, one.first, one.last)).collect();
    let mut changes: BTreeMap<Uuid, Vec<Vec<u8>>> = BTreeMap::new();
    for row in change::bytes_of_runs(conn, region, &runs).await? {
        changes.entry(row.record_id).or_default().push(row.bytes);
    }
    wanted.into_iter().map(|one| delivery(one, changes.remove(&one.record).unwrap_or_default())).collect()
}

/// A run as it is delivered.
///
/// # Errors
/// The stored kind is none.
pub fn delivery(wanted: Wanted, changes: Vec<Vec<u8>>) -> Result<Delivery, IngestError> {
    let kind = u8::try_from(wanted.kind).ok().and_then(Kind::from_number).ok_or(IngestError::Stored("record.kind"))?;
    Ok(Delivery {
        record: RecordId(wanted.record),
        kind,
        area: AreaId(wanted.area.cast_unsigned()),
        family: RecordId(wanted.family),
        changes,
    })
}
