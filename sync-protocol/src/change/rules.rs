//! What a draft must keep to, whether it was read from foreign bytes or is about to be written.

use std::collections::BTreeSet;

use super::{ChangeFault, Draft, OpId, Put};
use crate::limits;

/// Whether the draft is one that we read and write; everything that needs no knowledge of the record.
pub(super) fn check(draft: &Draft) -> Result<(), ChangeFault> {
    check_deps(draft)?;
    check_numbers(draft)?;
    let mut keys = BTreeSet::new();
    for put in &draft.puts {
        check_put(put, draft.start_op)?;
        ensure(keys.insert(put.key.as_str()), ChangeFault::KeyTwice)?;
    }
    Ok(())
}

fn check_deps(draft: &Draft) -> Result<(), ChangeFault> {
    ensure(draft.deps.len() <= limits::CHANGE_DEPS, ChangeFault::DepsTooMany)?;
    ensure(draft.deps.is_sorted_by(|one, next| one < next), ChangeFault::DepsOutOfOrder)
}

fn check_numbers(draft: &Draft) -> Result<(), ChangeFault> {
    ensure(!draft.puts.is_empty(), ChangeFault::PutsNone)?;
    ensure(draft.puts.len() <= limits::CHANGE_PUTS, ChangeFault::PutsTooMany)?;
    let end = draft.start_op.saturating_add(draft.puts.len() as u64);
    ensure(draft.start_op >= 1 && end <= limits::MAX_COUNTER, ChangeFault::CounterOutOfRange)?;
    // Each earlier change of the actor took at least one counter.
    ensure(draft.seq >= 1 && draft.seq <= draft.start_op, ChangeFault::SeqOutOfRange)?;
    ensure(draft.time.unsigned_abs() <= limits::MAX_TIME, ChangeFault::TimeOutOfRange)
}

fn check_put(put: &Put, start_op: u64) -> Result<(), ChangeFault> {
    ensure(!put.key.is_empty(), ChangeFault::KeyEmpty)?;
    ensure(put.key.len() <= limits::KEY_BYTES, ChangeFault::KeyTooLong)?;
    ensure(!put.key.contains(char::is_control), ChangeFault::KeyControl)?;
    let text_bytes = put.value.as_text().map_or(0, str::len);
    ensure(text_bytes <= limits::TEXT_BYTES, ChangeFault::TextTooLong)?;
    check_replaces(&put.replaces, start_op)
}

fn check_replaces(replaces: &[OpId], start_op: u64) -> Result<(), ChangeFault> {
    ensure(replaces.len() <= limits::PUT_PREDECESSORS, ChangeFault::PredecessorsTooMany)?;
    ensure(replaces.is_sorted_by(|one, next| one < next), ChangeFault::PredecessorsOutOfOrder)?;
    let before = replaces.iter().all(|op| (1..start_op).contains(&op.counter));
    ensure(before, ChangeFault::PredecessorOutOfRange)
}

fn ensure(holds: bool, fault: ChangeFault) -> Result<(), ChangeFault> {
    if holds { Ok(()) } else { Err(fault) }
}
