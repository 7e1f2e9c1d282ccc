//! `POST /v1/enrol`: a phone shows its code and becomes an install.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use time::OffsetDateTime;
use usra_sync_protocol::enrol::{EnrolAnswer, EnrolRequest, PATH};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::signing;
use usra_sync_protocol::sync::PROTOCOL_VERSION;

use crate::dice;
use crate::http::App;
use crate::http::body::{Payload, demand_json, read_json};
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::http::signature::proof;
use crate::http::tries::Peer;
use crate::registry::enrol::{self, Fresh, NotEnrolled, Shown};

/// Enrols the phone that shows a good code and has the key it names.
///
/// # Errors
/// `server_other`, `code_unknown`, `code_used`, `code_expired`, `too_many_tries`, `version_unknown`, and those of the signature, the body and of storage.
pub async fn post(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<Json<EnrolAnswer>, Refusal> {
    demand_json(&headers)?;
    let request: EnrolRequest = read_json(&body)?;
    if request.protocol_version != PROTOCOL_VERSION {
        return Err(Problem::VersionUnknown.into());
    }
    let public_key = signing::read(&request.public_key).or(Err(Problem::BodyMalformed))?;
    let proof = proof(&headers, PATH, &body)?;
    let shown = Shown { code: request.code, public_key, proof, server: request.server };
    let (now, tries) = (app.clock.now(), app.tries.clone());
    tries.take(peer, now).map_err(|wait_s| Refusal::until(Problem::TooManyTries, wait_s))?;
    let fresh = fresh(&app, now)?;
    let answer = detached(async move { enrol::enrol(&app.pool, app.region, &shown, fresh, &app.keys).await }).await?;
    tries.give_back(peer, now);
    Ok(Json(answer))
}

/// What a new install is made of, however its person came in.
///
/// # Errors
/// The machine has no randomness to give.
pub fn fresh(app: &App, now: OffsetDateTime) -> Result<Fresh, Refusal> {
    Ok(Fresh {
        install: dice::roll()?,
        access: dice::roll()?,
        family: dice::roll()?,
        refresh: dice::roll()?,
        now,
        token_life: app.config.token_life,
        hold_life: app.config.hold_life,
        demo: app.config.demo,
    })
}

impl From<NotEnrolled> for Refusal {
    fn from(error: NotEnrolled) -> Self {
        match error {
            NotEnrolled::CodeUnknown => Problem::CodeUnknown.into(),
            NotEnrolled::CodeUsed => Problem::CodeUsed.into(),
            NotEnrolled::Unproven(unproven) => unproven.into(),
            NotEnrolled::ServerOther => Problem::ServerOther.into(),
            NotEnrolled::CodeExpired => Problem::CodeExpired.into(),
            NotEnrolled::Storage(error) => error.into(),
        }
    }
}
