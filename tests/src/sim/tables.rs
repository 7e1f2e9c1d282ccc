//! The centre's tables in memory, with the rows that the server itself reads and writes. What SQL does with them is done here by
//! hand: filters, joins, the feed's numbers, and the constraints that the database would refuse at.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;
use usra_server::storage::bundle::BundleRow;
use usra_server::storage::change::ChangeWrite;
use usra_server::storage::departure::DepartureRow;
use usra_server::storage::feed::{self, FeedRow, FeedWrite};
use usra_server::storage::install::Term;
use usra_server::storage::kept_change::KeptRow;
use usra_server::storage::open_values::Fields;
use usra_server::storage::record::{RecordRow, RecordWrite};
use usra_server::sync::rows::{Apart, Rows};
use usra_sync_protocol::id::{AreaId, ChangeHash, Epoch, InstallId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::Decision;
use uuid::Uuid;

use super::violation::{Holds, Violation, demand};

/// A record with everything that belongs to its row.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) row: RecordRow,
    pub(super) digest: Vec<u8>,
    pub(super) heads: Vec<u8>,
    pub(super) created_at: OffsetDateTime,
    pub(super) changes: Vec<ChangeWrite>,
    pub(super) values: Fields,
}

/// An install's row.
#[derive(Clone, Debug)]
pub(super) struct Install {
    pub(super) role: Role,
    pub(super) family: Option<RecordId>,
    pub(super) revoked: bool,
    pub(super) last_word_until: Option<OffsetDateTime>,
    /// Its refresh tokens were used by two, so it is out until it enrols again.
    pub(super) reused: bool,
    /// Two phones went by its name once.
    pub(super) shared: bool,
}

/// An assignment's row.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) install: InstallId,
    pub(super) area: AreaId,
    pub(super) from: OffsetDateTime,
    pub(super) to: Option<OffsetDateTime>,
    pub(super) known: bool,
}

/// Everything that the centre has committed.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    pub(super) epoch: Epoch,
    pub(super) records: BTreeMap<RecordId, Kept>,
    pub(super) kept: BTreeMap<(Uuid, Vec<u8>), (OffsetDateTime, KeptRow)>,
    pub(super) feeds: BTreeMap<i32, Vec<FeedWrite>>,
    pub(super) bundles: BTreeMap<i32, Vec<BundleRow>>,
    pub(super) departures: Vec<DepartureRow>,
    pub(super) last_leave: BTreeMap<AreaId, OffsetDateTime>,
    pub(super) taken: BTreeMap<(InstallId, AreaId), u64>,
    pub(super) installs: BTreeMap<InstallId, Install>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) decisions: BTreeMap<InstallId, Vec<Decision>>,
}

impl Tables {
    pub(super) fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            records: BTreeMap::new(),
            kept: BTreeMap::new(),
            feeds: BTreeMap::new(),
            bundles: BTreeMap::new(),
            departures: Vec::new(),
            last_leave: BTreeMap::new(),
            taken: BTreeMap::new(),
            installs: BTreeMap::new(),
            assignments: Vec::new(),
            decisions: BTreeMap::new(),
        }
    }

    /// Whether the centre has the change.
    pub(super) fn has(&self, record: RecordId, hash: &[u8]) -> bool {
        self.records.get(&record).is_some_and(|kept| kept.changes.iter().any(|change| change.row.hash == hash))
    }

    /// Every change that is in its record.
    pub(super) fn changes(&self) -> impl Iterator<Item = (RecordId, ChangeHash)> {
        let of = |(id, kept): (&RecordId, &Kept)| {
            kept.changes
                .iter()
                .filter_map(|change| Some((*id, ChangeHash::from_bytes(&change.row.hash)?)))
                .collect::<Vec<_>>()
        };
        self.records.iter().flat_map(of)
    }

    /// What is kept of these records, and what waits for these families.
    pub(super) fn kept_of(&self, records: &BTreeSet<Uuid>, families: &BTreeSet<Uuid>) -> Vec<KeptRow> {
        let wanted = |row: &KeptRow| {
            records.contains(&row.record_id) || (row.state == "waiting" && families.contains(&row.family_id))
        };
        self.in_order(wanted)
    }

    /// Kept rows in the order in which they came.
    pub(super) fn in_order(&self, wanted: impl Fn(&KeptRow) -> bool) -> Vec<KeptRow> {
        let mut rows: Vec<_> = self.kept.iter().filter(|(_, (_, row))| wanted(row)).collect();
        rows.sort_by_key(|(key, (at, _))| (*at, *key));
        rows.into_iter().map(|(_, (_, row))| row.clone()).collect()
    }

    /// Assignments of now, and those that ended since `since` without the install's knowing; for a family's phone where it lives.
    pub(super) fn terms(&self, install: InstallId, now: OffsetDateTime, since: OffsetDateTime) -> Vec<Term> {
        if let Some(family) = self.installs.get(&install).and_then(|install| install.family) {
            let home = self.records.get(&family).map(|kept| (kept.row.area_id, kept.created_at));
            return home.into_iter().map(|(area, from)| term(AreaId(area.cast_unsigned()), from, false)).collect();
        }
        let of_install = self.assignments.iter().filter(|one| one.install == install && one.from <= now);
        let mut terms: Vec<Term> = of_install
            .filter(|one| one.to.is_none_or(|to| to > now || (to > since && !one.known && to > one.from)))
            .map(|one| term(one.area, one.from, one.to.is_some_and(|to| to <= now)))
            .collect();
        terms.sort_by_key(|term| (term.area, term.from));
        terms
    }

    /// The feed rows after these positions, each with where its record is now.
    pub(super) fn after(&self, positions: &BTreeMap<i32, i64>, family: Option<RecordId>, limit: usize) -> Vec<FeedRow> {
        let mut rows = Vec::new();
        for (area, seq) in positions {
            let feed = self.feeds.get(area).map(Vec::as_slice).unwrap_or_default();
            let skipped = usize::try_from(*seq).unwrap_or(0);
            let numbered = (seq + 1..).zip(feed.iter().skip(skipped));
            rows.extend(numbered.filter_map(|(seq, row)| self.feed_row(seq, row)));
        }
        rows.retain(|row| family.is_none_or(|family| row.family_id == family.0));
        rows.truncate(limit);
        rows
    }

    fn feed_row(&self, seq: i64, row: &FeedWrite) -> Option<FeedRow> {
        let home = &self.records.get(&RecordId(row.record_id))?.row;
        Some(FeedRow {
            area_id: row.area_id,
            seq,
            record_id: row.record_id,
            entry: row.entry.number(),
            first_n: row.first_n,
            last_n: row.last_n,
            size_bytes: row.size_bytes,
            install_id: row.install_id,
            kind: home.kind,
            family_id: home.family_id,
            home_area_id: home.area_id,
            change_count: home.change_count,
        })
    }

    /// Where an area's feed stands.
    pub(super) fn head(&self, area: AreaId) -> u64 {
        self.feeds.get(&area.0.cast_signed()).map_or(0, Vec::len) as u64
    }

    /// Appends to the feeds and gives each row's number; where a record leaves, the area's bundles go.
    pub(super) fn append(&mut self, rows: Vec<FeedWrite>) -> Vec<i64> {
        let mut seqs = Vec::new();
        for area in feed::areas_left(&rows) {
            self.bundles.remove(&area);
        }
        for row in rows {
            let feed = self.feeds.entry(row.area_id).or_default();
            feed.push(row);
            seqs.push(i64::try_from(feed.len()).unwrap_or(i64::MAX));
        }
        seqs
    }

    /// Writes what a batch decided, as one transaction.
    pub(super) fn write(&mut self, (apart, rows): (Apart, Rows), now: OffsetDateTime) -> Holds {
        for row in apart.put {
            self.keep(row, now);
        }
        for gone in &apart.gone {
            self.kept.remove(gone);
        }
        for new in rows.new {
            self.begin(new, now)?;
        }
        for old in rows.old {
            let kept = self.record(old.row.record_id)?;
            (kept.row.change_count, kept.heads, kept.digest) = (old.row.change_count, old.heads, old.digest);
        }
        for change in rows.changes {
            self.record(change.row.record_id)?.add(change)?;
        }
        for row in rows.new_values.into_iter().chain(rows.old_values) {
            let fields = row.fields().and_then(|json| serde_json::from_str(&json));
            self.record(row.record_id)?.values =
                fields.map_err(|_json| Violation::broken("open values that are not read back"))?;
        }
        self.append(rows.feed);
        Ok(())
    }

    fn record(&mut self, id: Uuid) -> Holds<&mut Kept> {
        self.records.get_mut(&RecordId(id)).ok_or_else(|| Violation::broken("a row without its record"))
    }

    fn begin(&mut self, new: RecordWrite, now: OffsetDateTime) -> Holds {
        let (changes, values) = (Vec::new(), Fields::new());
        let RecordWrite { row, digest, heads, .. } = new;
        let id = RecordId(row.record_id);
        let before = self.records.insert(id, Kept { row, digest, heads, created_at: now, changes, values });
        demand(before.is_none(), "a record begins once", || format!("{id} began twice"))
    }

    /// As `kept_change::put`.
    fn keep(&mut self, row: KeptRow, now: OffsetDateTime) {
        let key = (row.record_id, row.hash.clone());
        let Some((_, known)) = self.kept.get_mut(&key) else {
            self.kept.insert(key, (now, row));
            return;
        };
        let passed_on = |row: &KeptRow| matches!(row.reason.as_str(), "relayed" | "foreign_actor");
        if !passed_on(&row) || known.reason == "foreign_actor" {
            let admitted = known.admitted_area_id.or(row.admitted_area_id);
            (known.state, known.reason, known.fields) = (row.state, row.reason, row.fields);
            (known.install_id, known.admitted_area_id) = (row.install_id, admitted);
        }
    }
}

impl Kept {
    /// As the table's unique constraints: no change twice, and no number of an author twice.
    fn add(&mut self, change: ChangeWrite) -> Holds {
        let same = |known: &&ChangeWrite| {
            known.row.hash == change.row.hash
                || (known.row.actor == change.row.actor && known.row.seq == change.row.seq)
        };
        let twice = self.changes.iter().find(same);
        demand(twice.is_none(), "a change is applied once", || {
            format!(
                "change {} of record {} was taken twice",
                super::words::short(&change.row.hash),
                change.row.record_id
            )
        })?;
        self.changes.push(change);
        Ok(())
    }
}

fn term(area: AreaId, from: OffsetDateTime, over: bool) -> Term {
    Term { area, from, over }
}
