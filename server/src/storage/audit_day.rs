//! Table `audit_day`: the signed last row of each day that is over.

use sqlx::PgConnection;
use time::Date;
use usra_sync_protocol::id::RegionId;

use super::audit::Head;

/// A day as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// The day in Asia/Riyadh.
    pub day: Date,
    /// The number of its last row.
    pub n: i64,
    /// That row's hash.
    pub hash: Vec<u8>,
    /// Over the two, the region and the day.
    pub signature: Vec<u8>,
    /// By this key.
    pub public_key: Vec<u8>,
}

/// Keeps a signed day; one that another server signed first stays.
///
/// # Errors
/// The database is away.
pub async fn add(conn: &mut PgConnection, region: RegionId, row: &DayRow) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_day (region_id, day, n, hash, signature, public_key)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        region.0,
        row.day,
        row.n,
        row.hash,
        row.signature,
        row.public_key,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last signed day, and what was its last row.
///
/// # Errors
/// The database is away.
pub async fn last(conn: &mut PgConnection, region: RegionId) -> Result<Option<(Date, Head)>, sqlx::Error> {
    let row = sqlx::query!(
        "select day, n, hash
         from audit_day
         where region_id = $1
         order by day desc
         limit 1",
        region.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.day, Head { n: row.n, hash: row.hash })))
}

/// Every signed day, in order.
///
/// # Errors
/// The database is away.
pub async fn list(conn: &mut PgConnection, region: RegionId) -> Result<Vec<DayRow>, sqlx::Error> {
    sqlx::query_as!(
        DayRow,
        "select day, n, hash, signature, public_key
         from audit_day
         where region_id = $1
         order by day",
        region.0,
    )
    .fetch_all(conn)
    .await
}
