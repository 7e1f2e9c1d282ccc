//! The task of a running server that looks for families that may be one, and has late work on a merged family follow its survivor.

use std::time::Duration;

use tokio::time::timeout;

use super::bundling::quiet;
use crate::http::App;
use crate::registry::audit::By;
use crate::registry::duplicates::matching;
use crate::sync::desk::Desk;
use crate::sync::follow;

/// For how long nothing must have been written: what arrives together is compared together.
const QUIET: Duration = Duration::from_millis(500);
/// How long it waits for that at most.
const LONGEST: Duration = Duration::from_secs(10);
/// How long it waits for news: people decide at the console, and other servers write too.
const IDLE: Duration = Duration::from_secs(5);

/// Compares until dropped. What could not be compared is compared later.
pub(super) async fn run(app: &App) {
    let mut news = app.sync.news();
    loop {
        if let Err(error) = look(app).await {
            tracing::warn!(error = format!("{error:#}"), "families could not be compared");
        }
        let _none = timeout(IDLE, news.changed()).await;
        let _never_quiet = timeout(LONGEST, quiet(&mut news, QUIET)).await;
    }
}

async fn look(app: &App) -> anyhow::Result<()> {
    let desk = Desk {
        pool: app.pool.clone(),
        region: app.region,
        areas: std::sync::Arc::clone(app.sync.areas()),
        by: By::Server,
        scope: None,
    };
    loop {
        let now = app.clock.now();
        // What cannot follow now follows later; meanwhile families are compared all the same.
        if let Err(error) = follow::follow(&desk, now).await {
            tracing::warn!(%error, "late work on merged families could not follow");
        }
        if matching::step(&mut *app.pool.acquire().await?, app.region, now).await? == 0 {
            return Ok(());
        }
    }
}
