//! Tables `departure` and `leave_taken`: which records left which areas, and how far an install is known to have noticed.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RegionId};
use uuid::Uuid;

/// A record left an area.
#[derive(Clone, Debug)]
pub struct DepartureRow {
    /// The record.
    pub record_id: Uuid,
    /// The area it left.
    pub area_id: i32,
    /// The number of the departure in the area's feed.
    pub seq: i64,
    /// When.
    pub left_at: OffsetDateTime,
}

/// A position in an area's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The area.
    pub area_id: i32,
    /// The number.
    pub seq: i64,
}

/// How far an install is known to have taken the departures of an area.
#[derive(Clone, Copy, Debug)]
pub struct TakenRow {
    /// The install.
    pub install_id: Uuid,
    /// The area.
    pub area_id: i32,
    /// The last departure that it took for certain.
    pub seq: i64,
}

/// Writes down that the records left, with the numbers their departures got. Call it after the feed was written: it holds the
/// areas' locks.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
    positions: &[Position],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let areas: Vec<i32> = positions.iter().map(|one| one.area_id).collect();
    let seqs: Vec<i64> = positions.iter().map(|one| one.seq).collect();
    sqlx::query!(
        "insert into departure (region_id, record_id, area_id, seq, left_at)
         select r.region_id, u.record_id, u.area_id, u.seq, $5
         from region r
         cross join unnest($2::uuid[], $3::int[], $4::bigint[]) as u(record_id, area_id, seq)
         where r.region_id = $1",
        region.0,
        records,
        &areas,
        &seqs,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update area
         set last_leave_at = $3
         where region_id = $1
             and area_id = any($2)",
        region.0,
        &areas,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every departure of the records.
///
/// # Errors
/// The database is away.
pub async fn of_records(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
) -> Result<Vec<DepartureRow>, sqlx::Error> {
    sqlx::query_as!(
        DepartureRow,
        "select record_id, area_id, seq, left_at
         from departure
         where region_id = $1
             and record_id = any($2)
         order by record_id, area_id, seq",
        region.0,
        records,
    )
    .fetch_all(conn)
    .await
}

/// What the installs are known to have taken.
///
/// # Errors
/// The database is away.
pub async fn taken(conn: &mut PgConnection, region: RegionId, installs: &[Uuid]) -> Result<Vec<TakenRow>, sqlx::Error> {
    sqlx::query_as!(
        TakenRow,
        "select install_id, area_id, seq
         from leave_taken
         where region_id = $1
             and install_id = any($2)
         order by install_id, area_id",
        region.0,
        installs,
    )
    .fetch_all(conn)
    .await
}

/// The last departure at or before each position that the install was not known to have taken.
///
/// # Errors
/// The database is away.
pub async fn newly_taken(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    positions: &[Position],
) -> Result<Vec<Position>, sqlx::Error> {
    let areas: Vec<i32> = positions.iter().map(|one| one.area_id).collect();
    let seqs: Vec<i64> = positions.iter().map(|one| one.seq).collect();
    sqlx::query_as!(
        Position,
        r#"select u.area_id as "area_id!", d.seq as "seq!"
         from unnest($3::int[], $4::bigint[]) as u(area_id, seq)
         cross join lateral (
             select max(p.seq) as seq
             from departure p
             where p.region_id = $1
                 and p.area_id = u.area_id
                 and p.seq <= u.seq
         ) d
         left join leave_taken t
             on t.region_id = $1
             and t.install_id = $2
             and t.area_id = u.area_id
         where d.seq > coalesce(t.seq, 0)
         order by u.area_id"#,
        region.0,
        install.0,
        &areas,
        &seqs,
    )
    .fetch_all(conn)
    .await
}

/// Writes down that the install has taken the departures up to these.
///
/// # Errors
/// The database is away.
pub async fn note_taken(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    positions: &[Position],
) -> Result<(), sqlx::Error> {
    let areas: Vec<i32> = positions.iter().map(|one| one.area_id).collect();
    let seqs: Vec<i64> = positions.iter().map(|one| one.seq).collect();
    sqlx::query!(
        "insert into leave_taken (region_id, install_id, area_id, seq)
         select r.region_id, $2, u.area_id, u.seq
         from region r
         cross join unnest($3::int[], $4::bigint[]) as u(area_id, seq)
         where r.region_id = $1
         on conflict (region_id, install_id, area_id) do update
         set seq = excluded.seq
         where leave_taken.seq < excluded.seq",
        region.0,
        install.0,
        &areas,
        &seqs,
    )
    .execute(conn)
    .await?;
    Ok(())
}
