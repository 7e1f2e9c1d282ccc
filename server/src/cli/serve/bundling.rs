//! The task of a running server that makes bundles of what was written, once it is quiet: while phones send, they have the processors.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::http::App;
use crate::sync::bundler;
use crate::sync::ingest::IngestError;

/// For how long nothing must have been written.
const QUIET: Duration = Duration::from_secs(10);
/// How long it waits for that: a server that is never quiet makes bundles all the same.
const LONGEST: Duration = Duration::from_mins(5);
/// How long it waits when the database is away.
const PAUSE: Duration = Duration::from_secs(30);

/// Makes bundles until dropped. What cannot be made is made later; meanwhile phones get the feed's rows.
pub(super) async fn run(app: &App) {
    let mut news = app.sync.news();
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
        let _stopping = news.changed().await;
        let _never_quiet = timeout(LONGEST, quiet(&mut news, QUIET)).await;
    }
}

/// Ends when nothing was written for so long.
pub(super) async fn quiet(news: &mut watch::Receiver<()>, long: Duration) {
    while matches!(timeout(long, news.changed()).await, Ok(Ok(()))) {}
}

async fn look(app: &App) -> Result<usize, IngestError> {
    bundler::run(&mut *app.pool.acquire().await?, app.region).await
}
