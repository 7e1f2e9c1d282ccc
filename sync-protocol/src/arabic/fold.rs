//! The fold: one form for all the ways in which people type the same Arabic word.

use unicode_normalization::UnicodeNormalization;

/// The comparable form of `text`: compatibility forms resolved, vowel signs, tatweel and invisible marks dropped, the forms of alif, ya,
/// waw and ta marbuta made one, Persian letters Arabic, digits ASCII, blanks single. Folding twice changes nothing more.
#[must_use]
pub fn fold(text: &str) -> String {
    // Twice: dropping a mark can bring two letters together that the normalisation then joins.
    pass(&pass(text)).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pass(text: &str) -> String {
    text.nfkc().filter(|c| !is_mark(*c)).filter_map(letter).collect()
}

/// Whether a character only decorates or steers text: a vowel sign, a tatweel, a zero-width or a direction mark.
#[must_use]
pub fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0610}'..='\u{061A}' | '\u{061C}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}' | '\u{08D3}'..='\u{08FF}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
}

/// `text` with every digit that Arabic and Persian keyboards type as an ASCII one.
#[must_use]
pub fn latin_digits(text: &str) -> String {
    text.chars().map(latin_digit).collect()
}

fn latin_digit(c: char) -> char {
    let zero = match c {
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06F0}'..='\u{06F9}' => 0x06F0,
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        _ => return c,
    };
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

fn letter(c: char) -> Option<char> {
    Some(match c {
        'ء' => return None,
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ئ' | 'ی' | 'ے' => 'ي',
        'ؤ' => 'و',
        'ة' | 'ە' | 'ہ' | 'ھ' | 'ۀ' | 'ۂ' | 'ۃ' => 'ه',
        'ک' | 'ڪ' | 'گ' => 'ك',
        'پ' => 'ب',
        'چ' => 'ج',
        'ژ' => 'ز',
        other => latin_digit(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_keyboard_become_latin() {
        assert_eq!(latin_digits("٠٩ ۰۹ ０９ 09"), "09 09 09 09");
    }
}
