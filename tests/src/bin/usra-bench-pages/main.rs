//! Measures how long the console's pages take with 25,000 records, from the first byte asked to the last one got, beside the one statement that finds
//! every family, in the same run. `make bench-pages` builds it with optimisation and runs it; docs/performance.md tells how to read it. `RECORDS=25000` and
//! `SEED=1` vary it.

mod browse;

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::Instant;
use usra_server::storage::listed_family::{self, Filter};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::place;
use usra_tests::field_day::{self, RECORDS_OF_A_FAMILY};
use usra_tests::harness::{Centre, Handset};
use usra_tests::people::place::GOVERNORATES;

/// How often each page is asked for.
const TIMES: usize = 21;
const REGION: RegionId = RegionId(2);

#[tokio::main]
async fn main() -> Result<()> {
    let (seed, records) = (number("SEED", 1)?, number("RECORDS", 25_000)?);
    let folder = tempfile::tempdir()?;
    let centre = Centre::start(&folder.path().join("data"))?;
    fill(&centre, folder.path(), (seed, u32::try_from(records)?)).await?;
    let least = reference(&centre).await?;
    say(&format!(
        "{records} records; the statement that finds every family: {:.1} ms (median of {TIMES})\n",
        ms(least)
    ));
    let browser = browse::sign_in(&centre).await?;
    say("| page | median ms | worst ms | against the statement | kB |\n|---|---|---|---|---|");
    for (name, path) in browser.pages().await? {
        let (mut took, mut bytes) = (Vec::new(), 0);
        for _ in 0..TIMES {
            let begin = Instant::now();
            bytes = browser.get(&path).await?.len();
            took.push(begin.elapsed());
        }
        took.sort_unstable();
        let (median, worst) =
            (took.get(TIMES / 2).copied().unwrap_or_default(), took.last().copied().unwrap_or_default());
        let ratio = median.as_secs_f64() / least.as_secs_f64();
        say(&format!("| {name} | {:.1} | {:.1} | {ratio:.1} | {} |", ms(median), ms(worst), bytes / 1_000));
    }
    Ok(())
}

/// One phone of the whole region registers families of all governorates and sends them.
async fn fill(centre: &Centre, folder: &Path, (seed, records): (u64, u32)) -> Result<()> {
    let codes = GOVERNORATES.map(|place| place.code).join(",");
    let invitation = centre.invite("surveyor", &codes, "Surveyor")?;
    let mut phone = Handset::enrol(&folder.join("phone.sqlite"), centre.address()?, &invitation, (seed, 1)).await?;
    for number in 0..records / RECORDS_OF_A_FAMILY {
        let home = GOVERNORATES.get(number as usize % GOVERNORATES.len()).copied().unwrap_or_default();
        let visited = field_day::visit(seed, number, home);
        let family = phone.create(Kind::Family, None, visited.family)?;
        for (product, _) in visited.products {
            phone.create(Kind::Product, Some(family), product)?;
        }
    }
    let report = phone.sync().await?;
    ensure!(report.failure.is_none(), "the sync failed: {:?}", report.failure);
    Ok(())
}

/// What no page that shows all families can do without.
async fn reference(centre: &Centre) -> Result<Duration> {
    let database = centre.database().await?;
    let areas: Vec<i32> = place::areas().iter().map(|area| area.id.0.cast_signed()).collect();
    let mut took = Vec::new();
    for _ in 0..TIMES {
        let begin = Instant::now();
        let mut conn = database.pool.acquire().await?;
        let found = listed_family::find(&mut conn, REGION, &areas, &Filter::default()).await?;
        ensure!(!found.is_empty(), "there are no families");
        took.push(begin.elapsed());
    }
    database.close().await;
    took.sort_unstable();
    took.get(TIMES / 2).copied().context("nothing was measured")
}

fn number(name: &str, default: u64) -> Result<u64> {
    let given = std::env::var(name).ok().filter(|word| !word.is_empty());
    given.map_or(Ok(default), |word| word.parse().with_context(|| format!("{name} is not a number")))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// One line. A closed pipe is the reader's choice, not a fault.
fn say(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}
