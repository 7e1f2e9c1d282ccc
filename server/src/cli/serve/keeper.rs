//! The task of a running server that looks whether the database under it was exchanged: a backup was restored, or a replica took
//! over. Then a new epoch begins, and what the database forgot of revocations is told to it again. It also writes down beside the keys
//! what was revoked on other machines, and takes away the files of lists that expired.

use std::time::Duration;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;

use crate::cli::place;
use crate::http::App;
use crate::keys::Keys;
use crate::registry::{bring_in, region, revocations, take_out};

/// How long a restored database can go unnoticed, and a revocation be known to the database alone.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Looks until dropped. What could not be done is done later.
pub(super) async fn run(app: &App) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = look(app).await {
            tracing::error!(error = format!("{error:#}"), "it could not be checked whether the database was restored");
        }
    }
}

async fn look(app: &App) -> anyhow::Result<()> {
    let (now, mut conn) = (app.clock.now(), app.pool.acquire().await?);
    if region::is_elsewhere(&mut conn, app.region).await? {
        place::open_region(&app.pool, app.region, now).await?;
    }
    take_out_again(&mut conn, app.region, &app.keys, now).await?;
    take_out::sweep(&mut conn, app.region, now).await?;
    Ok(bring_in::sweep(&mut conn, app.region, now).await?)
}

/// Revokes again what a restored database forgot, and says so.
pub(super) async fn take_out_again(
    conn: &mut PgConnection,
    region: RegionId,
    keys: &Keys,
    now: OffsetDateTime,
) -> anyhow::Result<()> {
    let again = revocations::reconcile(conn, region, keys, now).await?;
    if again > 0 {
        tracing::warn!(installs = again, "a backup let revoked devices in again; they are revoked again");
    }
    Ok(())
}
