//! Who this phone is to the server: what it got at enrolment, kept in the store.

use serde::{Deserialize, Serialize};
use usra_sync_protocol::area::{self, Area};
use usra_sync_protocol::id::{AreaId, InstallId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::server_proof::SealingKey;
use usra_sync_protocol::token::TokenAnswer;

use crate::enrolment::{self, Enrolment};
use crate::key::KeyPair;

/// What a phone got at enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// With a generation it is the actor of this phone's changes.
    pub install_id: InstallId,
    /// What the person may do.
    pub role: Role,
    /// The areas it is assigned to; each means all below it.
    pub assigned: Vec<AreaId>,
    /// All areas of the region.
    pub areas: Vec<Area>,
    /// The family it belongs to, for the role `family`.
    pub family: Option<RecordId>,
    /// Where the server is, without a path: `https://usra.example`.
    pub server_url: String,
    /// Opaque; sent with every request, never logged.
    pub token: String,
    /// When the token ends, seconds since 1970.
    pub token_expires_at: i64,
    /// From when until when, by the phone's own clock, the token is young enough to be tried; milliseconds since 1970.
    #[serde(default)]
    pub token_fresh_ms: Option<(u64, u64)>,
    /// Gets the next token; good once. A phone enrolled before there were any has none.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// What signs its requests. A phone enrolled before there were keys has none.
    #[serde(default)]
    pub keys: Option<KeyPair>,
    /// The server's public signing key, proven at enrolment. A phone enrolled before there were proofs has none.
    #[serde(default)]
    pub server_key: Option<String>,
    /// What sealed values are sealed to.
    #[serde(default)]
    pub sealing: Option<SealingKey>,
    /// Whether the server takes test people, whose ids begin with 9.
    #[serde(default)]
    pub demo: bool,
}

impl Identity {
    /// What an enrolment with the server at `server_url` makes of this phone.
    #[must_use]
    pub fn new(enrolment: Enrolment, server_url: &str, now_ms: u64) -> Self {
        let Enrolment { answer, keys } = enrolment;
        let demo = answer.server.as_ref().is_some_and(|proof| proof.demo);
        let (server_key, sealing) = answer.server.map(|proof| (proof.key, proof.sealing)).unzip();
        Self {
            install_id: answer.install_id,
            role: answer.role,
            assigned: answer.assigned,
            areas: answer.areas,
            family: answer.family,
            server_url: server_url.trim_end_matches('/').to_owned(),
            token: answer.token,
            token_expires_at: answer.token_expires_at,
            token_fresh_ms: Some(fresh_ms(answer.token_life_s, now_ms)),
            refresh_token: Some(answer.refresh_token).filter(|token| !token.is_empty()),
            keys,
            server_key,
            sealing,
            demo,
        }
    }

    /// Takes the next tokens over.
    pub(crate) fn renew(&mut self, answer: TokenAnswer, now_ms: u64) {
        self.token = answer.token;
        self.token_fresh_ms = Some(fresh_ms(answer.token_life_s, now_ms));
        self.refresh_token = Some(answer.refresh_token);
        let known = self.sealing.as_ref().map_or(0, |sealing| sealing.version);
        let offered = answer.sealing.filter(|sealing| sealing.version > known);
        let proven = |sealing: &SealingKey| {
            self.server_key.as_deref().is_some_and(|key| enrolment::accept(key, sealing).is_ok())
        };
        if let Some(sealing) = offered.filter(proven) {
            self.sealing = Some(sealing);
        }
    }

    /// Every area this phone works in, ascending.
    #[must_use]
    pub fn scope(&self) -> Vec<AreaId> {
        let mut scope: Vec<AreaId> = self.assigned.iter().flat_map(|root| area::below(&self.areas, *root)).collect();
        scope.sort_unstable();
        scope.dedup();
        scope
    }

    /// The area of a code such as `JED-01`.
    #[must_use]
    pub fn area_by_code(&self, code: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.code == code)
    }
}

/// The last tenth is left out: a request takes its time too.
fn fresh_ms(life_s: u32, now_ms: u64) -> (u64, u64) {
    (now_ms, now_ms.saturating_add(u64::from(life_s) * 900))
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("install_id", &self.install_id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
