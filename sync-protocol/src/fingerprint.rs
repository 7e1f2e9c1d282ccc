//! The fingerprint of a server's signing key: what an enrolment link carries so that a phone knows the server from any other.
//! 24 letters of Crockford's base 32, 120 bits of a hash: as long as a code, and as sure to survive being read aloud and typed.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::letters;

/// Names a public signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 15]);

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 24 letters and digits")]
pub struct NoFingerprint;

impl Fingerprint {
    /// The fingerprint of a public Ed25519 key.
    #[must_use]
    pub fn of(public_key: &[u8; 32]) -> Self {
        let hash = Sha256::new().chain_update(b"usra server key 1").chain_update(public_key).finalize();
        let mut bytes = [0; 15];
        bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&letters::written(&self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(typed: &str) -> Result<Self, NoFingerprint> {
        letters::read(&letters::normalise(typed)).map(Self).ok_or(NoFingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_typed_by_hand_is_the_one_that_was_shown() {
        let shown = Fingerprint::of(&[7; 32]);
        assert_eq!(shown.to_string(), "N1GGS1MDRTK486HQBQZ4807Y");
        let typed = shown.to_string().to_lowercase().replace('0', "o");
        let (head, tail) = typed.split_at(12);
        assert_eq!(format!(" {head}-{tail} ").parse(), Ok(shown));
        for wrong in ["", "KJPP", &format!("{shown}0"), &shown.to_string().replace('K', "U")] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(NoFingerprint), "{wrong}");
        }
        assert_ne!(Fingerprint::of(&[8; 32]), shown);
    }
}
