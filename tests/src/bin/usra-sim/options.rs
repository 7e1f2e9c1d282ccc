//! What a run is asked for, from the environment as the Makefile gives it.

use anyhow::{Context, Result};
use usra_client_sdk::sync::Surroundings;
use usra_tests::clock::Here;

/// What a run plays.
pub(crate) struct Options {
    /// The first seed; drawn unless given.
    pub(crate) first: u64,
    /// How many.
    pub(crate) seeds: u64,
}

impl Options {
    /// `SEED` plays one seed; else `SEEDS` are played from `SEED_START` on.
    pub(crate) fn read() -> Result<Self> {
        if let Some(seed) = number("SEED")? {
            return Ok(Self { first: seed, seeds: 1 });
        }
        let drawn = Here.nonce().iter().take(5).fold(0, |number, byte| number << 8 | u64::from(*byte));
        Ok(Self { first: number("SEED_START")?.unwrap_or(drawn), seeds: number("SEEDS")?.unwrap_or(1_000).max(1) })
    }
}

fn number(name: &str) -> Result<Option<u64>> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text.parse().map(Some).with_context(|| format!("{name} is not a number")),
        _ => Ok(None),
    }
}
