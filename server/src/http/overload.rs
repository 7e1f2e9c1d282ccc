//! Bounds the requests worked on at once. One more is told to come back rather than queued: a queue only makes every
//! phone wait longer and then give up.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use usra_sync_protocol::problem::Problem;

use crate::http::problem::Refusal;

/// Serves the request if there is room, else refuses with `overloaded`.
pub async fn shed(State(room): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_permit) = room.try_acquire() else {
        return Refusal::from(Problem::Overloaded).into_response();
    };
    next.run(request).await
}
