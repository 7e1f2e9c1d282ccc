//! The centre's identity: an Ed25519 key that signs what phones must be able to believe, and the fingerprint they know it by.

use ed25519_dalek::{Signer, SigningKey};
use usra_sync_protocol::fingerprint::Fingerprint;

use super::secret::Secret;

/// The signing key.
pub struct Signing(SigningKey);

impl Signing {
    /// The key of this secret.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        Self(SigningKey::from_bytes(secret.bytes()))
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }

    /// The half that everyone may know.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signing")
    }
}

/// The written fingerprint of a public signing key.
#[must_use]
pub fn fingerprint_of(public: &[u8; 32]) -> String {
    Fingerprint::of(public).to_string()
}
