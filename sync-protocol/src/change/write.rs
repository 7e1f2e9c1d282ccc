//! Writes a change in the one canonical form that `read` takes, which is the form Automerge itself writes.

use std::collections::{BTreeMap, BTreeSet};

use super::leb::{put_prefixed, put_signed, put_unsigned};
use super::{Change, ChangeFault, Draft, chunk, columns, puts, rules};
use crate::id::Actor;
use crate::limits;

/// The change and its bytes.
///
/// # Errors
/// A [`ChangeFault`] when the draft is outside the limits or not in order.
pub fn write(draft: Draft) -> Result<(Change, Vec<u8>), ChangeFault> {
    rules::check(&draft)?;
    let (hash, bytes) = chunk::close(&contents(&draft));
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(ChangeFault::TooLarge);
    }
    Ok((Change { hash, draft }, bytes))
}

/// The contents of a draft that was checked.
pub(super) fn contents(draft: &Draft) -> Vec<u8> {
    let mut out = Vec::new();
    put_unsigned(&mut out, draft.deps.len() as u64);
    for dep in &draft.deps {
        out.extend_from_slice(&dep.0);
    }
    put_prefixed(&mut out, draft.actor.as_bytes());
    put_unsigned(&mut out, draft.seq);
    put_unsigned(&mut out, draft.start_op);
    put_signed(&mut out, draft.time);
    put_prefixed(&mut out, b""); // no message
    let others = other_actors(draft);
    put_unsigned(&mut out, others.len() as u64);
    for actor in &others {
        put_prefixed(&mut out, actor.as_bytes());
    }
    let places: BTreeMap<Actor, u64> = std::iter::once(draft.actor).chain(others).zip(0..).collect();
    columns::write(&mut out, &puts::write(&draft.puts, &places));
    out
}

/// The actors that the puts name besides the author, in ascending order.
fn other_actors(draft: &Draft) -> BTreeSet<Actor> {
    let named = draft.puts.iter().flat_map(|put| &put.replaces).map(|op| op.actor);
    named.filter(|actor| *actor != draft.actor).collect()
}
