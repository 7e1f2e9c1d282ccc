//! Table `area`: the tree of places. The counter `next_seq` belongs to the feed and is taken elsewhere.

use sqlx::PgConnection;
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, RegionId};

/// Every area of the region, by id.
///
/// # Errors
/// The database is away.
pub async fn list(conn: &mut PgConnection, region: RegionId) -> Result<Vec<Area>, sqlx::Error> {
    let rows = sqlx::query!(
        "select area_id, parent_id, code, name_ar, name_en
         from area
         where region_id = $1
         order by area_id",
        region.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Area {
            id: AreaId(row.area_id.cast_unsigned()),
            parent: row.parent_id.map(|id| AreaId(id.cast_unsigned())),
            code: row.code,
            name_ar: row.name_ar,
            name_en: row.name_en,
        })
        .collect())
}

/// Adds an area, or brings its words up to date. The counter of its feed stays as it is.
///
/// # Errors
/// The database is away, or the code belongs to another area.
pub async fn put(conn: &mut PgConnection, region: RegionId, area: &Area, level: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into area (region_id, area_id, parent_id, code, name_ar, name_en, level)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (region_id, area_id) do update
         set parent_id = excluded.parent_id, code = excluded.code, name_ar = excluded.name_ar,
             name_en = excluded.name_en, level = excluded.level
         where (area.parent_id, area.code, area.name_ar, area.name_en, area.level)
             is distinct from (excluded.parent_id, excluded.code, excluded.name_ar, excluded.name_en, excluded.level)",
        region.0,
        area.id.0.cast_signed(),
        area.parent.map(|id| id.0.cast_signed()),
        area.code,
        area.name_ar,
        area.name_en,
        level,
    )
    .execute(conn)
    .await?;
    Ok(())
}
