//! Many seeds at once: a thread for each core, each seed in one thread.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use anyhow::Result;
use usra_client_sdk::sync::Surroundings;
use usra_tests::clock::Here;
use usra_tests::sim::{Counts, Outcome, run_twice};

use super::options::Options;

/// Failing seeds that are told as a story.
const TOLD: usize = 3;
/// How often progress is printed.
const EVERY_S: u64 = 20;

/// What came of all seeds.
#[derive(Default)]
pub(crate) struct Total {
    pub(crate) counts: Counts,
    pub(crate) failing: Vec<u64>,
    pub(crate) failing_count: u64,
    pub(crate) seconds: u64,
}

impl Total {
    fn take(&mut self, seed: u64, outcome: &Outcome) {
        self.counts.join(&outcome.counts);
        if outcome.violation.is_some() {
            self.failing_count += 1;
            if self.failing.len() < TOLD {
                self.failing.push(seed);
            }
        }
    }
}

/// Plays them.
pub(crate) fn play(options: &Options, out: &mut impl Write) -> Result<Total> {
    let (began_ms, next) = (Here.now_ms(), AtomicU64::new(options.first));
    let end = options.first + options.seeds;
    let (tell, hear) = mpsc::channel();
    let mut total = Total::default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let (next, tell) = (&next, tell.clone());
            scope.spawn(move || work(next, end, &tell));
        }
        drop(tell);
        listen(&hear, began_ms, &mut total, out)
    })?;
    total.seconds = (Here.now_ms() - began_ms) / 1_000;
    Ok(total)
}

fn work(next: &AtomicU64, end: u64, tell: &mpsc::Sender<(u64, Outcome)>) {
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end || tell.send((seed, run_twice(seed))).is_err() {
            return;
        }
    }
}

fn listen(hear: &mpsc::Receiver<(u64, Outcome)>, began_ms: u64, total: &mut Total, out: &mut impl Write) -> Result<()> {
    let (mut done, mut printed_s) = (0_u64, 0);
    for (seed, outcome) in hear {
        done += 1;
        if let Some(violation) = &outcome.violation {
            writeln!(out, "seed {seed}: {}: {}", violation.promise, violation.seen)?;
        }
        total.take(seed, &outcome);
        let since_s = (Here.now_ms() - began_ms) / 1_000;
        if since_s >= printed_s + EVERY_S {
            printed_s = since_s;
            writeln!(out, "{done} seeds in {since_s} s, {} break a promise", total.failing_count)?;
        }
    }
    Ok(())
}
