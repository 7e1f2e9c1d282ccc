//! A change: one commit of one actor on one record, in Automerge's published change format.
//! `read` takes foreign bytes and answers with a [`Change`] or a [`ChangeFault`]; `write` makes the same bytes from values.
//! Neither loads a document, panics, or does more work than the bytes are long.

mod chunk;
mod columns;
mod context;
mod fault;
pub(crate) mod follow;
mod leb;
mod puts;
mod read;
mod rules;
mod runs;
mod values;
mod write;

pub use context::{ContextFault, History, Known, KnownChange};
pub use fault::ChangeFault;
pub use read::read;
pub use write::write;

use crate::id::{Actor, ChangeHash};
use crate::scalar::Scalar;

/// Names one operation: Automerge's Lamport order is counter first, then the actor's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId {
    /// One more than the greatest counter its author knew of in this record.
    pub counter: u64,
    /// Its author.
    pub actor: Actor,
}

/// One field given a value, and the earlier values that its author saw and replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The field's flat key, at the root of the record.
    pub key: String,
    /// The new value.
    pub value: Scalar,
    /// The operations replaced, in ascending order, none twice. Anything else that is open stays open beside this value.
    pub replaces: Vec<OpId>,
}

/// A change as an author makes it. The put at index `i` has the counter `start_op + i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who writes.
    pub actor: Actor,
    /// 1 for the actor's first change of this record, then one more each.
    pub seq: u64,
    /// Counter of the first put; one more than the greatest counter among everything it follows.
    pub start_op: u64,
    /// The author's clock in seconds since 1970. It orders nothing and authorises nothing.
    pub time: i64,
    /// The changes it directly follows, ascending, none twice.
    pub deps: Vec<ChangeHash>,
    /// At least one; no key twice.
    pub puts: Vec<Put>,
}

/// A change that was read from bytes or written to them: what it says, its bytes' hash, and that both agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    hash: ChangeHash,
    draft: Draft,
}

impl Change {
    /// Its name everywhere.
    #[must_use]
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// What it says.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The counter of its last put.
    #[must_use]
    pub fn max_op(&self) -> u64 {
        self.draft.start_op.saturating_add(self.draft.puts.len() as u64).saturating_sub(1)
    }

    /// Every put with the operation id it has.
    pub fn ops(&self) -> impl Iterator<Item = (OpId, &Put)> {
        (self.draft.start_op..)
            .zip(&self.draft.puts)
            .map(|(counter, put)| (OpId { counter, actor: self.draft.actor }, put))
    }
}
