//! `make chaos`: the scenes of `usra_tests::real`, as many rounds as fit into the time or as were asked for. Prints what each counted;
//! the exit code is 1 when a promise was broken.

mod options;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use usra_client_sdk::sync::Surroundings;
use usra_tests::clock::Here;
use usra_tests::real::{Played, Tally, batteries, dropped, full, kills, overload, restores, servers};

use options::Options;

/// More rounds than fit into any time.
const MANY: u64 = 1_000_000;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = Options::read()?;
    let mut broken = 0;
    for (scene, time_ms) in options.scenes() {
        line(&format!("{scene} (seed {})", options.seed));
        match play(&options, scene, time_ms).await {
            Ok(tally) => tell(&tally, &options)?,
            Err(error) => {
                line(&format!("{scene}: BROKEN: {error:#}"));
                broken += 1;
            }
        }
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::future_not_send, reason = "a phone's store belongs to one thread at a time")]
async fn play(options: &Options, scene: &str, time_ms: u64) -> Played {
    let asked = options.rounds(scene);
    let end_ms = if asked.is_none() { Some(Here.now_ms() + time_ms) } else { None };
    let (seed, rounds) = (options.seed, asked.unwrap_or(MANY));
    match scene {
        "batteries" => batteries::play(seed, rounds, end_ms).await,
        "restores" => restores::play(seed, rounds, end_ms).await,
        "dropped" => dropped::play(seed, rounds, end_ms).await,
        "servers" => servers::play(seed, rounds, end_ms).await,
        "full" => full::play(seed, rounds, end_ms).await,
        "overload" => overload::play(seed, overload::Load::full(time_ms)).await,
        _ => kills::play(seed, rounds, end_ms).await,
    }
}

fn tell(tally: &Tally, options: &Options) -> Result<()> {
    line(&tally.line());
    tally.keep(&options.command())
}

/// One line. A closed pipe is the reader's choice, not a fault.
fn line(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}
