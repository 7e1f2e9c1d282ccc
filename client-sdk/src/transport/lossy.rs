//! A transport that does to requests and answers what a bad network does: loses, repeats, delays, reorders and cuts them.
//! Seeded, so that a bad day can be lived again; for tests and the demo.

use std::sync::{Mutex, PoisonError};

use super::{Failure, Outgoing, Transport};

/// How often each fault happens, in a thousand exchanges. What is left goes well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Odds {
    /// The request never arrives.
    pub drop_request: u16,
    /// The request arrives, the answer does not.
    pub drop_answer: u16,
    /// The request arrives twice; the second answer comes back.
    pub duplicate: u16,
    /// The request arrives some exchanges later, out of order, when nobody waits for its answer any more.
    pub delay: u16,
    /// The request arrives cut.
    pub cut_request: u16,
    /// The answer arrives cut.
    pub cut_answer: u16,
}

impl Odds {
    /// A bad day: two exchanges of five go wrong.
    pub const BAD: Self =
        Self { drop_request: 80, drop_answer: 80, duplicate: 80, delay: 60, cut_request: 40, cut_answer: 60 };
}

/// What was done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Exchanges asked for.
    pub exchanges: u64,
    /// Those that something was done to.
    pub faults: u64,
}

/// Wraps another transport.
#[derive(Debug)]
pub struct Lossy<T> {
    inner: T,
    odds: Odds,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    seed: u64,
    late: Vec<(u64, Outgoing)>,
    tally: Tally,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    DropRequest,
    DropAnswer,
    Duplicate,
    Delay,
    CutRequest,
    CutAnswer,
}

/// What to do with one exchange.
struct Plan {
    fault: Option<Fault>,
    /// Any number, for where to cut.
    chance: u64,
    /// Requests of earlier exchanges that arrive now.
    due: Vec<Outgoing>,
}

/// Exchanges that a delayed request is late by at most.
const LATE_MAX: u64 = 4;

impl<T> Lossy<T> {
    /// Wraps `inner`; the same seed and the same exchanges give the same faults.
    #[must_use]
    pub fn new(inner: T, odds: Odds, seed: u64) -> Self {
        Self { inner, odds, state: Mutex::new(State { seed, late: Vec::new(), tally: Tally::default() }) }
    }

    /// What was done so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).tally
    }

    fn plan(&self, request: &Outgoing) -> Plan {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = self.odds.pick(state.roll() % 1_000);
        let chance = state.roll();
        state.tally.exchanges += 1;
        state.tally.faults += u64::from(fault.is_some());
        let due = state.due();
        if fault == Some(Fault::Delay) {
            state.late.push((1 + chance % LATE_MAX, request.clone()));
        }
        Plan { fault, chance, due }
    }
}

impl Odds {
    fn pick(self, roll: u64) -> Option<Fault> {
        let table = [
            (self.drop_request, Fault::DropRequest),
            (self.drop_answer, Fault::DropAnswer),
            (self.duplicate, Fault::Duplicate),
            (self.delay, Fault::Delay),
            (self.cut_request, Fault::CutRequest),
            (self.cut_answer, Fault::CutAnswer),
        ];
        let mut bound = 0;
        table.into_iter().find_map(|(odds, fault)| {
            bound += u64::from(odds);
            (roll < bound).then_some(fault)
        })
    }
}

impl State {
    /// SplitMix64: small, and good enough to choose faults.
    fn roll(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn due(&mut self) -> Vec<Outgoing> {
        self.late.iter_mut().for_each(|(turns, _)| *turns = turns.saturating_sub(1));
        let (due, late) = std::mem::take(&mut self.late).into_iter().partition(|(turns, _)| *turns == 0);
        self.late = late;
        due.into_iter().map(|(_, request)| request).collect()
    }
}

impl<T: Transport + Sync> Transport for Lossy<T> {
    async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
        let Plan { fault, chance, due } = self.plan(&request);
        for late in due {
            drop(self.inner.exchange(late).await);
        }
        match fault {
            None => self.inner.exchange(request).await,
            Some(Fault::DropRequest) => Err(Failure::Unreachable),
            Some(Fault::Delay) => Err(Failure::Timeout),
            Some(Fault::DropAnswer) => self.inner.exchange(request).await.and(Err(Failure::Timeout)),
            Some(Fault::Duplicate) => {
                drop(self.inner.exchange(request.clone()).await);
                self.inner.exchange(request).await
            }
            Some(Fault::CutRequest) => {
                let body = cut(request.body, chance);
                self.inner.exchange(Outgoing { body, ..request }).await.and(Err(Failure::Unreachable))
            }
            Some(Fault::CutAnswer) => self.inner.exchange(request).await.map(|answer| cut(answer, chance)),
        }
    }
}

/// Some beginning of the bytes, never all of them.
fn cut(mut bytes: Vec<u8>, chance: u64) -> Vec<u8> {
    let len = usize::try_from(chance % bytes.len().max(1) as u64).unwrap_or_default();
    bytes.truncate(len);
    bytes
}

#[cfg(test)]
#[cfg(feature = "http")]
mod tests {
    use super::*;

    struct Echo;

    impl Transport for Echo {
        async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
            Ok(request.body)
        }
    }

    fn day(odds: Odds, seed: u64) -> Vec<Result<Vec<u8>, Failure>> {
        let lossy = Lossy::new(Echo, odds, seed);
        let (server_url, token, body) = (String::new(), String::new(), vec![7; 50]);
        let request = Outgoing { server_url, path: "", media_type: "", token, signature: None, body };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        (0..200).map(|_| runtime.block_on(lossy.exchange(request.clone()))).collect()
    }

    #[test]
    fn the_same_seed_lives_the_same_day_again_and_another_does_not() {
        assert_eq!(day(Odds::BAD, 5), day(Odds::BAD, 5));
        assert_ne!(day(Odds::BAD, 5), day(Odds::BAD, 6));
        assert!(day(Odds::default(), 5).iter().all(|answer| answer.as_ref() == Ok(&vec![7; 50])));
    }

    #[test]
    fn a_bad_day_loses_delays_and_cuts_but_not_always() {
        let day = day(Odds::BAD, 1);
        let good = day.iter().filter(|answer| answer.as_ref().is_ok_and(|body| body.len() == 50)).count();
        assert!((80..180).contains(&good), "{good}");
        assert!(day.contains(&Err(Failure::Unreachable)) && day.contains(&Err(Failure::Timeout)));
        assert!(day.iter().any(|answer| answer.as_ref().is_ok_and(|body| body.len() < 50)));
    }
}
