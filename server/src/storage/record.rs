//! Table `record`: what each record is, where it lives, where its history stands. Its rows are the locks of ingest.

pub mod look;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A record's row, as far as a decision needs it.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// The record.
    pub record_id: Uuid,
    /// [`usra_sync_protocol::kind::Kind::number`].
    pub kind: i16,
    /// Its family.
    pub family_id: Uuid,
    /// Its home area.
    pub area_id: i32,
    /// How many changes it has.
    pub change_count: i32,
}

/// A record's row to write, whole.
#[derive(Clone, Debug)]
pub struct RecordWrite {
    /// What [`RecordRow`] has too.
    pub row: RecordRow,
    /// The install of its first change.
    pub created_by: Uuid,
    /// How many of its fields have values that a person must choose between.
    pub conflict_count: i32,
    /// Its heads, 32 bytes each, ascending.
    pub heads: Vec<u8>,
    /// [`usra_sync_protocol::digest::of_record`].
    pub digest: Vec<u8>,
}

/// Locks those of the records that exist, in the order of `ids`, until the transaction ends. Who locks many gives them in id order.
/// Each is looked up by itself: of a table that grew since it was last analysed the planner thinks that it is nearly empty, and reads it whole.
///
/// # Errors
/// The database is away, or the lock would close a circle (40P01).
pub async fn lock(conn: &mut PgConnection, region: RegionId, ids: &[Uuid]) -> Result<Vec<RecordRow>, sqlx::Error> {
    sqlx::query_as!(
        RecordRow,
        "select l.record_id, l.kind, l.family_id, l.area_id, l.change_count
         from unnest($2::uuid[]) as u(record_id)
         cross join lateral (
             select r.record_id, r.kind, r.family_id, r.area_id, r.change_count
             from record r
             where r.region_id = $1
                 and r.record_id = u.record_id
             for update
         ) as l",
        region.0,
        ids,
    )
    .fetch_all(conn)
    .await
}

/// Adds records that begin now.
///
/// # Errors
/// The database is away, or another server created one of them meanwhile (`record_pkey`): read again and retry.
pub async fn insert(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[RecordWrite],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let columns = Columns::of(records);
    sqlx::query!(
        "insert into record (region_id, record_id, kind, family_id, area_id, created_by, created_at, changed_at,
             change_count, conflict_count, heads, digest)
         select r.region_id, u.record_id, u.kind, u.family_id, u.area_id, u.created_by, $11, $11,
             u.change_count, u.conflict_count, u.heads, u.digest
         from region r
         cross join unnest($2::uuid[], $3::smallint[], $4::uuid[], $5::int[], $6::uuid[], $7::int[], $8::int[],
             $9::bytea[], $10::bytea[])
             as u(record_id, kind, family_id, area_id, created_by, change_count, conflict_count, heads, digest)
         where r.region_id = $1",
        region.0,
        &columns.record_id,
        &columns.kind,
        &columns.family_id,
        &columns.area_id,
        &columns.created_by,
        &columns.change_count,
        &columns.conflict_count,
        &columns.heads,
        &columns.digest,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves existing records forward to where their history stands now.
///
/// # Errors
/// The database is away.
pub async fn update(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[RecordWrite],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let columns = Columns::of(records);
    sqlx::query!(
        "update record t
         set change_count = u.change_count, conflict_count = u.conflict_count, heads = u.heads, digest = u.digest,
             changed_at = $7
         from unnest($2::uuid[], $3::int[], $4::int[], $5::bytea[], $6::bytea[])
             as u(record_id, change_count, conflict_count, heads, digest)
         where t.region_id = $1
             and t.record_id = u.record_id",
        region.0,
        &columns.record_id,
        &columns.change_count,
        &columns.conflict_count,
        &columns.heads,
        &columns.digest,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A record with the size of its whole history.
#[derive(Clone, Debug)]
pub struct WholeRow {
    /// The record.
    pub record_id: Uuid,
    /// Its kind's number.
    pub kind: i16,
    /// Its family.
    pub family_id: Uuid,
    /// Its home area.
    pub area_id: i32,
    /// How many changes it has.
    pub change_count: i32,
    /// Bytes of all its changes.
    pub size_bytes: i64,
}

/// Those of the records that exist, with the size of their histories.
///
/// # Errors
/// The database is away.
pub async fn whole(conn: &mut PgConnection, region: RegionId, ids: &[Uuid]) -> Result<Vec<WholeRow>, sqlx::Error> {
    sqlx::query_as!(
        WholeRow,
        "select r.record_id, r.kind, r.family_id, r.area_id, r.change_count,
             coalesce(sum(octet_length(c.bytes)), 0) as \"size_bytes!\"
         from record r
         join change c
             on c.region_id = r.region_id
             and c.record_id = r.record_id
         where r.region_id = $1
             and r.record_id = any($2)
         group by r.record_id, r.kind, r.family_id, r.area_id, r.change_count
         order by r.record_id",
        region.0,
        ids,
    )
    .fetch_all(conn)
    .await
}

/// Where the family lives now; `None` when there is no such family.
///
/// # Errors
/// The database is away.
pub async fn home(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<Option<i32>, sqlx::Error> {
    sqlx::query_scalar!(
        "select area_id
         from record
         where region_id = $1
             and record_id = $2
             and family_id = $2",
        region.0,
        family,
    )
    .fetch_optional(conn)
    .await
}

/// Locks every record of the family, in id order.
///
/// # Errors
/// The database is away, or the lock would close a circle (40P01).
pub async fn lock_family(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
) -> Result<Vec<RecordRow>, sqlx::Error> {
    sqlx::query_as!(
        RecordRow,
        "select record_id, kind, family_id, area_id, change_count
         from record
         where region_id = $1
             and family_id = $2
         order by record_id
         for update",
        region.0,
        family,
    )
    .fetch_all(conn)
    .await
}

/// Gives the records another home area.
///
/// # Errors
/// The database is away.
pub async fn set_area(conn: &mut PgConnection, region: RegionId, ids: &[Uuid], area: i32) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update record
         set area_id = $3
         where region_id = $1
             and record_id = any($2)",
        region.0,
        ids,
        area,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The digest of every record of the kinds in the areas.
///
/// # Errors
/// The database is away.
pub async fn digests(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    kinds: &[i16],
) -> Result<Vec<(Uuid, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select record_id, digest
         from record
         where region_id = $1
             and area_id = any($2)
             and kind = any($3)
         order by record_id",
        region.0,
        areas,
        kinds,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.record_id, row.digest)).collect())
}

/// The digest of every record of the kinds that the family has.
///
/// # Errors
/// The database is away.
pub async fn digests_of_family(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
    kinds: &[i16],
) -> Result<Vec<(Uuid, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select record_id, digest
         from record
         where region_id = $1
             and family_id = $2
             and kind = any($3)
         order by record_id",
        region.0,
        family,
        kinds,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.record_id, row.digest)).collect())
}

/// The columns of many rows, one array each, as a set-based statement takes them.
#[derive(Default)]
struct Columns {
    record_id: Vec<Uuid>,
    kind: Vec<i16>,
    family_id: Vec<Uuid>,
    area_id: Vec<i32>,
    created_by: Vec<Uuid>,
    change_count: Vec<i32>,
    conflict_count: Vec<i32>,
    heads: Vec<Vec<u8>>,
    digest: Vec<Vec<u8>>,
}

impl Columns {
    fn of(records: &[RecordWrite]) -> Self {
        let mut columns = Self::default();
        for record in records {
            columns.record_id.push(record.row.record_id);
            columns.kind.push(record.row.kind);
            columns.family_id.push(record.row.family_id);
            columns.area_id.push(record.row.area_id);
            columns.created_by.push(record.created_by);
            columns.change_count.push(record.row.change_count);
            columns.conflict_count.push(record.conflict_count);
            columns.heads.push(record.heads.clone());
            columns.digest.push(record.digest.clone());
        }
        columns
    }
}
