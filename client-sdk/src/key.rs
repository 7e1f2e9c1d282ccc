//! The key that a phone makes for itself at enrolment and signs everything with. It never leaves the phone's store.

use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use usra_sync_protocol::signing::{Nonce, SignedRequest, Stamp, read, text};

/// An Ed25519 key pair, kept as its secret half.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair([u8; 32]);

impl KeyPair {
    /// The pair that 32 bytes of a good generator make.
    #[must_use]
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The half that the server keeps.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.0).verifying_key().to_bytes()
    }

    /// Signs one sending of a request. Every sending takes a nonce of its own.
    #[must_use]
    pub fn sign(&self, request: &SignedRequest<'_>, nonce: Nonce) -> Stamp {
        let signature = SigningKey::from_bytes(&self.0).sign(&request.bytes(nonce)).to_bytes();
        Stamp { nonce, signature }
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair")
    }
}

impl Serialize for KeyPair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(&self.0))
    }
}

impl<'de> Deserialize<'de> for KeyPair {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        read(&written).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_after_it_was_kept_and_is_never_printed() {
        let key = KeyPair::from_random([7; 32]);
        let kept = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<KeyPair>(&kept).unwrap(), key);
        assert_eq!(format!("{key:?}"), "KeyPair");
        assert!(serde_json::from_str::<KeyPair>("\"short\"").is_err());
    }
}
