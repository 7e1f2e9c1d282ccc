//! Signing in with a mobile number: what a family's own phone sends, and what comes of it. The phone learns the server's key
//! from the answer, over TLS: it trusts it at first use, since no link told it before.

use usra_sync_protocol::fingerprint::Fingerprint;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::sign_in::{CodeRequest, FamilyChoice, PATH, SignInAnswer, SignInRequest};
use usra_sync_protocol::signing::{Nonce, SignedRequest, Stamp, read, text};
use usra_sync_protocol::sync::PROTOCOL_VERSION;
use usra_sync_protocol::value::{ValueFault, mobile};

use crate::enrolment::{Enrolment, Unproven, prove};
use crate::key::KeyPair;

/// A mobile number with the code that was sent to it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The number, E.164: what [`number`] makes of what was typed.
    pub mobile: String,
    /// The code as it was typed.
    pub code: String,
    /// Which family, where several share the number.
    pub family: Option<RecordId>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("family", &self.family).finish_non_exhaustive()
    }
}

/// What the right code brings.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// For [`crate::Phone::enrolled`].
    Enrolled(Box<Enrolment>),
    /// Several families share the number: sign in again with the same code and one of them.
    Choose(Vec<FamilyChoice>),
}

impl SignedIn {
    /// The server's answer with the key that was made for it. The server must prove the key that its answer names; that it is
    /// this server's key nobody told before.
    ///
    /// # Errors
    /// [`Unproven`].
    pub fn of(answer: SignInAnswer, keys: KeyPair, nonce: Nonce) -> Result<Self, Unproven> {
        match answer {
            SignInAnswer::Enrolled(answer) => {
                let key: [u8; 32] = read(&answer.server.as_ref().ok_or(Unproven)?.key).or(Err(Unproven))?;
                prove(&answer, Fingerprint::of(&key), &keys, nonce)?;
                Ok(Self::Enrolled(Box::new(Enrolment { answer: *answer, keys: Some(keys) })))
            }
            SignInAnswer::Choose(families) => Ok(Self::Choose(families)),
        }
    }
}

/// The number as requests carry it, however it was typed.
///
/// # Errors
/// [`ValueFault::NotMobile`].
pub fn number(typed: &str) -> Result<String, ValueFault> {
    mobile(typed)
}

/// The body that asks for a code.
///
/// # Errors
/// None that can happen: the body is plain text.
pub fn code_request(mobile: &str) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&CodeRequest { mobile: mobile.to_owned() })
}

/// The body that shows the code, with the signature that proves the key.
///
/// # Errors
/// None that can happen: the body is plain text.
pub fn request(sign_in: &SignIn, keys: &KeyPair, nonce: Nonce) -> serde_json::Result<(Vec<u8>, Stamp)> {
    let SignIn { mobile, code, family } = sign_in.clone();
    let public_key = text(&keys.public());
    let request = SignInRequest { mobile, code, public_key, protocol_version: PROTOCOL_VERSION, family };
    let body = serde_json::to_vec(&request)?;
    let stamp = keys.sign(&SignedRequest { method: "POST", path: PATH, token: "", body: &body }, nonce);
    Ok((body, stamp))
}
