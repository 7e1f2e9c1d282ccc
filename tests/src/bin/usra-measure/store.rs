//! A phone's store of 5,000 records, opened in a process of its own so that its memory is nobody else's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use usra_client_sdk::store::SqliteStore;
use usra_client_sdk::sync::Surroundings;
use usra_client_sdk::{Phone, Query};
use usra_sync_protocol::kind::Kind;
use usra_tests::clock::Here;
use usra_tests::harness::store_key;
use usra_tests::people::{meet, place::GOVERNORATES};

use crate::process;
use crate::report::line;
use crate::workload::{RECORDS_OF_A_FAMILY, enrol, sync, visit};

const RECORDS: u32 = 5_000;
const FIRST_FAMILY: u32 = 8_000;
const ROUNDS: usize = 21;

/// Registers and sends the records; answers the store's file.
pub(crate) async fn fill(centre: &usra_tests::harness::Centre, folder: &Path) -> Result<PathBuf> {
    let home = GOVERNORATES.last().copied().unwrap_or_default();
    let file = folder.join("store.sqlite");
    let mut handset = enrol(centre, &file, (home.code, FIRST_FAMILY)).await?;
    for family in 0..=RECORDS / RECORDS_OF_A_FAMILY {
        visit(&mut handset, meet(1, FIRST_FAMILY + family, home))?;
    }
    sync(&mut handset).await?;
    Ok(file)
}

/// Starts this program anew to look at the store.
pub(crate) fn look_from_outside(file: &Path) -> Result<()> {
    let ended = Command::new(std::env::current_exe()?).env("USRA_MEASURE_STORE", file).status()?;
    ensure!(ended.success(), "the look at the store ended with {ended}");
    Ok(())
}

/// Opens the store and times what a person does with it.
pub(crate) fn look(file: &Path) -> Result<()> {
    let opened = once(|| Ok(Phone::open(SqliteStore::open(file, &store_key())?)?))?;
    let (open_ms, mut phone) = opened;
    let family = Query { kind: Some(Kind::Family), limit: 1, ..Query::default() };
    let id = phone.list(&family)?.first().context("an empty store")?.id;
    let records = phone.status(Here.now_ms())?.records;
    let size_kib = std::fs::metadata(file)?.len() / 1_024;
    line(&format!("\nA phone's store of {records} records, {size_kib} KiB; medians of {ROUNDS}"));
    line(&format!("  open    {open_ms:>8.2} ms (once)"));
    let mut round = 0_u32;
    median("edit", || {
        round += 1;
        let fields = vec![("district".to_owned(), format!("حي {round}").as_str().into())];
        Ok(phone.edit(id, fields, Here.now_ms()).map(drop)?)
    })?;
    median("show", || Ok(phone.record(id).map(drop)?))?;
    median("list", || Ok(phone.list(&Query::default()).map(drop)?))?;
    let sought = Query { search: Some("family 8123".to_owned()), ..Query::default() };
    median("search", || Ok(phone.list(&sought).map(drop)?))?;
    let own = std::process::id();
    line(&format!("  memory  {:>8} KiB peak", process::size_kib(own, "VmHWM")?));
    Ok(())
}

fn median(what: &str, mut work: impl FnMut() -> Result<()>) -> Result<()> {
    let mut times = (0..ROUNDS).map(|_| once(&mut work).map(|(ms, ())| ms)).collect::<Result<Vec<_>>>()?;
    times.sort_by(f64::total_cmp);
    let middle = times.get(ROUNDS / 2).copied().unwrap_or_default();
    line(&format!("  {what:<6}  {middle:>8.2} ms (worst {:.2})", times.last().copied().unwrap_or_default()));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn once<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let began = Instant::now();
    let result = work()?;
    let took: Duration = began.elapsed();
    Ok((took.as_secs_f64() * 1_000.0, result))
}
