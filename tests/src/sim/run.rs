//! One seed from its first step to the verdict on it.

use super::counts::Counts;
use super::play::Play;
use super::step::{Step, steps};
use super::violation::{Holds, Violation};
use crate::dice::Dice;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What happened.
    pub counts: Counts,
    /// The hash over all that was said and done.
    pub trace: [u8; 32],
    /// What happened, in sentences.
    pub story: Vec<String>,
    /// The broken promise, if one was.
    pub violation: Option<Violation>,
}

/// Plays a seed.
#[must_use]
pub fn run(seed: u64) -> Outcome {
    play(seed, &steps(seed))
}

/// Plays a seed twice: both must leave the same trace.
#[must_use]
pub fn run_twice(seed: u64) -> Outcome {
    let (first, second) = (run(seed), run(seed));
    if first.trace == second.trace && first.violation == second.violation {
        return first;
    }
    let differs = first.story.iter().zip(&second.story).find(|(one, other)| one != other);
    let where_first = format!("two runs of the seed differ, first at {differs:?}");
    Outcome { violation: Some(Violation::of("the same seed gives the same run", where_first)), ..first }
}

/// Plays these steps.
pub(super) fn play(seed: u64, steps: &[Step]) -> Outcome {
    let mut play = Play::new();
    let violation = through(&mut play, seed, steps).err();
    Outcome { trace: play.trace(), counts: play.witness.counts, story: play.story, violation }
}

fn through(play: &mut Play, seed: u64, steps: &[Step]) -> Holds {
    for step in steps {
        play.go(*step)?;
    }
    play.heal(&mut Dice::new(seed, 3))?;
    play.verify()
}
