//! `/v1/staff/session`: sign in to the console, ask who is signed in, sign out.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::role::Role;
use zeroize::Zeroizing;

use crate::dice;
use crate::http::App;
use crate::http::body::{Payload, demand_json, read_json};
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::http::session::{self, SignedIn};
use crate::http::tries::Peer;
use crate::registry::staff::password::Password;
use crate::registry::staff::session::{self as sessions, Session, Who};
use crate::registry::staff::sign_in::{self, Fresh, NotSignedIn, Shown};

/// The address of the session.
pub const PATH: &str = "/v1/staff/session";

/// What a person typed.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "StaffSignInRequest")]
pub struct SignInRequest {
    /// The account's name.
    login: String,
    /// Its password.
    password: String,
    /// What the app of one-time codes shows.
    totp: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SessionAnswer {
    /// The account's name.
    login: String,
    /// Who it is.
    name: String,
    /// What they may do.
    role: Role,
    /// The areas they see, each with all below it.
    areas: Vec<AreaId>,
    /// Seconds since 1970, when it ends in any case.
    expires_at: i64,
    /// Seconds without a request after which it ends.
    idle_s: i64,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInRequest")
    }
}

impl SessionAnswer {
    fn of(who: Who, expires_at: OffsetDateTime) -> Json<Self> {
        let Who { login, name, role, areas, .. } = who;
        let (expires_at, idle_s) = (expires_at.unix_timestamp(), sessions::IDLE.whole_seconds());
        Json(Self { login, name, role, areas, expires_at, idle_s })
    }
}

/// Signs in.
///
/// # Errors
/// `sign_in_wrong`, `sign_in_locked`, `too_many_tries`, `origin_foreign`, and those of the body and of storage.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<impl IntoResponse, Refusal> {
    demand_json(&headers)?;
    let session = open(app, peer, read(&body)?).await?;
    let who = session.who.ok_or(Problem::SignInWrong)?;
    let headers = [(SET_COOKIE, session::cookie(&session.token)), unstored()];
    Ok((headers, SessionAnswer::of(who, session.expires_at)))
}

/// Opens a session for who shows the right things; every way in comes through here and is counted.
///
/// # Errors
/// `sign_in_wrong`, `sign_in_locked`, `too_many_tries`, and those of storage.
pub async fn open(app: App, peer: Peer, shown: Shown) -> Result<Session, Refusal> {
    let (now, tries) = (app.clock.now(), app.staff_tries.clone());
    tries.take(peer, now).map_err(|wait_s| Refusal::until(Problem::TooManyTries, wait_s))?;
    let fresh = Fresh { token: dice::roll()?, now };
    let work = async move { sign_in::sign_in(&app.pool, app.region, &app.desk, shown, fresh).await };
    let session = detached(work).await?;
    tries.give_back(peer, now);
    Ok(session)
}

/// Ends the session of a request's cookie, if there is one.
///
/// # Errors
/// Those of storage.
pub async fn close(app: App, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(token) = session::token(headers) else { return Ok(()) };
    detached(async move { sessions::sign_out(&mut *app.pool.acquire().await?, app.region, &token).await }).await
}

/// Tells who is signed in.
///
/// # Errors
/// `session_ended`, and those of storage.
pub async fn get(SignedIn { who, expires_at }: SignedIn) -> impl IntoResponse {
    ([unstored()], SessionAnswer::of(who, expires_at))
}

/// Signs out, whoever it was.
///
/// # Errors
/// `origin_foreign`, and those of storage.
pub async fn delete(State(app): State<App>, _: OwnOrigin, headers: HeaderMap) -> Result<impl IntoResponse, Refusal> {
    close(app, &headers).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session::no_cookie())]))
}

fn read(body: &[u8]) -> Result<Shown, Refusal> {
    let SignInRequest { login, password, totp } = read_json(body)?;
    let password = Password::typed(&Zeroizing::new(password)).or(Err(Problem::BodyMalformed))?;
    Ok(Shown { login, password, code: totp })
}

fn unstored() -> (HeaderName, String) {
    (CACHE_CONTROL, "no-store".to_owned())
}

impl From<NotSignedIn> for Refusal {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::Wrong => Problem::SignInWrong.into(),
            NotSignedIn::Locked(wait) => {
                Self::until(Problem::SignInLocked, u64::try_from(wait.whole_seconds()).unwrap_or(0) + 1)
            }
            NotSignedIn::Storage(error) => error.into(),
        }
    }
}
