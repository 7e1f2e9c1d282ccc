//! A page as it fills: which feed rows make it, and where it ends. Pure, so that the simulation cuts the same pages. It is cut by
//! the sizes that the rows carry, before any bytes are read.

use std::collections::BTreeMap;

use usra_sync_protocol::id::{AreaId, Epoch, RecordId};
use usra_sync_protocol::limits::{PAGE_BYTES, PAGE_BYTES_MIN};
use usra_sync_protocol::sync::{Cursor, Leave};
use uuid::Uuid;

use super::author::Author;
use crate::mutiny::Fault;
use crate::storage::feed::{Entry, FeedRow};
use crate::storage::record::WholeRow;

/// A record with the run of changes to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The record.
    pub record: Uuid,
    /// Its kind's number.
    pub kind: i16,
    /// Its area.
    pub area: i32,
    /// Its family.
    pub family: Uuid,
    /// The first change.
    pub first: i32,
    /// The last.
    pub last: i32,
}

/// A page while it fills.
#[derive(Debug)]
pub struct Plan<'a> {
    author: &'a Author,
    /// Where the phone stands in each area once it has kept the page.
    pub areas: BTreeMap<AreaId, u64>,
    /// The runs of changes to send.
    pub runs: Runs,
    /// Records and areas that left the author's reach.
    pub leaves: Vec<Leave>,
    /// Whether there is another page.
    pub more: bool,
    /// Bytes of the author's own changes of a record behind what is sent of it: they go along when more follows.
    between: BTreeMap<Uuid, usize>,
    room: usize,
}

impl<'a> Plan<'a> {
    /// A page after `cursor`, of some `want_bytes`.
    #[must_use]
    pub fn new(author: &'a Author, cursor: &Cursor, want_bytes: u32) -> Self {
        let scope = &author.scope;
        let areas = scope.areas.iter().map(|area| (*area, cursor.areas.get(area).copied().unwrap_or_default()));
        let gone = cursor.areas.keys().filter(|area| !scope.areas.contains(area)).map(|area| Leave::Area(*area));
        let gone = gone.filter(|_area| !Fault::NoLeave.is_on());
        Self {
            author,
            areas: areas.collect(),
            runs: Runs::default(),
            between: BTreeMap::new(),
            leaves: gone.collect(),
            room: budget(want_bytes),
            more: false,
        }
    }

    /// Where each area's feed is to be read from.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<i32, i64> {
        self.areas.iter().map(|(area, seq)| (area.0.cast_signed(), seq.cast_signed())).collect()
    }

    /// How many feed rows the page ends before `heads`, all areas together.
    #[must_use]
    pub fn behind(&self, heads: &BTreeMap<AreaId, u64>) -> u64 {
        let of_area = |(area, seq): (&AreaId, &u64)| heads.get(area).map_or(0, |head| head.saturating_sub(*seq));
        self.areas.iter().map(of_area).sum()
    }

    /// Bytes of changes that it still holds.
    #[must_use]
    pub fn room(&self) -> usize {
        self.room
    }

    /// Goes past a stretch of an area's feed that is sent otherwise and takes so much room, when the page stands where that begins.
    pub fn skip(&mut self, area: i32, (after, last): (i64, i64), size_bytes: i32) -> bool {
        let Some(seq) = self.areas.get_mut(&AreaId(area.cast_unsigned())) else { return false };
        let follows = *seq == after.cast_unsigned();
        if follows {
            *seq = last.cast_unsigned();
            self.room = self.room.saturating_sub(usize::try_from(size_bytes).unwrap_or_default());
        }
        follows
    }

    /// Takes as many of `rows` as the page holds. If there are `limit` of them, more may follow.
    pub fn fill(&mut self, rows: &[FeedRow], limit: usize) {
        self.more = rows.len() >= limit;
        for row in rows {
            if !self.take(row) {
                break;
            }
        }
    }

    /// Takes a feed row into the page; false when it is full.
    fn take(&mut self, row: &FeedRow) -> bool {
        let size = self.size(row);
        if size > self.room && !self.runs.wanted.is_empty() {
            self.more = true;
            return false;
        }
        self.room = self.room.saturating_sub(size);
        if self.is_due(row) {
            self.between.remove(&row.record_id);
            self.runs.add(row);
        } else if self.is_own(row) && self.runs.place.contains_key(&row.record_id) {
            *self.between.entry(row.record_id).or_default() += row.size();
        }
        if row.what() == Entry::Leave {
            self.leave(row.record_id, (row.kind, row.home_area_id, row.family_id));
        }
        self.areas.insert(AreaId(row.area_id.cast_unsigned()), row.seq.cast_unsigned());
        true
    }

    /// What the row adds to the page.
    fn size(&self, row: &FeedRow) -> usize {
        let between = self.between.get(&row.record_id).copied().unwrap_or_default();
        if self.is_due(row) { row.size().saturating_add(between) } else { 0 }
    }

    /// Whether the row's changes are the asker's own.
    fn is_own(&self, row: &FeedRow) -> bool {
        row.what() == Entry::Change && row.install_id == self.author.install.0
    }

    /// Whether the row's changes are to be sent: in reach, still in this area, and not the asker's own.
    fn is_due(&self, row: &FeedRow) -> bool {
        row.what() != Entry::Leave && !self.is_own(row) && row.home_area_id == row.area_id && self.reaches(row)
    }

    /// Takes a departure into the page. It concerns those who could see the record before and cannot now.
    pub fn leave(&mut self, record: Uuid, (kind, home_area, family): (i16, i32, Uuid)) {
        let concerned = self.author.reads(kind) && self.author.scope.is_of(RecordId(family));
        if concerned && !self.author.sees(kind, home_area, family) && !Fault::NoLeave.is_on() {
            self.leaves.push(Leave::Record(RecordId(record)));
        }
    }

    fn reaches(&self, row: &FeedRow) -> bool {
        self.author.sees(row.kind, row.home_area_id, row.family_id)
    }
}

/// Runs of changes. Rows of one record become one, so that a page names a record once.
#[derive(Debug, Default)]
pub struct Runs {
    /// The runs, in the order of their first rows.
    pub wanted: Vec<Wanted>,
    place: BTreeMap<Uuid, usize>,
}

impl Runs {
    /// Adds what a row is about.
    pub fn add(&mut self, row: &FeedRow) {
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

/// Those of the records that the author may see, whole, as many as a page holds, and whether some are left over.
#[must_use]
pub fn whole(author: &Author, records: &[WholeRow], want_bytes: u32) -> (Vec<Wanted>, bool) {
    let (mut wanted, mut room) = (Vec::new(), budget(want_bytes));
    for row in records.iter().filter(|row| author.sees(row.kind, row.area_id, row.family_id)) {
        let size = usize::try_from(row.size_bytes).unwrap_or(usize::MAX);
        if size > room && !wanted.is_empty() {
            return (wanted, true);
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
    (wanted, false)
}

/// A cursor that has seen nothing.
#[must_use]
pub fn from_the_start(epoch: Epoch) -> Cursor {
    Cursor { epoch, areas: BTreeMap::new() }
}

fn budget(want_bytes: u32) -> usize {
    usize::try_from(want_bytes).unwrap_or(PAGE_BYTES).clamp(PAGE_BYTES_MIN, PAGE_BYTES)
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::id::InstallId;
    use usra_sync_protocol::kind::Kind;
    use usra_sync_protocol::policy::Scope;
    use usra_sync_protocol::role::Role;

    use super::*;

    const AREA: AreaId = AreaId(200);

    fn row(record: u128, seq: i64, (n, install): (i32, u128), size_bytes: i32) -> FeedRow {
        FeedRow {
            area_id: AREA.0.cast_signed(),
            seq,
            record_id: Uuid::from_u128(record),
            entry: Entry::Change.number(),
            first_n: n,
            last_n: n,
            size_bytes,
            install_id: Uuid::from_u128(install),
            kind: Kind::Family.number().into(),
            family_id: Uuid::from_u128(record),
            home_area_id: AREA.0.cast_signed(),
            change_count: 9,
        }
    }

    #[test]
    fn the_askers_own_changes_between_others_are_part_of_what_a_page_takes() {
        let scope = Scope { areas: [AREA].into(), family: None };
        let author = Author::new(InstallId(Uuid::from_u128(7)), Role::Surveyor, scope);
        let mut plan = Plan::new(&author, &from_the_start(Epoch(1)), 0);
        let (small, own) = (100, i32::try_from(PAGE_BYTES_MIN).unwrap());
        let rows =
            [row(1, 1, (1, 8), small), row(1, 2, (2, 7), own), row(2, 3, (1, 8), small), row(1, 4, (3, 8), small)];
        plan.fill(&rows, 100);
        let runs: Vec<(i32, i32)> = plan.runs.wanted.iter().map(|one| (one.first, one.last)).collect();
        assert_eq!((runs, plan.more, plan.areas[&AREA]), (vec![(1, 1), (1, 1)], true, 3));
    }
}
