//! `POST /v1/token`: a phone shows its refresh token and gets the next pair.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::token::{PATH, TokenAnswer, TokenRequest};

use crate::dice;
use crate::http::App;
use crate::http::body::{Payload, demand_json, read_json};
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::http::signature::proof;
use crate::registry::refresh::{self, Fresh, NotRefreshed, Shown};

/// Gives the next tokens.
///
/// # Errors
/// `token_unknown`, `token_reused`, `refresh_expired`, `install_revoked`, those of the signature, the body and of storage.
pub async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    Payload(body): Payload,
) -> Result<Json<TokenAnswer>, Refusal> {
    demand_json(&headers)?;
    let request: TokenRequest = read_json(&body)?;
    let shown = Shown { refresh: request.refresh_token, proof: proof(&headers, PATH, &body)? };
    let (now, life, hold_life) = (app.clock.now(), app.config.token_life, app.config.hold_life);
    let fresh = Fresh { access: dice::roll()?, refresh: dice::roll()?, now, token_expires_at: now + life };
    let sealing = Some(app.keys.sealing_key());
    let work = async move { refresh::refresh(&app.pool, app.region, shown, fresh, &app.nonces).await };
    let (tokens, role) = detached(work).await?;
    let token_life_s = u32::try_from(life.whole_seconds()).unwrap_or(u32::MAX);
    let (hold_life_s, refresh_token) = (hold_life.seconds(role), tokens.refresh);
    Ok(Json(TokenAnswer { token: tokens.access, token_life_s, refresh_token, hold_life_s, sealing }))
}

impl From<NotRefreshed> for Refusal {
    fn from(error: NotRefreshed) -> Self {
        match error {
            NotRefreshed::Unknown => Problem::TokenUnknown.into(),
            NotRefreshed::Reused => Problem::TokenReused.into(),
            NotRefreshed::Expired => Problem::RefreshExpired.into(),
            NotRefreshed::Revoked => Problem::InstallRevoked.into(),
            NotRefreshed::Unproven(unproven) => unproven.into(),
            NotRefreshed::Storage(error) => error.into(),
        }
    }
}
