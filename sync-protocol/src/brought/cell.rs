//! What survey tools and spreadsheets do to a value between the form and the file, undone. A value's meaning is checked
//! elsewhere; here a cell becomes the text that a person would have typed.

use time::{OffsetDateTime, UtcOffset};

/// The cell without surrounding space and invisible marks; empty when it is one of `null` (`no_answer` and its kin).
#[must_use]
pub fn clean(cell: &str, null: &[String]) -> String {
    let visible = |sign: &char| !matches!(sign, '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = cell.chars().filter(visible).map(|sign| if sign == '\u{a0}' { ' ' } else { sign }).collect();
    let text = text.trim();
    if null.iter().any(|code| code == text) { String::new() } else { text.to_owned() }
}

/// ASCII digits for Arabic and Persian ones, `.` for the Arabic decimal sign; everything else as it was.
#[must_use]
pub fn latin_digits(text: &str) -> String {
    let latin = |sign: char| match sign {
        '٠'..='٩' => char::from_digit(sign as u32 - '٠' as u32, 10).unwrap_or(sign),
        '۰'..='۹' => char::from_digit(sign as u32 - '۰' as u32, 10).unwrap_or(sign),
        '٫' => '.',
        other => other,
    };
    text.chars().map(latin).collect()
}

/// The whole number that a spreadsheet turned into a float: `501234567.0` and `5.01234567E8` are both `501234567`.
/// `None` for anything that is not exactly a whole number.
#[must_use]
pub fn whole_number(text: &str) -> Option<String> {
    let text = latin_digits(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text.as_str(), "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
    let fraction = fraction.trim_end_matches('0');
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let plausible =
        !digits.is_empty() && all_digits(digits) && all_digits(fraction) && (fraction.len()..20).contains(&exponent);
    let zeros = exponent.checked_sub(fraction.len())?;
    plausible.then(|| format!("{sign}{digits}{fraction}{}", "0".repeat(zeros)))
}

/// An amount in riyals rounded half up to two decimals, since some tools export computed amounts with fifteen: `355.206` is
/// `355.21`. `None` for what is no amount.
#[must_use]
pub fn riyals(text: &str) -> Option<String> {
    let text = latin_digits(text).replace([',', '٬'], "");
    let (whole, fraction) = text.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.len() < 20 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut decimals = fraction.chars().chain("000".chars()).filter_map(|digit| digit.to_digit(10));
    let [tenths, hundredths, thousandths] = std::array::from_fn(|_at| u64::from(decimals.next().unwrap_or(0)));
    let round_up = u64::from(thousandths >= 5);
    let halalas = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(tenths * 10 + hundredths + round_up)?;
    Some(format!("{}.{:02}", halalas / 100, halalas % 100))
}

/// Other writings of the same thing, by what was wrong with the first: a whole number that became a float, a computed amount
/// with many decimals, an instant of another shape, the day of an instant. Text is never rewritten.
pub fn rewritings(fault: &str, text: &str) -> impl Iterator<Item = String> {
    let whole = || whole_number(text);
    let day = || text.split_once(['T', ' ']).map(|(day, _time)| day.to_owned());
    let other = match fault {
        "not_number" => [whole(), riyals(text)],
        "not_mobile" | "not_in_list" | "not_id_last4" | "not_yes_no" => [whole(), None],
        "not_instant" => [instant(text), None],
        "not_date" => [day(), None],
        _ => [None, None],
    };
    other.into_iter().flatten()
}

/// An instant in UTC to the second. One without an offset is taken as Riyadh time, where the survey was taken.
fn instant(text: &str) -> Option<String> {
    let text = latin_digits(text).replacen(' ', "T", 1);
    let well_known = time::format_description::well_known::Rfc3339;
    let with_offset = OffsetDateTime::parse(&text, &well_known);
    let at = with_offset.or_else(|_bare| OffsetDateTime::parse(&format!("{text}+03:00"), &well_known)).ok()?;
    // The last hours of the year 9999 may be in no year that there is.
    let at = at.checked_to_offset(UtcOffset::UTC)?.replace_nanosecond(0).ok()?;
    at.format(&well_known).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_that_became_a_float_comes_back_whole() {
        for text in ["501234567", "501234567.0", "5.01234567E8", "5.01234567e+08", "٥٠١٢٣٤٥٦٧", "50123456.7E1"]
        {
            assert_eq!(whole_number(text).as_deref(), Some("501234567"), "{text}");
        }
        for text in ["5.01234567", "5.01E1000", "", "+", "abc", "5E-3", "1.5E0"] {
            assert_eq!(whole_number(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_with_many_decimals_is_rounded_without_a_float_between() {
        let amounts = [("355.206109234132", "355.21"), ("0.29", "0.29"), ("1,200.999", "1201.00"), ("٣٥٫٥", "35.50")];
        for (text, amount) in amounts {
            assert_eq!(riyals(text).as_deref(), Some(amount), "{text}");
        }
        for text in ["", "-5.1", "ألف", ".5", "99999999999999999999.0", "7"] {
            assert_eq!(riyals(text), None, "{text}");
        }
    }

    #[test]
    fn no_answer_is_no_value_and_invisible_marks_are_nothing() {
        let null = ["no_answer".to_owned()];
        assert_eq!(clean("  no_answer ", &null), "");
        assert_eq!(clean("\u{200f}أم\u{a0}خالد\u{feff} ", &null), "أم خالد");
    }
}
