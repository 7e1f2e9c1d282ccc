//! When licences end: over, within a month, the month after, the one after that. Nobody's licence is in two of these. Its rooms: the list of
//! licences, one with its decisions, and which families lack what their activity requires.

pub mod gap;
pub mod list;
pub mod one;

use time::macros::date;
use time::{Date, Duration};

/// The first day that a field of the schema takes.
const FIRST: Date = date!(1900 - 01 - 01);

/// How soon a licence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It is over.
    Over,
    /// Within thirty days, today included.
    Soon,
    /// Within sixty days, and not within thirty.
    Later,
    /// Within ninety days, and not within sixty.
    Latest,
}

impl Ends {
    /// All, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Over, Self::Soon, Self::Later, Self::Latest];

    /// The word in addresses and messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Soon => "30",
            Self::Later => "60",
            Self::Latest => "90",
        }
    }

    /// How soon a licence ends whose last day is `day`; `None` when later than all.
    #[must_use]
    pub fn of(day: Date, today: Date) -> Option<Self> {
        let holds = |ends: &Self| (ends.days(today).0..ends.days(today).1).contains(&day);
        Self::ALL.into_iter().find(holds)
    }

    /// The days at which each begins and the one before it is over, and the day behind the last. A licence is good through its last day.
    #[must_use]
    pub fn bounds(today: Date) -> [Date; 5] {
        let after = |days: i64| today.saturating_add(Duration::days(days));
        [FIRST, today, after(31), after(61), after(91)]
    }

    /// The days meant: from the first on and before the second.
    #[must_use]
    pub fn days(self, today: Date) -> (Date, Date) {
        let [first, now, soon, later, latest] = Self::bounds(today);
        match self {
            Self::Over => (first, now),
            Self::Soon => (now, soon),
            Self::Later => (soon, later),
            Self::Latest => (later, latest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_until_ninety_from_now_is_in_exactly_one() {
        let today = date!(2026 - 11 - 29);
        for ahead in -40..=90 {
            let day = today.saturating_add(Duration::days(ahead));
            let of = Ends::ALL.into_iter().filter(|ends| (ends.days(today).0..ends.days(today).1).contains(&day));
            assert_eq!(of.count(), 1, "{day}");
        }
        assert_eq!(Ends::Over.days(today).1, today);
        assert_eq!(Ends::Soon.days(today), (today, date!(2026 - 12 - 30)));
    }
}
