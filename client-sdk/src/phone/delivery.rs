//! What is new from others, and what left this phone's scope. A delivery is taken whole or not at all.

use usra_sync_protocol::change::{self, Change};
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Delivery, Leave, Reason};

use super::page::Page;
use super::view::EVERY;
use crate::error::PhoneError;
use crate::rebase::{self, Fault, Part};
use crate::store::{ChangeRow, ChangeState, RowQuery, Store};
use crate::working::{Home, Working};

impl<S: Store> Page<'_, S> {
    /// Marks what left. It goes when the page is finished, unless the same page brings it back or own work is still to be sent.
    pub(super) fn leave(&mut self, leave: Leave) -> Result<(), PhoneError> {
        for record in self.records_of(leave)? {
            if let Some(work) = self.work(record)? {
                work.row.leaving = true;
            }
        }
        Ok(())
    }

    /// Whether something that leaves has work of this phone that is still to be sent.
    pub(super) fn has_unsent_in(&self, leaves: &[Leave]) -> Result<bool, PhoneError> {
        let mut records = Vec::new();
        for leave in leaves {
            records.extend(self.records_of(*leave)?);
        }
        for record in records {
            if self.row(record)?.is_some_and(|row| row.pending > row.waiting) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What leaves: a family takes along everything of it that is here, also what the server never put into this phone's feed.
    fn records_of(&self, leave: Leave) -> Result<Vec<RecordId>, PhoneError> {
        match leave {
            Leave::Area(area) => Ok(self.store.in_area(area)?),
            Leave::Record(record) => with_family(self.store, record),
        }
    }

    /// Takes a delivery; one that cannot be read or lacks something is counted and left out. Of a record that comes whole while this
    /// phone `yields`, what the server does not have leaves the record.
    pub(super) fn deliver(&mut self, delivery: Delivery, yields: bool) -> Result<(), PhoneError> {
        let read: Result<Vec<Change>, _> = delivery.changes.iter().map(|bytes| change::read(bytes)).collect();
        let known = self.work(delivery.record)?;
        let was_known = known.is_some();
        let Some(changes) = read.ok().filter(|changes| is_complete(known.as_deref(), changes)) else {
            self.progress.unreadable += delivery.changes.len() as u64;
            self.sync.unreadable += delivery.changes.len() as u64;
            return Ok(());
        };
        let (now_ms, role, install) = (self.now_ms, self.role, self.install);
        let home = Home { id: delivery.record, kind: delivery.kind, area: delivery.area, family: delivery.family };
        let tray = if was_known { 0 } else { self.still_in_tray(home.id)? };
        let work = self.work_or_new(home)?;
        work.row.held += u32::try_from(tray).unwrap_or(u32::MAX);
        (work.row.kind, work.row.area, work.row.family, work.row.leaving) = (home.kind, home.area, home.family, false);
        let mut received = 0;
        for (change, bytes) in changes.iter().zip(delivery.changes) {
            let new = work.state_of(change.hash()).is_none();
            take(work, change, bytes, now_ms);
            received += u64::from(new);
            let author = change.draft().actor.install();
            work.row.by_centre |= new && was_known && author != install && speaks_for_centre(author, role);
        }
        self.progress.received += received;
        if yields {
            self.yield_to(home.id, &changes)?;
        }
        for change in changes {
            // A person released it.
            self.take_out(home.id, change.hash())?;
        }
        Ok(())
    }

    /// The record stands as the server has it: what it once acknowledged and does not have now it keeps apart, or lost for good.
    fn yield_to(&mut self, record: RecordId, whole: &[Change]) -> Result<(), PhoneError> {
        let now_ms = self.now_ms;
        let Some(work) = self.work(record)? else { return Ok(()) };
        let here = |row: &&ChangeRow| row.state.acknowledged() && !whole.iter().any(|change| change.hash() == row.hash);
        let apart: Vec<ChangeHash> = work.changes.iter().filter(here).map(|row| row.hash).collect();
        if apart.is_empty() {
            return Ok(());
        }
        let kept = |hash| (hash, Fault { reason: Reason::Relayed, refused: false, part: Part::Kept });
        let actor = self.next_actor();
        match self.work(record)? {
            Some(work) => rebase::rebase(work, &apart.into_iter().map(kept).collect(), actor, now_ms),
            None => Ok(()),
        }
    }

    /// Items of the tray about a record that left this phone or expired, and that comes back.
    fn still_in_tray(&self, record: RecordId) -> Result<usize, PhoneError> {
        let decided = |change| matches!(self.tray.get(&(record, change)), Some(None));
        Ok(self.store.held(Some(record))?.iter().filter(|item| !decided(item.change)).count())
    }
}

/// The record, and where it is a family everything of it that is here.
pub(super) fn with_family(store: &impl Store, record: RecordId) -> Result<Vec<RecordId>, PhoneError> {
    let of_family = RowQuery { family: Some(record), limit: EVERY, ..RowQuery::default() };
    let mut records: Vec<RecordId> = store.list(&of_family)?.into_iter().map(|row| row.id).collect();
    if !records.contains(&record) {
        records.push(record);
    }
    Ok(records)
}

/// Whether everything that the changes follow is here or comes before them.
fn is_complete(known: Option<&Working>, changes: &[Change]) -> bool {
    let here = |hash| known.is_some_and(|work| work.state_of(hash).is_some());
    let mut before = std::collections::BTreeSet::new();
    changes.iter().all(|change| {
        let complete = change.draft().deps.iter().all(|dep| before.contains(dep) || here(*dep));
        before.insert(change.hash());
        complete
    })
}

fn take(work: &mut Working, change: &Change, bytes: Vec<u8>, now_ms: u64) {
    if work.row.pending > 0 {
        // The centre has this change, so it has what it follows, though the answer that said so was lost.
        change.draft().deps.iter().for_each(|dep| work.confirm(*dep));
        work.confirm(change.hash());
    }
    if work.state_of(change.hash()).is_none() {
        work.append(change, bytes, ChangeState::Confirmed, now_ms);
    }
}

/// To a family everyone else is the centre; to the centre's own people it is the server's decisions.
fn speaks_for_centre(author: InstallId, role: Role) -> bool {
    author == InstallId::SERVER || role == Role::Family
}
