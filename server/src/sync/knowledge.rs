//! What phones know, as it is stored. A cursor proves its phone to know that an assignment ended or a record left; once that is
//! written down, an older cursor of the same phone proves nothing any more. An ordinary sync finds nothing new here and writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::sync::Cursor;
use uuid::Uuid;

use super::author::Author;
use super::ingest::IngestError;
use super::world::World;
use super::{known, late};
use crate::storage::assignment;
use crate::storage::departure::{self, Position};
use crate::storage::record::RecordRow;

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

/// Loads which areas the records left, and which departures the installs are known to have taken.
///
/// # Errors
/// The database is away.
pub(super) async fn load(
    conn: &mut PgConnection,
    region: RegionId,
    world: &mut World,
    (records, installs): (&[Uuid], &[Uuid]),
) -> Result<(), IngestError> {
    let departures = departure::of_records(conn, region, records).await?;
    let taken = departure::taken(conn, region, installs).await?;
    known::insert_departures(world, departures, taken);
    Ok(())
}

/// Those of the records that lie out of the author's scope without its having been able to know.
///
/// # Errors
/// The database is away.
pub(super) async fn excused(
    conn: &mut PgConnection,
    region: RegionId,
    author: &Author,
    rows: impl Iterator<Item = &RecordRow>,
) -> Result<BTreeSet<Uuid>, IngestError> {
    let place = |row: &RecordRow| (AreaId(row.area_id.cast_unsigned()), RecordId(row.family_id));
    let strays: Vec<&RecordRow> = rows.filter(|row| !author.scope.holds(place(row).0, place(row).1)).collect();
    if strays.is_empty() {
        return Ok(BTreeSet::new());
    }
    let records: Vec<Uuid> = strays.iter().flat_map(|row| [row.record_id, row.family_id]).collect();
    let mut world = World::default();
    load(conn, region, &mut world, (&records, &[author.install.0])).await?;
    let excused =
        strays.into_iter().filter(|row| late::missed(&world, author, RecordId(row.record_id), place(row)).is_some());
    Ok(excused.map(|row| row.record_id).collect())
}
