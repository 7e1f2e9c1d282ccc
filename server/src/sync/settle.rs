//! Settles a batch: decides every offer in order, then again those that wait for as long as something else was accepted,
//! since what one waits for may have come with another.

use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::sync::Verdict;

use super::decide::{Decision, decide};
use super::offer::Offer;
use super::world::World;

/// A batch on its way to its verdicts.
#[derive(Debug)]
pub struct Settling<'a> {
    /// What is known, with what was accepted so far.
    pub world: World,
    cases: Vec<Case<'a>>,
    next: usize,
    accepted_since_start: bool,
}

/// One offer and what became of it.
#[derive(Debug)]
pub struct Case<'a> {
    /// What was offered.
    pub offer: &'a Offer,
    /// Its verdict so far; `None` before its turn.
    pub verdict: Option<Verdict>,
    /// Its hash, once it was read.
    pub hash: Option<ChangeHash>,
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
        let cases = offers.into_iter().map(|offer| Case { offer, verdict: None, hash: None }).collect();
        Self { world, cases, next: 0, accepted_since_start: false }
    }

    /// Goes on until everything is settled (`None`) or keys are needed; call it again once they are known.
    pub fn run(&mut self) -> Option<NeedsKeys> {
        loop {
            let needs = self.round();
            if needs.is_some() || !std::mem::take(&mut self.accepted_since_start) {
                return needs;
            }
            self.next = 0;
        }
    }

    /// Gives the rest of the cases their turns.
    fn round(&mut self) -> Option<NeedsKeys> {
        while let Some(case) = self.cases.get_mut(self.next) {
            let needs = turn(&mut self.world, case, &mut self.accepted_since_start);
            if needs.is_some() {
                return needs;
            }
            self.next += 1;
        }
        None
    }

    /// Every case, in the order given.
    #[must_use]
    pub fn cases(&self) -> &[Case<'a>] {
        &self.cases
    }
}

fn turn(world: &mut World, case: &mut Case<'_>, accepted: &mut bool) -> Option<NeedsKeys> {
    if !matches!(case.verdict, None | Some(Verdict::Waiting(_))) {
        return None;
    }
    match decide(world, case.offer) {
        Decision::NeedsKeys(record, changes) => return Some(NeedsKeys { record, changes }),
        Decision::Is(verdict, hash) => {
            *accepted |= verdict == Verdict::Accepted;
            if let (Some(hash), Verdict::Held { .. } | Verdict::Refused(_)) = (hash, &verdict) {
                world.kept.insert((case.offer.record, hash), verdict.clone());
            }
            case.hash = hash;
            case.verdict = Some(verdict);
        }
    }
    None
}
