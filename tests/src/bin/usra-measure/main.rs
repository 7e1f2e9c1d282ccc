//! Measures what was promised: what a server, its PostgreSQL and a phone cost with many records. `make measure` builds it
//! with optimisation and runs it; docs/performance.md tells how to read what it prints. RECORDS and PHONES vary it.

mod levels;
mod process;
mod reference;
mod report;
mod stage;
mod store;
mod workload;

use std::path::Path;

use anyhow::{Context, Result};
use usra_tests::harness::Centre;

use report::line;
use stage::Gauge;
use workload::Fleet;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Ok(file) = std::env::var("USRA_MEASURE_STORE") {
        return store::look(Path::new(&file));
    }
    runtime.block_on(measure(number("RECORDS", 25_000)?, number("PHONES", 20)?))
}

fn number(name: &str, default: u32) -> Result<u32> {
    let word = std::env::var(name).ok().filter(|word| !word.is_empty());
    word.map_or(Ok(default), |word| word.parse().with_context(|| format!("{name} is not a number")))
}

async fn measure(records: u32, phones: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let centre = Centre::start(&data)?;
    let gauge = Gauge::of(centre.process(), &data)?;
    let mut fleet = Fleet::enrol(&centre, folder.path(), phones).await?;
    let made = fleet.register(records / workload::RECORDS_OF_A_FAMILY).await?;
    line(&format!("{made} records on {phones} phones"));
    levels::compare(&mut fleet.handsets)?;

    let mut stages = vec![stage::run("W1: every phone sends", &gauge, fleet.send()).await?];
    let mut fresh = workload::newcomer(&centre, folder.path()).await?;
    stages.push(stage::run("W2: a new phone takes all", &gauge, workload::sync(&mut fresh)).await?);
    stages.push(stage::run("W3: nothing new", &gauge, workload::sync(&mut fresh)).await?);
    workload::edit(&mut fresh, workload::EDITS)?;
    stages.push(stage::run("W4: 25 edits", &gauge, workload::sync(&mut fresh)).await?);
    report::stages(&stages);
    line(&format!("server: peak {} MiB resident", gauge.server_peak_mib()?));

    let database = centre.database().await?;
    // The server's own role may not make tables.
    let owner = sqlx::PgPool::connect_with(database.owner()?.clone()).await?;
    let copied = reference::copy(&owner, &gauge).await?;
    owner.close().await;
    database.close().await;
    report::against(&copied, stages.first().context("no stage")?);

    let file = store::fill(&centre, folder.path()).await?;
    store::look_from_outside(&file)
}
