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
