//! The decision: offered changes against what is known of their records. Pure, so that it can be tried without a database:
//! the same world and offers give the same verdicts and the same news.

use usra_sync_protocol::change::{Change, ContextFault, Known, Put};
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits::{PUT_PREDECESSORS, RECORD_BYTES, RECORD_CHANGES, RECORD_KEYS};
use usra_sync_protocol::sync::{Reason, Verdict};

use super::late::{self, Cause};
use super::offer::{self, Offer};
use super::world::{RecordState, World};
use crate::mutiny::Fault;

/// What was decided about one offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The verdict, and the change's hash if it could be read.
    Is(Verdict, Option<ChangeHash>),
    /// The keys of earlier changes of the record must be loaded first.
    NeedsKeys(RecordId, Vec<ChangeHash>),
}

/// Decides one offer and, when it is accepted, adds it to the world.
pub fn decide(world: &mut World, offer: &Offer) -> Decision {
    if world.is_erased(offer.record, offer.family) {
        return Decision::Is(Verdict::Refused(Reason::Erased), None);
    }
    let change = match offer::read(offer) {
        Ok(change) => change,
        Err(verdict) => return Decision::Is(verdict, None),
    };
    let hash = change.hash();
    match decide_read(world, offer, change) {
        Ok(()) => Decision::Is(Verdict::Accepted, Some(hash)),
        Err(Stop::With(verdict)) => Decision::Is(verdict, Some(hash)),
        Err(Stop::NeedsKeys(hashes)) => Decision::NeedsKeys(offer.record, hashes),
    }
}

/// Why a change does not come in now.
#[derive(Debug)]
pub enum Stop {
    /// This is its verdict.
    With(Verdict),
    /// These keys must be loaded first.
    NeedsKeys(Vec<ChangeHash>),
}

impl From<Verdict> for Stop {
    fn from(verdict: Verdict) -> Self {
        Self::With(verdict)
    }
}

pub(super) fn held(reason: Reason) -> Verdict {
    Verdict::Held { reason, fields: Vec::new() }
}

fn decide_read(world: &mut World, offer: &Offer, change: Change) -> Result<(), Stop> {
    said_before(world, offer, &change)?;
    offer::is_own(offer, &change)?;
    if offer.author.revoked {
        return Err(held(Reason::InstallRevoked).into());
    }
    let kind = Kind::from_number(offer.kind).ok_or_else(|| held(Reason::KindUnknown))?;
    let (fresh, late) = place(world, (offer, change.hash()), kind)?;
    offer::fits(offer, kind, &change)?;
    let history_of = world.records.get(&offer.record).or(fresh.as_ref());
    let Some(record) = history_of else { return Err(held(Reason::RecordMismatch).into()) };
    follows(world, record, offer, &change)?;
    has_room(record, &change, offer.bytes.len())?;
    let waited = matches!(world.kept.get(&(offer.record, change.hash())), Some(Verdict::Waiting(_)));
    let record = match fresh {
        Some(fresh) => world.records.entry(offer.record).or_insert(fresh),
        None => world.records.get_mut(&offer.record).ok_or_else(|| held(Reason::RecordMismatch))?,
    };
    record.accept(change, offer.bytes.clone());
    record.mark_late(late);
    if waited {
        record.send_to_all();
    }
    Ok(())
}

/// The same question gets the same answer. What waits, and what another phone passed on, is looked at afresh.
fn said_before(world: &World, offer: &Offer, change: &Change) -> Result<(), Verdict> {
    let known = world.records.get(&offer.record).is_some_and(|record| record.history.contains(change.hash()));
    if known && !Fault::NoDuplicateCheck.is_on() {
        return Err(Verdict::Duplicate);
    }
    match world.kept.get(&(offer.record, change.hash())) {
        Some(kept @ Verdict::Held { .. }) => Err(kept.clone()),
        Some(kept @ Verdict::Refused(reason)) if *reason != Reason::ForeignActor => Err(kept.clone()),
        Some(_) | None => Ok(()),
    }
}

/// Finds where the record lives and whether the author may write there, or could not know that it no longer may. For a record
/// that is new, gives its first state.
fn place(
    world: &World,
    (offer, hash): (&Offer, ChangeHash),
    kind: Kind,
) -> Result<(Option<RecordState>, Option<Cause>), Verdict> {
    if let Some(record) = world.records.get(&offer.record) {
        let late = in_scope(world, (offer, hash), record)?;
        return Ok((locate(world, offer, kind)?, late));
    }
    match locate(world, offer, kind) {
        Ok(Some(fresh)) => {
            let late = in_scope(world, (offer, hash), &fresh)?;
            Ok((Some(fresh), late))
        }
        Ok(None) => Ok((None, None)),
        Err(Verdict::Waiting(Reason::FamilyMissing)) if !late::may_wait(world, offer, hash) => {
            Err(held(Reason::OutOfScope))
        }
        Err(verdict) => Err(verdict),
    }
}

/// The same without asking who writes.
pub(super) fn locate(world: &World, offer: &Offer, kind: Kind) -> Result<Option<RecordState>, Verdict> {
    if let Some(record) = world.records.get(&offer.record) {
        let same = record.kind == kind && record.family == offer.family;
        return if same { Ok(None) } else { Err(held(Reason::RecordMismatch)) };
    }
    let id_fits = match kind {
        Kind::Family => offer.family == offer.record,
        Kind::Household => offer.record == RecordId::household_of(offer.family),
        Kind::Product | Kind::Visit => offer.family != offer.record,
    };
    if !id_fits {
        return Err(held(Reason::RecordMismatch));
    }
    Ok(Some(RecordState::new(kind, offer.family, home(world, offer, kind)?)))
}

/// A family lives where its push says; everything else where its family does. A family's own phone does not begin its family:
/// what it writes of one that the centre lost in a restore waits until somebody brings it back.
fn home(world: &World, offer: &Offer, kind: Kind) -> Result<usra_sync_protocol::id::AreaId, Verdict> {
    if kind == Kind::Family && offer.author.scope.family == Some(offer.family) {
        return Err(Verdict::Waiting(Reason::FamilyMissing));
    }
    if kind == Kind::Family {
        let known = world.areas.contains(&offer.area);
        return if known { Ok(offer.area) } else { Err(held(Reason::OutOfScope)) };
    }
    match world.records.get(&offer.family) {
        Some(family) if family.kind == Kind::Family => Ok(family.area),
        Some(_) => Err(held(Reason::RecordMismatch)),
        None => Err(Verdict::Waiting(Reason::FamilyMissing)),
    }
}

/// Whether the author may write there; with a cause when it only could not know better.
fn in_scope(
    world: &World,
    (offer, hash): (&Offer, ChangeHash),
    record: &RecordState,
) -> Result<Option<Cause>, Verdict> {
    if offer.author.scope.holds(record.area, record.family) || Fault::NoScopeCheck.is_on() {
        return Ok(None);
    }
    late::cause(world, offer, hash, record).map(Some).ok_or_else(|| held(Reason::OutOfScope))
}

/// Whether the change fits the history that it says it follows.
pub(super) fn follows(world: &World, record: &RecordState, offer: &Offer, change: &Change) -> Result<(), Stop> {
    let verdict = match record.history.check(change) {
        Ok(Known::New) => return Ok(()),
        Ok(Known::Already) if Fault::NoDuplicateCheck.is_on() => return Ok(()),
        Ok(Known::Already) => Verdict::Duplicate,
        Err(ContextFault::KeysNeeded(hashes)) => return Err(Stop::NeedsKeys(hashes)),
        Err(ContextFault::DepsMissing(_)) if Fault::MissingDep.is_on() => return Ok(()),
        Err(ContextFault::DepsMissing(deps)) => missing(world, offer.record, &deps),
        Err(ContextFault::Forked) => Verdict::Refused(Reason::Forked),
        Err(ContextFault::SeqOutOfOrder) => Verdict::Refused(Reason::SeqOutOfOrder),
        Err(ContextFault::CounterOutOfOrder) => Verdict::Refused(Reason::CounterOutOfOrder),
        Err(ContextFault::PredecessorUnknown) => Verdict::Refused(Reason::PredecessorUnknown),
    };
    Err(verdict.into())
}

fn missing(world: &World, record: RecordId, deps: &[ChangeHash]) -> Verdict {
    let after_held = deps
        .iter()
        .any(|dep| matches!(world.kept.get(&(record, *dep)), Some(Verdict::Held { .. } | Verdict::Refused(_))));
    if after_held { held(Reason::AfterHeld) } else { Verdict::Waiting(Reason::DepsMissing) }
}

/// Whether the record may grow by this change.
pub(super) fn has_room(record: &RecordState, change: &Change, size_bytes: usize) -> Result<(), Verdict> {
    let new_keys = change.ops().filter(|(_, put)| record.values.of(&put.key).is_none()).count();
    let full = record.change_count() as usize >= RECORD_CHANGES
        || record.size_bytes.saturating_add(size_bytes) > RECORD_BYTES
        || record.values.key_count().saturating_add(new_keys) > RECORD_KEYS
        || change.ops().any(|(_, put)| crowded(record, put));
    if full { Err(held(Reason::RecordTooLarge)) } else { Ok(()) }
}

/// Whether the put would leave more values open than one put could ever replace: then nobody could settle them.
fn crowded(record: &RecordState, put: &Put) -> bool {
    let Some(open) = record.values.of(&put.key) else { return false };
    let closed = put.replaces.iter().filter(|op| open.get(op).is_some()).count();
    open.len().saturating_sub(closed) >= PUT_PREDECESSORS
}
