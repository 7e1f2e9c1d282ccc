//! Puts the table of addresses into one service, with the layers around them all.

use std::any::Any;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use usra_sync_protocol::problem::Problem;

use crate::http::console::{self, guard};
use crate::http::endpoint::{self, Endpoint};
use crate::http::problem::Refusal;
use crate::http::{App, crowd, overload, request_id};

/// Every address of the table, in one service.
pub fn router(app: App) -> Router {
    let seats = app.seats.clone();
    let (watched, worked): (Vec<Endpoint>, Vec<Endpoint>) = endpoint::all().into_iter().partition(|one| one.watched);
    let (pages, worked): (Vec<Endpoint>, Vec<Endpoint>) =
        worked.into_iter().partition(|one| one.path.starts_with(console::ROOT));
    routes(worked)
        .merge(routes(pages).layer(packed()))
        .layer(from_fn_with_state(seats, overload::shed))
        .merge(routes(watched))
        .fallback(|| async { Refusal::from(Problem::NotFound) })
        .method_not_allowed_fallback(|| async { Refusal::from(Problem::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(guard::guard))
        .layer(from_fn(request_id::trace))
        .layer(from_fn(crowd::keep_place))
        .with_state(app)
}

/// Pages are packed on their way, letters that are packed already are not. What phones send and get is packed by the protocol.
fn packed() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::new("font/")))
}

fn routes(endpoints: Vec<Endpoint>) -> Router<App> {
    endpoints
        .into_iter()
        .map(Endpoint::route)
        .fold(Router::new(), |router, (path, handler)| router.route(path, handler))
}

/// A panic's message can hold anything, so it is not repeated here; the panic hook has already written it to the log.
fn answer_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::because(Problem::Internal, anyhow::anyhow!("a handler panicked")).into_response()
}
