//! The scene of overload: what a server can do is measured with clients that wait for their answers, then ten times as many requests come, and thousands of
//! sockets that send a byte a second. What is admitted is answered about as often as before, the rest is told to come again, memory stays
//! bounded, and soon afterwards everything is as it was.
//!
//! Generator and server share the machine. So beside the answers a second, each phase has the processor time that server and
//! PostgreSQL spent: an answer refused is cheap when many of them cost little beside the answers given.

mod clients;
mod gauge;
mod shots;
mod slow;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use usra_client_sdk::sync::Surroundings;

use super::Played;
use super::crew::Crew;
use super::oracle;
use super::tally::{Tally, progress};
use crate::clock::Here;
use clients::Answers;
use gauge::Gauge;
use shots::Shots;

/// Phones whose requests are sent.
const PHONES: u64 = 8;
/// Clients that keep a server of two processors busy, and those that fill its batches.
const FEW: usize = 8;
const MANY: usize = 64;
/// How often as much as the server can do is offered.
const TIMES: u64 = 10;
/// How much of what the server can do must still be done, in percent.
const GOODPUT_PERCENT: u64 = 80;
/// Memory that a server of 900 connections and 256 requests may take.
const MEMORY_MIB: u64 = 512;
/// How long until a server is as it was.
const RECOVERY_MS: u64 = 30_000;

/// How hard and how long.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How long what the server can do is measured.
    measure: Duration,
    /// How long it is overloaded.
    overload: Duration,
    /// Slow sockets beside it.
    slow: usize,
    /// Requests made in advance: as many as are answered, and those under way.
    made: usize,
    /// Percent of the measured that must still be answered.
    goodput_percent: u64,
}

impl Load {
    /// The whole thing, in about the given time.
    #[must_use]
    pub fn full(time_ms: u64) -> Self {
        let (measure, overload) = (Duration::from_millis(time_ms / 6), Duration::from_millis(time_ms / 3));
        let (measure, overload) = (measure.min(Duration::from_secs(10)), overload.min(Duration::from_secs(30)));
        Self { measure, overload, slow: 2_000, made: 30_000, goodput_percent: GOODPUT_PERCENT }
    }

    /// A few seconds among other tests, which take processor time from either phase: it shows that things are shed and pass.
    #[must_use]
    pub fn short() -> Self {
        let (measure, overload) = (Duration::from_secs(1), Duration::from_secs(3));
        Self { measure, overload, slow: 1_000, made: 10_000, goodput_percent: 25 }
    }
}

/// Overloads a server once.
///
/// # Errors
/// Too little is answered, something is refused otherwise than it should be, memory grows, or the server does not recover.
pub async fn play(seed: u64, load: Load) -> Played {
    let mut tally = Tally::new("overload");
    let open_files = slow::raise_open_files(load.slow)?;
    let mut crew = Crew::start(seed, PHONES).await?;
    crew.work(1).await?;
    let gauge = Gauge::of(&crew)?;
    let shots = Arc::new(Shots::of(&mut crew, load.made).await?);
    let server = crew.centre.address()?;
    let warm = clients::closed_loop(server, &shots, (FEW, Duration::from_millis(500))).await?;
    ensure!(warm.refused == 0 && warm.good > 0, "the server is not well before the overload: {warm:?}");

    let before = gauge.read()?;
    let few = clients::closed_loop(server, &shots, (FEW, load.measure)).await?;
    let few_cost = gauge.since(before)?;
    let before = gauge.read()?;
    let many = clients::closed_loop(server, &shots, (MANY, load.measure)).await?;
    let many_cost = gauge.since(before)?;
    // More at once share more commits, until they only wait for each other: the better of the two counts.
    let (capacity, capacity_cost) = if many.good > few.good { (many, many_cost) } else { (few, few_cost) };
    ensure!(capacity.strange.is_empty() && capacity.refused == 0, "{capacity:?}");
    let per_second = capacity.per_second(load.measure);
    progress(&format!("{per_second} answers a second; now {TIMES} times as many and {} slow sockets", load.slow));

    let slow = slow::Sockets::open(server, load.slow);
    slow.until_connected().await;
    let before = gauge.read()?;
    let offered = per_second * TIMES;
    let under = clients::open_loop(server, &shots, (offered, load.overload)).await?;
    let under_cost = gauge.since(before)?;
    let goodput = under.per_second(load.overload);
    let slow_cut = slow.close().await;

    let recovery_ms = recover(server, &shots, per_second).await?;
    note(&mut tally, (&capacity, per_second, capacity_cost), (&under, goodput, under_cost));
    tally.set("offered a second", offered);
    tally.set("slow sockets", load.slow as u64);
    tally.set("slow sockets cut by the server", slow_cut);
    tally.set("open files allowed", open_files);
    tally.set("recovery seconds", recovery_ms.div_ceil(1_000));
    let memory = gauge.peak_mib()?;
    tally.set("memory MB", memory);
    tally.found(oracle::all_is_well(&mut crew).await?);
    progress(&tally.line());
    judge(&tally, &under, load.goodput_percent)?;
    Ok(tally)
}

fn note(
    tally: &mut Tally,
    (capacity, per_second, capacity_ms): (&Answers, u64, u64),
    (under, goodput, under_ms): (&Answers, u64, u64),
) {
    tally.set("capacity a second", per_second);
    tally.set("goodput a second", goodput);
    tally.set("goodput percent", goodput * 100 / per_second.max(1));
    tally.set("answered", under.good);
    tally.set("refused with 503 and Retry-After", under.refused);
    tally.set("cut without an answer", under.cut);
    tally.set("processor us for an answer before", capacity_ms * 1_000 / capacity.good.max(1));
    tally.set("processor us for all that was answered under overload", under_ms * 1_000 / under.good.max(1));
    tally.set("slowest answer under overload ms", under.slowest_ms);
}

fn judge(tally: &Tally, under: &Answers, goodput_percent: u64) -> Result<()> {
    ensure!(under.strange.is_empty(), "answers that are neither good nor a clean refusal: {:?}", under.strange);
    ensure!(under.refused > 0, "nothing was refused, so there was no overload");
    let goodput = tally.count("goodput percent");
    ensure!(goodput >= goodput_percent, "goodput is {goodput} % of the capacity");
    let memory = tally.count("memory MB");
    ensure!(memory < MEMORY_MIB, "the server took {memory} MiB");
    Ok(())
}

/// How long until few clients are served as before.
async fn recover(server: std::net::SocketAddr, shots: &Arc<Shots>, per_second: u64) -> Result<u64> {
    let began_ms = Here.now_ms();
    let look = Duration::from_millis(500);
    loop {
        let now = clients::closed_loop(server, shots, (MANY, look)).await?;
        if now.refused == 0 && now.cut == 0 && now.per_second(look) * 2 >= per_second {
            return Ok(Here.now_ms() - began_ms);
        }
        ensure!(
            Here.now_ms() - began_ms < RECOVERY_MS,
            "the server is not as it was: {now:?}, {per_second} a second before"
        );
    }
}
