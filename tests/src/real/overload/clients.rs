//! Clients that send made requests, each on a connection of its own as phones do: few that wait for their answers, or ever more that do not.

use std::collections::BTreeMap;
use std::io::Result as Io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::shots::Shots;

/// How often the next requests of an open loop leave.
const TICK: Duration = Duration::from_millis(5);
/// Requests under way at once; what is beyond was offered and found no way out.
const UNDER_WAY: usize = 6_000;
/// A client that waits longer has given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// Answered with 200.
    pub(super) good: u64,
    /// Told to come again: 429 or 503, and when.
    pub(super) refused: u64,
    /// The connection was closed or nothing came in time.
    pub(super) cut: u64,
    /// Anything else, by its first line.
    pub(super) strange: BTreeMap<String, u64>,
    /// The longest that a good answer took.
    pub(super) slowest_ms: u64,
}

impl Answers {
    pub(super) fn per_second(&self, time: Duration) -> u64 {
        u64::try_from(u128::from(self.good) * 1_000 / time.as_millis().max(1)).unwrap_or(u64::MAX)
    }

    fn add(&mut self, answer: &Answer) {
        match answer {
            Answer::Good(ms) => {
                self.good += 1;
                self.slowest_ms = self.slowest_ms.max(*ms);
            }
            Answer::Refused => self.refused += 1,
            Answer::Cut => self.cut += 1,
            Answer::Strange(line) => *self.strange.entry(line.clone()).or_default() += 1,
        }
    }

    fn join(&mut self, other: Self) {
        self.good += other.good;
        self.refused += other.refused;
        self.cut += other.cut;
        self.slowest_ms = self.slowest_ms.max(other.slowest_ms);
        other.strange.into_iter().for_each(|(line, count)| *self.strange.entry(line).or_default() += count);
    }
}

enum Answer {
    Good(u64),
    Refused,
    Cut,
    Strange(String),
}

/// So many clients, each with its next request as soon as it has its answer.
pub(super) async fn closed_loop(
    server: SocketAddr,
    shots: &Arc<Shots>,
    (count, time): (usize, Duration),
) -> Result<Answers> {
    let (mut clients, end) = (JoinSet::new(), now() + time);
    for _ in 0..count {
        let shots = Arc::clone(shots);
        clients.spawn(async move {
            let mut answers = Answers::default();
            while now() < end {
                answers.add(&send(server, &shots).await?);
            }
            Ok::<_, anyhow::Error>(answers)
        });
    }
    let mut all = Answers::default();
    for answers in clients.join_all().await {
        all.join(answers?);
    }
    Ok(all)
}

/// So many requests a second, whether earlier ones were answered or not. Answers after the end do not count.
pub(super) async fn open_loop(
    server: SocketAddr,
    shots: &Arc<Shots>,
    (per_second, time): (u64, Duration),
) -> Result<Answers> {
    let (mut under_way, mut all) = (JoinSet::new(), Answers::default());
    let (began, mut sent) = (now(), 0_u64);
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while began.elapsed() < time {
        tick.tick().await;
        let due = u64::try_from(u128::from(per_second) * began.elapsed().as_millis() / 1_000).unwrap_or(u64::MAX);
        while sent < due {
            sent += 1;
            if under_way.len() < UNDER_WAY {
                under_way.spawn(send_one(server, Arc::clone(shots)));
            }
        }
        while let Some(answer) = under_way.try_join_next() {
            all.add(&answer??);
        }
    }
    under_way.shutdown().await;
    Ok(all)
}

fn now() -> Instant {
    Instant::now()
}

async fn send_one(server: SocketAddr, shots: Arc<Shots>) -> Result<Answer> {
    send(server, &shots).await
}

async fn send(server: SocketAddr, shots: &Shots) -> Result<Answer> {
    let ((number, request), began) = (shots.take()?, now());
    let answer = match timeout(PATIENCE, exchange(server, request)).await {
        Ok(Ok(bytes)) => read(&bytes, began),
        Ok(Err(_)) | Err(_) => Answer::Cut,
    };
    if matches!(answer, Answer::Refused) {
        shots.give_back(number);
    }
    Ok(answer)
}

async fn exchange(server: SocketAddr, request: &[u8]) -> Io<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::with_capacity(1_024);
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn read(bytes: &[u8], began: Instant) -> Answer {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(600)).unwrap_or_default()).to_lowercase();
    let first = head.lines().next().unwrap_or_default().to_owned();
    let comes_again = head.contains("retry-after: ");
    match first.split(' ').nth(1) {
        Some("200") => Answer::Good(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)),
        Some("429" | "503") if comes_again => Answer::Refused,
        None => Answer::Cut,
        Some(_) => Answer::Strange(first),
    }
}
