//! Whether a change that reads well also fits what is known of its record: nothing missing, nothing forked, counters and
//! sequence in step, and every value it replaces really there. Together with the reader this is all that Automerge needs to
//! apply a change and show the same open values; who may write what is another question.

mod history;

pub use history::{History, KnownChange};

use history::Unseen;

use super::{Change, Draft, OpId};
use crate::id::ChangeHash;

/// What is known of a change that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The record does not have it yet.
    New,
    /// The record has exactly this change.
    Already,
}

/// Why a change does not fit its record, or cannot be judged yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContextFault {
    /// These changes that it directly follows are not known; they may still arrive.
    #[error("changes that it follows are not known")]
    DepsMissing(Vec<ChangeHash>),
    /// Another change has the same actor and sequence number.
    #[error("another change has the same actor and sequence number")]
    Forked,
    /// The sequence number is not its actor's next, or it does not follow its actor's previous change.
    #[error("the sequence number is not its actor's next")]
    SeqOutOfOrder,
    /// The first counter is not one more than the greatest of what it follows.
    #[error("the first counter is not the next one after what it follows")]
    CounterOutOfOrder,
    /// A replaced operation is not a put of the same key among what it follows.
    #[error("a replaced value is not among what the change follows")]
    PredecessorUnknown,
    /// It cannot be judged before the keys of these known changes are loaded with [`History::load_keys`].
    #[error("the keys of some known changes are not loaded")]
    KeysNeeded(Vec<ChangeHash>),
}

impl ContextFault {
    /// The stable code of this fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DepsMissing(_) => "deps_missing",
            Self::Forked => "forked",
            Self::SeqOutOfOrder => "seq_out_of_order",
            Self::CounterOutOfOrder => "counter_out_of_order",
            Self::PredecessorUnknown => "predecessor_unknown",
            Self::KeysNeeded(_) => "keys_needed",
        }
    }
}

impl History {
    /// Whether `change` fits what is known. Costs one step for each change it has not seen, and none to speak of when it
    /// has seen everything.
    ///
    /// # Errors
    /// The first [`ContextFault`], in the order of that enum: what can never fit comes before what may be cured, except
    /// that missing deps are told before anything that only they can decide.
    pub fn check(&self, change: &Change) -> Result<Known, ContextFault> {
        if self.contains(change.hash()) {
            return Ok(Known::Already);
        }
        let draft = change.draft();
        if self.place_of_seq(draft.actor, draft.seq).is_some() {
            return Err(ContextFault::Forked);
        }
        let deps = self.places_of(&draft.deps).map_err(ContextFault::DepsMissing)?;
        let unseen = self.unseen_by(&deps);
        self.check_seq(draft, &unseen)?;
        self.check_counter(draft, &deps)?;
        self.check_replaced(draft, &unseen)?;
        Ok(Known::New)
    }

    fn check_seq(&self, draft: &Draft, unseen: &Unseen) -> Result<(), ContextFault> {
        let previous = draft.seq.checked_sub(1).ok_or(ContextFault::SeqOutOfOrder)?;
        let follows = match previous {
            0 => true,
            previous => self.place_of_seq(draft.actor, previous).is_some_and(|place| !unseen.contains(place)),
        };
        if follows { Ok(()) } else { Err(ContextFault::SeqOutOfOrder) }
    }

    /// Every change's counters are above those of all it follows, so the deps alone give the greatest.
    fn check_counter(&self, draft: &Draft, deps: &[usize]) -> Result<(), ContextFault> {
        let greatest = deps.iter().filter_map(|place| self.at(*place)).map(|known| known.max_op).max();
        let next = greatest.unwrap_or(0).saturating_add(1);
        if draft.start_op == next { Ok(()) } else { Err(ContextFault::CounterOutOfOrder) }
    }

    fn check_replaced(&self, draft: &Draft, unseen: &Unseen) -> Result<(), ContextFault> {
        let mut needed = Vec::new();
        for (put, op) in draft.puts.iter().flat_map(|put| put.replaces.iter().map(move |op| (put, *op))) {
            let known = self.change_of_op(op, unseen).ok_or(ContextFault::PredecessorUnknown)?;
            let loaded = known.keys.as_ref().map(|keys| key_of(known, keys, op));
            match self.noted_key(op).map(Some).or(loaded) {
                Some(key) if key == Some(put.key.as_str()) => {}
                Some(_) => return Err(ContextFault::PredecessorUnknown),
                None => needed.push(known.hash),
            }
        }
        needed.sort_unstable();
        needed.dedup();
        if needed.is_empty() { Ok(()) } else { Err(ContextFault::KeysNeeded(needed)) }
    }

    /// The change that made `op`, unless it is unknown or unseen.
    fn change_of_op(&self, op: OpId, unseen: &Unseen) -> Option<&KnownChange> {
        let place = self.place_of_op(op)?;
        if unseen.contains(place) { None } else { self.at(place) }
    }
}

fn key_of<'a>(known: &KnownChange, keys: &'a [String], op: OpId) -> Option<&'a str> {
    let index = usize::try_from(op.counter.checked_sub(known.start_op)?).ok()?;
    keys.get(index).map(String::as_str)
}
