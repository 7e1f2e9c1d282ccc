//! The Hijri calendar of Umm al-Qura, shown beside Gregorian dates and understood in what people type.

use icu_calendar::cal::Hijri;
use icu_calendar::{Date, Gregorian};
use time::Month;

use super::date::gregorian;

/// The Hijri date of a stored Gregorian one, both as year, month and day: `1448-06-14` of `2026-11-24`. `None` when it is no such date.
#[must_use]
pub fn of(date: &str) -> Option<String> {
    let date = gregorian(date)?;
    let date = Date::try_new_gregorian(date.year(), date.month().into(), date.day()).ok()?;
    let date = date.to_calendar(Hijri::new_umm_al_qura());
    Some(format!("{:04}-{:02}-{:02}", date.year().extended_year(), date.month().ordinal, date.day_of_month().0))
}

/// The Gregorian date of a Hijri one, in canonical form. `None` when that month has no such day.
#[must_use]
pub fn to_gregorian(year: i32, month: u8, day: u8) -> Option<String> {
    let date = Date::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura()).ok()?;
    let date = date.to_calendar(Gregorian);
    let (year, month, day) = (date.year().extended_year(), date.month().ordinal, date.day_of_month().0);
    let sound = time::Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let text = format!("{:04}-{:02}-{:02}", sound.year(), u8::from(sound.month()), sound.day());
    gregorian(&text).map(|_date| text)
}
