//! What the days came to: a table for people, `target/load.json` for programs.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::day::Synced;

/// What a phone's owner takes for at once.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    /// How long it was to be, and how long it was until the last phone was done.
    pub(crate) length: Duration,
    pub(crate) took: Duration,
    pub(crate) syncs: usize,
    pub(crate) failed: usize,
    /// Of how long syncs took, as the phones saw it.
    pub(crate) half: Duration,
    pub(crate) p99: Duration,
    /// The server's processor seconds and its peak memory, KiB.
    pub(crate) server_s: f64,
    pub(crate) server_kib: u64,
}

impl Day {
    pub(crate) fn new(
        length: Duration,
        took: Duration,
        mut synced: Vec<Synced>,
        (server_s, server_kib): (f64, u64),
    ) -> Self {
        synced.sort_by_key(|one| one.took);
        let at =
            |thousandth: usize| synced.get(synced.len() * thousandth / 1_000).map_or(Duration::ZERO, |one| one.took);
        let failed = synced.iter().filter(|one| one.failed).count();
        Self { length, took, syncs: synced.len(), failed, half: at(500), p99: at(990), server_s, server_kib }
    }

    /// Syncs a second.
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    pub(crate) fn rate(&self) -> f64 {
        self.syncs as f64 / self.took.as_secs_f64().max(0.001)
    }

    /// Whether nothing failed and nearly everybody was done at once.
    pub(crate) fn keeps_up(&self) -> bool {
        self.failed == 0 && self.p99 < AT_ONCE
    }
}

/// Tells how far it is.
#[expect(clippy::print_stderr, reason = "progress")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// Prints the table.
#[expect(clippy::print_stdout, reason = "this is the program's output")]
pub(crate) fn print(days: &[Day]) {
    println!("| a day in | syncs | a second | failed | half within | 99 % within | server s | server MB |");
    println!("|---|---|---|---|---|---|---|---|");
    for day in days {
        println!(
            "| {:.0} s | {} | {:.0} | {} | {:.3} s | {:.3} s | {:.1} | {} |",
            day.length.as_secs_f64(),
            day.syncs,
            day.rate(),
            day.failed,
            day.half.as_secs_f64(),
            day.p99.as_secs_f64(),
            day.server_s,
            day.server_kib / 1_024,
        );
    }
}

/// Leaves the figures for programs.
pub(crate) fn write(phones: u32, days: &[Day]) -> Result<()> {
    let of = |day: &Day| {
        json!({
            "phones": phones,
            "length_s": day.length.as_secs_f64(),
            "took_s": day.took.as_secs_f64(),
            "syncs": day.syncs,
            "failed": day.failed,
            "p50_s": day.half.as_secs_f64(),
            "p99_s": day.p99.as_secs_f64(),
            "server_cpu_s": day.server_s,
            "server_rss_mb": day.server_kib / 1_024,
        })
    };
    std::fs::create_dir_all("target")?;
    Ok(std::fs::write("target/load.json", serde_json::to_vec_pretty(&days.iter().map(of).collect::<Vec<_>>())?)?)
}
