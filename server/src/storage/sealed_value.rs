//! Table `sealed_value`: encrypted values, every version of them.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A value as stored.
#[derive(Clone, Debug)]
pub struct SealedRow {
    /// The record.
    pub record_id: Uuid,
    /// Its place there.
    pub key: String,
    /// Its number among the values of that place, from 1.
    pub n: i32,
    /// The family whose key encrypts it.
    pub family_id: Uuid,
    /// Which of the family's keys.
    pub key_version: i32,
    /// Of the encryption.
    pub nonce: Vec<u8>,
    /// The encrypted value.
    pub ciphertext: Vec<u8>,
    /// What of it may be seen.
    pub shown: Option<String>,
    /// By which it is found; only the newest value of a place has one.
    pub blind_index: Option<Vec<u8>>,
    /// The command that brought it.
    pub command_id: Vec<u8>,
    /// Who delivered it.
    pub install_id: Uuid,
    /// Who sealed it.
    pub sealed_by: Uuid,
    /// When it came.
    pub received_at: OffsetDateTime,
}

/// Adds a value.
///
/// # Errors
/// The database is away.
pub async fn add(conn: &mut PgConnection, region: RegionId, row: &SealedRow) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sealed_value (region_id, record_id, key, n, family_id, key_version, nonce, ciphertext, shown,
             blind_index, command_id, install_id, sealed_by, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        region.0,
        row.record_id,
        row.key,
        row.n,
        row.family_id,
        row.key_version,
        row.nonce,
        row.ciphertext,
        row.shown,
        row.blind_index,
        row.command_id,
        row.install_id,
        row.sealed_by,
        row.received_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the earlier values of a place out of the blind index and gives the number of the last.
///
/// # Errors
/// The database is away.
pub async fn supersede(
    conn: &mut PgConnection,
    region: RegionId,
    (record, key): (Uuid, &str),
) -> Result<i32, sqlx::Error> {
    let rows = sqlx::query!(
        "update sealed_value
         set blind_index = null
         where region_id = $1
             and record_id = $2
             and key = $3
         returning n",
        region.0,
        record,
        key,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.n).max().unwrap_or_default())
}

/// Which of the commands were taken before.
///
/// # Errors
/// The database is away.
pub async fn taken(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
    commands: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select command_id
         from sealed_value
         where region_id = $1
             and record_id = any($2)
             and command_id = any($3)",
        region.0,
        records,
        commands,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.command_id).collect())
}

/// The newest value of a place.
///
/// # Errors
/// The database is away.
pub async fn newest(
    conn: &mut PgConnection,
    region: RegionId,
    (record, key): (Uuid, &str),
) -> Result<Option<SealedRow>, sqlx::Error> {
    sqlx::query_as!(
        SealedRow,
        "select record_id, key, n, family_id, key_version, nonce, ciphertext, shown, blind_index, command_id, install_id,
             sealed_by, received_at
         from sealed_value
         where region_id = $1
             and record_id = $2
             and key = $3
         order by n desc
         limit 1",
        region.0,
        record,
        key,
    )
    .fetch_optional(conn)
    .await
}

/// Every value of a family, newest of each place first.
///
/// # Errors
/// The database is away.
pub async fn of_family(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<Vec<SealedRow>, sqlx::Error> {
    sqlx::query_as!(
        SealedRow,
        "select record_id, key, n, family_id, key_version, nonce, ciphertext, shown, blind_index, command_id, install_id,
             sealed_by, received_at
         from sealed_value
         where region_id = $1
             and family_id = $2
         order by record_id, key, n desc",
        region.0,
        family,
    )
    .fetch_all(conn)
    .await
}

/// The places whose newest value has one of these blind indices: record, key, family.
///
/// # Errors
/// The database is away.
pub async fn by_index(
    conn: &mut PgConnection,
    region: RegionId,
    indices: &[Vec<u8>],
) -> Result<Vec<(Uuid, String, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select record_id, key, family_id
         from sealed_value
         where region_id = $1
             and blind_index = any($2)
         order by record_id, key",
        region.0,
        indices,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.record_id, row.key, row.family_id)).collect())
}

/// Stores a value that was encrypted anew.
///
/// # Errors
/// The database is away.
pub async fn reseal(conn: &mut PgConnection, region: RegionId, row: &SealedRow) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sealed_value
         set key_version = $5, nonce = $6, ciphertext = $7, blind_index = $8
         where region_id = $1
             and record_id = $2
             and key = $3
             and n = $4",
        region.0,
        row.record_id,
        row.key,
        row.n,
        row.key_version,
        row.nonce,
        row.ciphertext,
        row.blind_index,
    )
    .execute(conn)
    .await?;
    Ok(())
}
