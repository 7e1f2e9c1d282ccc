//! What comes back: verdicts, departures, deliveries and the new cursor, kept in one commit, then the question whether to go on.

use std::collections::BTreeSet;

use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::sync::{Leave, SyncResponse, decode_response, open};

use super::Phone;
use super::page::Page;
use super::state::{InFlight, Repair, Stage, StoredCursor, SyncState, Then};
use crate::error::PhoneError;
use crate::identity::Identity;
use crate::store::Store;

/// Conversations that end well with nothing pending between two comparisons of both sides' digests.
const CHECK_EVERY: u32 = 20;
/// A count that makes the next quiet moment compare.
pub(super) const CHECK_NOW: u32 = CHECK_EVERY;

/// What one answer brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Whether there is more to send or to fetch now.
    pub more: bool,
    /// Changes of this phone that the centre took, or had already.
    pub accepted: u64,
    /// Changes that wait for something else.
    pub waiting: u64,
    /// Changes that a person must decide on.
    pub held: u64,
    /// Changes that were refused.
    pub refused: u64,
    /// Changes of others that were received.
    pub received: u64,
    /// Delivered changes that could not be applied.
    pub unreadable: u64,
    /// Records that left this phone.
    pub left: u64,
}

impl Progress {
    /// Both together; `more` is the other's.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        Self {
            more: next.more,
            accepted: self.accepted + next.accepted,
            waiting: self.waiting + next.waiting,
            held: self.held + next.held,
            refused: self.refused + next.refused,
            received: self.received + next.received,
            unreadable: self.unreadable + next.unreadable,
            left: self.left + next.left,
        }
    }
}

/// Whether the server has more, what came, and the changes that wait.
type TakenIn = (bool, Progress, BTreeSet<(RecordId, ChangeHash)>);

impl<S: Store> Phone<S> {
    /// Takes the sealed answer to the last request: all of it in one commit, or nothing.
    ///
    /// # Errors
    /// [`PhoneError::Answer`] and [`PhoneError::AnswerUnexpected`] for an answer that is none: call [`Phone::failed`] then;
    /// [`PhoneError::Store`] when it could not be kept: nothing changed, and the next request asks for the same again.
    pub fn receive(&mut self, body: &[u8], now_ms: u64) -> Result<Progress, PhoneError> {
        let in_flight = self.in_flight.take().ok_or(PhoneError::AnswerUnexpected)?;
        let response = decode_response(&open(body)?)?;
        let unheard = response.sealed.is_empty();
        if response.verdicts.len() != in_flight.pushed.len()
            || !(unheard || response.sealed.len() == in_flight.sealed.len())
        {
            return Err(PhoneError::AnswerUnexpected);
        }
        let settled = in_flight.pushed.len() as u64;
        let (server_has_more, mut progress, waiting) = self.take_in(&in_flight, response, now_ms)?;
        if let Some(talk) = &mut self.conversation {
            talk.waiting.extend(waiting);
            talk.done += settled;
            talk.compared |= in_flight.compares;
            talk.asked.extend(in_flight.sealed.iter().map(SealedCommand::id));
        }
        progress.more = self.go_on(server_has_more, now_ms)?;
        Ok(progress)
    }

    fn take_in(&mut self, in_flight: &InFlight, response: SyncResponse, now_ms: u64) -> Result<TakenIn, PhoneError> {
        let identity = self.identity.as_ref().ok_or(PhoneError::NotEnrolled)?;
        let mut sync = self.sync.clone();
        if !in_flight.outdated {
            note_wanted(&mut sync, in_flight, &response);
        }
        // One that asks for a repair is of another life of the data, whose word does not count yet.
        let yielding =
            matches!(&sync.repair, Some(Repair::Exchange { then: Then::Yield, .. })) && response.repair.is_none();
        let yields = yielding && !in_flight.wanted.is_empty();
        let lost_an_area = self.lost_an_area(&response);
        let mut page = Page::new(&self.store, identity, sync, now_ms);
        let waiting = page.judge(&in_flight.pushed, response.verdicts)?;
        page.judge_sealed(&in_flight.sealed, response.sealed)?;
        // While work is unsent on what leaves, the page is left for later: the cursor goes on proving that the work came first.
        let too_early = in_flight.outdated || page.has_unsent_in(&response.leaves)?;
        if !too_early {
            page.stand_at(response.cursor);
            response.leaves.into_iter().try_for_each(|leave| page.leave(leave))?;
            response.deliveries.into_iter().try_for_each(|delivery| page.deliver(delivery, yields))?;
        }
        for decision in response.decisions {
            page.hear(decision)?;
        }
        let (mut writes, mut sync, progress) = page.finish();
        if progress.unreadable > 0 || lost_an_area {
            sync.since_check = CHECK_NOW;
        }
        match response.repair {
            _ if in_flight.outdated => {}
            Some(answer) => writes.extend(self.repair_by(answer, in_flight.compares, &mut sync)?),
            None if in_flight.compares => (sync.repair, sync.stage, sync.since_check) = (None, Stage::First, 0),
            None => {}
        }
        sync.hold.renew(now_ms);
        self.commit(writes, sync)?;
        Ok((response.more || too_early, progress, waiting))
    }

    /// Whether this phone may hold records of an area that it lost and take them for another's. The server's first page names less than
    /// it was enrolled for: an area was taken before it ever synced, and no departure will tell. Or an area leaves: a record that moved
    /// there while both sides compared has the same digest here and there, and still stands under its old area here.
    fn lost_an_area(&self, response: &SyncResponse) -> bool {
        if response.leaves.iter().any(|leave| matches!(leave, Leave::Area(_))) {
            return true;
        }
        let first = response.cursor.as_ref().filter(|_cursor| self.sync.cursor.is_none());
        first.is_some_and(|cursor| self.knew_more_than(&StoredCursor::from(cursor.clone())))
    }

    /// Whether the phone stood in an area that the cursor does not have; before it ever synced, where it was enrolled for.
    pub(super) fn knew_more_than(&self, cursor: &StoredCursor) -> bool {
        let Some(before) = &self.sync.cursor else {
            let believed = self.identity.as_ref().map(Identity::scope).unwrap_or_default();
            return believed.iter().any(|area| cursor.areas().all(|known| known != *area));
        };
        before.has_more_areas_than(cursor)
    }

    /// Whether another request follows; if not, the conversation ends well.
    fn go_on(&mut self, server_has_more: bool, now_ms: u64) -> Result<bool, PhoneError> {
        if self.sync.blocked.is_some() {
            self.conversation = None;
            return Ok(false);
        }
        let repairing = self.sync.repair.is_some();
        self.end_repair()?;
        if server_has_more || repairing || self.find_outgoing(|row| self.is_due(row))? || !self.sealed_due()?.is_empty()
        {
            return Ok(true);
        }
        let quiet = self.store.counts()?.pending_changes == 0;
        let compared = self.conversation.as_ref().is_some_and(|talk| talk.compared);
        let mut sync = self.sync.clone();
        // What waits may do so for ever, for something that the centre does not have any more: the comparison tells.
        if (quiet || !compared) && sync.since_check >= CHECK_EVERY {
            sync.repair = Some(Repair::Compare);
            self.commit(Vec::new(), sync)?;
            return Ok(true);
        }
        sync.since_check += u32::from(quiet);
        (sync.last_success_ms, sync.last_error, sync.hold.expired) = (Some(now_ms), None, false);
        (sync.attempts, sync.cuts, sync.next_attempt_ms) = (0, 0, None);
        self.commit(Vec::new(), sync)?;
        self.conversation = None;
        Ok(false)
    }
}

/// What was asked for whole and came is no longer wanted; nor is what the server, having said all it has to say, does not give.
fn note_wanted(sync: &mut SyncState, in_flight: &InFlight, response: &SyncResponse) {
    let Some(Repair::Exchange { wanted, .. }) = &mut sync.repair else { return };
    for delivery in &response.deliveries {
        wanted.remove(&delivery.record);
    }
    if !response.more {
        wanted.retain(|record| !in_flight.wanted.contains(record));
    }
}
