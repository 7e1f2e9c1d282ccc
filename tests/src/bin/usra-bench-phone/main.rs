//! Measures a phone with a store of 5,000 records, and one of 35,000: what a person waits for, memory, and the size on the phone. The
//! store is filled by a real sync and opened in a process of its own, so that its memory is nobody else's. `make bench-phone` builds it with
//! optimisation and runs it; docs/performance.md tells how to read it. `RECORDS=5000,35000` and `SEED=1` vary it.

mod fill;
mod look;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use usra_tests::harness::{Centre, binary};

/// The store to look at, for the process that looks.
const STORE: &str = "USRA_BENCH_STORE";

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(file) = std::env::var_os(STORE) {
        return runtime.block_on(look::look(Path::new(&file)));
    }
    let (seed, sizes) = (word("SEED", "1"), word("RECORDS", "5000,35000"));
    let seed = seed.parse().context("SEED is not a number")?;
    for records in sizes.split(',') {
        runtime.block_on(measure(seed, records.trim().parse().context("RECORDS has a word that is no number")?))?;
    }
    say(&format!("\nthe engine with its command line, without symbols: {} KiB", engine_kib()?));
    Ok(())
}

fn word(name: &str, default: &str) -> String {
    std::env::var(name).ok().filter(|word| !word.is_empty()).unwrap_or_else(|| default.to_owned())
}

async fn measure(seed: u64, records: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let centre = Centre::start(&folder.path().join("data"))?;
    let (handset, file) = fill::fill(&centre, folder.path(), (seed, records)).await?;
    // Its link stays open for the process that looks.
    let (link, phone) = (handset.link, handset.phone);
    drop(phone);
    let mut looking = Command::new(std::env::current_exe()?);
    looking.env(STORE, &file);
    let ended = tokio::task::spawn_blocking(move || looking.status()).await??;
    drop(link);
    ensure!(ended.success(), "the look at the store ended with {ended}");
    Ok(())
}

fn engine_kib() -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let stripped = folder.path().join("usra-phone");
    let ended = Command::new("strip").arg("-o").arg(&stripped).arg(binary("usra-phone")?).status()?;
    ensure!(ended.success(), "strip ended with {ended}");
    Ok(std::fs::metadata(stripped)?.len() / 1_024)
}

/// One line. A closed pipe is the reader's choice, not a fault.
fn say(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}
