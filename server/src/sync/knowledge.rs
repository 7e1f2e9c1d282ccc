//! Writes down what a cursor proves its phone to know: that an assignment ended, that a record left. Once written, an older
//! cursor of the same phone proves nothing any more. An ordinary sync finds nothing new here and writes nothing.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RegionId};
use usra_sync_protocol::sync::Cursor;

use super::ingest::IngestError;
use crate::storage::assignment;
use crate::storage::departure::{self, Position};

/// The install knows that these assignments ended: its cursor has none of their areas any more.
///
/// # Errors
/// The database is away.
pub(super) async fn note_ends(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    roots: &[AreaId],
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    if !roots.is_empty() {
        assignment::note_known(conn, region, install, roots, now).await?;
    }
    Ok(())
}

/// The install has taken the departures that lie before its cursor. `left_at` tells when a record last left each area; those
/// from before `since` count for nobody.
///
/// # Errors
/// The database is away.
pub(super) async fn note_departures(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    cursor: &Cursor,
    (left_at, since): (&BTreeMap<AreaId, OffsetDateTime>, OffsetDateTime),
) -> Result<(), IngestError> {
    let recent = |area: &AreaId| left_at.get(area).is_some_and(|at| *at > since);
    let position = |(area, seq): (&AreaId, &u64)| Position { area_id: area.0.cast_signed(), seq: seq.cast_signed() };
    let positions: Vec<Position> = cursor.areas.iter().filter(|(area, _)| recent(area)).map(position).collect();
    if positions.is_empty() {
        return Ok(());
    }
    let new = departure::newly_taken(conn, region, install, &positions).await?;
    if !new.is_empty() {
        departure::note_taken(conn, region, install, &new).await?;
    }
    Ok(())
}
