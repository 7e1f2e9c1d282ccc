//! Bounds the requests worked on at once. One more is told to come back rather than queued: a queue only makes every
//! phone wait longer and then give up.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use usra_sync_protocol::problem::Problem;

use crate::http::problem::Refusal;
use crate::http::seat::Seats;

/// How often the log hears of refusals, while there are any.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Tells the log how many requests were refused, until dropped: one line for thousands of them.
pub async fn tell(seats: &Seats) {
    loop {
        tokio::time::sleep(TELL_EVERY).await;
        let refused = seats.take_refusals();
        if refused > 0 {
            tracing::warn!(refused, "every seat was taken; requests were told to come again");
        }
    }
}

/// Serves the request if a seat is free, else refuses with `overloaded`.
pub async fn shed(State(seats): State<Seats>, mut request: Request, next: Next) -> Response {
    let Some(seat) = seats.take() else {
        seats.count_refusal();
        return Refusal::from(Problem::Overloaded).into_response();
    };
    request.extensions_mut().insert(seat.clone());
    let response = next.run(request).await;
    drop(seat);
    response
}
