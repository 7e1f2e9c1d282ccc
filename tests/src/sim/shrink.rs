//! Makes a failing run short: takes steps out, in large pieces first, as long as what is left breaks the same promise.

use super::run::{Outcome, play};
use super::step::{Step, steps};
use super::violation::Violation;

/// A failing seed, made short enough to be read.
#[derive(Clone, Debug)]
pub struct Told {
    /// What was broken.
    pub violation: Violation,
    /// How many steps are left of how many.
    pub steps: (usize, usize),
    /// What happens, in sentences.
    pub story: Vec<String>,
}

/// Shortens a failing seed; `None` when it breaks nothing.
#[must_use]
pub fn tell(seed: u64) -> Option<Told> {
    let all = steps(seed);
    let broken = play(seed, &all).violation?.promise;
    let fails = |some: &[Step]| {
        Some(play(seed, some)).filter(|run| run.violation.as_ref().is_some_and(|one| one.promise == broken))
    };
    let mut left = all.clone();
    let mut size = left.len() / 2;
    while size > 0 {
        left = without_pieces(&left, size, &fails);
        size /= 2;
    }
    let Outcome { violation, story, .. } = fails(&left)?;
    Some(Told { violation: violation?, steps: (left.len(), all.len()), story })
}

/// Takes out each piece of `size` steps that is not needed.
fn without_pieces(steps: &[Step], size: usize, fails: &impl Fn(&[Step]) -> Option<Outcome>) -> Vec<Step> {
    let mut left = steps.to_vec();
    let mut at = 0;
    while at < left.len() {
        let shorter: Vec<Step> = left
            .iter()
            .enumerate()
            .filter(|(place, _)| !(at..at + size).contains(place))
            .map(|(_, step)| *step)
            .collect();
        if fails(&shorter).is_some() { left = shorter } else { at += size }
    }
    left
}
