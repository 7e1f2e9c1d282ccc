//! Table `assignment`: which areas an install works in, from when to when.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RegionId};

/// Assigns the install to the areas from now on, where it is not assigned already.
///
/// # Errors
/// The database is away, or an area does not exist (`assignment_area_fkey`).
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    areas: &[AreaId],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<i32> = areas.iter().map(|area| area.0.cast_signed()).collect();
    sqlx::query!(
        "insert into assignment (region_id, install_id, area_id, from_at)
         select a.region_id, $2, a.area_id, $4
         from area a
         where a.region_id = $1
             and a.area_id = any($3)
             and not exists (
                 select 1
                 from assignment s
                 where s.region_id = a.region_id
                     and s.install_id = $2
                     and s.area_id = a.area_id
                     and s.to_at is null
             )",
        region.0,
        install.0,
        &ids,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the install's assignments to the areas.
///
/// # Errors
/// The database is away.
pub async fn end(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    areas: &[AreaId],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<i32> = areas.iter().map(|area| area.0.cast_signed()).collect();
    sqlx::query!(
        "update assignment
         set to_at = $4
         where region_id = $1
             and install_id = $2
             and area_id = any($3)
             and to_at is null",
        region.0,
        install.0,
        &ids,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
