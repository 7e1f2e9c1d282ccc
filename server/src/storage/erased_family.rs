//! Table `erased_family`: families whose data was erased.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// Adds the family unless it is there.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into erased_family (region_id, family_id, erased_at)
         values ($1, $2, $3)
         on conflict do nothing",
        region.0,
        family,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those of the families that were erased.
///
/// # Errors
/// The database is away.
pub async fn among(conn: &mut PgConnection, region: RegionId, families: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select family_id
         from erased_family
         where region_id = $1
             and family_id = any($2)
         order by family_id",
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}
