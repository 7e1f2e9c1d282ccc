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
