//! What travels as text: signatures and fingerprints, and the JSON of tokens, enrolment and signing in.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use usra_client_sdk::{Enrolment, Identity, KeyPair, enrolment};
use usra_sync_protocol::enrol::{EnrolAnswer, EnrolRequest};
use usra_sync_protocol::fingerprint::Fingerprint;
use usra_sync_protocol::problem::ProblemBody;
use usra_sync_protocol::sign_in::{CodeAnswer, CodeRequest, SignInAnswer, SignInRequest};
use usra_sync_protocol::signing::{Nonce, Stamp};
use usra_sync_protocol::token::{TokenAnswer, TokenRequest};

use crate::meter::within_limits;

/// The check of the target `token`.
pub(crate) fn check_token(bytes: &[u8]) {
    json::<TokenRequest>(bytes);
    json::<TokenAnswer>(bytes);
    json::<ProblemBody>(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(stamp) = within_limits(|| text.parse::<Stamp>()) {
        assert_eq!(stamp.to_string(), text, "a signature has one form");
    }
    if let Ok(named) = within_limits(|| text.parse::<Fingerprint>()) {
        assert_eq!(named.to_string().parse(), Ok(named));
    }
}

/// The check of the target `enrol`.
pub(crate) fn check_enrol(bytes: &[u8]) {
    json::<EnrolRequest>(bytes);
    json::<CodeRequest>(bytes);
    json::<SignInRequest>(bytes);
    json::<CodeAnswer>(bytes);
    json::<SignInAnswer>(bytes);
    let Some(answer) = json::<EnrolAnswer>(bytes) else { return };
    let (keys, named) = (KeyPair::from_random([5; 32]), Fingerprint::of(&[7; 32]));
    let proven = within_limits(|| enrolment::prove(&answer, named, &keys, Nonce([3; 16])));
    assert_eq!(proven, Err(enrolment::Unproven), "nobody has that key");
    let scope = within_limits(|| Identity::new(Enrolment::from(answer.clone()), "https://x", 1).scope());
    assert!(answer.assigned.iter().all(|area| scope.contains(area)));
}

/// What was read, once it came back the same.
fn json<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let read: T = within_limits(|| serde_json::from_slice(bytes)).ok()?;
    let again: T = serde_json::from_slice(&serde_json::to_vec(&read).unwrap()).unwrap();
    assert_eq!(read, again);
    Some(read)
}
