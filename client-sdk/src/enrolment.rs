//! What an enrolment brings: the server's answer, and the key that the phone made for it.

use usra_sync_protocol::enrol::{EnrolAnswer, EnrolRequest, PATH};
use usra_sync_protocol::signing::{Nonce, SignedRequest, Stamp, text};
use usra_sync_protocol::sync::PROTOCOL_VERSION;

use crate::key::KeyPair;

/// What [`crate::Phone::enrolled`] keeps.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The server's answer.
    pub answer: EnrolAnswer,
    /// The phone's key; without one it signs nothing, which only servers without keys take.
    pub keys: Option<KeyPair>,
}

impl From<EnrolAnswer> for Enrolment {
    fn from(answer: EnrolAnswer) -> Self {
        Self { answer, keys: None }
    }
}

/// The body that shows `code` to the server, with the signature that proves the key.
///
/// # Errors
/// None that can happen: the body is plain text.
pub fn request(code: &str, keys: &KeyPair, nonce: Nonce) -> serde_json::Result<(Vec<u8>, Stamp)> {
    let (code, public_key) = (code.to_owned(), text(&keys.public()));
    let body = serde_json::to_vec(&EnrolRequest { code, protocol_version: PROTOCOL_VERSION, public_key })?;
    let stamp = keys.sign(&SignedRequest { method: "POST", path: PATH, token: "", body: &body }, nonce);
    Ok((body, stamp))
}
