//! Table `change`, read as the past of many records: those of families, up to a moment or a number of changes.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::kind::Kind;
use uuid::Uuid;

/// A change of the past.
#[derive(Clone, Debug)]
pub struct PastRow {
    /// The record.
    pub record_id: Uuid,
    /// Its number within the record.
    pub n: i32,
    /// When it came.
    pub received_at: OffsetDateTime,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The families' own records that are in the areas now and that were there at a moment.
///
/// # Errors
/// The database is away.
pub async fn families(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    moment: OffsetDateTime,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select record_id
         from record
         where region_id = $1
             and area_id = any($2)
             and kind = $3
             and created_at <= $4
         order by record_id",
        region.0,
        areas,
        i16::from(Kind::Family.number()),
        moment,
    )
    .fetch_all(conn)
    .await
}

/// The changes of the records that had come by a moment, in order within each.
///
/// # Errors
/// The database is away.
pub async fn until(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
    moment: OffsetDateTime,
) -> Result<Vec<PastRow>, sqlx::Error> {
    sqlx::query_as!(
        PastRow,
        "select record_id, n, received_at, bytes
         from change
         where region_id = $1
             and record_id = any($2)
             and received_at <= $3
         order by record_id, n",
        region.0,
        records,
        moment,
    )
    .fetch_all(conn)
    .await
}

/// The first changes of each record, as many as stand beside it, in order.
///
/// # Errors
/// The database is away.
pub async fn first(
    conn: &mut PgConnection,
    region: RegionId,
    (records, counts): (&[Uuid], &[i32]),
) -> Result<Vec<PastRow>, sqlx::Error> {
    sqlx::query_as!(
        PastRow,
        "select c.record_id, c.n, c.received_at, c.bytes
         from unnest($2::uuid[], $3::int[]) as u(record_id, change_count)
         join change c
             on c.region_id = $1
             and c.record_id = u.record_id
             and c.n <= u.change_count
         order by c.record_id, c.n",
        region.0,
        records,
        counts,
    )
    .fetch_all(conn)
    .await
}
