//! `make canary`: canary runs of several seeds, larger than the one among the tests. Prints what happened in each.

use std::io::Write as _;

use anyhow::{Context, Result};
use usra_tests::canary::{Size, run};

/// Families registered before the first step; more join on the way.
const FAMILIES: u32 = 60;

fn number(name: &str, default: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text.parse().with_context(|| format!("{name} is not a number")),
        _ => Ok(default),
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let (first, runs) = (number("SEED", 1)?, number("RUNS", 5)?);
    let steps = u32::try_from(number("STEPS", 2_000)?)?;
    for seed in first..first + runs {
        let counts = run(Size { seed, families: FAMILIES, steps }).await?;
        let named: Vec<String> = counts.named().iter().map(|(name, count)| format!("{count} {name}")).collect();
        writeln!(std::io::stdout().lock(), "seed {seed}: no leak; {}", named.join(", "))?;
    }
    Ok(())
}
