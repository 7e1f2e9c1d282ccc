//! For tests: a phone's key, and requests signed with it.

use ed25519_dalek::{Signer, SigningKey};
use usra_sync_protocol::enrol::{self, EnrolRequest};
use usra_sync_protocol::signing::{Nonce, SignedRequest, Stamp, text};
use usra_sync_protocol::sync::PROTOCOL_VERSION;

/// The key of phone `n`.
#[derive(Clone, Debug)]
pub struct TestKey(SigningKey);

impl TestKey {
    /// The same key for the same number.
    #[must_use]
    pub fn new(n: u8) -> Self {
        Self(SigningKey::from_bytes(&[n; 32]))
    }

    /// Its public half, as requests write it.
    #[must_use]
    pub fn public(&self) -> String {
        text(&self.0.verifying_key().to_bytes())
    }

    /// The header for one sending of a `POST`.
    #[must_use]
    pub fn sign(&self, path: &str, token: &str, body: &[u8], nonce: Nonce) -> String {
        let bytes = SignedRequest { method: "POST", path, token, body }.bytes(nonce);
        Stamp { nonce, signature: self.0.sign(&bytes).to_bytes() }.to_string()
    }

    /// The body and header that enrol with `code`.
    ///
    /// # Errors
    /// None that can happen.
    pub fn enrolment(&self, code: &str, nonce: Nonce) -> serde_json::Result<(Vec<u8>, String)> {
        let public_key = self.public();
        let request =
            EnrolRequest { code: code.to_owned(), protocol_version: PROTOCOL_VERSION, public_key, server: None };
        let body = serde_json::to_vec(&request)?;
        let header = self.sign(enrol::PATH, "", &body, nonce);
        Ok((body, header))
    }
}
