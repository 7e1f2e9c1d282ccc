//! A pull: what is new in the areas that an install reaches, a page at a time. The page is cut by the sizes that the feed
//! rows carry, before any bytes are read.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::{AreaId, Epoch, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits::{PAGE_BYTES, PAGE_BYTES_MIN};
use usra_sync_protocol::sync::{Cursor, Delivery, Leave};
use uuid::Uuid;

use super::author::Author;
use super::ingest::IngestError;
use crate::storage::feed::{self, Entry, FeedRow};
use crate::storage::{change, record};

/// Feed rows looked at for one page; a page of small changes is full of bytes long before.
const PAGE_ROWS: i64 = 20_000;

/// One page.
#[derive(Debug, Default)]
pub struct Page {
    /// Records with what is new of them.
    pub deliveries: Vec<Delivery>,
    /// Records and areas that left the install's reach.
    pub leaves: Vec<Leave>,
    /// Where the phone stands once it has kept the page.
    pub cursor: Option<Cursor>,
    /// Whether there is another page.
    pub more: bool,
}

/// The next page after `cursor`.
///
/// # Errors
/// The database is away.
pub async fn pull(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    cursor: &Cursor,
    want_bytes: u32,
) -> Result<Page, IngestError> {
    let mut plan = Plan::new(author, cursor, want_bytes);
    let rows = match author.scope.family {
        Some(family) => feed::after_of_family(conn, region, family.0, &plan.positions(), PAGE_ROWS).await?,
        None => feed::after(conn, region, &plan.positions(), PAGE_ROWS).await?,
    };
    plan.more = rows.len() >= usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    for row in &rows {
        if !plan.take(row) {
            break;
        }
    }
    let deliveries = deliver(conn, region, plan.wanted).await?;
    let areas = plan.areas;
    let cursor = (areas != cursor.areas).then_some(Cursor { epoch: cursor.epoch, areas });
    Ok(Page { deliveries, leaves: plan.leaves, cursor, more: plan.more })
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
    let mut page = Page::default();
    let (mut wanted, mut room) = (Vec::new(), budget(want_bytes));
    for row in record::whole(conn, region, &ids).await? {
        if !author.sees(row.kind, row.area_id, row.family_id) {
            continue;
        }
        let size = usize::try_from(row.size_bytes).unwrap_or(usize::MAX);
        if size > room && !wanted.is_empty() {
            page.more = true;
            break;
        }
        room = room.saturating_sub(size);
        wanted.push(Wanted {
            record: row.record_id,
            kind: row.kind,
            area: row.area_id,
            family: row.family_id,
            first: 1,
            last: row.change_count,
        });
    }
    page.deliveries = deliver(conn, region, wanted).await?;
    Ok(page)
}

fn budget(want_bytes: u32) -> usize {
    usize::try_from(want_bytes).unwrap_or(PAGE_BYTES).clamp(PAGE_BYTES_MIN, PAGE_BYTES)
}

/// A record with the run of changes to send.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    record: Uuid,
    kind: i16,
    area: i32,
    family: Uuid,
    first: i32,
    last: i32,
}

/// A page while it fills.
struct Plan<'a> {
    author: &'a Author,
    areas: BTreeMap<AreaId, u64>,
    wanted: Vec<Wanted>,
    place: BTreeMap<Uuid, usize>,
    leaves: Vec<Leave>,
    room: usize,
    more: bool,
}

impl<'a> Plan<'a> {
    fn new(author: &'a Author, cursor: &Cursor, want_bytes: u32) -> Self {
        let scope = &author.scope;
        let areas = scope.areas.iter().map(|area| (*area, cursor.areas.get(area).copied().unwrap_or_default()));
        let gone = cursor.areas.keys().filter(|area| !scope.areas.contains(area)).map(|area| Leave::Area(*area));
        Self {
            author,
            areas: areas.collect(),
            wanted: Vec::new(),
            place: BTreeMap::new(),
            leaves: gone.collect(),
            room: budget(want_bytes),
            more: false,
        }
    }

    fn positions(&self) -> BTreeMap<i32, i64> {
        self.areas.iter().map(|(area, seq)| (area.0.cast_signed(), seq.cast_signed())).collect()
    }

    /// Takes a feed row into the page; false when it is full.
    fn take(&mut self, row: &FeedRow) -> bool {
        let size = if self.is_due(row) { usize::try_from(row.size_bytes).unwrap_or_default() } else { 0 };
        if size > self.room && !self.wanted.is_empty() {
            self.more = true;
            return false;
        }
        self.room = self.room.saturating_sub(size);
        if self.is_due(row) {
            self.want(row);
        }
        if row.what() == Entry::Leave && self.has_left(row) {
            self.leaves.push(Leave::Record(RecordId(row.record_id)));
        }
        self.areas.insert(AreaId(row.area_id.cast_unsigned()), row.seq.cast_unsigned());
        true
    }

    /// Whether the row's changes are to be sent: in reach, still in this area, and not the asker's own.
    fn is_due(&self, row: &FeedRow) -> bool {
        let own = row.what() == Entry::Change && row.install_id == self.author.install.0;
        row.what() != Entry::Leave && !own && row.home_area_id == row.area_id && self.reaches(row)
    }

    /// A departure concerns those who could see the record before and cannot now.
    fn has_left(&self, row: &FeedRow) -> bool {
        let concerned = self.author.reads(row.kind) && self.author.scope.is_of(RecordId(row.family_id));
        concerned && !self.reaches(row)
    }

    fn reaches(&self, row: &FeedRow) -> bool {
        self.author.sees(row.kind, row.home_area_id, row.family_id)
    }

    /// Rows of one record become one run, so that a page names a record once.
    fn want(&mut self, row: &FeedRow) {
        let at = *self.place.entry(row.record_id).or_insert(self.wanted.len());
        if let Some(wanted) = self.wanted.get_mut(at) {
            wanted.first = wanted.first.min(row.first_n);
            wanted.last = wanted.last.max(row.last_n);
            return;
        }
        self.wanted.push(Wanted {
            record: row.record_id,
            kind: row.kind,
            area: row.home_area_id,
            family: row.family_id,
            first: row.first_n,
            last: row.last_n,
        });
    }
}

async fn deliver(conn: &mut PgConnection, region: RegionId, wanted: Vec<Wanted>) -> Result<Vec<Delivery>, IngestError> {
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

fn delivery(wanted: Wanted, changes: Vec<Vec<u8>>) -> Result<Delivery, IngestError> {
    let kind = u8::try_from(wanted.kind).ok().and_then(Kind::from_number).ok_or(IngestError::Stored("record.kind"))?;
    Ok(Delivery {
        record: RecordId(wanted.record),
        kind,
        area: AreaId(wanted.area.cast_unsigned()),
        family: RecordId(wanted.family),
        changes,
    })
}

/// A cursor that has seen nothing.
#[must_use]
pub fn from_the_start(epoch: Epoch) -> Cursor {
    Cursor { epoch, areas: BTreeMap::new() }
}
