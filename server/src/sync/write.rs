//! Writes what a batch decided: a few set-based statements, the feed last because it takes the areas' locks.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;

use super::ingest::IngestError;
use super::late;
use super::project;
use super::rows::{self, Apart, Rows};
use super::settle::{Case, Settling};
use crate::registry::audit;
use crate::storage::{change, feed, kept_change, late_change, open_values, record};

/// Writes a settled batch. The caller commits.
///
/// # Errors
/// The database is away or full, or another server was faster (then the whole batch is tried again).
pub async fn write(
    conn: &mut PgConnection,
    region: RegionId,
    settled: &Settling<'_>,
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    keep(conn, region, settled.cases(), now).await?;
    let touched = rows::touched(&settled.world);
    if touched.is_empty() {
        return Ok(());
    }
    let rows = Rows::of(&touched);
    if !rows.new.is_empty() {
        record::insert(conn, region, &rows.new, now).await?;
        open_values::insert(conn, region, &rows.new_values).await?;
    }
    if !rows.old.is_empty() {
        record::update(conn, region, &rows.old, now).await?;
        open_values::update(conn, region, &rows.old_values).await?;
    }
    change::insert(conn, region, rows.changes, now).await?;
    if !rows.late.is_empty() {
        late_change::insert(conn, region, &rows.late, now).await?;
    }
    project::project(conn, region, &touched).await?;
    feed::append(conn, region, &rows.feed).await?;
    if !rows.late.is_empty() {
        audit::note_all(conn, region, late::events(&rows.late, now)).await?;
    }
    Ok(())
}

/// Keeps what was not accepted, and forgets what was kept before and is accepted now.
///
/// # Errors
/// The database is away.
pub(super) async fn keep(
    conn: &mut PgConnection,
    region: RegionId,
    cases: &[Case<'_>],
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    let apart = Apart::of(cases);
    for row in &apart.put {
        kept_change::put(conn, region, row, now).await?;
    }
    if !apart.gone.is_empty() {
        kept_change::delete(conn, region, &apart.gone).await?;
    }
    Ok(())
}
