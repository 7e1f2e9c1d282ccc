//! What an enrolment brings: the server's answer, and the key that the phone made for it. Before anything is kept the server
//! must have proven that it has the key whose fingerprint the link carries.

use ed25519_dalek::{Signature, VerifyingKey};
use usra_sync_protocol::enrol::{EnrolAnswer, EnrolRequest, PATH};
use usra_sync_protocol::fingerprint::Fingerprint;
use usra_sync_protocol::server_proof::{SealingKey, transcript};
use usra_sync_protocol::signing::{Nonce, SignedRequest, Stamp, read, text};
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

/// The body that shows `code` to the server that `named` names, with the signature that proves the key.
///
/// # Errors
/// None that can happen: the body is plain text.
pub fn request(code: &str, named: Fingerprint, keys: &KeyPair, nonce: Nonce) -> serde_json::Result<(Vec<u8>, Stamp)> {
    let (code, public_key) = (code.to_owned(), text(&keys.public()));
    let server = Some(named.to_string());
    let body = serde_json::to_vec(&EnrolRequest { code, protocol_version: PROTOCOL_VERSION, public_key, server })?;
    let stamp = keys.sign(&SignedRequest { method: "POST", path: PATH, token: "", body: &body }, nonce);
    Ok((body, stamp))
}

/// The server did not prove itself: it does not have the key that the link names, or someone stands in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server did not prove itself")]
pub struct Unproven;

/// Demands that the server which the link names gave this answer to this very request.
///
/// # Errors
/// [`Unproven`]; then nothing of the answer may be kept.
pub fn prove(answer: &EnrolAnswer, named: Fingerprint, keys: &KeyPair, nonce: Nonce) -> Result<(), Unproven> {
    let proof = answer.server.as_ref().ok_or(Unproven)?;
    let key: [u8; 32] = read(&proof.key).or(Err(Unproven))?;
    if Fingerprint::of(&key) != named {
        return Err(Unproven);
    }
    verify(&key, &transcript(answer, proof, (&keys.public(), nonce)), &proof.signature)?;
    accept(&proof.key, &proof.sealing)
}

/// Demands that the server with the public signing key `server_key` offers this sealing key.
///
/// # Errors
/// [`Unproven`].
pub fn accept(server_key: &str, sealing: &SealingKey) -> Result<(), Unproven> {
    let key = read(server_key).or(Err(Unproven))?;
    read::<32>(&sealing.key).or(Err(Unproven))?;
    verify(&key, &sealing.statement(), &sealing.signature)
}

fn verify(key: &[u8; 32], bytes: &[u8], signature: &str) -> Result<(), Unproven> {
    let key = VerifyingKey::from_bytes(key).or(Err(Unproven))?;
    let signature = Signature::from_bytes(&read(signature).or(Err(Unproven))?);
    key.verify_strict(bytes, &signature).or(Err(Unproven))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};
    use usra_sync_protocol::id::{AreaId, InstallId};
    use usra_sync_protocol::role::Role;
    use usra_sync_protocol::server_proof::ServerProof;

    use super::*;

    const NONCE: Nonce = Nonce([3; 16]);

    fn server(n: u8) -> SigningKey {
        SigningKey::from_bytes(&[n; 32])
    }

    fn phone() -> KeyPair {
        KeyPair::from_random([5; 32])
    }

    fn named(server: &SigningKey) -> Fingerprint {
        Fingerprint::of(&server.verifying_key().to_bytes())
    }

    fn answer(server: &SigningKey, phone_key: &[u8; 32], nonce: Nonce) -> EnrolAnswer {
        let mut sealing = SealingKey { version: 1, key: text(&[9; 32]), signature: String::new() };
        sealing.signature = text(&server.sign(&sealing.statement()).to_bytes());
        let key = text(&server.verifying_key().to_bytes());
        let mut proof = ServerProof { key, sealing, demo: false, signature: String::new() };
        let answer = EnrolAnswer {
            install_id: InstallId::new([1; 16]),
            token: String::new(),
            token_expires_at: 0,
            token_life_s: 900,
            hold_life_s: 0,
            refresh_token: String::new(),
            role: Role::Surveyor,
            assigned: vec![AreaId(1)],
            family: None,
            areas: Vec::new(),
            server: None,
        };
        proof.signature = text(&server.sign(&transcript(&answer, &proof, (phone_key, nonce))).to_bytes());
        EnrolAnswer { server: Some(proof), ..answer }
    }

    #[test]
    fn the_server_that_the_link_names_is_believed_and_no_other() {
        let good = answer(&server(1), &phone().public(), NONCE);
        assert_eq!(prove(&good, named(&server(1)), &phone(), NONCE), Ok(()));
        assert_eq!(prove(&good, named(&server(2)), &phone(), NONCE), Err(Unproven));
        assert_eq!(prove(&good, named(&server(1)), &phone(), Nonce([4; 16])), Err(Unproven));
        assert_eq!(prove(&good, named(&server(1)), &KeyPair::from_random([6; 32]), NONCE), Err(Unproven));
        let silent = EnrolAnswer { server: None, ..good.clone() };
        assert_eq!(prove(&silent, named(&server(1)), &phone(), NONCE), Err(Unproven));
    }

    #[test]
    fn an_answer_that_was_changed_on_its_way_is_not_believed() {
        let good = answer(&server(1), &phone().public(), NONCE);
        let refused = |answer: EnrolAnswer| prove(&answer, named(&server(1)), &phone(), NONCE) == Err(Unproven);
        assert!(refused(EnrolAnswer { role: Role::Admin, ..good.clone() }));
        assert!(refused(EnrolAnswer { install_id: InstallId::new([2; 16]), ..good.clone() }));
        assert!(refused(EnrolAnswer { assigned: vec![AreaId(2)], ..good.clone() }));
        let mut other_key = good.clone();
        other_key.server.as_mut().unwrap().sealing.key = text(&[8; 32]);
        assert!(refused(other_key));
        let mut impostor = good;
        impostor.server.as_mut().unwrap().key = text(&server(2).verifying_key().to_bytes());
        assert!(refused(impostor));
    }
}
