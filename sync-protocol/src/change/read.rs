//! Reads a change from foreign bytes: strict and total. Every count is bounded before it is expanded, and what was read is
//! written again: other bytes than the same mean an encoding that Automerge would not have chosen, which is refused.

use super::leb::Bytes;
use super::{Change, ChangeFault, Draft, chunk, columns, puts, rules, write};
use crate::id::{Actor, ChangeHash};
use crate::limits;

/// Reads one change.
///
/// # Errors
/// The first [`ChangeFault`] found.
pub fn read(bytes: &[u8]) -> Result<Change, ChangeFault> {
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(ChangeFault::TooLarge);
    }
    let (hash, contents) = chunk::open(bytes)?;
    let draft = read_contents(Bytes::new(contents))?;
    rules::check(&draft)?;
    let is_canonical = write::contents(&draft) == contents && bytes.len() == chunk::size_of(contents.len());
    if is_canonical { Ok(Change { hash, draft }) } else { Err(ChangeFault::NotCanonical) }
}

fn read_contents(mut bytes: Bytes<'_>) -> Result<Draft, ChangeFault> {
    let deps = read_deps(&mut bytes)?;
    let actor = read_actor(&mut bytes)?;
    let seq = bytes.unsigned()?;
    let start_op = bytes.unsigned()?;
    let time = bytes.signed()?;
    if !bytes.prefixed()?.is_empty() {
        return Err(ChangeFault::MessagePresent);
    }
    let actors = read_actors(&mut bytes, actor)?;
    let columns = columns::read(&mut bytes)?;
    if !bytes.is_empty() {
        return Err(ChangeFault::ExtraBytes);
    }
    let puts = puts::read(&columns, &actors)?;
    Ok(Draft { actor, seq, start_op, time, deps, puts })
}

fn read_deps(bytes: &mut Bytes<'_>) -> Result<Vec<ChangeHash>, ChangeFault> {
    let count = bytes.unsigned()?;
    if count > limits::CHANGE_DEPS as u64 {
        return Err(ChangeFault::DepsTooMany);
    }
    (0..count).map(|_| bytes.array().map(ChangeHash)).collect()
}

/// The list of actors, the author first. Each takes bytes, so the list ends with them whatever its count claims.
fn read_actors(bytes: &mut Bytes<'_>, author: Actor) -> Result<Vec<Actor>, ChangeFault> {
    let count = bytes.unsigned()?;
    std::iter::once(Ok(author)).chain((0..count).map(|_| read_actor(bytes))).collect()
}

fn read_actor(bytes: &mut Bytes<'_>) -> Result<Actor, ChangeFault> {
    Actor::from_bytes(bytes.prefixed()?).ok_or(ChangeFault::ActorLength)
}
