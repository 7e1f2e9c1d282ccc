//! Reads a request's signature, and says what it must be over.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::signing::{HEADER, Nonce, SignedRequest, Stamp};

use crate::http::problem::Refusal;
use crate::registry::proof::{Proof, Unproven};

/// The access token that a request bears.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The proof that `headers` carry for a `POST` of `body` to `path`. A header that cannot be read proves nothing.
///
/// # Errors
/// `signature_wrong`.
pub fn proof(headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Proof, Refusal> {
    let written = headers.get(HEADER).map(|value| value.to_str().unwrap_or_default().parse::<Stamp>());
    let stamp = written.transpose().or(Err(Problem::SignatureWrong))?;
    let nonce = stamp.map_or(Nonce([0; 16]), |stamp| stamp.nonce);
    let request = SignedRequest { method: "POST", path, token: bearer(headers).unwrap_or_default(), body };
    Ok(Proof { stamp, bytes: request.bytes(nonce) })
}

impl From<Unproven> for Refusal {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::Missing => Problem::SignatureMissing.into(),
            Unproven::Wrong => Problem::SignatureWrong.into(),
            Unproven::Used => Problem::NonceUsed.into(),
        }
    }
}
