//! Enrolment, the first and any later one: a new identity, with all unsent work written again under it, in one commit.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::id::{Actor, AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::Reason;

use super::answer::CHECK_NOW;
use super::state::{Repair, Stage, SyncState};
use super::view::EVERY;
use super::{IDENTITY, Phone, to_blob};
use crate::enrolment::Enrolment;
use crate::error::PhoneError;
use crate::identity::Identity;
use crate::place;
use crate::rebase::{self, Fault, Part};
use crate::store::{RecordRow, RowQuery, Store, Write};
use crate::working::Working;

/// How many outgoing changes are asked for at a time.
const ROWS: usize = 1_000;

impl<S: Store> Phone<S> {
    /// Keeps the answer to an enrolment. A phone that has records keeps them, and its unsent work goes out under the new
    /// identity; what it holds is compared with the server's at the next sync.
    ///
    /// # Errors
    /// [`PhoneError::Store`]; then the old identity stands.
    pub fn enrolled(
        &mut self,
        enrolment: impl Into<Enrolment>,
        server_url: &str,
        now_ms: u64,
    ) -> Result<(), PhoneError> {
        let enrolment = enrolment.into();
        let hold_life_s = enrolment.answer.hold_life_s;
        let identity = Identity::new(enrolment, server_url, now_ms);
        let mut sync = SyncState { generation: 0, ..self.sync.clone() };
        (sync.blocked, sync.last_error, sync.next_attempt_ms, sync.attempts) = (None, None, None, 0);
        sync.hold.take_life(hold_life_s);
        sync.hold.renew(now_ms);
        sync.areas_told = false;
        // Decisions are numbered for each install.
        sync.heard = 0;
        // The cursor stays: the server tells from it which areas came and went.
        // A phone that synced under another name compares all it has; a new one has nothing to compare.
        sync.since_check = if sync.cursor.is_some() { CHECK_NOW } else { 0 };
        // What was compared under the name before tells nothing of what this one may see.
        (sync.repair, sync.stage) = (sync.repair.map(|_under_way| Repair::Compare), Stage::First);
        let mut writes = vec![Write::Meta(IDENTITY, Some(to_blob(&identity)?))];
        let mut areas = BTreeMap::new();
        if self.is_of_another_family(&identity) {
            // What another's cursor tells is of no use to this family, which takes everything anew.
            (sync.cursor, sync.repair, sync.stage, sync.since_check) = (None, None, Stage::First, 0);
        }
        for id in self.families_first(self.pending_records()?)? {
            let Some(mut work) = Working::load_whole(&self.store, id)? else { continue };
            place_draft(&mut work, &identity, &mut areas);
            rename(&mut work, Actor::new(identity.install_id, sync.generation), now_ms)?;
            work.row.leaving |= self.identity.as_ref().is_some_and(|before| loses(before, &identity, &work.row));
            writes.extend(work.finish());
        }
        writes.extend(self.dismissed(&identity)?);
        self.commit(writes, sync)?;
        (self.identity, self.in_flight, self.conversation) = (Some(identity), None, None);
        Ok(())
    }

    /// Whether the phone becomes a family's own and was not this family's before.
    fn is_of_another_family(&self, next: &Identity) -> bool {
        next.family.is_some() && self.identity.as_ref().is_some_and(|before| before.family != next.family)
    }

    /// What the person before could see and this one cannot goes, unless it has unsent work: then it goes after that.
    fn dismissed(&self, identity: &Identity) -> Result<Vec<Write>, PhoneError> {
        let Some(before) = &self.identity else { return Ok(Vec::new()) };
        let rows = self.store.list(&RowQuery { limit: EVERY, ..RowQuery::default() })?;
        let gone = rows.into_iter().filter(|row| loses(before, identity, row) && row.pending == 0);
        Ok(gone.map(|row| Write::Purge(row.id)).collect())
    }

    fn families_first(&self, records: BTreeSet<RecordId>) -> Result<Vec<RecordId>, PhoneError> {
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for id in records {
            let is_family = self.store.record(id)?.is_some_and(|row| row.kind == Kind::Family);
            if is_family { first.push(id) } else { then.push(id) }
        }
        first.append(&mut then);
        Ok(first)
    }

    /// Records with something to send, acknowledged changes that are offered again among it.
    pub(super) fn pending_records(&self) -> Result<BTreeSet<RecordId>, PhoneError> {
        let mut records = BTreeSet::new();
        let mut after = 0;
        loop {
            let rows = self.store.outgoing(after, ROWS)?;
            let Some(last) = rows.last() else { return Ok(records) };
            after = last.order;
            records.extend(rows.iter().map(|row| row.record));
        }
    }
}

/// Whether the person before saw the record, by role and family, and this one does not. Areas are the server's to compare.
fn loses(before: &Identity, now: &Identity, row: &RecordRow) -> bool {
    let sees = |who: &Identity| policy::may_read(who.role, row.kind) && who.family.is_none_or(|own| own == row.family);
    sees(before) && !sees(now)
}

/// Everything without a verdict goes out under the new name.
fn rename(work: &mut Working, actor: Actor, now_ms: u64) -> Result<(), PhoneError> {
    let unsent = work.changes.iter().filter(|row| !row.state.acknowledged());
    let new_name = |_row: &_| Fault { reason: Reason::ForeignActor, refused: false, part: Part::Nothing };
    let faults = unsent.map(|row| (row.hash, new_name(row))).collect();
    rebase::rebase(work, &faults, actor, now_ms)
}

fn of_place(identity: &Identity, fields: &[(String, Scalar)]) -> Option<AreaId> {
    place::of_family(Some(identity), &identity.scope().into_iter().collect(), (None, fields)).ok()
}

/// A record made before the phone knew its areas gets one now; its family has one already.
fn place_draft(work: &mut Working, identity: &Identity, areas: &mut BTreeMap<RecordId, AreaId>) {
    if work.row.area == place::UNPLACED {
        let fields: Vec<(String, Scalar)> =
            work.open.all_shown().map(|(key, value)| (key.to_owned(), value.clone())).collect();
        let own = (work.row.kind == Kind::Family).then(|| of_place(identity, &fields)).flatten();
        let family = areas.get(&work.row.family).copied();
        work.row.area = own.or(family).or(identity.assigned.first().copied()).unwrap_or(place::UNPLACED);
    }
    areas.insert(work.row.id, work.row.area);
}
