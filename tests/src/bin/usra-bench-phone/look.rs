//! Opens a store and times what a person does with it.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use usra_client_sdk::store::SqliteStore;
use usra_client_sdk::sync::{Surroundings, sync_once};
use usra_client_sdk::transport::http::HttpTransport;
use usra_client_sdk::{Phone, Query};
use usra_sync_protocol::kind::Kind;
use usra_tests::clock::Here;
use usra_tests::harness::store_key;
use usra_tests::process;

use crate::fill::NEW_CHANGES;
use crate::say;

const ROUNDS: usize = 21;
/// A word of many notes and descriptions, written otherwise than it stands there.
const SOUGHT: &str = "الاسره";

pub(crate) async fn look(file: &Path) -> Result<()> {
    let (open_ms, mut phone) = once(|| Ok(Phone::open(SqliteStore::open(file, &store_key())?)?))?;
    say(&format!(
        "open                     {open_ms:>9.2} ms (once, {} records)",
        phone.status(Here.now_ms())?.records
    ));
    use_it(&mut phone)?;
    let taken = timed(sync(&mut phone)).await?;
    ensure!(taken.1 >= u64::from(NEW_CHANGES), "only {} changes came", taken.1);
    say(&format!("sync with {NEW_CHANGES} new changes {:>7.2} ms (once)", taken.0));
    say(&format!("sync with nothing new    {:>9.2} ms (once)", timed(sync(&mut phone)).await?.0));
    say(&format!("memory                   {:>9} KiB at most", process::peak_kib(std::process::id())?));
    let folder = file.parent().context("no folder")?;
    let name = file.file_name().and_then(|name| name.to_str()).context("no name")?;
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(name) {
            bytes += entry.metadata()?.len();
        }
    }
    say(&format!("store with its log       {:>9} KiB", bytes / 1_024));
    Ok(())
}

fn use_it(phone: &mut Phone<SqliteStore>) -> Result<()> {
    let family = Query { kind: Some(Kind::Family), limit: 1, ..Query::default() };
    let id = phone.list(&family)?.first().context("an empty store")?.id;
    let mut round = 0_u32;
    median("edit", || {
        round += 1;
        let fields = vec![("lead_time_days".to_owned(), usra_sync_protocol::scalar::Scalar::Int(i64::from(round)))];
        Ok(phone.edit(id, fields, Here.now_ms()).map(drop)?)
    })?;
    median("show a record", || Ok(phone.record(id).map(drop)?))?;
    median("list", || Ok(phone.list(&Query::default()).map(drop)?))?;
    median("list the products of one", || {
        let products = Query { kind: Some(Kind::Product), family: Some(id), ..Query::default() };
        Ok(phone.list(&products).map(drop)?)
    })?;
    let sought = Query { search: Some(SOUGHT.to_owned()), ..Query::default() };
    ensure!(!phone.list(&sought)?.is_empty(), "nothing is found");
    median("search in Arabic", || Ok(phone.list(&sought).map(drop)?))
}

async fn sync(phone: &mut Phone<SqliteStore>) -> Result<u64> {
    let report = sync_once(phone, &HttpTransport::new()?, &Here, |_report| ()).await?;
    ensure!(report.failure.is_none(), "a sync failed: {:?}", report.failure);
    Ok(report.total.received)
}

fn median(what: &str, mut work: impl FnMut() -> Result<()>) -> Result<()> {
    let mut times = (0..ROUNDS).map(|_| once(&mut work).map(|(ms, ())| ms)).collect::<Result<Vec<_>>>()?;
    times.sort_by(f64::total_cmp);
    let middle = times.get(ROUNDS / 2).copied().unwrap_or_default();
    say(&format!("{what:<24} {middle:>9.2} ms (worst of {ROUNDS}: {:.2})", times.last().copied().unwrap_or_default()));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn once<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let began = Instant::now();
    let result = work()?;
    Ok((began.elapsed().as_secs_f64() * 1_000.0, result))
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
async fn timed<T>(work: impl Future<Output = Result<T>>) -> Result<(f64, T)> {
    let began = Instant::now();
    let result = work.await?;
    Ok((began.elapsed().as_secs_f64() * 1_000.0, result))
}
