//! Table `late_change`: accepted changes that arrived after their author had lost the record or the area.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A late change to write down.
#[derive(Clone, Debug)]
pub struct LateWrite {
    /// The record.
    pub record_id: Uuid,
    /// The change's number within it.
    pub n: i32,
    /// Who made it.
    pub install_id: Uuid,
    /// `moved` or `unassigned`.
    pub cause: &'static str,
    /// The area the record stood in.
    pub area_id: i32,
}

/// A late change as people look at it: what it was, never what it says.
#[derive(Clone, Debug)]
pub struct LateRow {
    /// The record.
    pub record_id: Uuid,
    /// The record's kind.
    pub kind: i16,
    /// Its family.
    pub family_id: Uuid,
    /// The change's name.
    pub hash: Vec<u8>,
    /// Who made it.
    pub install_id: Uuid,
    /// `moved` or `unassigned`.
    pub cause: String,
    /// The code of the area the record stood in.
    pub area: String,
    /// When it came.
    pub received_at: OffsetDateTime,
}

/// Writes late changes down.
///
/// # Errors
/// The database is away.
pub async fn insert(
    conn: &mut PgConnection,
    region: RegionId,
    rows: &[LateWrite],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let records: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    let numbers: Vec<i32> = rows.iter().map(|row| row.n).collect();
    let installs: Vec<Uuid> = rows.iter().map(|row| row.install_id).collect();
    let causes: Vec<String> = rows.iter().map(|row| row.cause.to_owned()).collect();
    let areas: Vec<i32> = rows.iter().map(|row| row.area_id).collect();
    sqlx::query!(
        "insert into late_change (region_id, record_id, n, install_id, cause, area_id, received_at)
         select r.region_id, u.record_id, u.n, u.install_id, u.cause, u.area_id, $7
         from region r
         cross join unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::int[])
             as u(record_id, n, install_id, cause, area_id)
         where r.region_id = $1",
        region.0,
        &records,
        &numbers,
        &installs,
        &causes,
        &areas,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every late change, oldest first.
///
/// # Errors
/// The database is away.
pub async fn list(conn: &mut PgConnection, region: RegionId) -> Result<Vec<LateRow>, sqlx::Error> {
    sqlx::query_as!(
        LateRow,
        "select l.record_id, r.kind, r.family_id, c.hash, l.install_id, l.cause, a.code as area, l.received_at
         from late_change l
         join record r
             on r.region_id = l.region_id
             and r.record_id = l.record_id
         join change c
             on c.region_id = l.region_id
             and c.record_id = l.record_id
             and c.n = l.n
         join area a
             on a.region_id = l.region_id
             and a.area_id = l.area_id
         where l.region_id = $1
         order by l.received_at, l.record_id, l.n",
        region.0,
    )
    .fetch_all(conn)
    .await
}
