//! `POST /v1/sign-in/code` and `POST /v1/sign-in`: a family asks for a one-time code, and shows it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sign_in::{CodeAnswer, CodeRequest, PATH, SignInAnswer, SignInRequest};
use usra_sync_protocol::signing;
use usra_sync_protocol::sync::PROTOCOL_VERSION;
use usra_sync_protocol::value::mobile;

use crate::dice;
use crate::http::App;
use crate::http::body::{Payload, demand_json, read_json};
use crate::http::detached::detached;
use crate::http::enrol::fresh;
use crate::http::problem::Refusal;
use crate::http::signature::proof;
use crate::http::tries::Peer;
use crate::registry::sign_in::ask::{self, Ask};
use crate::registry::sign_in::{self, NotSignedIn, Shown};
use crate::sms::text::Text;

/// Answers every number alike. What is sent, if anything, leaves after the answer.
///
/// # Errors
/// `mobile_invalid`, `sms_unavailable`, `sms_limit`, and those of the body and of storage.
pub async fn ask(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<(StatusCode, Json<CodeAnswer>), Refusal> {
    demand_json(&headers)?;
    let request: CodeRequest = read_json(&body)?;
    let to = mobile(&request.mobile).or(Err(Problem::MobileInvalid))?;
    if !app.courier.is_open() {
        return Err(Problem::SmsUnavailable.into());
    }
    let now = app.clock.now();
    app.asks.take(peer, now).map_err(|wait_s| Refusal::until(Problem::SmsLimit, wait_s))?;
    let texts_a_day = app.config.texts_a_day;
    let asked = Ask { mobile: to.clone(), texts_a_day, code: dice::roll()?, salt: dice::roll()?, now };
    let id = signing::text(&dice::roll::<16>()?);
    let work = async move {
        let code = ask::ask(&app.pool, app.region, &asked).await?;
        app.courier.hand(code.map(|code| Text { id, to, code, at: now }));
        Ok::<(), sqlx::Error>(())
    };
    detached(work).await?;
    Ok((StatusCode::ACCEPTED, Json(CodeAnswer::SAME)))
}

/// Signs in the phone that shows the right code and has the key it names.
///
/// # Errors
/// `mobile_invalid`, `sign_in_code_wrong`, `too_many_tries`, `version_unknown`, and those of the signature, the body and of storage.
pub async fn post(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<Json<SignInAnswer>, Refusal> {
    demand_json(&headers)?;
    let request: SignInRequest = read_json(&body)?;
    if request.protocol_version != PROTOCOL_VERSION {
        return Err(Problem::VersionUnknown.into());
    }
    let mobile = mobile(&request.mobile).or(Err(Problem::MobileInvalid))?;
    let public_key = signing::read(&request.public_key).or(Err(Problem::BodyMalformed))?;
    let proof = proof(&headers, PATH, &body)?;
    let shown = Shown { mobile, code: request.code, family: request.family, public_key, proof };
    let (now, tries) = (app.clock.now(), app.sign_ins.clone());
    tries.take(peer, now).map_err(|wait_s| Refusal::until(Problem::TooManyTries, wait_s))?;
    let fresh = fresh(&app, now)?;
    let work = async move { sign_in::sign_in(&app.pool, app.region, &shown, fresh, &app.keys).await };
    let answer = detached(work).await?;
    tries.give_back(peer, now);
    Ok(Json(answer))
}

impl From<NotSignedIn> for Refusal {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::CodeWrong => Problem::SignInCodeWrong.into(),
            NotSignedIn::Unproven(unproven) => unproven.into(),
            NotSignedIn::Storage(error) => error.into(),
        }
    }
}
