//! Tokens: a short access token goes with every request; a refresh token, good once, gets the next pair.
//! Sent as JSON to `POST /v1/token`, signed by the install's key.

use serde::{Deserialize, Serialize};

use crate::server_proof::SealingKey;

/// The address that refreshes tokens.
pub const PATH: &str = "/v1/token";

/// What a phone sends.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The refresh token of the last answer.
    pub refresh_token: String,
}

/// What the server answers. Should the answer be lost, the same refresh token may be shown once more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct TokenAnswer {
    /// Opaque; sent as `Authorization: Bearer` with every request. The server keeps only its hash.
    pub token: String,
    /// How long it is good for from now, seconds: a length, since the phone's clock may be wrong.
    pub token_life_s: u32,
    /// For the next refresh.
    pub refresh_token: String,
    /// How long the phone may hold records without word from the server, seconds; 0 from a server that does not say.
    #[serde(default)]
    pub hold_life_s: u32,
    /// What the phone seals to from now on, signed by the key that the phone knows the server by.
    #[serde(default)]
    pub sealing: Option<SealingKey>,
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenRequest")
    }
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAnswer").field("token_life_s", &self.token_life_s).finish_non_exhaustive()
    }
}
