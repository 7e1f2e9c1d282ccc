//! Runs database work outside the request's future. A phone that hangs up drops that future, and sqlx 0.9.0 can then
//! return a connection to the pool with a transaction still open; a task of its own always reaches its end.

use std::future::Future;

use usra_sync_protocol::problem::Problem;

use crate::http::problem::Refusal;

/// Runs `work` to its end, whatever becomes of the caller.
///
/// # Errors
/// What `work` refuses with; `internal` when it panicked.
pub async fn detached<T, E, F>(work: F) -> Result<T, Refusal>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Into<Refusal> + Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(error) => Err(Refusal::because(Problem::Internal, error)),
    }
}

/// Lets `work` go on while nobody waits for it. What it fails with is told to the log, as there is no answer to tell it in.
pub fn background<E, F>(work: F)
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<Refusal> + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = work.await {
            let refusal: Refusal = error.into();
            tracing::error!(code = refusal.problem.code(), cause = refusal.cause(), "work in the background failed");
        }
    });
}
