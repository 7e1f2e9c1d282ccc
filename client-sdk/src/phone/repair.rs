//! Repair: after the server was restored from a backup, or when the periodic check disagrees, both sides send only what the other
//! lacks. Every step is in the store, so a crash repeats at most a step, and repeating is harmless.
//!
//! ```text
//! compare -> offer what the server may lack, fetch what this phone lacks -> compare again -> take the server's word -> done
//! ```
//! The second comparison tells what the server did not take: what is no longer in this phone's reach, waits for its author, is
//! held or was refused. The server keeps the bytes, so it leaves this phone; when a person or its author lets it in, it comes again.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::change;
use usra_sync_protocol::digest::{Digest, bucket_of};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::sync::{BucketRecord, RepairAnswer};

use super::Phone;
use super::answer::CHECK_NOW;
use super::delivery::with_family;
use super::request::ROWS;
use super::state::{Repair, Stage, StoredCursor, SyncState, Then};
use crate::error::PhoneError;
use crate::store::{ChangeState, Store, Write};

impl<S: Store> Phone<S> {
    /// What a repair answer asks of this phone: the state of the repair, and changes to offer again.
    pub(super) fn repair_by(
        &self,
        answer: RepairAnswer,
        compares: bool,
        sync: &mut SyncState,
    ) -> Result<Vec<Write>, PhoneError> {
        if !answer.compared {
            if compares {
                return Err(PhoneError::AnswerUnexpected);
            }
            let under_way =
                matches!(&sync.repair, Some(Repair::Exchange { cursor, .. }) if cursor.epoch() == answer.epoch);
            if !under_way {
                (sync.repair, sync.stage) = (Some(Repair::Compare), Stage::Demanded);
            }
            return Ok(Vec::new());
        }
        let same_life = sync.cursor.as_ref().is_none_or(|cursor| cursor.epoch() == answer.epoch);
        let ours: BTreeMap<RecordId, Digest> = self.digests()?.into_iter().collect();
        let Differences { wanted, mut differing, unnamed } = differences(&ours, &answer.buckets);
        if !same_life {
            // The restored server counts its decisions from the backup on.
            sync.heard = 0;
            // No digest tells whether a record that this phone may not read is still whole, so its own part goes out again.
            differing.extend(self.unread_records()?);
        }
        differing.extend(&unnamed);
        let offers = self.offer_again(differing, same_life)?;
        let cursor = StoredCursor::from(answer.cursor);
        if same_life && sync.stage == Stage::Demanded {
            (sync.repair, sync.stage) = (Some(Repair::Exchange { cursor, wanted, then: Then::Done }), Stage::First);
            return Ok(offers);
        }
        // What expired was let go of for good; what is left of it is not the server's to miss.
        let all_offered = sync.stage == Stage::Offered || offers.is_empty() || sync.hold.expired;
        if !(same_life && all_offered) {
            (sync.repair, sync.stage) =
                (Some(Repair::Exchange { cursor, wanted, then: Then::Compare }), Stage::Offered);
            return Ok(offers);
        }
        if self.any_unsent(&unnamed)? {
            // It goes first: the cursor still proves that it was made before the phone could know.
            return Ok(Vec::new());
        }
        (sync.repair, sync.stage) = (Some(Repair::Exchange { cursor, wanted, then: Then::Yield }), Stage::First);
        let (gone, kept) = self.settled(unnamed)?;
        sync.generation += u32::from(!gone.is_empty());
        // What waits keeps its record here; once it has its last verdict both sides compare again.
        sync.since_check = if kept { CHECK_NOW } else { sync.since_check };
        Ok(gone.into_iter().map(Write::Purge).collect())
    }

    /// Those of the records without work that waits, and whether there are others.
    fn settled(&self, records: Vec<RecordId>) -> Result<(Vec<RecordId>, bool), PhoneError> {
        let (mut settled, mut others) = (Vec::new(), false);
        for record in records {
            let pending = self.store.record(record)?.is_some_and(|row| row.pending > 0);
            others |= pending;
            settled.extend((!pending).then_some(record));
        }
        Ok((settled, others))
    }

    /// Whether one of the records, or what belongs to one that is a family, has work without a verdict.
    fn any_unsent(&self, records: &[RecordId]) -> Result<bool, PhoneError> {
        let mut all = Vec::new();
        for record in records {
            all.extend(with_family(&self.store, *record)?);
        }
        for record in all {
            if self.store.record(record)?.is_some_and(|row| row.pending > row.waiting) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Acknowledged changes that go out again: in the same life of the server only this phone's own, since it lost nothing of
    /// others; after a restore everything, also what left the phone's areas meanwhile: nobody else may have it.
    fn offer_again(&self, records: Vec<RecordId>, same_life: bool) -> Result<Vec<Write>, PhoneError> {
        let Some(identity) = &self.identity else { return Ok(Vec::new()) };
        let mut writes = Vec::new();
        for record in records {
            let own = |bytes: &[u8]| {
                change::read(bytes).is_ok_and(|change| change.draft().actor.install() == identity.install_id)
            };
            let changes = self.store.changes(record)?.into_iter().filter(|row| row.state == ChangeState::Confirmed);
            let offered = changes.filter(|row| !same_life || own(&row.bytes));
            writes.extend(offered.map(|row| Write::State(record, row.hash, ChangeState::Reoffer)));
        }
        Ok(writes)
    }

    /// Ends a repair that has nothing left to do: from now on the phone stands where the server said.
    pub(super) fn end_repair(&mut self) -> Result<(), PhoneError> {
        let Some(Repair::Exchange { cursor, wanted, then }) = &self.sync.repair else { return Ok(()) };
        if !wanted.is_empty() || self.any_outgoing(|state| state == ChangeState::Reoffer)? {
            return Ok(());
        }
        // Areas that went while it was under way have no departures behind this cursor: what was made there since is found by digests.
        let fewer = self.knew_more_than(cursor);
        let waits = self.sync.since_check == CHECK_NOW && self.store.counts()?.pending_changes > 0;
        let since_check = if fewer || waits { CHECK_NOW } else { 0 };
        let (cursor, repair) = (Some(cursor.clone()), (*then == Then::Compare).then_some(Repair::Compare));
        self.commit(Vec::new(), SyncState { cursor, repair, since_check, ..self.sync.clone() })
    }

    fn any_outgoing(&self, wanted: impl Fn(ChangeState) -> bool) -> Result<bool, PhoneError> {
        self.find_outgoing(|row| wanted(row.state))
    }

    /// Whether some outgoing change is one of `wanted`.
    pub(super) fn find_outgoing(
        &self,
        wanted: impl Fn(&crate::store::OutgoingRow) -> bool,
    ) -> Result<bool, PhoneError> {
        let mut after = 0;
        loop {
            let rows = self.store.outgoing(after, ROWS)?;
            let Some(last) = rows.last() else { return Ok(false) };
            after = last.order;
            if rows.iter().any(&wanted) {
                return Ok(true);
            }
        }
    }
}

/// What the digests of both sides tell.
struct Differences {
    /// Records to fetch whole.
    wanted: BTreeSet<RecordId>,
    /// Records that the server has in another state.
    differing: Vec<RecordId>,
    /// Records of ours that the server does not name. A server that lost nothing has none of them in this phone's reach: they left
    /// it unheard, with a departure that lies before the feeds' heads.
    unnamed: Vec<RecordId>,
}

fn differences(all: &BTreeMap<RecordId, Digest>, buckets: &BTreeMap<u8, Vec<BucketRecord>>) -> Differences {
    let theirs: BTreeMap<RecordId, Digest> = buckets.values().flatten().map(|one| (one.record, one.digest)).collect();
    let ours = |record| all.get(record);
    let wanted = theirs.iter().filter(|(record, digest)| ours(record) != Some(digest)).map(|(record, _)| *record);
    let in_bucket = all.iter().filter(|(record, _)| buckets.contains_key(&bucket_of(**record)));
    let other = in_bucket.filter(|(record, digest)| theirs.get(record) != Some(digest)).map(|(record, _)| *record);
    let (differing, unnamed) = other.partition(|record| theirs.contains_key(record));
    Differences { wanted: wanted.collect(), differing, unnamed }
}
