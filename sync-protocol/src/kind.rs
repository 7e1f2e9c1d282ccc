//! The kinds of record. Access and erasure are per record, so what has another privacy is another kind.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The family as a producer: trade name, place, activities, licences, consents.
    Family,
    /// Members, income, needs and services; sensitive; one per family.
    Household,
    /// One thing a family offers; the public listing.
    Product,
    /// What a surveyor saw on a day; written once.
    Visit,
}

impl Kind {
    /// Every kind, in wire order.
    pub const ALL: [Self; 4] = [Self::Family, Self::Household, Self::Product, Self::Visit];

    /// The number on the wire and in the database.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Family => 1,
            Self::Household => 2,
            Self::Product => 3,
            Self::Visit => 4,
        }
    }

    /// The kind of a number, or `None` for one that this version does not know.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The word used in commands, tables and messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Household => "household",
            Self::Product => "product",
            Self::Visit => "visit",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.word() == word).ok_or(UnknownKind)
    }
}

/// A word that names no kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of record; the kinds are family, household, product and visit")]
pub struct UnknownKind;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_from_its_own_word_alone() {
        assert!(Kind::ALL.into_iter().all(|kind| kind.word().parse() == Ok(kind)));
        assert_eq!("shop".parse::<Kind>(), Err(UnknownKind));
    }
}
