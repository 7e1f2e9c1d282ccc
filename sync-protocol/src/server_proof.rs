//! What a server proves of itself: that it holds the signing key whose fingerprint the enrolment link carries, and that its
//! sealing key is its own. Pure bytes: signing and checking (Ed25519) are each side's own.

use serde::{Deserialize, Serialize};

use crate::enrol::EnrolAnswer;
use crate::signing::{Nonce, text};

/// Stands in the answer to an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct ServerProof {
    /// The server's public signing key, as [`text`] writes it.
    pub key: String,
    /// What the phone seals to.
    pub sealing: SealingKey,
    /// Whether the server takes test people, whose ids begin with 9.
    pub demo: bool,
    /// Over [`transcript`], by the signing key.
    pub signature: String,
}

/// The server's public sealing key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct SealingKey {
    /// It grows with every rotation.
    pub version: u32,
    /// X25519, as [`text`] writes it.
    pub key: String,
    /// Over [`SealingKey::statement`], by the server's signing key.
    pub signature: String,
}

impl SealingKey {
    /// The bytes that the server signs when it offers the key.
    #[must_use]
    pub fn statement(&self) -> Vec<u8> {
        format!("usra sealing key 1\n{}\n{}", self.version, self.key).into_bytes()
    }
}

/// The bytes that the server signs at an enrolment: who both sides are, this very request, and what the phone is to be.
#[must_use]
pub fn transcript(answer: &EnrolAnswer, proof: &ServerProof, (phone_key, nonce): (&[u8; 32], Nonce)) -> Vec<u8> {
    let assigned: Vec<String> = answer.assigned.iter().map(ToString::to_string).collect();
    let family = answer.family.map_or_else(|| "-".to_owned(), |family| family.to_string());
    let lines = [
        "usra enrolment 1".to_owned(),
        proof.key.clone(),
        text(phone_key),
        text(&nonce.0),
        answer.install_id.to_string(),
        answer.role.word().to_owned(),
        assigned.join(","),
        family,
        proof.sealing.version.to_string(),
        proof.sealing.key.clone(),
        u8::from(proof.demo).to_string(),
    ];
    lines.join("\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AreaId, InstallId};
    use crate::role::Role;

    #[test]
    fn the_transcript_says_who_both_sides_are_and_what_the_phone_is_to_be() {
        let sealing = SealingKey { version: 3, key: "SEALING".to_owned(), signature: String::new() };
        assert_eq!(sealing.statement(), b"usra sealing key 1\n3\nSEALING");
        let proof = ServerProof { key: "SERVER".to_owned(), sealing, demo: true, signature: String::new() };
        let answer = EnrolAnswer {
            install_id: InstallId::new([1; 16]),
            token: "secret".to_owned(),
            token_expires_at: 0,
            token_life_s: 900,
            hold_life_s: 0,
            refresh_token: "secret".to_owned(),
            role: Role::Surveyor,
            assigned: vec![AreaId(100), AreaId(200)],
            family: None,
            areas: Vec::new(),
            server: None,
        };
        let golden = "usra enrolment 1\nSERVER\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI\nAwMDAwMDAwMDAwMDAwMDAw\n\
            01010101-0101-4101-8101-010101010101\nsurveyor\n100,200\n-\n3\nSEALING\n1";
        let bytes = transcript(&answer, &proof, (&[2; 32], Nonce([3; 16])));
        assert_eq!(String::from_utf8(bytes).unwrap(), golden);
    }
}
