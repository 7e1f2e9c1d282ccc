//! Load: thousands of phones with the habits of people. They ask in the morning, work offline, send in the evening, over slow links. The day is
//! played again and again, each time in less time, until the server does not keep up. `make load` builds it with optimisation and runs
//! it: `PHONES=2000`, `MINUTES=10` for the first day, `SEED=1`; `PICTURE=docs/load.svg` draws it.

mod day;
mod files;
mod fleet;
mod picture;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use usra_tests::harness::Centre;

use fleet::Fleet;
use report::Day;

/// Each day takes so many times less than the one before.
const FASTER: u32 = 4;
/// A day shorter than this has no morning.
const SHORTEST: Duration = Duration::from_secs(2);

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (phones, minutes, seed) = (number("PHONES", 2_000)?, number("MINUTES", 10)?, number("SEED", 1)?);
    let days = runtime.block_on(play((phones, seed), Duration::from_mins(minutes)))?;
    report::print(&days);
    report::write(phones, &days)?;
    match std::env::var_os("PICTURE").filter(|name| !name.is_empty()).map(PathBuf::from) {
        Some(file) => picture::draw(&file, phones, &days),
        None => Ok(()),
    }
}

async fn play((phones, seed): (u32, u64), first: Duration) -> Result<Vec<Day>> {
    files::allow(u64::from(phones))?;
    let folder = tempfile::tempdir()?;
    let centre = Centre::start(&folder.path().join("data"))?;
    report::say(&format!("{phones} phones enrol and take what their centre has"));
    let mut fleet = Fleet::enrol(&centre, folder.path(), (phones, seed)).await?;
    let (mut days, mut length) = (Vec::new(), first);
    while length >= SHORTEST {
        report::say(&format!("a day of {} s", length.as_secs_f64()));
        let day = day::play(&centre, &mut fleet, length).await?;
        let kept_up = day.keeps_up();
        days.push(day);
        if !kept_up {
            break;
        }
        length /= FASTER;
    }
    Ok(days)
}

fn number<T: std::str::FromStr>(name: &str, default: T) -> Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let word = std::env::var(name).ok().filter(|word| !word.is_empty());
    word.map_or(Ok(default), |word| word.parse().with_context(|| format!("{name} is not a number: {word}")))
}
