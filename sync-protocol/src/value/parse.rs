//! Human input to canonical values: any digit shapes, blanks, written forms of numbers and dates, yes and no in two languages,
//! a code or the word it stands for. Total for any text, and what it gives passes the server's check.

use super::fault::ValueFault;
use super::{canonical, date, file_no, mobile};
use crate::arabic;
use crate::code_list;
use crate::scalar::Scalar;
use crate::schema::{self, Concurrent, Field, ValueType};

/// The canonical value of what a person typed into `field`; empty input clears it.
///
/// # Errors
/// A [`ValueFault`] that says what is allowed. Codes that the list lacks are refused here, since a person chooses from it.
pub fn parse(field: &Field, input: &str) -> Result<Scalar, ValueFault> {
    let input = input.trim();
    if input.is_empty() {
        let cleared = field.concurrent != Concurrent::Log;
        return if cleared { Ok(Scalar::Null) } else { Err(ValueFault::NotClearable) };
    }
    match field.value {
        ValueType::Bool => yes_no(input).map(Scalar::Bool),
        ValueType::Halalas => riyals(input).and_then(|number| inside(field, number)),
        ValueType::Int(..) | ValueType::Year => whole(input).and_then(|number| inside(field, number)),
        ValueType::Text(max) => text(max, input).map(Scalar::Text),
        ValueType::Code(list) => listed(list, input),
        ValueType::Date => date::parse(input).map(Scalar::Text),
        ValueType::Mobile => mobile::mobile(input).map(Scalar::Text),
        ValueType::ShortAddress
        | ValueType::Instant
        | ValueType::FileNo
        | ValueType::IdLast4
        | ValueType::PartRef
        | ValueType::RecordRef => exact(field.value, input).map(Scalar::Text),
    }
}

fn yes_no(input: &str) -> Result<bool, ValueFault> {
    match arabic::fold(input).to_lowercase().as_str() {
        "نعم" | "اي" | "yes" | "y" | "true" | "1" => Ok(true),
        "لا" | "كلا" | "no" | "n" | "false" | "0" => Ok(false),
        _ => Err(ValueFault::NotYesNo),
    }
}

/// Digits in any shape, grouping marks and blanks left out.
fn number_text(input: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, ',' | '٬' | '،') && !arabic::is_mark(*c);
    arabic::latin_digits(input).chars().filter(kept).collect()
}

fn whole(input: &str) -> Result<i64, ValueFault> {
    number_text(input).parse().map_err(|_other| ValueFault::NotNumber)
}

/// An amount in riyals, with at most two decimals, as halalas.
fn riyals(input: &str) -> Result<i64, ValueFault> {
    let text = number_text(input).replace('٫', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits(whole) && digits(part) && part.len() <= 2 && whole.len() <= 15;
    let halalas = number.then(|| format!("{whole}{part:0<2}")).and_then(|text| text.parse().ok());
    halalas.ok_or(ValueFault::NotNumber)
}

fn inside(field: &Field, number: i64) -> Result<Scalar, ValueFault> {
    let (min, max) = schema::range(field.value).ok_or(ValueFault::NotNumber)?;
    if (min..=max).contains(&number) { Ok(Scalar::Int(number)) } else { Err(ValueFault::OutOfRange { min, max }) }
}

/// Text as typed, line ends made one form and tabs made blanks.
fn text(max: u16, input: &str) -> Result<String, ValueFault> {
    let text = input.replace("\r\n", "\n").replace('\t', " ");
    canonical::text_fault(max, &text).map_or(Ok(text), Err)
}

fn listed(list: &'static str, input: &str) -> Result<Scalar, ValueFault> {
    let code = code_list::named(list, input).ok_or(ValueFault::NotInList { list })?;
    Ok(Scalar::Text(code.code.clone()))
}

/// The types that are written in one form only; digits of any shape and letters of either case are taken.
fn exact(value: ValueType, input: &str) -> Result<String, ValueFault> {
    let text: String = arabic::latin_digits(input).chars().filter(|c| !arabic::is_mark(*c)).collect();
    let (upper, lower) = (text.replace(' ', "").to_ascii_uppercase(), text.to_ascii_lowercase());
    let (good, text, fault) = match value {
        ValueType::ShortAddress => (canonical::is_short_address(&upper), upper, ValueFault::NotShortAddress),
        ValueType::Instant => (canonical::is_instant(&upper), upper, ValueFault::NotInstant),
        ValueType::FileNo => (file_no::is_sound(&upper), upper, ValueFault::NotFileNo),
        ValueType::IdLast4 => (canonical::is_digits(&text, 4), text, ValueFault::NotIdLast4),
        ValueType::PartRef => (schema::is_part_id(&lower), lower, ValueFault::NotPart),
        ValueType::RecordRef
        | ValueType::Text(_)
        | ValueType::Int(..)
        | ValueType::Halalas
        | ValueType::Year
        | ValueType::Bool
        | ValueType::Code(_)
        | ValueType::Date
        | ValueType::Mobile => (canonical::is_record_id(&lower), lower, ValueFault::NotRecord),
    };
    if good { Ok(text) } else { Err(fault) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_in_two_languages() {
        for (typed, meant) in
            [("نعم", true), ("أي", true), ("Y", true), ("1", true), ("لا", false), ("No", false), ("0", false)]
        {
            assert_eq!(yes_no(typed), Ok(meant), "{typed}");
        }
        assert_eq!(yes_no("ربما"), Err(ValueFault::NotYesNo));
    }

    #[test]
    fn numbers_are_read_with_blanks_grouping_marks_and_invisible_ones_between() {
        for typed in ["1250", "1,250", "١٬٢٥٠", "1 250", "\u{200f}1250\u{200e}", "1،250"] {
            assert_eq!(whole(typed), Ok(1_250), "{typed}");
        }
        assert_eq!(whole("12a"), Err(ValueFault::NotNumber));
    }

    #[test]
    fn riyals_have_at_most_two_decimals_and_no_sign() {
        for (typed, halalas) in [
            ("12", 1_200),
            ("12.5", 1_250),
            ("١٢٫٠٥", 1_205),
            ("0.99", 99),
            ("999999999999999", 99_999_999_999_999_900),
        ] {
            assert_eq!(riyals(typed), Ok(halalas), "{typed}");
        }
        for typed in ["", ".", "12.", ".5", "1.234", "-1", "1.2.3", "1234567890123456", "12x"] {
            assert_eq!(riyals(typed), Err(ValueFault::NotNumber), "{typed}");
        }
    }

    #[test]
    fn a_text_has_one_kind_of_line_end_and_no_tabs() {
        assert_eq!(text(9, "a\tb\r\nc").as_deref(), Ok("a b\nc"));
        assert_eq!(text(3, "abcd"), Err(ValueFault::TooLong { max: 3 }));
    }

    #[test]
    fn what_is_written_in_one_form_is_taken_in_any_digits_and_either_case() {
        let forms = [
            (ValueType::ShortAddress, "rrrd ٢٩٢٩", "RRRD2929"),
            (ValueType::Instant, "2026-11-24t09:30:00z", "2026-11-24T09:30:00Z"),
            (ValueType::FileNo, "mkh-jed-00001-7", "MKH-JED-00001-7"),
            (ValueType::IdLast4, "٠٠٠١", "0001"),
            (ValueType::PartRef, "N1", "n1"),
            (ValueType::RecordRef, "00000000-03E8-7ABC-8000-000000000001", "00000000-03e8-7abc-8000-000000000001"),
        ];
        for (value, typed, canonical) in forms {
            assert_eq!(exact(value, typed).as_deref(), Ok(canonical), "{typed}");
            assert!(exact(value, "?").is_err());
        }
    }
}
