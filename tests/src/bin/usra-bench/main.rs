//! Measures what syncing costs: a real server with a real PostgreSQL, phones on the SDK over loopback, and in the same run the least that
//! the same data could cost that PostgreSQL. `make bench` builds it with optimisation and runs it; docs/performance.md tells how to
//! read it. `RECORDS=2500,10000,25000`, `SEED=1` and `REPEATS=3` vary it; every figure is the median of the repeats.

mod bundles;
mod day;
mod fleet;
mod gauge;
mod median;
mod reference;
mod report;

use std::path::PathBuf;

use anyhow::{Context, Result};

use report::Row;

/// Where the figures are left for programs.
const JSON: &str = "target/bench.json";

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (seed, repeats) = (number("SEED", 1)?, number("REPEATS", 3)?);
    let mut rows = Vec::new();
    for records in sizes()? {
        let mut runs = Vec::new();
        for repeat in 1..=repeats {
            report::say(&format!("{records} records, run {repeat} of {repeats}"));
            runs.push(runtime.block_on(day::run(seed, records))?);
        }
        rows.extend(median::of(&runs));
    }
    report::print(&rows);
    write(&rows)
}

fn write(rows: &[Row]) -> Result<()> {
    let file = PathBuf::from(JSON);
    std::fs::create_dir_all(file.parent().context("no folder")?)?;
    let objects: Vec<_> = rows.iter().map(Row::json).collect();
    Ok(std::fs::write(file, serde_json::to_vec_pretty(&objects)?)?)
}

fn number(name: &str, default: u64) -> Result<u64> {
    let word = std::env::var(name).ok().filter(|word| !word.is_empty());
    word.map_or(Ok(default), |word| word.parse().with_context(|| format!("{name} is not a number: {word}")))
}

fn sizes() -> Result<Vec<u32>> {
    let words = std::env::var("RECORDS").ok().filter(|words| !words.is_empty());
    let words = words.unwrap_or_else(|| "2500,10000,25000".to_owned());
    let size =
        |word: &str| word.trim().parse().with_context(|| format!("RECORDS has a word that is no number: {word}"));
    words.split(',').map(size).collect()
}
