//! Settles a batch: decides every offer in order. One that waits sleeps until what it waits for has its verdict, since that
//! may come with another; so the work grows with the batch, in whatever order it was sent.

use std::collections::{BTreeMap, VecDeque};

use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::sync::{Reason, Verdict};

use super::decide::{Decision, decide};
use super::late;
use super::offer::{self, Offer};
use super::world::World;

/// A batch on its way to its verdicts.
#[derive(Debug)]
pub struct Settling<'a> {
    /// What is known, with what was accepted so far.
    pub world: World,
    cases: Vec<Case<'a>>,
    /// Cases whose turn is to come, by their place.
    due: VecDeque<usize>,
    /// Cases that wait, by what they wait for.
    asleep: BTreeMap<Awaited, Vec<usize>>,
}

/// What a case waits for: a change of a record, or any change of a family's record.
type Awaited = (RecordId, Option<ChangeHash>);

/// One offer and what became of it.
#[derive(Debug)]
pub struct Case<'a> {
    /// What was offered.
    pub offer: &'a Offer,
    /// Its verdict so far; `None` before its turn.
    pub verdict: Option<Verdict>,
    /// Its hash, once it was read.
    pub hash: Option<ChangeHash>,
    /// Where it is in its author's right, while it waits.
    pub admitted: Option<AreaId>,
}

/// Keys of earlier changes that must be loaded before the decision can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedsKeys {
    /// The record.
    pub record: RecordId,
    /// Its changes whose keys are needed.
    pub changes: Vec<ChangeHash>,
}

impl<'a> Settling<'a> {
    /// Begins with the offers of the batch, then what waited from before.
    pub fn new(world: World, offers: impl IntoIterator<Item = &'a Offer>) -> Self {
        let of = |offer| Case { offer, verdict: None, hash: None, admitted: None };
        let cases: Vec<Case<'_>> = offers.into_iter().map(of).collect();
        Self { world, due: (0..cases.len()).collect(), asleep: BTreeMap::new(), cases }
    }

    /// Goes on until everything is settled (`None`) or keys are needed; call it again once they are known.
    pub fn run(&mut self) -> Option<NeedsKeys> {
        while let Some(at) = self.due.front().copied() {
            let case = self.cases.get_mut(at)?;
            let needs = turn(&mut self.world, case);
            if needs.is_some() {
                return needs;
            }
            self.due.pop_front();
            self.follow_up(at);
        }
        None
    }

    /// Lets a case that waits sleep; one that is settled wakes those that waited for it.
    fn follow_up(&mut self, at: usize) {
        let Some(case) = self.cases.get(at) else { return };
        if let Some(Verdict::Waiting(reason)) = &case.verdict {
            if let Some(awaited) = awaited(&self.world, case.offer, *reason) {
                self.asleep.entry(awaited).or_default().push(at);
            }
            return;
        }
        for awaited in [(case.offer.record, case.hash), (case.offer.record, None)] {
            self.due.extend(self.asleep.remove(&awaited).unwrap_or_default());
        }
    }

    /// Every case, in the order given.
    #[must_use]
    pub fn cases(&self) -> &[Case<'a>] {
        &self.cases
    }
}

/// What must have its verdict before this offer can have another one.
fn awaited(world: &World, offer: &Offer, reason: Reason) -> Option<Awaited> {
    if reason == Reason::FamilyMissing {
        return Some((offer.family, None));
    }
    let change = offer::read(offer).ok().filter(|_| reason == Reason::DepsMissing)?;
    let record = world.records.get(&offer.record);
    let is_missing = |dep: &&ChangeHash| record.is_none_or(|record| !record.history.contains(**dep));
    change.draft().deps.iter().find(is_missing).map(|dep| (offer.record, Some(*dep)))
}

fn turn(world: &mut World, case: &mut Case<'_>) -> Option<NeedsKeys> {
    match decide(world, case.offer) {
        Decision::NeedsKeys(record, changes) => return Some(NeedsKeys { record, changes }),
        Decision::Is(verdict, hash) => {
            if let (Some(hash), Verdict::Held { .. } | Verdict::Refused(_)) = (hash, &verdict) {
                world.kept.insert((case.offer.record, hash), verdict.clone());
            }
            let waits = matches!(verdict, Verdict::Waiting(Reason::DepsMissing | Reason::FamilyMissing));
            case.admitted = waits.then(|| late::place_of(world, case.offer));
            case.hash = hash;
            case.verdict = Some(verdict);
        }
    }
    None
}
