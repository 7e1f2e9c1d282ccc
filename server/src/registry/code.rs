//! Secrets handed to people and phones: their written form, and the only form in which they are kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Crockford's base 32: no I, L, O or U, so that a code read aloud or typed survives.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The kept form of a token or code. They are long and random, so one round of SHA-256 suffices.
#[must_use]
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The written form of a token.
#[must_use]
pub fn token(random: [u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// The written form of an enrolment code: 24 letters, 120 bits.
#[must_use]
pub fn enrolment(random: [u8; 15]) -> String {
    random.chunks(5).flat_map(letters).collect()
}

/// Undoes what typing does to a code: spaces, hyphens, lower case, and the letters people take for digits.
#[must_use]
pub fn normalise(typed: &str) -> String {
    let kept = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    kept.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    })
    .collect()
}

fn letters(five: &[u8]) -> Vec<char> {
    let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let at = |place: u32| LETTERS.get((bits >> (5 * place) & 31) as usize).copied();
    (0..8).rev().filter_map(at).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_typed_by_hand_is_the_code_that_was_shown() {
        let code = enrolment([0, 1, 2, 3, 4, 250, 251, 252, 253, 254, 33, 66, 132, 16, 8]);
        assert_eq!(code.len(), 24);
        let typed = code.to_lowercase().replace('0', "o").replace('1', "l");
        let (head, tail) = typed.split_at(12);
        assert_eq!(normalise(&format!(" {head}-{tail} ")), code);
    }

    #[test]
    fn every_bit_of_the_randomness_reaches_the_code() {
        assert_eq!(enrolment([255; 15]), "Z".repeat(24));
        assert_eq!(enrolment([0; 15]), "0".repeat(24));
        assert_eq!(token([255; 32]).len(), 43);
    }
}
