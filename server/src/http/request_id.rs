//! Names every request, answers with that name, and writes its one log line: method, matched address, status, time.
//! Never a query, a header, a body or who asked.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use usra_sync_protocol::problem::Problem;

use crate::dice;
use crate::http::problem::{self, Refusal};

/// The header that carries the name, both ways.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The name of the request, for handlers that log.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The outermost layer: name, serve, render a refusal, log.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = given(&request).unwrap_or_else(fresh);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let begin = Instant::now();
    let mut response = problem::render(next.run(request).await, &id);
    log(&Line { method: method.as_str(), path: &path, id: &id, took: begin.elapsed() }, &response);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

struct Line<'a> {
    method: &'a str,
    path: &'a str,
    id: &'a str,
    took: Duration,
}

fn log(line: &Line<'_>, response: &Response) {
    let status = response.status().as_u16();
    let took_ms = u64::try_from(line.took.as_millis()).unwrap_or(u64::MAX);
    let Line { method, path, id: request_id, .. } = line;
    let Some(refusal) = response.extensions().get::<Refusal>() else {
        tracing::info!(method, path, status, took_ms, request_id, "request served");
        return;
    };
    let code = refusal.problem.code();
    // The more there are of these the less each one says; `overload` tells how many there were.
    if refusal.problem == Problem::Overloaded {
        tracing::debug!(method, path, status, took_ms, request_id, code, "request refused");
    } else if status >= 500 {
        let cause = refusal.cause().unwrap_or_default();
        tracing::error!(method, path, status, took_ms, request_id, code, cause, "request failed");
    } else {
        tracing::info!(method, path, status, took_ms, request_id, code, "request refused");
    }
}

/// The client's own name for the request, if it is short and plain enough to stand in a log.
fn given(request: &Request) -> Option<String> {
    let name = request.headers().get(HEADER)?.to_str().ok()?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (plain && (8..=64).contains(&name.len())).then(|| name.to_owned())
}

fn fresh() -> String {
    // Without randomness requests share a name; they are still served.
    format!("{:016x}", u64::from_be_bytes(dice::roll().unwrap_or_default()))
}
