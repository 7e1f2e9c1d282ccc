//! The one file that turns a refusal into `application/problem+json`. The body is built from the code alone; the cause
//! goes to the log, once, where the request is answered.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use usra_sync_protocol::problem::Problem;

/// Seconds a client waits before it tries a retryable request again; it adds its own jitter.
pub(crate) const RETRY_AFTER_S: &str = "5";

/// A request that is not served: what to tell the client, and what to tell the log.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What the client is told.
    pub problem: Problem,
    cause: Option<Arc<anyhow::Error>>,
    wait_s: Option<u64>,
}

impl Refusal {
    /// A refusal with its cause, which only the log sees.
    pub fn because(problem: Problem, cause: impl Into<anyhow::Error>) -> Self {
        Self { problem, cause: Some(Arc::new(cause.into())), wait_s: None }
    }

    /// A refusal that passes after so many seconds.
    #[must_use]
    pub fn until(problem: Problem, wait_s: u64) -> Self {
        Self { problem, cause: None, wait_s: Some(wait_s) }
    }

    /// A refusal because the database does not do what it must, whatever the reason.
    #[must_use]
    pub fn away(error: &sqlx::Error) -> Self {
        let said = match error.as_database_error() {
            Some(database) => what_the_database_said(database),
            None => error.to_string(),
        };
        Self::because(Problem::StorageUnavailable, anyhow::anyhow!("{said}"))
    }

    /// The cause for the log, with everything beneath it.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        self.cause.as_ref().map(|cause| format!("{cause:#}"))
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None, wait_s: None }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self { problem: problem_of(&error), ..Self::away(&error) }
    }
}

/// The database's own sentence can quote what a person typed, so the log gets its code and the name of the constraint.
fn what_the_database_said(error: &dyn sqlx::error::DatabaseError) -> String {
    let code = error.code().unwrap_or_default();
    match error.constraint() {
        Some(constraint) => format!("the database answered SQLSTATE {code}, {constraint}"),
        None => format!("the database answered SQLSTATE {code}"),
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::because(Problem::Internal, error)
    }
}

impl IntoResponse for Refusal {
    /// Leaves the body to [`render`], which knows the request's id.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status(self.problem);
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives the response its problem body, when it carries a refusal.
#[must_use]
pub fn render(response: Response, request_id: &str) -> Response {
    let Some(refusal) = response.extensions().get::<Refusal>() else { return response };
    let (problem, wait_s) = (refusal.problem, refusal.wait_s);
    if response.headers().contains_key(CONTENT_TYPE) {
        // It was told as a page.
        return with_wait(response, problem, wait_s);
    }
    let body = serde_json::to_vec(&problem.body(Some(request_id.to_owned()))).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    with_wait(Response::from_parts(parts, Body::from(body)), problem, wait_s)
}

/// Says when to try again, where that can help.
fn with_wait(mut response: Response, problem: Problem, wait_s: Option<u64>) -> Response {
    if problem.retry() {
        let wait = wait_s.map_or(HeaderValue::from_static(RETRY_AFTER_S), HeaderValue::from);
        response.headers_mut().insert(RETRY_AFTER, wait);
    }
    response
}

fn status(problem: Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Whether the database was away (try again) or we asked it something wrong (our fault).
fn problem_of(error: &sqlx::Error) -> Problem {
    if let sqlx::Error::Database(error) = error {
        let away = error.code().is_none_or(|code| is_away(&code));
        return if away { Problem::StorageUnavailable } else { Problem::Internal };
    }
    let away = matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed
    );
    if away { Problem::StorageUnavailable } else { Problem::Internal }
}

/// SQLSTATE classes that pass by themselves or by an operator's hand: connection, rollback, resources (disk full),
/// intervention (shutting down, starting up), system error, and read-only after a failover.
fn is_away(sqlstate: &str) -> bool {
    sqlstate == "25006" || ["08", "40", "53", "57", "58", "XX"].iter().any(|class| sqlstate.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_the_client_its_code_and_never_its_cause() {
        let refusal = Refusal::because(Problem::Internal, anyhow::anyhow!("secret"));
        assert_eq!(refusal.cause().as_deref(), Some("secret"));
        let response = render(refusal.into_response(), "r-1");
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[RETRY_AFTER], RETRY_AFTER_S);
    }

    #[test]
    fn a_database_that_is_away_asks_the_phone_to_come_back() {
        assert_eq!(problem_of(&sqlx::Error::PoolTimedOut), Problem::StorageUnavailable);
        assert_eq!(problem_of(&sqlx::Error::RowNotFound), Problem::Internal);
        assert!(is_away("53100") && is_away("57P03") && !is_away("23505"));
    }
}
