//! The scene of overload: what a server does for few clients is measured, then ten times as many requests come, and thousands of
//! sockets that send a byte a second. What is admitted is answered about as often as before, the rest is told to come again, memory
//! stays bounded, and soon afterwards everything is as it was.
//!
//! Generator and server have processors of their own, else the generator would take most of them. Each phase also has the processor time that
//! server and PostgreSQL spent for each good answer, refusals included: it tells what refusing costs, whoever else uses the machine.

mod clients;
mod gauge;
mod pins;
mod shots;
mod slow;

use std::net::SocketAddr;
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
/// A short look at how it goes.
const WARM: Duration = Duration::from_millis(500);
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
        Self { measure, overload, slow: 2_000, made: 60_000, goodput_percent: GOODPUT_PERCENT }
    }

    /// A few seconds among other tests, which take processor time from either phase: it shows that things are shed and pass.
    #[must_use]
    pub fn short() -> Self {
        let (measure, overload) = (Duration::from_secs(1), Duration::from_secs(3));
        Self { measure, overload, slow: 1_000, made: 10_000, goodput_percent: 25 }
    }
}

/// What is overloaded, and with what.
struct Range {
    server: SocketAddr,
    shots: Arc<Shots>,
    gauge: Gauge,
    load: Load,
}

/// What a phase came to: answers, how many good ones a second, and the processor time.
struct Phase {
    answers: Answers,
    per_second: u64,
    cpu: Duration,
}

/// Overloads a server once.
///
/// # Errors
/// Too little is answered, something is refused otherwise than it should be, memory grows, or the server does not recover.
pub async fn play(seed: u64, load: Load) -> Played {
    let mut tally = Tally::new("overload");
    tally.set("open files allowed", slow::raise_open_files(load.slow)?);
    let mut crew = Crew::start(seed, PHONES).await?;
    crew.work(1).await?;
    let (server, gauge) = (crew.centre.address()?, Gauge::of(&crew)?);
    tally.set("processors of the server", pins::part(&gauge)?);
    let range = Range { server, shots: Arc::new(Shots::of(&mut crew, load.made).await?), gauge, load };
    let capacity = range.capacity(&mut tally).await?;
    let under = range.overload(capacity.per_second * TIMES, &mut tally).await?;
    tally.set("recovery seconds", range.recover(capacity.per_second).await?.div_ceil(1_000));
    tally.set("memory MB", range.gauge.peak_mib()?);
    note(&mut tally, &capacity, &under);
    tally.found(oracle::all_is_well(&mut crew).await?);
    progress(&tally.line());
    judge(&tally, &under.answers, load.goodput_percent)?;
    Ok(tally)
}

impl Phase {
    /// Processor time of server and PostgreSQL for each good answer, with everything else that they did.
    fn cost_us(&self) -> u64 {
        u64::try_from(self.cpu.as_micros()).unwrap_or(u64::MAX) / self.answers.good.max(1)
    }
}

impl Range {
    /// The most that the server does when nobody asks too much of it: for few clients, or for many that share commits.
    async fn capacity(&self, tally: &mut Tally) -> Result<Phase> {
        let warm = self.closed(FEW, WARM).await?;
        ensure!(warm.answers.refused == 0 && warm.answers.good > 0, "the server is not well: {:?}", warm.answers);
        let (few, many) = (self.closed(FEW, self.load.measure).await?, self.closed(MANY, self.load.measure).await?);
        for phase in [&few, &many] {
            ensure!(phase.answers.strange.is_empty() && phase.answers.refused == 0, "{:?}", phase.answers);
        }
        tally.set("answers a second with 8 clients and no overload", few.per_second);
        tally.set("answers a second with 64 clients and no overload", many.per_second);
        Ok(if many.per_second > few.per_second { many } else { few })
    }

    async fn closed(&self, clients: usize, time: Duration) -> Result<Phase> {
        let before = self.gauge.read()?;
        let answers = clients::closed_loop(self.server, &self.shots, (clients, time)).await?;
        Ok(Phase { per_second: answers.per_second(time), cpu: self.gauge.since(before)?, answers })
    }

    /// So many requests a second, and the slow sockets.
    async fn overload(&self, offered: u64, tally: &mut Tally) -> Result<Phase> {
        progress(&format!("{offered} requests a second and {} slow sockets", self.load.slow));
        let slow = slow::Sockets::open(self.server, self.load.slow);
        slow.until_connected().await;
        let before = self.gauge.read()?;
        let answers = clients::open_loop(self.server, &self.shots, (offered, self.load.overload)).await?;
        let cpu = self.gauge.since(before)?;
        tally.set("offered a second", offered);
        tally.set("slow sockets", self.load.slow as u64);
        tally.set("slow sockets cut by the server", slow.close().await);
        Ok(Phase { per_second: answers.per_second(self.load.overload), cpu, answers })
    }

    /// How long until as many clients as before are served as before.
    async fn recover(&self, per_second: u64) -> Result<u64> {
        let began_ms = Here.now_ms();
        loop {
            let now = self.closed(MANY, WARM).await?;
            let is_well = now.answers.refused == 0 && now.answers.cut == 0 && now.per_second * 2 >= per_second;
            let took_ms = Here.now_ms() - began_ms;
            if is_well {
                return Ok(took_ms);
            }
            ensure!(
                took_ms < RECOVERY_MS,
                "the server is not as it was: {:?}, {per_second} a second before",
                now.answers
            );
        }
    }
}

fn note(tally: &mut Tally, capacity: &Phase, under: &Phase) {
    tally.set("capacity a second", capacity.per_second);
    tally.set("goodput a second", under.per_second);
    tally.set("goodput percent", under.per_second * 100 / capacity.per_second.max(1));
    tally.set("answered", under.answers.good);
    tally.set("refused with 503 and Retry-After", under.answers.refused);
    tally.set("cut without an answer", under.answers.cut);
    tally.set("processor us for an answer before", capacity.cost_us());
    tally.set("processor us for an answer and all refusals beside it", under.cost_us());
    tally.set("slowest answer under overload ms", under.answers.slowest_ms);
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
