//! Held work is not lost: a record is built anew from what stays, and what its author meant with the changes that went is written
//! again on top, minus what the centre objected to. The originals keep their names at the centre and can still be released.

use std::collections::BTreeMap;

use usra_sync_protocol::change::{self, Change, OpId, Put};
use usra_sync_protocol::id::{Actor, ChangeHash};
use usra_sync_protocol::sync::Reason;

use crate::error::PhoneError;
use crate::held::{HeldField, HeldItem};
use crate::store::{ChangeRow, Write};
use crate::working::Working;

/// Why a change goes.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Why.
    pub(crate) reason: Reason,
    /// Whether it can never be released.
    pub(crate) refused: bool,
    /// What of it is at fault.
    pub(crate) part: Part,
}

/// How much of a change is at fault.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// These fields.
    Fields(Vec<String>),
    /// All of it, and it is no business of the tray: the centre keeps it, or it is back some day.
    Kept,
    /// Nothing itself: it follows something that goes, or its author has a new name.
    Nothing,
}

impl Part {
    fn has(&self, key: &str) -> bool {
        match self {
            Self::Whole | Self::Kept => true,
            Self::Fields(fields) => fields.iter().any(|field| field == key),
            Self::Nothing => false,
        }
    }
}

/// Takes the changes in `faults` out with all that follows them, and writes again what stands, as `actor`.
pub(crate) fn rebase(
    work: &mut Working,
    faults: &BTreeMap<ChangeHash, Fault>,
    actor: Actor,
    now_ms: u64,
) -> Result<(), PhoneError> {
    let gone = with_followers(work, faults);
    let originals = work.changes.iter().filter(|row| gone.contains(&row.hash)).map(|row| change::read(&row.bytes));
    let originals: Vec<Change> = originals.collect::<Result<_, _>>()?;
    work.rebuild_without(&gone)?;
    work.begin_generation(actor);
    let mut became = BTreeMap::new();
    for original in &originals {
        let fault = faults.get(&original.hash());
        hold(work, original, fault, now_ms);
        replay(work, original, fault, &mut became, now_ms)?;
    }
    Ok(())
}

/// A change that was held only because it follows something that is held is written again once that is out of the record. Where
/// nothing of what it follows goes, the centre holds something that it once took (a restore lost it), and what was written again
/// would be held again, without end: then all of it is held.
pub(crate) fn stop_where_nothing_goes(work: &Working, faults: &mut BTreeMap<ChangeHash, Fault>) {
    let gone = with_followers(work, faults);
    let follows = |row: &ChangeRow| row.deps.iter().any(|dep| gone.contains(dep));
    let firsts: Vec<ChangeHash> = work.changes.iter().filter(|row| !follows(row)).map(|row| row.hash).collect();
    for (hash, fault) in faults.iter_mut() {
        if fault.reason == Reason::AfterHeld && firsts.contains(hash) {
            fault.part = Part::Whole;
        }
    }
}

/// The changes at fault and every change without a verdict that follows one of them.
fn with_followers(work: &Working, faults: &BTreeMap<ChangeHash, Fault>) -> Vec<ChangeHash> {
    let mut gone: Vec<ChangeHash> = Vec::new();
    for row in &work.changes {
        let follows = !row.state.acknowledged() && row.deps.iter().any(|dep| gone.contains(dep));
        if faults.contains_key(&row.hash) || follows {
            gone.push(row.hash);
        }
    }
    gone
}

fn hold(work: &mut Working, original: &Change, fault: Option<&Fault>, now_ms: u64) {
    let Some(fault) = fault.filter(|fault| !matches!(fault.part, Part::Kept)) else { return };
    let at_fault = original.draft().puts.iter().filter(|put| fault.part.has(&put.key));
    let fields: Vec<HeldField> = at_fault.map(|put| HeldField::new(put.key.clone(), put.value.clone())).collect();
    if fields.is_empty() {
        return;
    }
    work.row.held += 1;
    work.writes.push(Write::Hold(HeldItem {
        record: work.row.id,
        change: original.hash(),
        reason: fault.reason,
        refused: fault.refused,
        fields,
        at_ms: now_ms,
        note: None,
    }));
}

/// Writes again what stands of a change. It replaces what the original replaced, as far as that is still open, and nothing that
/// its author could not have seen.
fn replay(
    work: &mut Working,
    original: &Change,
    fault: Option<&Fault>,
    became: &mut BTreeMap<OpId, Vec<OpId>>,
    now_ms: u64,
) -> Result<(), PhoneError> {
    let mut puts = Vec::new();
    let mut stands = Vec::new();
    for (op, put) in original.ops() {
        let replaces = present(work, put, became);
        if fault.is_some_and(|fault| fault.part.has(&put.key)) {
            became.insert(op, replaces);
        } else {
            stands.push(op);
            puts.push(Put { key: put.key.clone(), value: put.value.clone(), replaces });
        }
    }
    let first = work.row.max_op + 1;
    let writer = Actor::new(work.row.install, work.row.generation);
    let new = (first..).map(|counter| vec![OpId { counter, actor: writer }]);
    became.extend(stands.into_iter().zip(new));
    if puts.is_empty() { Ok(()) } else { work.author(puts, now_ms).map(|_hash| ()) }
}

fn present(work: &Working, put: &Put, became: &BTreeMap<OpId, Vec<OpId>>) -> Vec<OpId> {
    let open = work.open.open_ops(&put.key);
    let meant = put.replaces.iter().flat_map(|op| became.get(op).cloned().unwrap_or_else(|| vec![*op]));
    let mut replaces: Vec<OpId> = meant.filter(|op| open.contains(op)).collect();
    replaces.sort_unstable();
    replaces.dedup();
    replaces
}
