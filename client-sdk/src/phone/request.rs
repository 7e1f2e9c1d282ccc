//! What goes out: everything without a verdict, in the order in which it was made, as far as a request should reach.
//! A change stays in the outbox until its verdict is committed, so a request may be lost, repeated or forgotten by a crash.

use std::collections::BTreeMap;

use usra_sync_protocol::digest;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::limits;
use usra_sync_protocol::schema::SCHEMA_VERSION;
use usra_sync_protocol::sync::{Cursor, Push, SyncRequest, Told, encode_request, seal};

use super::Phone;
use super::state::{Conversation, InFlight, Repair};
use crate::error::PhoneError;
use crate::store::{ChangeState, OutgoingRow, Store, StoreError};

/// Bytes of changes in one request, before compression: some thousands of edits, a few seconds on a poor link. Below
/// [`limits::PUSH_BYTES`], so that a cut connection costs less.
const PUSH_BYTES: usize = 1024 * 1024;
/// The least that it shrinks to while nothing comes through: what a few packets of a network carry.
const PUSH_BYTES_MIN: usize = 4 * 1024;
/// Bytes of changes asked back for one page, before compression: enough for some thousand records, and never more than a few MiB held.
const WANT_BYTES: usize = 2 * 1024 * 1024;
/// Records asked for whole in one request.
const WANTED: usize = 500;
/// The least that it shrinks to.
const WANTED_MIN: usize = 20;
/// Outgoing rows read at a time.
pub(super) const ROWS: usize = 1_000;

impl<S: Store> Phone<S> {
    /// The sealed body of the next request; `None` when not enrolled, waiting after a failure, in need of an enrolment, or
    /// while another request is out.
    ///
    /// # Errors
    /// [`PhoneError::Store`].
    pub fn next_request(&mut self, now_ms: u64) -> Result<Option<Vec<u8>>, PhoneError> {
        self.tick(now_ms)?;
        let waits = self.sync.next_attempt_ms.is_some_and(|next| next > now_ms);
        if self.identity.is_none() || self.in_flight.is_some() || self.sync.blocked.is_some() || waits {
            return Ok(None);
        }
        if self.conversation.is_none() {
            let total = self.store.counts()?.pending_changes;
            self.conversation = Some(Conversation { total, ..Conversation::default() });
        }
        self.end_repair()?;
        let (request, in_flight) = self.compose()?;
        self.in_flight = Some(in_flight);
        Ok(Some(seal(&encode_request(&request))))
    }

    fn compose(&self) -> Result<(SyncRequest, InFlight), PhoneError> {
        let cursor = self.sync.cursor.clone().map(Cursor::from);
        let pushes = self.pushes()?;
        let told = Some(self.told(pushes.iter().map(|(_, hashes)| hashes.len()).sum())?);
        let heard = self.sync.heard;
        let base = SyncRequest { schema_version: SCHEMA_VERSION, cursor, heard, told, ..SyncRequest::default() };
        let sealed = self.sealed_due()?;
        // What is unsent goes first: a comparison moves the cursor, which proves until then what this phone could not know.
        let sends_first = !(pushes.is_empty() && sealed.is_empty());
        if self.sync.repair == Some(Repair::Compare) && !sends_first {
            let digest = Some(digest::of_all(self.digests()?));
            let in_flight = InFlight { compares: true, ..InFlight::default() };
            return Ok((SyncRequest { digest, ..base }, in_flight));
        }
        let wanted: Vec<RecordId> = match &self.sync.repair {
            Some(Repair::Exchange { wanted, .. }) => {
                wanted.iter().copied().take(self.shrunk(WANTED, WANTED_MIN)).collect()
            }
            Some(Repair::Compare) | None => Vec::new(),
        };
        // It sends, then compares, and no page makes sense to it before.
        let no_page = self.sync.repair == Some(Repair::Compare);
        let sent = pushes.iter().flat_map(|(push, hashes)| hashes.iter().map(|hash| (push.record, *hash))).collect();
        let in_flight =
            InFlight { pushed: sent, wanted: wanted.clone(), sealed: sealed.clone(), ..InFlight::default() };
        let pushes = pushes.into_iter().map(|(push, _)| push).collect();
        let page_bytes = u32::try_from(self.shrunk(WANT_BYTES, limits::PAGE_BYTES_MIN)).unwrap_or(u32::MAX);
        let want_bytes = if no_page { 0 } else { page_bytes };
        Ok((SyncRequest { pushes, wanted, sealed, want_bytes, ..base }, in_flight))
    }

    /// What people at the centre are told of the phone, beside a request that carries so many changes. What waits for something else
    /// was sent already.
    fn told(&self, carried: usize) -> Result<Told, PhoneError> {
        let waiting = self.conversation.as_ref().map_or(0, |talk| talk.waiting.len());
        let gone = u64::try_from(carried.saturating_add(waiting)).unwrap_or(u64::MAX);
        let unsent = self.store.counts()?.pending_changes.saturating_sub(gone);
        Ok(Told { version: env!("CARGO_PKG_VERSION").to_owned(), unsent })
    }

    fn pushes(&self) -> Result<Vec<(Push, Vec<usra_sync_protocol::id::ChangeHash>)>, PhoneError> {
        let mut pushes: Vec<(Push, Vec<_>)> = Vec::new();
        let mut place = BTreeMap::new();
        for row in self.to_send()? {
            let at = *place.entry(row.record).or_insert(pushes.len());
            if at == pushes.len() {
                let record = self.store.record(row.record)?.ok_or(StoreError::Damaged("a change has no record"))?;
                let (kind, area, family) = (record.kind.number(), record.area, record.family);
                pushes.push((Push { record: row.record, kind, area, family, changes: Vec::new() }, Vec::new()));
            }
            let bytes = self.store.bytes(row.record, row.hash)?.ok_or(StoreError::Damaged("a change has no bytes"))?;
            if let Some((push, hashes)) = pushes.get_mut(at) {
                push.changes.push(bytes);
                hashes.push(row.hash);
            }
        }
        Ok(pushes)
    }

    /// The changes of the next request, in order.
    fn to_send(&self) -> Result<Vec<OutgoingRow>, PhoneError> {
        let mut load = Load { bytes_max: self.shrunk(PUSH_BYTES, PUSH_BYTES_MIN), ..Load::default() };
        let mut after = 0;
        loop {
            let rows = self.store.outgoing(after, ROWS)?;
            let Some(last) = rows.last() else { return Ok(load.rows) };
            after = last.order;
            let mut due = rows.into_iter().filter(|row| self.is_due(row));
            if !due.all(|row| load.takes(row)) {
                return Ok(load.rows);
            }
        }
    }

    /// `usual`, halved for every failure of the network since the last conversation that came to its end.
    fn shrunk(&self, usual: usize, least: usize) -> usize {
        usual.checked_shr(self.sync.cuts).unwrap_or_default().max(least)
    }

    /// Whether a change is to be sent now: one that waits for something else is offered once in a conversation.
    pub(super) fn is_due(&self, row: &OutgoingRow) -> bool {
        let asked = || self.conversation.as_ref().is_some_and(|talk| talk.waiting.contains(&(row.record, row.hash)));
        row.state != ChangeState::Waiting || !asked()
    }
}

/// A request while it fills.
#[derive(Default)]
struct Load {
    rows: Vec<OutgoingRow>,
    size_bytes: usize,
    bytes_max: usize,
}

impl Load {
    /// Takes a change unless the request is full; the first one always fits.
    fn takes(&mut self, row: OutgoingRow) -> bool {
        let size_bytes = self.size_bytes + row.size_bytes;
        let full = size_bytes > self.bytes_max || self.rows.len() >= limits::REQUEST_CHANGES;
        if full && !self.rows.is_empty() {
            return false;
        }
        self.size_bytes = size_bytes;
        self.rows.push(row);
        true
    }
}
