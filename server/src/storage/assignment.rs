//! Table `assignment`: which areas an install works in, from when to when.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};

/// Assigns the install to the areas from now on, where it is not assigned already at that time.
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
                     and s.from_at <= $4
                     and (s.to_at is null or s.to_at > $4)
             )
         on conflict (region_id, install_id, area_id, from_at) do update
         set to_at = null, known_at = null",
        region.0,
        install.0,
        &ids,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the install's assignments to the areas, those that begin later included.
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
         set to_at = greatest(from_at, $4)
         where region_id = $1
             and install_id = $2
             and area_id = any($3)
             and (to_at is null or to_at > $4)",
        region.0,
        install.0,
        &ids,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When an assignment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From when on.
    pub from: OffsetDateTime,
    /// Until when; `None` without an end.
    pub to: Option<OffsetDateTime>,
}

/// Whether the install is assigned to one of the areas at the time `at`.
///
/// # Errors
/// The database is away.
pub async fn holds(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    areas: &[AreaId],
    at: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let ids: Vec<i32> = areas.iter().map(|area| area.0.cast_signed()).collect();
    sqlx::query_scalar!(
        r#"select exists (
             select 1
             from assignment
             where region_id = $1
                 and install_id = $2
                 and area_id = any($3)
                 and from_at <= $4
                 and (to_at is null or to_at > $4)
         ) as "holds!""#,
        region.0,
        install.0,
        &ids,
        at,
    )
    .fetch_one(conn)
    .await
}

/// Assigns the install to the areas for the period. One that began by then takes the period's end instead of its own.
///
/// # Errors
/// The database is away.
pub async fn plan(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    areas: &[AreaId],
    period: Period,
) -> Result<(), sqlx::Error> {
    add(conn, region, install, areas, period.from).await?;
    let ids: Vec<i32> = areas.iter().map(|area| area.0.cast_signed()).collect();
    sqlx::query!(
        "update assignment
         set to_at = $5
         where region_id = $1
             and install_id = $2
             and area_id = any($3)
             and from_at <= $4
             and (to_at is null or to_at > $4)",
        region.0,
        install.0,
        &ids,
        period.from,
        period.to,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the install knows its assignments to the areas to have ended.
///
/// # Errors
/// The database is away.
pub async fn note_known(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    areas: &[AreaId],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<i32> = areas.iter().map(|area| area.0.cast_signed()).collect();
    sqlx::query!(
        "update assignment
         set known_at = $4
         where region_id = $1
             and install_id = $2
             and area_id = any($3)
             and to_at <= $4
             and known_at is null",
        region.0,
        install.0,
        &ids,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The phones of the family itself are assigned to the area it lives in now, and to no other.
///
/// # Errors
/// The database is away.
pub async fn follow(
    conn: &mut PgConnection,
    region: RegionId,
    family: RecordId,
    to: AreaId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ended = sqlx::query_scalar!(
        "update assignment s
         set to_at = $4
         from install i
         where s.region_id = $1
             and i.region_id = s.region_id
             and i.install_id = s.install_id
             and i.role = 'family'
             and i.family_id = $2
             and s.area_id <> $3
             and s.from_at <= $4
             and (s.to_at is null or s.to_at > $4)
         returning s.install_id",
        region.0,
        family.0,
        to.0.cast_signed(),
        now,
    )
    .fetch_all(&mut *conn)
    .await?;
    for install in ended {
        add(conn, region, InstallId(install), &[to], now).await?;
    }
    Ok(())
}
