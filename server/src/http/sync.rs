//! `POST /v1/sync`: opens the body, syncs, seals the answer.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sync::{
    MEDIA_TYPE, PATH, SyncRequest, SyncResponse, WireFault, decode_request, encode_response, open, seal_with,
};

use crate::dice;
use crate::fail_point::FailPoint;
use crate::http::App;
use crate::http::auth::{Caller, Sender, note};
use crate::http::body::Payload;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::http::signature::proof;
use crate::registry::audit::scribe::NotNoted;
use crate::registry::caller;
use crate::storage::install::Told;
use crate::sync::Answer;
use crate::sync::author::Author;
use crate::sync::ingest::IngestError;
use crate::sync::sealed::{self, Intake};

/// Answers one sync.
///
/// # Errors
/// Those of the token, the signature and the body; `overloaded`, `storage_unavailable`.
pub async fn post(
    State(app): State<App>,
    sender: Sender,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<Response, Refusal> {
    FailPoint::BeforeParse.reach();
    let Sender { caller, revoked, notes } = sender;
    let heard = (caller.install_id, notes);
    let request = match admit(&app, (&caller, revoked), &headers, body).await {
        Ok(request) => request,
        Err(refusal) => {
            note(&app, heard, None).await?;
            return Err(refusal);
        }
    };
    let told = told(&request);
    FailPoint::AfterParse.reach();
    let author = app.sync.author(caller.install_id, caller.role, &caller.terms, caller.family);
    let author = Author { revoked, decision_count: caller.decision_count, ..author };
    let (sync, now, seed) = (app.sync.clone(), app.clock.now(), dice::roll()?);
    let intake = Intake { pool: app.pool.clone(), region: app.region, keys: app.keys.clone(), demo: app.config.demo };
    let mut request = request;
    let commands = std::mem::take(&mut request.sealed);
    let answer = detached(async move {
        let cursor = request.cursor.clone();
        let answer = sync.sync(author.clone(), request, now).await?;
        let author = if commands.is_empty() { author } else { sync.claim(author, cursor, now).await? };
        // After the changes: a value may belong to a record that came with them.
        let sealed = sealed::put(&intake, &author, &commands, seed, now).await?;
        let response = SyncResponse { sealed, ..answer.response };
        Ok::<_, IngestError>(Answer { response, ..answer })
    })
    .await;
    // What was pushed is kept by now, and its verdicts are not lost for a note's sake.
    if let Err(refusal) = note(&app, heard, answer.is_ok().then_some(told)).await {
        tracing::warn!(problem = refusal.problem.code(), "it was not noted that a phone synced");
    }
    let answer = answer?;
    FailPoint::BeforeAnswer.reach();
    let body = seal(&app, answer).await?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], body).into_response())
}

/// The request, where its sender may bring it: of a revoked install only unsent work is heard.
async fn admit(
    app: &App,
    (caller, revoked): (&Caller, bool),
    headers: &HeaderMap,
    body: Bytes,
) -> Result<SyncRequest, Refusal> {
    let request = match read(app, caller, headers, body).await {
        // A revoked install that brings no work hears that and nothing else.
        Err(_) if revoked => return Err(Problem::InstallRevoked.into()),
        request => request?,
    };
    if revoked {
        hear_out(app, caller, !(request.pushes.is_empty() && request.sealed.is_empty())).await?;
    }
    Ok(request)
}

/// What the phone told of itself, as it is noted.
fn told(request: &SyncRequest) -> Told {
    let (version, unsent) = request.told.clone().map(|told| (told.version, told.unsent)).unzip();
    Told {
        version: version.map(|version| version.chars().filter(|letter| !letter.is_control()).collect()),
        schema: request.schema_version.into(),
        unsent: unsent.map(|unsent| i64::try_from(unsent).unwrap_or(i64::MAX)),
    }
}

/// The request, once it is known to be one and to come from the caller's own key.
async fn read(app: &App, caller: &Caller, headers: &HeaderMap, body: Bytes) -> Result<SyncRequest, Refusal> {
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != MEDIA_TYPE) {
        return Err(Problem::MediaTypeUnknown.into());
    }
    let proof = proof(headers, PATH, &body)?;
    proof.of(caller.install_id, caller.public_key.as_ref(), &app.nonces, app.clock.now())?;
    unpack(app, body).await
}

/// A revoked install is heard out once: what it had not sent is taken, then it is a stranger.
async fn hear_out(app: &App, caller: &Caller, delivers: bool) -> Result<(), Refusal> {
    let (pool, region, install, now) = (app.pool.clone(), app.region, caller.install_id, app.clock.now());
    let heard = detached(async move {
        let mut conn = pool.acquire().await?;
        caller::last_word(&mut conn, region, install, (delivers, now)).await
    });
    heard.await
}

/// Decompression takes milliseconds for a large body, so it leaves the threads that serve everyone else.
async fn unpack(app: &App, body: Bytes) -> Result<SyncRequest, Refusal> {
    at_the_bench(app, move || decode_request(&open(&body)?)).await?.map_err(Refusal::from)
}

async fn seal(app: &App, answer: Answer) -> Result<Vec<u8>, Refusal> {
    let sealed = at_the_bench(app, move || seal_with(&answer.ready, &encode_response(&answer.response))).await?;
    sealed.map_err(|memory| Refusal::because(Problem::Internal, memory))
}

/// Runs `work` on a thread for such work, when there is a place: compressing a page takes megabytes for tables, and more of
/// them at once than there are processors would only wait for each other.
async fn at_the_bench<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let place = app.bench.acquire().await.map_err(|error| Refusal::because(Problem::Internal, error))?;
    let done = tokio::task::spawn_blocking(work).await;
    drop(place);
    done.map_err(|error| Refusal::because(Problem::Internal, error))
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
            IngestError::Unnoted(NotNoted::Storage(error)) => Self::away(&error),
            IngestError::Unnoted(NotNoted::Full) | IngestError::Full => Problem::Overloaded.into(),
            IngestError::Stored(_) => Self::because(Problem::Internal, error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_reading_that_cannot_be_noted_is_answered_as_a_pause() {
        // A fault that would be the server's own anywhere else.
        let lasting = || IngestError::Unnoted(NotNoted::Storage(Arc::new(sqlx::Error::RowNotFound)));
        assert_eq!(Refusal::from(lasting()).problem, Problem::StorageUnavailable);
        assert_eq!(Refusal::from(IngestError::Unnoted(NotNoted::Full)).problem, Problem::Overloaded);
    }
}
