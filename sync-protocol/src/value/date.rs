//! Dates: Gregorian is stored; Hijri (Umm al-Qura) is understood by its year and converted.

use time::{Date, Month};

use super::{ValueFault, hijri};
use crate::arabic;

/// Gregorian years that a date may have: the oldest living people and the longest licences lie far inside.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2200;
/// Hijri years, which no Gregorian date here shares.
const HIJRI_YEARS: std::ops::RangeInclusive<i32> = 1200..=1499;

/// Whether `text` is a Gregorian date as records hold it.
pub(crate) fn is_date(text: &str) -> bool {
    gregorian(text).is_some()
}

/// The date of `YYYY-MM-DD`.
pub(super) fn gregorian(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let (year, month, day) = shaped.then(|| numbers(text))??;
    YEARS.contains(&year).then_some(())?;
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// What a person wrote as the canonical Gregorian date: year first or last, `-`, `/` or `.`, Gregorian or Hijri.
pub(super) fn parse(input: &str) -> Result<String, ValueFault> {
    let clean: String =
        arabic::latin_digits(input).chars().filter(|c| !arabic::is_mark(*c) && !c.is_whitespace()).collect();
    let clean = clean.trim_end_matches(['ه', 'م']);
    written(&clean.replace(['/', '.'], "-")).ok_or(ValueFault::NotDate)
}

fn written(text: &str) -> Option<String> {
    let (first, month, last) = numbers3(text)?;
    let (year, day) = if first > 31 { (first, last) } else { (last, first) };
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    if HIJRI_YEARS.contains(&year) {
        return hijri::to_gregorian(year, month, day);
    }
    let text = format!("{year:04}-{month:02}-{day:02}");
    is_date(&text).then_some(text)
}

fn numbers(text: &str) -> Option<(i32, u8, u8)> {
    let (year, month, day) = numbers3(text)?;
    Some((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

fn numbers3(text: &str) -> Option<(i32, i32, i32)> {
    let number = |part: &str| {
        let sound = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        sound.then(|| part.parse::<i32>().ok())?
    };
    let mut parts = text.split('-').map(number);
    let three = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_date_has_ten_letters_in_their_places() {
        assert!(is_date("2026-11-24"));
        for text in [
            "2026-11-2",
            "2026-1-024",
            "20261-1-24",
            "2026/11/24",
            "1849-12-31",
            "2201-01-01",
            "2026-13-01",
            "٢٠٢٦-11-24",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn a_typed_date_has_its_year_first_or_last_and_may_hold_marks_and_blanks() {
        for typed in ["2026-11-24", "24/11/2026", " 24 . 11 . 2026 م", "\u{200f}24-11-2026", "٢٤/١١/٢٠٢٦"] {
            assert_eq!(parse(typed).as_deref(), Ok("2026-11-24"), "{typed}");
        }
        assert_eq!(parse("31/1/2026").as_deref(), Ok("2026-01-31"));
        for typed in ["32/1/2026", "2026-11", "2026-11-24-1", "20260-1-1", "a-11-2026", "", "24//2026", "12/13/2026"] {
            assert_eq!(parse(typed), Err(ValueFault::NotDate), "{typed}");
        }
    }
}
