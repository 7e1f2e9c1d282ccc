//! `make sim`: plays many seeds, each twice, on every core. A seed that breaks a promise is told as a short story. A run of many
//! seeds in which some fault never happened proves nothing and is void.

mod many;
mod options;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use usra_tests::figures::Figures;
use usra_tests::sim::tell;

use many::{Total, play};
use options::Options;

/// From so many seeds on every fault must have happened.
const MANY: u64 = 50;

fn main() -> Result<ExitCode> {
    let options = Options::read()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "seeds {} to {}", options.first, options.first + options.seeds - 1)?;
    let total = play(&options, &mut out)?;
    for seed in &total.failing {
        let Some(told) = tell(*seed) else { continue };
        writeln!(out, "\nseed {seed} breaks a promise: {}", told.violation.promise)?;
        writeln!(out, "{} (of {} steps {} are left)", told.violation.seen, told.steps.1, told.steps.0)?;
        told.story.iter().try_for_each(|sentence| writeln!(out, "  {sentence}"))?;
    }
    let counts: Vec<String> = total.counts.named().iter().map(|(name, count)| format!("{count} {name}")).collect();
    writeln!(out, "\n{}", counts.join(", "))?;
    writeln!(
        out,
        "{} seeds, each twice, in {} s; {} break a promise",
        options.seeds, total.seconds, total.failing_count
    )?;
    figures(&options, &total).keep()?;
    let missing = total.counts.missing();
    if options.seeds >= MANY && !missing.is_empty() {
        writeln!(out, "void: these never happened: {missing:?}")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(if total.failing_count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn figures(options: &Options, total: &Total) -> Figures {
    let mut counts = total.counts.named();
    counts.insert("seeds".to_owned(), options.seeds);
    counts.insert("runs".to_owned(), options.seeds * 2);
    counts.insert("violations".to_owned(), total.failing_count);
    let phones = counts.get("new phones").copied().unwrap_or_default();
    counts.insert("phones".to_owned(), phones);
    let command = format!("make sim SEEDS={}", options.seeds);
    Figures { name: "simulation".to_owned(), command, seconds: total.seconds, counts }
}
