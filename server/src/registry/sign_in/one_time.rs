//! One-time codes and numbers in the only form in which they are kept. A hash of six digits or of a Saudi number is undone by
//! whoever holds the table and tries them all: it keeps both out of sight, and lives for a day; what guards the code is that
//! it is good for five tries in five minutes.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use usra_sync_protocol::arabic;
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::sign_in::CODE_DIGITS;

/// Six digits. Of 64 random bits the remainder is even enough: no code is likelier than another by more than 10^-13.
#[must_use]
pub fn code(random: [u8; 8]) -> String {
    format!("{:0CODE_DIGITS$}", u64::from_be_bytes(random) % 1_000_000)
}

/// Undoes what typing does to a code: other digit shapes, blanks, marks of direction.
#[must_use]
pub fn normalise(typed: &str) -> String {
    // More than a code can be is no code; its end need not be looked at.
    let typed: String = typed.chars().take(64).collect();
    arabic::latin_digits(&typed).chars().filter(char::is_ascii_digit).collect()
}

/// The key of a number's row.
#[must_use]
pub fn number_hash(region: RegionId, mobile: &str) -> [u8; 32] {
    let begun = Sha256::new().chain_update(b"usra mobile 1").chain_update(region.0.to_be_bytes());
    begun.chain_update(mobile).finalize().into()
}

/// The kept form of a code.
#[must_use]
pub fn code_hash(salt: &[u8], code: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"usra one-time code 1").chain_update(salt).chain_update(code).finalize().into()
}

/// Whether the hashes are the same, in a time that does not tell where they differ.
#[must_use]
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_whatever_was_drawn() {
        assert_eq!(code([0; 8]), "000000");
        assert_eq!(code(42_u64.to_be_bytes()), "000042");
        assert_eq!(code([255; 8]).len(), 6);
    }

    #[test]
    fn a_code_is_the_same_in_any_digits_and_another_salt_hides_it_differently() {
        assert_eq!(normalise(" ٠٤٢-۹۱۷\u{200f}"), "042917");
        assert!(is_same(&code_hash(&[1], "042917"), &code_hash(&[1], "042917")));
        assert!(!is_same(&code_hash(&[1], "042917"), &code_hash(&[2], "042917")));
        assert!(!is_same(&[], &code_hash(&[2], "042917")));
    }
}
