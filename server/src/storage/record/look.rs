//! Records as they are, without a lock: for pages that show them, and for finding out which locks to take.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::RecordRow;

/// The record of that id.
///
/// # Errors
/// The database is away.
pub async fn find(conn: &mut PgConnection, region: RegionId, id: Uuid) -> Result<Option<RecordRow>, sqlx::Error> {
    sqlx::query_as!(
        RecordRow,
        "select record_id, kind, family_id, area_id, change_count
         from record
         where region_id = $1
             and record_id = $2",
        region.0,
        id,
    )
    .fetch_optional(conn)
    .await
}

/// Every record of the family in order of kind and creation.
///
/// # Errors
/// The database is away.
pub async fn of_family(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<Vec<RecordRow>, sqlx::Error> {
    sqlx::query_as!(
        RecordRow,
        "select record_id, kind, family_id, area_id, change_count
         from record
         where region_id = $1
             and family_id = $2
         order by kind, created_at, record_id",
        region.0,
        family,
    )
    .fetch_all(conn)
    .await
}

/// The records in the areas that have fields a person must choose between, those that changed last first.
///
/// # Errors
/// The database is away.
pub async fn in_conflict(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
) -> Result<Vec<RecordRow>, sqlx::Error> {
    sqlx::query_as!(
        RecordRow,
        "select record_id, kind, family_id, area_id, change_count
         from record
         where region_id = $1
             and area_id = any($2)
             and conflict_count > 0
         order by changed_at desc, record_id",
        region.0,
        areas,
    )
    .fetch_all(conn)
    .await
}

/// Those of the records that are in the areas.
///
/// # Errors
/// The database is away.
pub async fn among(
    conn: &mut PgConnection,
    region: RegionId,
    (ids, areas): (&[Uuid], &[i32]),
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select record_id
         from record
         where region_id = $1
             and record_id = any($2)
             and area_id = any($3)",
        region.0,
        ids,
        areas,
    )
    .fetch_all(conn)
    .await
}
