//! What people decided about an install's held work. Numbered for each install from 1, so that a phone that names the last
//! number it heard gets the rest, in order, however many answers were lost.

use crate::id::{ChangeHash, RecordId};

/// Decisions in one answer at most; the rest comes with the next.
pub const DECISIONS_MAX: usize = 100;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its number among those of the install.
    pub number: u64,
    /// The record.
    pub record: RecordId,
    /// The change that was decided on.
    pub change: ChangeHash,
    /// What was decided.
    pub outcome: Outcome,
    /// Words for the author; empty unless it was rejected.
    pub note: String,
}

/// What a person decided about a held change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The original became part of its record.
    Released,
    /// The centre wrote the values itself; the original stays out.
    Adopted,
    /// It stays out for good.
    Rejected,
    /// A decision of a newer server.
    Unknown,
}

impl Outcome {
    /// Every outcome that this version knows.
    pub const ALL: [Self; 3] = [Self::Released, Self::Adopted, Self::Rejected];

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Released => 1,
            Self::Adopted => 2,
            Self::Rejected => 3,
            Self::Unknown => 0,
        }
    }

    /// The outcome of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|outcome| outcome.number() == number).unwrap_or(Self::Unknown)
    }

    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Adopted => "adopted",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_found_again_by_its_number_and_its_word() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_number(outcome.number()), outcome);
            assert_eq!(Outcome::from_word(outcome.word()), outcome);
        }
        assert_eq!((Outcome::from_number(9), Outcome::from_word("?")), (Outcome::Unknown, Outcome::Unknown));
    }
}
