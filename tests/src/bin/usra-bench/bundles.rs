//! Waits until the server has packed in bundles what was written.

use std::time::Duration;

use anyhow::{Result, ensure};
use usra_server::config::Config;
use usra_server::sync::bundler;
use usra_tests::harness::Centre;

use crate::fleet::Traffic;

/// Looks so often, and at most so many times: a minute.
const EVERY: Duration = Duration::from_millis(250);
const LOOKS: u32 = 240;

/// Ends when no area has a bundle due.
pub(crate) async fn ready(centre: &Centre) -> Result<Traffic> {
    let database = centre.database().await?;
    let mut looks = 0;
    while !bundler::due(&mut *database.pool.acquire().await?, Config::default().region).await?.is_empty() {
        ensure!(looks < LOOKS, "the server makes no bundles");
        looks += 1;
        tokio::time::sleep(EVERY).await;
    }
    database.close().await;
    Ok(Traffic::default())
}
