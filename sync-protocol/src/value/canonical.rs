//! The canonical form of each type of text value, as records hold it.

use super::date::is_date;
use super::fault::ValueFault;
use crate::code_list;
use crate::id::RecordId;

/// What keeps `text` from being a text value of at most `max` characters.
pub(crate) fn text_fault(max: u16, text: &str) -> Option<ValueFault> {
    let control = |c: char| c.is_control() && c != '\n';
    match text {
        _ if text.trim().is_empty() => Some(ValueFault::Blank),
        _ if text.trim() != text => Some(ValueFault::Untrimmed),
        _ if text.chars().any(control) => Some(ValueFault::ControlCharacter),
        _ if text.chars().count() > usize::from(max) => Some(ValueFault::TooLong { max }),
        _ => None,
    }
}

/// What keeps `text` from being a code of `list` or of a newer version of it.
pub(crate) fn code_fault(list: &'static str, text: &str) -> Option<ValueFault> {
    let accepted = code_list::list(list).is_some_and(|codes| codes.accepts(text));
    (!accepted).then_some(ValueFault::NotInList { list })
}

pub(crate) fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(crate) fn is_mobile(text: &str) -> bool {
    text.strip_prefix("+9665").is_some_and(|rest| is_digits(rest, 8))
}

pub(crate) fn is_short_address(text: &str) -> bool {
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_uppercase());
    text.split_at_checked(4).is_some_and(|(head, tail)| letters(head) && is_digits(tail, 4))
}

/// A date, `T`, a time of day to the second, `Z`. Leap seconds are not taken.
pub(crate) fn is_instant(text: &str) -> bool {
    let Some((date, time)) = text.strip_suffix('Z').and_then(|text| text.split_once('T')) else {
        return false;
    };
    let parts: Vec<&str> = time.split(':').collect();
    let below = |part: &str, limit: u8| is_digits(part, 2) && part.parse::<u8>().is_ok_and(|n| n < limit);
    is_date(date) && matches!(parts.as_slice(), [h, m, s] if below(h, 24) && below(m, 60) && below(s, 60))
}

pub(crate) fn is_record_id(text: &str) -> bool {
    let hyphenated = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    hyphenated && text.parse::<uuid::Uuid>().is_ok_and(|id| RecordId(id).0.hyphenated().to_string() == text)
}
