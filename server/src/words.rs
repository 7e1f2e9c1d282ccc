//! What the console says, in Arabic and English: catalogues in `server/words/`, one message an idea, the same in both. Numbers and dates
//! are written by ICU, with the calendar and the digits always named. It knows no page.

mod catalogue;
mod figures;

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};
use time::{Date, OffsetDateTime};

use crate::clock::RIYADH;

/// The language that a person reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Arabic, right to left.
    #[default]
    Ar,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ar, Self::En];

    /// Its code: `ar`, `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::En => "en",
        }
    }

    /// The language of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The direction of its script, as HTML names it.
    #[must_use]
    pub fn dir(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            Self::En => "ltr",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Ar => Self::En,
            Self::En => Self::Ar,
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ar => "العربية",
            Self::En => "English",
        }
    }

    /// The message of that name.
    #[must_use]
    pub fn say(self, message: &str) -> Cow<'static, str> {
        catalogue::said(self, message, None)
    }

    /// The message of that name with what it tells of: a number (`$n`), whose plural form it takes.
    #[must_use]
    pub fn say_n(self, message: &str, n: i64) -> Cow<'static, str> {
        self.say_of(message, ("n", FluentValue::from(n)))
    }

    /// The message of that name about a word (`$what`).
    #[must_use]
    pub fn say_what(self, message: &str, what: &str) -> Cow<'static, str> {
        self.say_of(message, ("what", FluentValue::from(what.to_owned())))
    }

    /// A whole number, with its thousands apart.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        figures::number(self, number)
    }

    /// A day by the Gregorian calendar: `29 نوفمبر 2026`.
    #[must_use]
    pub fn day(self, day: Date) -> String {
        figures::day(self, day)
    }

    /// A day by the calendar of Umm al-Qura.
    #[must_use]
    pub fn hijri(self, day: Date) -> String {
        figures::hijri(self, day)
    }

    /// A day by both calendars.
    #[must_use]
    pub fn both(self, day: Date) -> String {
        format!("{} · {}", self.day(day), self.hijri(day))
    }

    /// A moment as Makkah's clocks show it: the day, and hours and minutes.
    #[must_use]
    pub fn moment(self, moment: OffsetDateTime) -> String {
        let local = moment.to_offset(RIYADH);
        format!("{} {:02}:{:02}", self.day(local.date()), local.hour(), local.minute())
    }

    /// One of two texts.
    #[must_use]
    pub fn pick<'t>(self, ar: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Ar => ar,
            Self::En => en,
        }
    }

    fn say_of(self, message: &str, arg: (&'static str, FluentValue<'static>)) -> Cow<'static, str> {
        catalogue::said(self, message, Some(&std::iter::once(arg).collect::<FluentArgs<'static>>()))
    }
}
