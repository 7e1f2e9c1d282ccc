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
    /// The sending side is closed once it is through.
    HalfClose,
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
    match dice.of(0..=7) {
        0 => Fault::Drop,
        1 => Fault::Void,
        2 => Fault::CutRequest(size),
        3 => Fault::CutAnswer(size),
        4 => Fault::Twice,
        5 => Fault::Late(u64::from(dice.of(5..=150))),
        6 => Fault::Drip(64 + size / 2),
        _ => Fault::HalfClose,
    }
}
