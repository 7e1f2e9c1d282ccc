//! Tables `published_count` and `published_family`: counts that were published, with the families that they counted.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A published count.
#[derive(Clone, Debug)]
pub struct PublishedRow {
    /// Names it.
    pub count_id: Uuid,
    /// When it was counted and published.
    pub published_at: OffsetDateTime,
    /// The staff account.
    pub staff_id: Uuid,
    /// The areas that it is of, each with all below it.
    pub areas: Vec<i32>,
    /// The filter as it stands in an address.
    pub filter: String,
    /// The version of the query.
    pub query_version: i32,
    /// Families that counted.
    pub families: i64,
    /// Those of them that the centre had verified.
    pub verified: i64,
    /// Its parts.
    pub parts: Value,
    /// What was not known yet.
    pub not_known: Value,
    /// SHA-256 over its rows.
    pub rows_hash: Vec<u8>,
}

/// A family that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFamily {
    /// Its record.
    pub family_id: Uuid,
    /// How many changes its record had.
    pub change_count: i32,
    /// `verified` or `provisional`.
    pub standing: String,
}

/// Adds a count.
///
/// # Errors
/// The database is away, or there is a count of that id.
pub async fn add(conn: &mut PgConnection, region: RegionId, row: &PublishedRow) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into published_count (region_id, count_id, published_at, staff_id, areas, filter, query_version, families,
             verified, parts, not_known, rows_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        region.0,
        row.count_id,
        row.published_at,
        row.staff_id,
        &row.areas,
        row.filter,
        row.query_version,
        row.families,
        row.verified,
        row.parts,
        row.not_known,
        row.rows_hash,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds the families of a count, but those that were erased since they were read.
///
/// # Errors
/// The database is away, or there is no such count.
pub async fn add_families(
    conn: &mut PgConnection,
    region: RegionId,
    count: Uuid,
    families: &[PublishedFamily],
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = families.iter().map(|family| family.family_id).collect();
    let counts: Vec<i32> = families.iter().map(|family| family.change_count).collect();
    let standings: Vec<&str> = families.iter().map(|family| family.standing.as_str()).collect();
    sqlx::query!(
        "insert into published_family (region_id, count_id, family_id, change_count, standing)
         select $1, $2, u.family_id, u.change_count, u.standing
         from unnest($3::uuid[], $4::int[], $5::text[]) as u(family_id, change_count, standing)
         where not exists (
             select
             from erased_family e
             where e.region_id = $1
                 and e.family_id = u.family_id
         )",
        region.0,
        count,
        &ids,
        &counts,
        &standings as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many changes the records have.
///
/// # Errors
/// The database is away.
pub async fn change_counts(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
) -> Result<Vec<(Uuid, i32)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select record_id, change_count
         from record
         where region_id = $1
             and record_id = any($2)",
        region.0,
        records,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.record_id, row.change_count)).collect())
}

/// The counts whose areas are all among these, the newest first; all of them without areas.
///
/// # Errors
/// The database is away, or a row is not what only this program writes.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    (id, areas): (Option<Uuid>, Option<&[i32]>),
) -> Result<Vec<PublishedRow>, sqlx::Error> {
    sqlx::query_as!(
        PublishedRow,
        "select count_id, published_at, staff_id, areas, filter, query_version, families, verified, parts, not_known, rows_hash
         from published_count
         where region_id = $1
             and ($2::uuid is null or count_id = $2)
             and ($3::int[] is null or areas <@ $3)
         order by published_at desc, count_id",
        region.0,
        id,
        areas,
    )
    .fetch_all(conn)
    .await
}

/// The families of a count that are still kept, in the order of their ids.
///
/// # Errors
/// The database is away.
pub async fn families(
    conn: &mut PgConnection,
    region: RegionId,
    count: Uuid,
) -> Result<Vec<PublishedFamily>, sqlx::Error> {
    sqlx::query_as!(
        PublishedFamily,
        "select family_id, change_count, standing
         from published_family
         where region_id = $1
             and count_id = $2
         order by family_id",
        region.0,
        count,
    )
    .fetch_all(conn)
    .await
}
