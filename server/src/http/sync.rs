//! `POST /v1/sync`: opens the body, syncs, seals the answer.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sync::{
    MEDIA_TYPE, PATH, SyncRequest, SyncResponse, WireFault, decode_request, encode_response, open, seal,
};

use crate::http::App;
use crate::http::auth::Caller;
use crate::http::body::Payload;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::http::signature::proof;
use crate::sync::ingest::IngestError;

/// Answers one sync.
///
/// # Errors
/// Those of the token, the signature and the body; `overloaded`, `storage_unavailable`.
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<Response, Refusal> {
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != MEDIA_TYPE) {
        return Err(Problem::MediaTypeUnknown.into());
    }
    let now = app.clock.now();
    proof(&headers, PATH, &body)?.of(caller.install_id, caller.public_key.as_ref(), &app.nonces, now)?;
    let request = unpack(body).await?;
    let author = app.sync.author(caller.install_id, caller.role, &caller.areas, caller.family);
    let answer = detached(async move { app.sync.sync(author, request, now).await }).await?;
    let body = pack(answer).await?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], body).into_response())
}

/// Decompression takes milliseconds for a large body, so it leaves the threads that serve everyone else.
async fn unpack(body: Bytes) -> Result<SyncRequest, Refusal> {
    let read = move || decode_request(&open(&body)?);
    let request =
        tokio::task::spawn_blocking(read).await.map_err(|error| Refusal::because(Problem::Internal, error))?;
    request.map_err(Refusal::from)
}

async fn pack(answer: SyncResponse) -> Result<Vec<u8>, Refusal> {
    let write = move || seal(&encode_response(&answer));
    tokio::task::spawn_blocking(write).await.map_err(|error| Refusal::because(Problem::Internal, error))
}

impl From<WireFault> for Refusal {
    fn from(fault: WireFault) -> Self {
        let problem = match fault {
            WireFault::Version => Problem::VersionUnknown,
            WireFault::Truncated => Problem::BodyTruncated,
            WireFault::TooLarge => Problem::BodyTooLarge,
            WireFault::Malformed => Problem::BodyMalformed,
        };
        Self::because(problem, fault)
    }
}

impl From<IngestError> for Refusal {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Database(error) => error.into(),
            IngestError::Full => Problem::Overloaded.into(),
            IngestError::Stored(_) => Self::because(Problem::Internal, error),
        }
    }
}
