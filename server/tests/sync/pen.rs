//! A pen that writes a phone's changes of one record one after another, as the SDK would.

use std::sync::Arc;

use usra_server::sync::author::Author;
use usra_server::sync::offer::Offer;
use usra_sync_protocol::change::{self, Change, Draft, Put};
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

/// A put that replaces nothing.
pub(crate) fn put(key: &str, value: impl Into<Scalar>) -> Put {
    Put { key: key.to_owned(), value: value.into(), replaces: Vec::new() }
}

/// A put in the place of what `change` put under the same key.
pub(crate) fn instead(change: &Change, key: &str, value: impl Into<Scalar>) -> Put {
    let replaces = change.ops().filter(|(_, put)| put.key == key).map(|(op, _)| op).collect();
    Put { replaces, ..put(key, value) }
}

/// A phone's pen.
pub(crate) struct Pen {
    author: Arc<Author>,
    record: RecordId,
    kind: Kind,
    family: RecordId,
    area: AreaId,
    actor: Actor,
    seq: u64,
    next_op: u64,
    deps: Vec<ChangeHash>,
}

impl Pen {
    /// A pen for the family record `record` in `area`.
    pub(crate) fn new(author: &Arc<Author>, record: RecordId, area: AreaId) -> Self {
        Self::of(author, (Kind::Family, record, record), area)
    }

    /// A pen for the household of the family `family`.
    pub(crate) fn of_household(author: &Arc<Author>, family: RecordId, area: AreaId) -> Self {
        Self::of(author, (Kind::Household, RecordId::household_of(family), family), area)
    }

    fn of(author: &Arc<Author>, (kind, record, family): (Kind, RecordId, RecordId), area: AreaId) -> Self {
        let (author, actor) = (Arc::clone(author), Actor::new(author.install, 0));
        Self { author, record, kind, family, area, actor, seq: 0, next_op: 1, deps: Vec::new() }
    }

    /// The next change, after everything seen.
    pub(crate) fn write(&mut self, puts: Vec<Put>) -> (Change, Offer) {
        self.seq += 1;
        let deps = std::mem::take(&mut self.deps);
        let draft = Draft { actor: self.actor, seq: self.seq, start_op: self.next_op, time: 0, deps, puts };
        let (change, bytes) = change::write(draft).unwrap();
        self.sees(&change);
        (change, self.offer(bytes))
    }

    /// Takes note of another's change.
    pub(crate) fn sees(&mut self, change: &Change) {
        self.deps.retain(|dep| !change.draft().deps.contains(dep));
        self.deps.push(change.hash());
        self.deps.sort_unstable();
        self.next_op = self.next_op.max(change.max_op() + 1);
    }

    /// These bytes, offered for the record.
    pub(crate) fn offer(&self, bytes: Vec<u8>) -> Offer {
        Offer {
            author: Arc::clone(&self.author),
            record: self.record,
            kind: self.kind.number(),
            area: self.area,
            family: self.family,
            relay: false,
            bytes,
        }
    }
}
