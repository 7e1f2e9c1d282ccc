//! What is known of one record's changes: who made them, what they follow, and which keys they put. No values.

use std::collections::{BTreeMap, BTreeSet};

use super::ContextFault;
use crate::change::{Change, OpId};
use crate::id::{Actor, ChangeHash};

/// One accepted change, as a store keeps it beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Its author.
    pub actor: Actor,
    /// Its number among its author's changes of this record.
    pub seq: u64,
    /// Counter of its first put.
    pub start_op: u64,
    /// Counter of its last put.
    pub max_op: u64,
    /// The changes it directly follows.
    pub deps: Vec<ChangeHash>,
    /// The key of each put, in order; `None` while they are not loaded.
    pub keys: Option<Vec<String>>,
}

/// The accepted changes of one record, each after everything it follows. A change's place is its index in that order.
#[derive(Clone, Debug, Default)]
pub struct History {
    changes: Vec<KnownChange>,
    deps: Vec<Vec<usize>>,
    by_hash: BTreeMap<ChangeHash, usize>,
    by_seq: BTreeMap<(Actor, u64), usize>,
    by_start_op: BTreeMap<(Actor, u64), usize>,
    heads: BTreeSet<usize>,
    noted: BTreeMap<OpId, String>,
    max_op: u64,
}

/// The places of a history that certain changes neither are nor follow.
pub(super) struct Unseen(Vec<Mark>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Seen,
    Unseen,
}

impl From<&Change> for KnownChange {
    fn from(change: &Change) -> Self {
        let draft = change.draft();
        Self {
            hash: change.hash(),
            actor: draft.actor,
            seq: draft.seq,
            start_op: draft.start_op,
            max_op: change.max_op(),
            deps: draft.deps.clone(),
            keys: Some(draft.puts.iter().map(|put| put.key.clone()).collect()),
        }
    }
}

impl History {
    /// Adds a change that [`History::check`] found new. One that is known already changes nothing.
    ///
    /// # Errors
    /// [`ContextFault::DepsMissing`] when something it follows was not added before.
    pub fn insert(&mut self, change: &Change) -> Result<(), ContextFault> {
        self.insert_known(change.into())
    }

    /// Adds a change as a store gives it back, after those it follows. One that is known already changes nothing.
    ///
    /// # Errors
    /// [`ContextFault::DepsMissing`] when something it follows was not added before.
    pub fn insert_known(&mut self, known: KnownChange) -> Result<(), ContextFault> {
        if self.contains(known.hash) {
            return Ok(());
        }
        let deps = self.places_of(&known.deps).map_err(ContextFault::DepsMissing)?;
        let place = self.changes.len();
        self.by_hash.insert(known.hash, place);
        self.by_seq.insert((known.actor, known.seq), place);
        self.by_start_op.insert((known.actor, known.start_op), place);
        for dep in &deps {
            self.heads.remove(dep);
        }
        self.heads.insert(place);
        self.max_op = self.max_op.max(known.max_op);
        self.changes.push(known);
        self.deps.push(deps);
        Ok(())
    }

    /// Gives the keys of a known change, in the order of its puts, after [`ContextFault::KeysNeeded`] asked for them.
    pub fn load_keys(&mut self, hash: ChangeHash, keys: Vec<String>) {
        let place = self.by_hash.get(&hash).copied();
        if let Some(known) = place.and_then(|place| self.changes.get_mut(place)) {
            known.keys = Some(keys);
        }
    }

    /// Gives the key of one put, as a store has it beside an open value. What most changes replace is open, so that the keys of
    /// whole changes are seldom asked for.
    pub fn note_key(&mut self, op: OpId, key: &str) {
        self.noted.insert(op, key.to_owned());
    }

    /// The key noted for a put.
    pub(super) fn noted_key(&self, op: OpId) -> Option<&str> {
        self.noted.get(&op).map(String::as_str)
    }

    /// The changes that nothing known follows, ascending.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<ChangeHash> =
            self.heads.iter().filter_map(|place| self.at(*place)).map(|c| c.hash).collect();
        heads.sort_unstable();
        heads
    }

    /// The greatest counter of all; 0 when nothing is known.
    #[must_use]
    pub fn max_op(&self) -> u64 {
        self.max_op
    }

    /// The sequence number that the actor's next change has.
    #[must_use]
    pub fn next_seq(&self, actor: Actor) -> u64 {
        let last = self.by_seq.range((actor, 0)..=(actor, u64::MAX)).next_back();
        last.map_or(1, |((_, seq), _)| seq.saturating_add(1))
    }

    /// Whether the change is known.
    #[must_use]
    pub fn contains(&self, hash: ChangeHash) -> bool {
        self.by_hash.contains_key(&hash)
    }

    /// The change at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&KnownChange> {
        self.changes.get(place)
    }

    /// How many changes are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The places of all changes that `heads` neither are nor follow, in an order in which they can be applied.
    /// Heads that are not known here tell nothing and are passed over.
    #[must_use]
    pub fn since(&self, heads: &[ChangeHash]) -> Vec<usize> {
        let known: Vec<usize> = heads.iter().filter_map(|hash| self.by_hash.get(hash).copied()).collect();
        let unseen = self.unseen_by(&known);
        (0..self.len()).filter(|place| unseen.contains(*place)).collect()
    }

    pub(super) fn places_of(&self, hashes: &[ChangeHash]) -> Result<Vec<usize>, Vec<ChangeHash>> {
        let missing: Vec<ChangeHash> = hashes.iter().copied().filter(|hash| !self.contains(*hash)).collect();
        let places = hashes.iter().filter_map(|hash| self.by_hash.get(hash).copied()).collect();
        if missing.is_empty() { Ok(places) } else { Err(missing) }
    }

    pub(super) fn place_of_seq(&self, actor: Actor, seq: u64) -> Option<usize> {
        self.by_seq.get(&(actor, seq)).copied()
    }

    pub(super) fn place_of_op(&self, op: OpId) -> Option<usize> {
        let (_, place) = self.by_start_op.range((op.actor, 0)..=(op.actor, op.counter)).next_back()?;
        self.at(*place).filter(|known| op.counter <= known.max_op).map(|_| *place)
    }

    /// Walks back from the heads, newest place first, until only what `tips` have seen is left. Whatever follows a place
    /// has a higher one, so a place is decided when it is reached.
    pub(super) fn unseen_by(&self, tips: &[usize]) -> Unseen {
        let mut walk = Walk { marks: vec![Mark::None; self.len()], open: 0 };
        for place in &self.heads {
            walk.mark(*place, Mark::Unseen);
        }
        for place in tips {
            walk.mark(*place, Mark::Seen);
        }
        for (place, deps) in self.deps.iter().enumerate().rev() {
            if walk.open == 0 {
                break;
            }
            let mark = walk.leave(place);
            for dep in deps {
                walk.mark(*dep, mark);
            }
        }
        Unseen(walk.marks)
    }
}

impl Unseen {
    pub(super) fn contains(&self, place: usize) -> bool {
        self.0.get(place) == Some(&Mark::Unseen)
    }
}

/// The marks so far, and how many unseen places are still to be left behind.
struct Walk {
    marks: Vec<Mark>,
    open: usize,
}

impl Walk {
    /// Seen is stronger than unseen.
    fn mark(&mut self, place: usize, mark: Mark) {
        let Some(old) = self.marks.get_mut(place) else { return };
        match (*old, mark) {
            (Mark::None, Mark::Unseen) => self.open += 1,
            (Mark::Unseen, Mark::Seen) => self.open = self.open.saturating_sub(1),
            (Mark::None, Mark::Seen) => {}
            (_, Mark::None) | (Mark::Seen, _) | (Mark::Unseen, Mark::Unseen) => return,
        }
        *old = mark;
    }

    fn leave(&mut self, place: usize) -> Mark {
        let mark = self.marks.get(place).copied().unwrap_or(Mark::None);
        self.open -= usize::from(mark == Mark::Unseen);
        mark
    }
}
