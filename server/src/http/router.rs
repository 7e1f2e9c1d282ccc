//! The table of contents: every address of the server, and the layers around them all.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use usra_sync_protocol::problem::Problem;

use crate::http::problem::Refusal;
use crate::http::{App, enrol, health, overload, refresh, request_id, sync};

/// Every address, in one service.
pub fn router(app: App) -> Router {
    let room = Arc::new(Semaphore::new(app.config.max_requests));
    // Those who watch the server must hear from it when it is busy, so they stand outside the room.
    let watched = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    Router::new()
        .route("/v1/enrol", post(enrol::post))
        .route("/v1/token", post(refresh::post))
        .route("/v1/sync", post(sync::post))
        .layer(from_fn_with_state(room, overload::shed))
        .merge(watched)
        .fallback(|| async { Refusal::from(Problem::NotFound) })
        .method_not_allowed_fallback(|| async { Refusal::from(Problem::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(request_id::trace))
        .with_state(app)
}

/// A panic's message can hold anything, so it is not repeated here; the panic hook has already written it to the log.
fn answer_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::because(Problem::Internal, anyhow::anyhow!("a handler panicked")).into_response()
}
