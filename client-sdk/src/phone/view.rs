//! What a person sees: records, lists, conflicts, the held tray and the status. Reads rows only; a list touches no open values.

use std::collections::BTreeSet;

use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::role::Role;

use super::Phone;
use super::state::Blocked;
use crate::conflict::{self, Conflict};
use crate::error::PhoneError;
use crate::held::HeldItem;
use crate::record::{Query, RecordState, RecordSummary, RecordView};
use crate::search;
use crate::status::Status;
use crate::store::{RecordRow, RowQuery, Store, Write};
use crate::working::Working;

/// A limit that no list reaches.
pub(super) const EVERY: usize = u32::MAX as usize;

#[expect(clippy::missing_errors_doc, reason = "every error is a PhoneError and says for itself what is wrong")]
impl<S: Store> Phone<S> {
    /// Everything shown of a record; `None` when it is not on this phone. [`PhoneError::Expired`] for what is not shown
    /// before the next sync; see [`Phone::tick`].
    pub fn record(&self, id: RecordId) -> Result<Option<RecordView>, PhoneError> {
        let Some(work) = Working::load(&self.store, id)?.filter(|work| self.shows(&work.row)) else {
            return if self.sync.hold.expired { Err(PhoneError::Expired) } else { Ok(None) };
        };
        let fields = work.open.all_shown().map(|(key, value)| (key.to_owned(), value.clone()));
        Ok(Some(RecordView {
            id,
            kind: work.row.kind,
            family: work.row.family,
            area: work.row.area,
            title: work.row.title.clone(),
            state: self.state_of(&work.row),
            fields: fields.collect(),
            conflicts: conflict::of(&work.row, &work.open),
            held: self.store.held(Some(id))?,
            pending_changes: work.row.pending,
            changed_ms: work.row.changed_ms,
        }))
    }

    /// The records of a query, latest changed first. What a partner wrote into a record that it may not read is found by its
    /// id and in the held tray, and in no list. After an expiry only [`Query::unsent`] is answered: any other list would
    /// leave out, without saying so, what is not shown before the next sync.
    pub fn list(&self, query: &Query) -> Result<Vec<RecordSummary>, PhoneError> {
        if self.sync.hold.expired && !query.unsent {
            return Err(PhoneError::Expired);
        }
        let rows = self.store.list(&RowQuery {
            unsent: query.unsent,
            kind: query.kind,
            without: self.unread_kinds(),
            family: query.family,
            terms: query.search.as_deref().map(search::terms_sought).unwrap_or_default(),
            limit: query.limit,
            offset: query.offset,
        })?;
        Ok(rows.into_iter().map(|row| self.summary(row)).collect())
    }

    fn summary(&self, row: RecordRow) -> RecordSummary {
        RecordSummary {
            id: row.id,
            kind: row.kind,
            family: row.family,
            area: row.area,
            state: self.state_of(&row),
            title: row.title,
            changed_ms: row.changed_ms,
        }
    }

    /// The conflicts of one record, or of all.
    pub fn conflicts(&self, id: Option<RecordId>) -> Result<Vec<Conflict>, PhoneError> {
        if self.sync.hold.expired && id.is_none() {
            return Err(PhoneError::Expired);
        }
        let ids = id.map_or_else(|| self.store.conflicted(), |id| Ok(vec![id]))?;
        let mut conflicts = Vec::new();
        for id in ids {
            let work = Working::load(&self.store, id)?.filter(|work| self.shows(&work.row));
            let work = work.ok_or_else(|| self.not_here(PhoneError::RecordUnknown))?;
            conflicts.extend(conflict::of(&work.row, &work.open));
        }
        Ok(conflicts)
    }

    /// The held tray, oldest first.
    pub fn held(&self) -> Result<Vec<HeldItem>, PhoneError> {
        Ok(self.store.held(None)?)
    }

    /// Takes an item out of the held tray: the person has dealt with it.
    pub fn dismiss(&mut self, record: RecordId, change: ChangeHash) -> Result<(), PhoneError> {
        if !self.store.held(Some(record))?.iter().any(|item| item.change == change) {
            return Ok(());
        }
        let mut writes = vec![Write::Unhold(record, change)];
        if let Some(mut row) = self.store.record(record)? {
            row.held = row.held.saturating_sub(1);
            writes.push(Write::Record(Box::new(row)));
        }
        self.commit(writes, self.sync.clone())
    }

    /// The person has looked at the record: what the centre changed is no longer news.
    pub fn mark_seen(&mut self, id: RecordId) -> Result<(), PhoneError> {
        let row = self.store.record(id)?.ok_or_else(|| self.not_here(PhoneError::RecordUnknown))?;
        if !row.by_centre {
            return Ok(());
        }
        let seen = RecordRow { by_centre: false, ..row };
        self.commit(vec![Write::Record(Box::new(seen))], self.sync.clone())
    }

    /// How the phone stands.
    pub fn status(&self, now_ms: u64) -> Result<Status, PhoneError> {
        let counts = self.store.counts()?;
        let token_over = self.identity.as_ref().is_some_and(|identity| {
            identity.refresh_token.is_none()
                && u64::try_from(identity.token_expires_at).is_ok_and(|ends_s| ends_s.saturating_mul(1_000) <= now_ms)
        });
        let (expired, expires_ms) = self.sync.hold.until(now_ms);
        Ok(Status {
            expired,
            expires_ms,
            enrolled: self.identity.is_some(),
            needs_enrolment: self.sync.blocked.is_some() || token_over,
            records: counts.records,
            pending_records: counts.pending_records,
            pending_changes: counts.pending_changes,
            pending_sealed: self.store.sealed()?.len() as u64,
            sending: self.conversation.as_ref().map(|talk| (talk.done, talk.total.max(talk.done))),
            last_success_ms: self.sync.last_success_ms,
            last_error: self.sync.last_error.clone(),
            needs_attention: counts.held + counts.waiting_records,
            conflicts: counts.conflicts,
            unreadable: self.sync.unreadable,
            next_attempt_ms: self.sync.next_attempt_ms.filter(|next| *next > now_ms),
        })
    }

    /// Forgets the waiting time after a failure: a person asked for a sync now. A phone whose data was copied stays silent.
    pub fn retry_now(&mut self) {
        self.sync.next_attempt_ms = None;
        self.sync.blocked = self.sync.blocked.filter(|blocked| *blocked == Blocked::Forked);
    }

    /// What the person may do here, once the phone is enrolled.
    pub(super) fn role(&self) -> Option<Role> {
        self.identity.as_ref().map(|identity| identity.role)
    }

    /// The kinds that this role may not read, though it may write them.
    fn unread_kinds(&self) -> Vec<Kind> {
        let unread = |role: Role| Kind::ALL.into_iter().filter(move |kind| !policy::may_read(role, *kind)).collect();
        self.role().map_or_else(Vec::new, unread)
    }

    /// The records of those kinds: what this phone wrote there without seeing them.
    pub(super) fn unread_records(&self) -> Result<BTreeSet<RecordId>, PhoneError> {
        let mut unread = BTreeSet::new();
        for kind in self.unread_kinds() {
            let query = RowQuery { kind: Some(kind), limit: EVERY, ..RowQuery::default() };
            unread.extend(self.store.list(&query)?.into_iter().map(|row| row.id));
        }
        Ok(unread)
    }

    /// The digests that the server counts too: those of records that this role may read.
    pub(super) fn digests(&self) -> Result<Vec<(RecordId, Digest)>, PhoneError> {
        let (unread, mut digests) = (self.unread_records()?, self.store.digests()?);
        digests.retain(|(record, _)| !unread.contains(record));
        Ok(digests)
    }

    fn state_of(&self, row: &RecordRow) -> RecordState {
        let sending =
            || self.in_flight.as_ref().is_some_and(|sent| sent.pushed.iter().any(|(record, _)| *record == row.id));
        match row {
            row if row.held > 0 || row.waiting > 0 => RecordState::NeedsAttention,
            row if row.conflicts > 0 => RecordState::TwoVersions,
            row if row.pending > 0 && self.identity.is_none() => RecordState::DraftOnPhone,
            row if row.pending > 0 && sending() => RecordState::Sending,
            row if row.pending > 0 => RecordState::WaitingToSend,
            row if row.by_centre => RecordState::ChangedByCentre,
            _ => RecordState::Received,
        }
    }
}
