//! Phones, a bad network and the centre from 200 seeds, and from every seed that ever found something: no promise breaks, and every
//! fault really happened. `make sim` plays more.

#![expect(clippy::panic, reason = "a broken promise fails the test with its story")]

use usra_tests::sim::{Counts, KEPT, run_twice, tell};

/// Plays the seeds; the first that breaks a promise is told as a short story.
fn play(seeds: impl Iterator<Item = u64>) -> Counts {
    let mut counts = Counts::default();
    for seed in seeds {
        let run = run_twice(seed);
        if let Some(violation) = run.violation {
            let story = tell(seed).map(|told| told.story.join("\n  ")).unwrap_or_default();
            panic!("seed {seed} breaks a promise: {}: {}\n  {story}", violation.promise, violation.seen);
        }
        counts.join(&run.counts);
    }
    counts
}

/// Plays fifty seeds, in which every fault must happen.
fn fifty_from(first: u64) {
    assert_eq!(play(first..first + 50).missing(), Vec::<&str>::new());
}

#[test]
fn seeds_1_to_50_keep_every_promise() {
    fifty_from(1);
}

#[test]
fn seeds_51_to_100_keep_every_promise() {
    fifty_from(51);
}

#[test]
fn seeds_101_to_150_keep_every_promise() {
    fifty_from(101);
}

#[test]
fn seeds_151_to_200_keep_every_promise() {
    fifty_from(151);
}

#[test]
fn seeds_that_once_broke_a_promise_keep_it() {
    play(KEPT.iter().map(|(seed, _found)| *seed));
}
