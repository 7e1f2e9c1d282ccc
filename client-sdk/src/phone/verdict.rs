//! What became of what this phone sent. A change that a person must decide on, or that can never be taken, leaves the record:
//! what stands is written again on top of what the centre has, the rest goes to the held tray. Other records are not touched.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::sync::{Reason, Verdict};

use super::page::Page;
use super::state::Blocked;
use crate::error::PhoneError;
use crate::rebase::{self, Fault, Part};
use crate::store::{ChangeState, Store};

impl<S: Store> Page<'_, S> {
    /// Takes the verdicts on what was pushed. Gives back the changes that wait for something else.
    pub(super) fn judge(
        &mut self,
        pushed: &[(RecordId, ChangeHash)],
        verdicts: Vec<Verdict>,
    ) -> Result<BTreeSet<(RecordId, ChangeHash)>, PhoneError> {
        let mut waiting = BTreeSet::new();
        let mut faults: BTreeMap<RecordId, BTreeMap<ChangeHash, Fault>> = BTreeMap::new();
        for ((record, hash), verdict) in pushed.iter().zip(verdicts) {
            if matches!(verdict, Verdict::Waiting(_)) {
                waiting.insert((*record, *hash));
            }
            if let Some(fault) = self.settle(*record, *hash, verdict)? {
                faults.entry(*record).or_default().insert(*hash, fault);
            }
        }
        for (record, mut faults) in faults {
            let (actor, now_ms) = (self.next_actor(), self.now_ms);
            if let Some(work) = self.work(record)? {
                rebase::stop_where_nothing_goes(work, &mut faults);
                rebase::rebase(work, &faults, actor, now_ms)?;
            }
        }
        Ok(waiting)
    }

    /// Notes one verdict; a fault when the change must leave its record.
    fn settle(&mut self, record: RecordId, hash: ChangeHash, verdict: Verdict) -> Result<Option<Fault>, PhoneError> {
        if verdict == Verdict::Refused(Reason::Erased) {
            self.progress.refused += 1;
            self.erase(record)?;
            return Ok(None);
        }
        let Some(work) = self.work(record)? else { return Ok(None) };
        match work.state_of(hash) {
            None | Some(ChangeState::Confirmed) => return Ok(None),
            Some(ChangeState::Reoffer) => {
                // Offered for the server's sake: it was acknowledged once and stays so here.
                work.set_state(hash, ChangeState::Confirmed);
                return Ok(None);
            }
            Some(ChangeState::Outbox | ChangeState::Waiting) => {}
        }
        match verdict {
            Verdict::Accepted | Verdict::Duplicate => {
                work.confirm(hash);
                let family = work.row.family;
                self.progress.accepted += 1;
                self.doubt_where(family)?;
                Ok(None)
            }
            Verdict::Waiting(_) => {
                work.set_state(hash, ChangeState::Waiting);
                self.progress.waiting += 1;
                Ok(None)
            }
            Verdict::Held { reason, fields } => {
                self.progress.held += 1;
                Ok(Some(Fault { reason, refused: false, part: part(reason, fields) }))
            }
            Verdict::Refused(Reason::Forked) => {
                self.sync.blocked = Some(Blocked::Forked);
                self.sync.last_error = Some(Reason::Forked.code().to_owned());
                Ok(None)
            }
            Verdict::Refused(reason) => {
                self.progress.refused += 1;
                Ok(Some(Fault { reason, refused: true, part: part(reason, Vec::new()) }))
            }
        }
    }
}

impl<S: Store> Page<'_, S> {
    /// What was taken of a family that is not here may lie where this phone does not work: a comparison tells.
    fn doubt_where(&mut self, family: RecordId) -> Result<(), PhoneError> {
        if self.row(family)?.is_none() {
            self.sync.doubt();
        }
        Ok(())
    }
}

fn part(reason: Reason, fields: Vec<String>) -> Part {
    if reason == Reason::AfterHeld {
        Part::Nothing
    } else if fields.is_empty() {
        Part::Whole
    } else {
        Part::Fields(fields)
    }
}
