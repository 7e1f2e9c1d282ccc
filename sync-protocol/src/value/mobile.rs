//! Saudi mobile numbers in every written form: 05…, 5…, 9665…, 009665…, +9665…, any digit shapes, spaces and hyphens.

use phonenumber::country::Id;

use super::ValueFault;
use super::canonical::is_mobile;
use crate::arabic;

/// The number as `+9665XXXXXXXX`.
///
/// # Errors
/// [`ValueFault::NotMobile`] for anything else, landlines and foreign numbers included.
pub fn mobile(input: &str) -> Result<String, ValueFault> {
    let written = plain(input).ok_or(ValueFault::NotMobile)?;
    let number = phonenumber::parse(Some(Id::SA), &written).map_err(|_other| ValueFault::NotMobile)?;
    let canonical = number.format().mode(phonenumber::Mode::E164).to_string();
    let good = phonenumber::is_valid(&number) && is_mobile(&canonical);
    if good { Ok(canonical) } else { Err(ValueFault::NotMobile) }
}

/// ASCII digits with at most one leading plus, at most 20 of them: only such text reaches the phone-number library.
fn plain(input: &str) -> Option<String> {
    let mark = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '.') && !arabic::is_mark(*c);
    let text: String = arabic::latin_digits(input).chars().filter(mark).take(21).collect();
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let (abroad, digits) = (digits.is_some() || text.starts_with("9665"), digits.unwrap_or(&text));
    let all_digits = !digits.is_empty() && digits.len() < 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| if abroad { format!("+{digits}") } else { digits.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_with_one_leading_plus_reach_the_library() {
        for (typed, passed) in [
            ("055 123-4567", Some("0551234567")),
            ("(055).1234567", Some("0551234567")),
            ("966551234567", Some("+966551234567")),
            ("00966551234567", Some("+966551234567")),
            ("+966551234567", Some("+966551234567")),
            ("", None),
            ("+", None),
            ("++966551234567", None),
            ("0551234567x", None),
            ("12345678901234567890", None),
            ("1234567890123456789", Some("1234567890123456789")),
        ] {
            assert_eq!(plain(typed).as_deref(), passed, "{typed}");
        }
    }

    #[test]
    fn landlines_foreign_and_impossible_numbers_are_no_mobile() {
        assert_eq!(mobile("0551234567").as_deref(), Ok("+966551234567"));
        for typed in ["0125551234", "+201001234567", "055123456", "05512345678"] {
            assert_eq!(mobile(typed), Err(ValueFault::NotMobile), "{typed}");
        }
    }
}
