//! `/healthz`: the process answers. `/readyz`: it can also serve, because the database answers and its schema is ours.

use axum::extract::State;

use crate::database::migrate;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;

/// The process is alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The server can serve.
///
/// # Errors
/// `storage_unavailable` when the database is away or its schema is not this program's.
pub async fn readyz(State(app): State<App>) -> Result<&'static str, Refusal> {
    detached(async move { migrate::is_current(&mut *app.pool.acquire().await?).await }).await?;
    Ok("ready\n")
}

impl From<migrate::NotMigrated> for Refusal {
    fn from(error: migrate::NotMigrated) -> Self {
        Self::because(usra_sync_protocol::problem::Problem::StorageUnavailable, error)
    }
}
