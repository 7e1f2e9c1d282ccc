//! What a decision knows: the records that a batch touches, loaded before and changed in memory only. What has changed is
//! written afterwards in a few statements.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::change::{Change, History};
use usra_sync_protocol::id::{AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::sync::Verdict;

use super::grace::Departure;
use super::late::Cause;

/// Everything loaded for one batch.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Records that exist, and those created by this batch.
    pub records: BTreeMap<RecordId, RecordState>,
    /// Changes kept apart, by record and hash.
    pub kept: BTreeMap<(RecordId, ChangeHash), Verdict>,
    /// The areas of the region.
    pub areas: BTreeSet<AreaId>,
    /// Those of the families that were erased.
    pub erased: BTreeSet<RecordId>,
    /// The areas that records left, where somebody offers a change to one out of their scope.
    pub departures: BTreeMap<RecordId, Vec<Departure>>,
    /// The last departure of an area that an install is known to have taken.
    pub taken: BTreeMap<(InstallId, AreaId), u64>,
    /// Where changes that wait were in their author's right when they came.
    pub admitted: BTreeMap<(RecordId, ChangeHash), AreaId>,
}

impl World {
    /// Whether the record is, or says it is, of a family that was erased.
    #[must_use]
    pub fn is_erased(&self, record: RecordId, family: RecordId) -> bool {
        let known = self.records.get(&record).map(|state| state.family);
        self.erased.contains(&family) || known.is_some_and(|family| self.erased.contains(&family))
    }
}

/// One record.
#[derive(Clone, Debug)]
pub struct RecordState {
    /// What it is about.
    pub kind: Kind,
    /// The family it belongs to.
    pub family: RecordId,
    /// Its home area.
    pub area: AreaId,
    /// The causal history of its accepted changes.
    pub history: History,
    /// Its open values, each with the number of its change.
    pub values: OpenValues<u32>,
    /// How many changes were accepted before this batch.
    pub stored_changes: u32,
    /// Bytes of all its changes.
    pub size_bytes: usize,
    /// What this batch adds.
    pub news: News,
}

/// What a batch adds to a record.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// Accepted changes in order.
    pub changes: Vec<Accepted>,
}

/// One accepted change.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Its number within the record, from 1.
    pub n: u32,
    /// Who made it.
    pub install: InstallId,
    /// What it says.
    pub change: Change,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether its author gets it back too, whose phone may have let go of it: a person released it, or it had waited.
    pub for_all: bool,
    /// Why it is late, if it is.
    pub late: Option<Cause>,
}

impl RecordState {
    /// A record that begins now.
    #[must_use]
    pub fn new(kind: Kind, family: RecordId, area: AreaId) -> Self {
        Self {
            kind,
            family,
            area,
            history: History::default(),
            values: OpenValues::default(),
            stored_changes: 0,
            size_bytes: 0,
            news: News::default(),
        }
    }

    /// Whether the record has no row yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.stored_changes == 0
    }

    /// How many changes it has now.
    #[must_use]
    pub fn change_count(&self) -> u32 {
        self.stored_changes.saturating_add(u32::try_from(self.news.changes.len()).unwrap_or(u32::MAX))
    }

    /// Adds an accepted change: to the history, the open values and the changes to write.
    pub fn accept(&mut self, change: Change, bytes: Vec<u8>) {
        let n = self.change_count().saturating_add(1);
        self.values.apply(&change, &n);
        // Its deps are known: `History::check` found so a moment ago.
        let _known = self.history.insert(&change);
        self.size_bytes = self.size_bytes.saturating_add(bytes.len());
        let install = change.draft().actor.install();
        self.news.changes.push(Accepted { n, install, change, bytes, for_all: false, late: None });
    }

    /// Adds a change that a person released.
    pub fn release(&mut self, change: Change, bytes: Vec<u8>) {
        self.accept(change, bytes);
        self.send_to_all();
    }

    /// Has the change accepted last sent to its author too.
    pub fn send_to_all(&mut self) {
        if let Some(last) = self.news.changes.last_mut() {
            last.for_all = true;
        }
    }

    /// Notes of the change accepted last why it is late.
    pub fn mark_late(&mut self, cause: Option<Cause>) {
        if let Some(last) = self.news.changes.last_mut() {
            last.late = cause;
        }
    }
}
