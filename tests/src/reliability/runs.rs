//! The long runs: what each does, and the figures it left.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// A long run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The name of its figures.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
}

/// Every long run.
pub const RUNS: [Run; 13] = [
    Run {
        name: "simulation",
        does: "phones, protocol and the server's decisions over a model store, everything from one seed, every seed twice",
    },
    Run {
        name: "kills",
        does: "the real server, PostgreSQL and phones killed at named points and at random, under load",
    },
    Run { name: "batteries", does: "phones whose battery dies at named points and at random" },
    Run { name: "two-servers", does: "two servers on one PostgreSQL, one killed now and then, while a phone pulls" },
    Run { name: "dropped", does: "requests given up at a random moment" },
    Run { name: "restores", does: "the database put back to an older copy while phones hold newer work" },
    Run { name: "disk-full", does: "the database and a phone on disks that fill up" },
    Run { name: "overload", does: "ten times the measured capacity and thousands of slow sockets" },
    Run { name: "fuzzing", does: "every decoder of foreign bytes, guided by coverage" },
    Run { name: "mutated", does: "mutated real changes through the reader, automerge the judge of what it takes" },
    Run { name: "api-fuzz", does: "requests made from the server's own description" },
    Run { name: "mutants", does: "the code changed in one place at a time: do the tests notice?" },
    Run { name: "mutiny", does: "one promise broken on purpose at a time: does a harness notice?" },
];

/// What a run left.
#[derive(Clone, Debug)]
pub struct Left {
    /// The command that repeats it.
    pub command: String,
    /// When it ended, seconds since 1970.
    pub ended_s: i64,
    /// How long it took.
    pub seconds: u64,
    /// What was counted, in the order of its names.
    pub counts: Vec<(String, u64)>,
}

/// What a run left in `folder`, in the order of its files: one for a run that is made whole (`NAME.json`), one for each part of a run
/// that is made in parts (`NAME/PART.json`), none when it was never made there.
///
/// # Errors
/// A file cannot be read, or is none of ours.
pub fn left(folder: &Path, name: &str) -> Result<Vec<Left>> {
    let (whole, parts) = (folder.join(format!("{name}.json")), folder.join(name));
    let mut files: Vec<PathBuf> = Some(whole).filter(|file| file.exists()).into_iter().collect();
    if parts.exists() {
        files.extend(std::fs::read_dir(parts)?.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?);
    }
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Result<Left> {
    let value: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let number = |name: &str| value.get(name).and_then(Value::as_u64);
    let counts = value.get("counts").and_then(Value::as_object).context("no counts")?;
    Ok(Left {
        command: value.get("command").and_then(Value::as_str).context("no command")?.to_owned(),
        ended_s: i64::try_from(number("ended_s").context("no time")?)?,
        seconds: number("seconds").context("no length")?,
        counts: counts.iter().filter_map(|(what, count)| Some((what.clone(), count.as_u64()?))).collect(),
    })
}
