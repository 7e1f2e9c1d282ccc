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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_that_keeps_a_text_from_being_one_has_its_own_fault() {
        assert_eq!(text_fault(5, "أسرة\n"), Some(ValueFault::Untrimmed));
        for (text, fault) in [
            ("أس\nرة", None),
            ("أسرتي", None),
            (" \n ", Some(ValueFault::Blank)),
            (" أسرة", Some(ValueFault::Untrimmed)),
            ("أ\u{7}رة", Some(ValueFault::ControlCharacter)),
            ("أسرتنا", Some(ValueFault::TooLong { max: 5 })),
        ] {
            assert_eq!(text_fault(5, text), fault, "{text:?}");
        }
    }

    #[test]
    fn a_code_is_one_of_its_list_or_shaped_like_one() {
        assert_eq!(code_fault("unit", "KG"), None);
        assert_eq!(code_fault("unit", "free text"), Some(ValueFault::NotInList { list: "unit" }));
        assert!(code_fault("no list", "KG").is_some());
    }

    #[test]
    fn an_instant_is_a_date_and_a_time_of_day_to_the_second_in_utc() {
        assert!(["2026-11-24T00:00:00Z", "2026-11-24T23:59:59Z"].into_iter().all(is_instant));
        for text in [
            "2026-11-24T24:00:00Z",
            "2026-11-24T23:60:00Z",
            "2026-11-24T23:59:60Z",
            "2026-11-24T23:59Z",
            "2026-11-24T23:59:59",
            "2026-11-31T00:00:00Z",
            "2026-11-24T1:00:00Z",
        ] {
            assert!(!is_instant(text), "{text}");
        }
    }

    #[test]
    fn a_record_id_has_hyphens_and_small_letters_in_their_places() {
        let good = "00000000-03e8-7abc-8000-000000000001";
        assert!(is_record_id(good));
        let (longer, shorter) = (format!("{good}0"), good.replacen('0', "", 1));
        for text in [&good.to_uppercase(), &good.replace('-', ""), &shorter, &longer, &good.replace('a', "g")] {
            assert!(!is_record_id(text), "{text}");
        }
        assert!(!is_record_id(&good.replacen("0000", "{000", 1)));
    }
}
