//! The scene of kills: the server dies at each named point and at random, also while it starts; PostgreSQL's postmaster and single
//! processes of it die under load. After each, everything acknowledged since the last one is there; now and then all is looked at.

use std::time::Duration;

use anyhow::{Context, Result};
use usra_server::fail_point::FailPoint;

use super::Played;
use super::crew::Crew;
use super::eye::signal;
use super::oracle;
use super::tally::{Tally, progress};
use crate::dice::Dice;
use crate::harness::spawn;

/// Phones that work while something dies.
const PHONES: u64 = 3;
/// Kills after which everything is looked at.
const LOOK_EVERY: u64 = 40;

/// How many kinds of death there are.
pub const KINDS: u64 = 14;

/// What dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    /// The server, at a place in its code.
    At(FailPoint),
    /// The server, at any moment.
    Server,
    /// The server, before it was ready.
    Starting,
    /// PostgreSQL gets a signal.
    PostgreSql(&'static str),
    /// One process of PostgreSQL, which makes the postmaster start all others anew.
    Backend,
}

impl Death {
    fn all() -> Vec<Self> {
        let points = FailPoint::ALL.into_iter().map(Self::At);
        // A crash, a stop at once, a stop in order.
        let signals = ["-KILL", "-QUIT", "-INT"].into_iter().map(Self::PostgreSql);
        points.chain([Self::Server, Self::Starting, Self::Backend]).chain(signals).collect()
    }

    fn name(self) -> String {
        match self {
            Self::At(point) => format!("server killed at {}", point.name()),
            Self::Server => "server killed at random".to_owned(),
            Self::Starting => "server killed while starting".to_owned(),
            Self::PostgreSql(signal) => format!("postmaster got {}", signal.trim_start_matches('-')),
            Self::Backend => "process of postgresql killed".to_owned(),
        }
    }
}

/// Kills so many times, one kind after another.
///
/// # Errors
/// Something acknowledged is lost, something is doubled, or the centre does not come back.
pub async fn play(seed: u64, kills: u64, end_ms: Option<u64>) -> Played {
    let mut tally = Tally::new("kills");
    let mut crew = Crew::start(seed, PHONES).await?;
    let (mut dice, deaths) = (Dice::new(seed, 60_000), Death::all());
    crew.work(2).await?;
    for (kill, death) in (0..kills).zip(deaths.iter().cycle()) {
        if super::is_over(end_ms) {
            break;
        }
        let happened = die(&mut crew, *death, &mut dice).await.with_context(|| format!("kill {kill}, {death:?}"))?;
        tally.add(happened, 1);
        tally.add("cycles", 1);
        let news = crew.take_news();
        oracle::are_there(&mut crew.eye.connect().await?, &news)
            .await
            .with_context(|| format!("kill {kill}, {death:?}"))?;
        if kill % LOOK_EVERY == LOOK_EVERY - 1 {
            look(&mut crew).await.with_context(|| format!("after kill {kill}, {death:?}"))?;
            progress(&format!("{} kills, {} changes acknowledged", kill + 1, crew.acknowledged().len()));
        }
    }
    tally.found(look(&mut crew).await?);
    Ok(tally)
}

async fn look(crew: &mut Crew) -> Result<oracle::Found> {
    revive(crew)?;
    oracle::all_is_well(crew).await
}

/// A server without anything that would kill it.
fn revive(crew: &mut Crew) -> Result<()> {
    if crew.centre.is_dead() { crew.restart(&[]) } else { Ok(()) }
}

/// One death under load; answers what happened.
async fn die(crew: &mut Crew, death: Death, dice: &mut Dice) -> Result<String> {
    match death {
        Death::At(point) => at(crew, point, dice.of(0..=6)).await,
        Death::Server => {
            revive(crew)?;
            let server = crew.centre.process();
            under_load(crew, dice, server, "-KILL").await?;
            Ok(death.name())
        }
        Death::Starting => {
            starting(crew, u64::from(dice.of(0..=250))).await?;
            Ok(death.name())
        }
        Death::PostgreSql(name) => {
            revive(crew)?;
            let postmaster = crew.eye.postmaster().context("PostgreSQL does not say that it runs")?;
            under_load(crew, dice, postmaster, name).await?;
            Ok(death.name())
        }
        Death::Backend => {
            revive(crew)?;
            let Some(backend) = crew.eye.backend().await? else { return Ok("nothing to kill".to_owned()) };
            under_load(crew, dice, backend, "-KILL").await?;
            Ok(death.name())
        }
    }
}

async fn at(crew: &mut Crew, point: FailPoint, after: u32) -> Result<String> {
    if !crew.centre.is_dead() {
        crew.centre.kill()?;
    }
    crew.restart(&[("FAILPOINTS", &format!("{}={after}*off->return", point.name()))])?;
    if crew.work_until_dead(after as usize + 10).await? {
        return Ok(Death::At(point).name());
    }
    crew.centre.kill()?;
    Ok(format!("{} was not reached", point.name()))
}

/// Phones work while the signal comes at a random moment, until they came through after it or the server is dead.
async fn under_load(crew: &mut Crew, dice: &mut Dice, process: u32, name: &'static str) -> Result<()> {
    let wait = Duration::from_micros(u64::from(dice.of(0..=200_000)));
    let killer = tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        signal(name, process);
    });
    let is_server = process == crew.centre.process();
    while !killer.is_finished() {
        crew.work_until_dead(1).await?;
    }
    killer.await?;
    if is_server { crew.work_until_dead(50).await.map(drop) } else { crew.work(1).await }
}

/// A start that is cut short; the next one finds what it left.
async fn starting(crew: &mut Crew, after_ms: u64) -> Result<()> {
    if !crew.centre.is_dead() {
        crew.centre.kill()?;
    }
    let address = crew.centre.address()?.to_string();
    let mut child = spawn(&crew.data(), &["--listen", &address], &[])?;
    tokio::time::sleep(Duration::from_millis(after_ms)).await;
    child.kill()?;
    child.wait()?;
    crew.restart(&[])?;
    crew.work(1).await
}
