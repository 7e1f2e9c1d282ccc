//! Enrolment: a phone shows the single-use code it was given and gets its identity, token and areas.
//! Sent as JSON to `POST /v1/enrol`; the answer is read once and kept in the phone's store.

use serde::{Deserialize, Serialize};

use crate::area::Area;
use crate::id::{AreaId, InstallId, RecordId};
use crate::role::Role;
use crate::server_proof::ServerProof;

/// The address that enrols.
pub const PATH: &str = "/v1/enrol";

/// What a phone sends, signed with the key that it names: that proves the key to be its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The code from the QR or the link; single use.
    pub code: String,
    /// [`crate::sync::PROTOCOL_VERSION`] of the phone.
    pub protocol_version: u32,
    /// The Ed25519 key that the phone made for itself, as [`crate::signing::text`] writes it.
    pub public_key: String,
    /// The fingerprint in the link. A server with another key says so and leaves the code unused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct EnrolAnswer {
    /// The install's id; with a generation it is the actor of its changes.
    pub install_id: InstallId,
    /// Opaque; sent as `Authorization: Bearer` with every request. The server keeps only its hash.
    pub token: String,
    /// When the token ends, seconds since 1970.
    pub token_expires_at: i64,
    /// How long the token is good for from now, seconds: a length, since the phone's clock may be wrong.
    pub token_life_s: u32,
    /// Gets the next token from `POST /v1/token`; good once.
    pub refresh_token: String,
    /// How long the phone may hold records without word from the server, seconds; 0 from a server that does not say.
    #[serde(default)]
    pub hold_life_s: u32,
    /// What the person may do.
    pub role: Role,
    /// The areas it is assigned to; each means all below it.
    pub assigned: Vec<AreaId>,
    /// The family it belongs to, for the role `family`.
    pub family: Option<RecordId>,
    /// All areas of the region.
    pub areas: Vec<Area>,
    /// The server's proof of itself; servers from before proofs gave none, and phones do not enrol there.
    #[serde(default)]
    pub server: Option<ServerProof>,
}
