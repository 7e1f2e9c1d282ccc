//! `make chaos`: the scenes of `usra_tests::real`, as many rounds as fit into `MINUTES`.

use std::io::Write as _;

use anyhow::{Context, Result};
use usra_tests::real::{batteries, dropped, full, kills, restores, servers};

fn number(name: &str, default: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text.parse().with_context(|| format!("{name} is not a number")),
        _ => Ok(default),
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let seed = number("SEED", 1)?;
    let played = match std::env::var("SCENE").as_deref() {
        Ok("batteries") => batteries::play(seed, number("KILLS", 60)?, None).await,
        Ok("restores") => restores::play(seed, number("RESTORES", 6)?, None).await,
        Ok("full") => full::play(seed, number("ROUNDS", 4)?, None).await,
        Ok("servers") => servers::play(seed, number("ROUNDS", 6)?, None).await,
        Ok("dropped") => dropped::play(seed, number("REQUESTS", 1000)?, None).await,
        _ => kills::play(seed, number("KILLS", 60)?, None).await,
    };
    match played {
        Ok(tally) => writeln!(std::io::stdout().lock(), "{}", tally.line())?,
        Err(error) => {
            writeln!(std::io::stdout().lock(), "{error:#}")?;
            std::process::exit(1);
        }
    }
    Ok(())
}
