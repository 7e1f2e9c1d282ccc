//! One record in hand: its row, its open values and, when asked for, its changes. Everything done to it is collected as writes,
//! so that whatever a step does to a record becomes one part of one commit. No document is ever loaded.

use std::collections::BTreeMap;

use usra_sync_protocol::change::{Change, Draft, Put};
use usra_sync_protocol::digest;
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::{Applied, OpenValues};
use usra_sync_protocol::{change, limits};

use crate::error::PhoneError;
use crate::held::HeldItem;
use crate::store::{ChangeRow, ChangeState, OpenRow, RecordRow, Store, StoreError, Write};
use crate::{conflict, search};

/// A record in hand.
pub(crate) struct Working {
    pub(crate) row: RecordRow,
    pub(crate) open: OpenValues<i64>,
    /// Its changes in causal order; only what was added since when it was loaded without them.
    pub(crate) changes: Vec<ChangeRow>,
    pub(crate) writes: Vec<Write>,
    /// Whether the open values must be written anew as a whole.
    rebuilt: bool,
    touched: bool,
}

/// What a record is, apart from its content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home {
    pub(crate) id: RecordId,
    pub(crate) kind: Kind,
    pub(crate) area: AreaId,
    pub(crate) family: RecordId,
}

impl Working {
    /// A record that is new here, written by `actor`.
    pub(crate) fn new(home: Home, actor: Actor) -> Self {
        let row = RecordRow {
            id: home.id,
            kind: home.kind,
            area: home.area,
            family: home.family,
            heads: Vec::new(),
            confirmed_heads: Vec::new(),
            digest: None,
            max_op: 0,
            install: actor.install(),
            generation: actor.generation(),
            seq: 0,
            title: String::new(),
            changed_ms: 0,
            pending: 0,
            waiting: 0,
            held: 0,
            conflicts: 0,
            by_centre: false,
            leaving: false,
        };
        Self::of(row, OpenValues::default(), Vec::new())
    }

    /// The record without its changes: enough to read it and to write on top of it.
    pub(crate) fn load(store: &impl Store, id: RecordId) -> Result<Option<Self>, StoreError> {
        let Some(row) = store.record(id)? else { return Ok(None) };
        let mut open = OpenValues::default();
        for value in store.open_values(id)? {
            open.insert(value.key, value.op, value.value, value.written_at);
        }
        Ok(Some(Self::of(row, open, Vec::new())))
    }

    /// The record with its changes.
    pub(crate) fn load_whole(store: &impl Store, id: RecordId) -> Result<Option<Self>, StoreError> {
        let Some(mut work) = Self::load(store, id)? else { return Ok(None) };
        work.changes = store.changes(id)?;
        Ok(Some(work))
    }

    fn of(row: RecordRow, open: OpenValues<i64>, changes: Vec<ChangeRow>) -> Self {
        Self { row, open, changes, writes: Vec::new(), rebuilt: false, touched: false }
    }

    /// From now on this phone writes here as `actor`, unless it does so already under the same install.
    pub(crate) fn write_as(&mut self, actor: Actor) {
        if self.row.install != actor.install() {
            self.begin_generation(actor);
        }
    }

    /// From now on this phone writes here as `actor`, from sequence number 1.
    pub(crate) fn begin_generation(&mut self, actor: Actor) {
        (self.row.install, self.row.generation, self.row.seq) = (actor.install(), actor.generation(), 0);
    }

    /// Where the change of this name stands, if it is known.
    pub(crate) fn state_of(&self, hash: ChangeHash) -> Option<ChangeState> {
        self.changes.iter().find(|row| row.hash == hash).map(|row| row.state)
    }

    /// Makes a change of `puts` on top of everything here, for the outbox.
    pub(crate) fn author(&mut self, puts: Vec<Put>, now_ms: u64) -> Result<ChangeHash, PhoneError> {
        let draft = Draft {
            actor: Actor::new(self.row.install, self.row.generation),
            seq: self.row.seq + 1,
            start_op: self.row.max_op + 1,
            time: i64::try_from(now_ms / 1_000).unwrap_or_default(),
            deps: self.row.heads.clone(),
            puts,
        };
        let (change, bytes) = change::write(draft)?;
        self.append(&change, bytes, ChangeState::Outbox, now_ms);
        if self.open.key_count() > limits::RECORD_KEYS { Err(PhoneError::TooLarge) } else { Ok(change.hash()) }
    }

    /// Adds a change whose deps are all here.
    pub(crate) fn append(&mut self, change: &Change, bytes: Vec<u8>, state: ChangeState, now_ms: u64) {
        let row =
            ChangeRow { record: self.row.id, hash: change.hash(), state, deps: change.draft().deps.clone(), bytes };
        self.writes.push(Write::Change(row.clone()));
        self.take(change, &row);
        self.changes.push(row);
        self.row.changed_ms = now_ms;
    }

    /// Applies a change to everything that follows from the changes.
    fn take(&mut self, change: &Change, row: &ChangeRow) {
        let applied = self.open.apply(change, &change.draft().time);
        self.note(applied);
        advance(&mut self.row.heads, row);
        if row.state.acknowledged() {
            advance(&mut self.row.confirmed_heads, row);
        }
        self.count(row.state, 1);
        self.row.max_op = self.row.max_op.max(change.max_op());
        self.note_own_seq(change.draft());
        self.touched = true;
    }

    fn note(&mut self, applied: Applied<'_>) {
        if self.rebuilt {
            return;
        }
        let id = self.row.id;
        self.writes.extend(applied.closed.into_iter().map(|(key, op)| Write::Close(id, key.to_owned(), op)));
        for (key, op) in applied.opened {
            let found = self.open.of(key).and_then(|open| open.get(&op)).cloned();
            let row = found.map(|open| OpenRow { key: key.to_owned(), op, value: open.value, written_at: open.with });
            self.writes.extend(row.map(|row| Write::Open(id, row)));
        }
    }

    fn note_own_seq(&mut self, draft: &Draft) {
        if draft.actor.install() != self.row.install || draft.actor.generation() < self.row.generation {
            return;
        }
        let newer = draft.actor.generation() > self.row.generation;
        self.row.seq = if newer { draft.seq } else { self.row.seq.max(draft.seq) };
        self.row.generation = draft.actor.generation();
    }

    fn count(&mut self, state: ChangeState, by: i32) {
        let (pending, waiting) = match state {
            ChangeState::Outbox => (by, 0),
            ChangeState::Waiting => (by, by),
            ChangeState::Confirmed | ChangeState::Reoffer => (0, 0),
        };
        self.row.pending = self.row.pending.saturating_add_signed(pending);
        self.row.waiting = self.row.waiting.saturating_add_signed(waiting);
    }

    /// Notes where a change stands now.
    pub(crate) fn set_state(&mut self, hash: ChangeHash, state: ChangeState) {
        let Some(row) = self.changes.iter_mut().find(|row| row.hash == hash) else { return };
        let (before, row) = (std::mem::replace(&mut row.state, state), row.clone());
        self.count(before, -1);
        self.count(state, 1);
        if !before.acknowledged() && state.acknowledged() {
            advance(&mut self.row.confirmed_heads, &row);
        }
        self.writes.push(Write::State(self.row.id, hash, state));
        self.touched = true;
    }

    /// The centre has this change, and so everything it follows.
    pub(crate) fn confirm(&mut self, hash: ChangeHash) {
        let open: BTreeMap<ChangeHash, Vec<ChangeHash>> = self
            .changes
            .iter()
            .filter(|row| !row.state.acknowledged())
            .map(|row| (row.hash, row.deps.clone()))
            .collect();
        let mut found = Vec::new();
        let mut ahead = vec![hash];
        while let Some(next) = ahead.pop() {
            if let Some(deps) = open.get(&next).filter(|_| !found.contains(&next)) {
                found.push(next);
                ahead.extend(deps);
            }
        }
        let ordered: Vec<ChangeHash> =
            self.changes.iter().map(|row| row.hash).filter(|hash| found.contains(hash)).collect();
        for hash in ordered {
            self.set_state(hash, ChangeState::Confirmed);
        }
        if self.state_of(hash) == Some(ChangeState::Reoffer) {
            self.set_state(hash, ChangeState::Confirmed);
        }
    }

    /// Takes changes out of the record and builds it anew from the others.
    pub(crate) fn rebuild_without(&mut self, gone: &[ChangeHash]) -> Result<(), PhoneError> {
        let id = self.row.id;
        let (dropped, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.changes).into_iter().partition(|row| gone.contains(&row.hash));
        self.writes.extend(dropped.iter().map(|row| Write::DropChange(id, row.hash)));
        (self.rebuilt, self.touched) = (true, true);
        self.open = OpenValues::default();
        (self.row.heads, self.row.confirmed_heads, self.row.max_op) = (Vec::new(), Vec::new(), 0);
        (self.row.pending, self.row.waiting) = (0, 0);
        for row in &kept {
            self.take(&change::read(&row.bytes)?, row);
        }
        self.changes = kept;
        Ok(())
    }

    /// The item that this step put into the held tray for a change.
    pub(crate) fn newly_held(&self, change: ChangeHash) -> Option<&HeldItem> {
        self.writes.iter().find_map(|write| {
            let Write::Hold(item) = write else { return None };
            (item.change == change).then_some(item)
        })
    }

    /// Everything done, as writes.
    pub(crate) fn finish(mut self) -> Vec<Write> {
        let id = self.row.id;
        if self.rebuilt {
            self.writes.push(Write::CloseAll(id));
            self.writes.extend(rows(&self.open).map(|row| Write::Open(id, row)));
        }
        if self.touched {
            let heads = &self.row.confirmed_heads;
            self.row.digest = (!heads.is_empty()).then(|| digest::of_record(id, heads));
            self.row.conflicts = u32::try_from(conflict::of(&self.row, &self.open).len()).unwrap_or(u32::MAX);
            self.row.title = search::title(self.row.kind, &self.open);
            self.writes.push(Write::Terms(id, search::terms_of(&self.open)));
        }
        self.writes.push(Write::Record(Box::new(self.row)));
        self.writes
    }
}

/// Heads after one more change: what it follows is no head any more, it is one.
fn advance(heads: &mut Vec<ChangeHash>, row: &ChangeRow) {
    heads.retain(|head| !row.deps.contains(head));
    if let Err(place) = heads.binary_search(&row.hash) {
        heads.insert(place, row.hash);
    }
}

fn rows(open: &OpenValues<i64>) -> impl Iterator<Item = OpenRow> {
    open.iter().flat_map(|(key, values)| {
        let row = move |(op, open): (&_, &usra_sync_protocol::open_values::Open<i64>)| OpenRow {
            key: key.to_owned(),
            op: *op,
            value: open.value.clone(),
            written_at: open.with,
        };
        values.iter().map(row)
    })
}

/// The install that writes on a phone that is not enrolled. Its changes never leave the phone: enrolment writes them anew.
pub(crate) const DRAFT_INSTALL: InstallId = InstallId(uuid::Uuid::max());
