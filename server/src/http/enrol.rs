//! `POST /v1/enrol`: a phone shows its code and becomes an install.

use axum::Json;
use axum::extract::State;
use usra_sync_protocol::enrol::{EnrolAnswer, EnrolRequest};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sync::PROTOCOL_VERSION;

use crate::dice;
use crate::http::App;
use crate::http::body::JsonPayload;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::enrol::{self, Fresh, NotEnrolled};

/// Enrols the phone that shows a good code.
///
/// # Errors
/// `code_unknown`, `code_expired`, `version_unknown`, and those of the body and of storage.
pub async fn post(
    State(app): State<App>,
    JsonPayload(request): JsonPayload<EnrolRequest>,
) -> Result<Json<EnrolAnswer>, Refusal> {
    if request.protocol_version != PROTOCOL_VERSION {
        return Err(Problem::VersionUnknown.into());
    }
    let now = app.clock.now();
    let fresh =
        Fresh { install: dice::roll()?, token: dice::roll()?, now, token_expires_at: now + app.config.token_life };
    let work = async move { enrol::enrol(&app.pool, app.region, &request.code, fresh).await };
    detached(work).await.map(Json)
}

impl From<NotEnrolled> for Refusal {
    fn from(error: NotEnrolled) -> Self {
        match error {
            NotEnrolled::CodeUnknown => Problem::CodeUnknown.into(),
            NotEnrolled::CodeExpired => Problem::CodeExpired.into(),
            NotEnrolled::Storage(error) => error.into(),
        }
    }
}
