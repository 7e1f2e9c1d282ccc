//! The task of a running server that makes bundles of what was written, once it is quiet for a moment.

use std::time::Duration;

use crate::http::App;
use crate::sync::bundler;
use crate::sync::ingest::IngestError;

/// How long it waits after something was written: what comes together is packed together.
const SETTLE: Duration = Duration::from_secs(2);
/// How long it waits when the database is away.
const PAUSE: Duration = Duration::from_secs(30);

/// Makes bundles until dropped. What cannot be made is made later; meanwhile phones get the feed's rows.
pub(super) async fn run(app: &App) {
    loop {
        match look(app).await {
            Ok(0) => {}
            Ok(made) => tracing::debug!(made, "bundles of feeds are ready"),
            Err(error) => {
                tracing::warn!(%error, "bundles could not be made");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        }
        app.sync.news().await;
        tokio::time::sleep(SETTLE).await;
    }
}

async fn look(app: &App) -> Result<usize, IngestError> {
    bundler::run(&mut *app.pool.acquire().await?, app.region).await
}
