//! Table `family_key`: the wrapped key of each family's sealed values.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A family's key as stored.
#[derive(Clone, Debug)]
pub struct FamilyKeyRow {
    /// The family.
    pub family_id: Uuid,
    /// Which of the family's keys it is; it grows when the values are encrypted anew.
    pub version: i32,
    /// The ring that wrapped it.
    pub ring_version: i32,
    /// Of the wrapping.
    pub nonce: Vec<u8>,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// Adds the key unless the family has one.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    row: &FamilyKeyRow,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into family_key (region_id, family_id, version, ring_version, nonce, wrapped, made_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        region.0,
        row.family_id,
        row.version,
        row.ring_version,
        row.nonce,
        row.wrapped,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads the family's key and keeps a rotation from replacing it until the transaction ends.
///
/// # Errors
/// The database is away.
pub async fn share(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
) -> Result<Option<FamilyKeyRow>, sqlx::Error> {
    sqlx::query_as!(
        FamilyKeyRow,
        "select family_id, version, ring_version, nonce, wrapped
         from family_key
         where region_id = $1
             and family_id = $2
         for share",
        region.0,
        family,
    )
    .fetch_optional(conn)
    .await
}

/// Locks some keys that another ring than `ring` wrapped, in family order.
///
/// # Errors
/// The database is away.
pub async fn lock_outdated(
    conn: &mut PgConnection,
    region: RegionId,
    ring: i32,
    limit: i64,
) -> Result<Vec<FamilyKeyRow>, sqlx::Error> {
    sqlx::query_as!(
        FamilyKeyRow,
        "select family_id, version, ring_version, nonce, wrapped
         from family_key
         where region_id = $1
             and ring_version < $2
         order by family_id
         limit $3
         for update",
        region.0,
        ring,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Replaces the family's key.
///
/// # Errors
/// The database is away.
pub async fn set(conn: &mut PgConnection, region: RegionId, row: &FamilyKeyRow) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update family_key
         set version = $3, ring_version = $4, nonce = $5, wrapped = $6
         where region_id = $1
             and family_id = $2",
        region.0,
        row.family_id,
        row.version,
        row.ring_version,
        row.nonce,
        row.wrapped,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the family's key: its sealed values can never be read again.
///
/// # Errors
/// The database is away.
pub async fn delete(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from family_key
         where region_id = $1
             and family_id = $2",
        region.0,
        family,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One key of each ring that wrapped any.
///
/// # Errors
/// The database is away.
pub async fn one_of_each_ring(conn: &mut PgConnection, region: RegionId) -> Result<Vec<FamilyKeyRow>, sqlx::Error> {
    sqlx::query_as!(
        FamilyKeyRow,
        "select distinct on (ring_version) family_id, version, ring_version, nonce, wrapped
         from family_key
         where region_id = $1
         order by ring_version, family_id",
        region.0,
    )
    .fetch_all(conn)
    .await
}
