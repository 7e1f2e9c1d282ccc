//! What can happen to one request, and what decides it.

use crate::dice::Dice;

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    Drop,
    /// It arrives, its answer does not.
    Void,
    /// Only so many of its bytes arrive.
    CutRequest(usize),
    /// Only so many bytes of the answer come back.
    CutAnswer(usize),
    /// It arrives twice; the second answer comes back.
    Twice,
    /// It arrives so many milliseconds late.
    Late(u64),
    /// It arrives in pieces of so many bytes.
    Drip(usize),
    /// It crawls in both directions: so many microseconds for each byte.
    Crawl(u64),
    /// So many bytes a second in both directions, as on a poor cell.
    Slow(u32),
    /// The sending side is closed once it is through.
    HalfClose,
    /// It arrives and the connection is gone so many microseconds later, answered or not.
    Abandon(u64),
    /// It arrives so many times at once; the first answer comes back.
    Flood(usize),
    /// Requests and answers of more bytes than this never arrive; smaller ones pass.
    LoseLarge(usize),
}

impl Fault {
    /// What it is called where it is counted.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Drop => "requests lost",
            Self::Void => "answers lost",
            Self::CutRequest(_) => "requests cut",
            Self::CutAnswer(_) => "answers cut",
            Self::Twice => "requests repeated",
            Self::Late(_) => "requests late",
            Self::Drip(_) => "requests in pieces",
            Self::Crawl(_) => "requests and answers crawling",
            Self::Slow(_) => "requests and answers over a slow link",
            Self::HalfClose => "connections half closed",
            Self::Abandon(_) => "requests dropped",
            Self::Flood(_) => "requests repeated at once",
            Self::LoseLarge(_) => "requests where large ones vanish",
        }
    }
}

/// What decides what happens.
#[derive(Clone, Debug)]
pub enum Weather {
    /// Everything passes.
    Clear,
    /// The same thing happens to every request.
    Always(Fault),
    /// A fault in so many percent of the requests.
    Bad {
        /// Percent of requests that something happens to.
        percent: u32,
        /// What throws.
        dice: Box<Dice>,
    },
}

impl Weather {
    /// Bad weather of `seed` for the phone `number`.
    #[must_use]
    pub fn bad(percent: u32, seed: u64, number: u64) -> Self {
        Self::Bad { percent, dice: Box::new(Dice::new(seed, 500_000 + number)) }
    }

    pub(super) fn next(&mut self) -> Option<Fault> {
        match self {
            Self::Clear => None,
            Self::Always(fault) => Some(*fault),
            Self::Bad { percent, dice } => dice.chance(*percent).then(|| throw(dice)),
        }
    }
}

fn throw(dice: &mut Dice) -> Fault {
    let size = dice.of(0..=6_000) as usize;
    match dice.of(0..=9) {
        0 => Fault::Drop,
        1 => Fault::Void,
        2 => Fault::CutRequest(size),
        3 => Fault::CutAnswer(size),
        4 => Fault::Twice,
        5 => Fault::Late(u64::from(dice.of(5..=150))),
        6 => Fault::Drip(64 + size / 2),
        7 => Fault::Abandon(u64::from(dice.of(0..=20_000))),
        8 => Fault::Flood(dice.of(2..=5) as usize),
        _ => Fault::HalfClose,
    }
}
