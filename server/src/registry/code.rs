//! Secrets handed to people and phones: their written form, and the only form in which they are kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use usra_sync_protocol::letters;

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
    letters::written(&random)
}

/// Undoes what typing does to a code.
#[must_use]
pub fn normalise(typed: &str) -> String {
    letters::normalise(typed)
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
