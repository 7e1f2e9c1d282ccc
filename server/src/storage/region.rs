//! Table `region`: one row per tenant, with the epoch of its data.

use sqlx::PgConnection;
use usra_sync_protocol::id::{Epoch, RegionId};

/// A region as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The Centre's code, `SA-02`.
    pub code: String,
    /// The life of the data that phones' cursors belong to.
    pub epoch: Epoch,
    /// Which cluster and timeline the data lay on when the server last started; `None` before the first start.
    pub database_identity: Option<String>,
    /// The address phones are told, without a trailing slash; `None` before the first start.
    pub public_url: Option<String>,
}

/// What is written once, when a region first appears.
#[derive(Clone, Debug)]
pub struct NewRegion<'a> {
    /// The Centre's code.
    pub code: &'a str,
    /// Its Arabic name.
    pub name_ar: &'a str,
    /// Its English name.
    pub name_en: &'a str,
    /// The epoch its life begins with.
    pub epoch: Epoch,
}

/// Reads the region, or `None` before it was first seeded.
///
/// # Errors
/// The database is away.
pub async fn read(conn: &mut PgConnection, region: RegionId) -> Result<Option<Region>, sqlx::Error> {
    let row = sqlx::query!(
        "select code, epoch, database_identity, public_url
         from region
         where region_id = $1",
        region.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Region {
        code: row.code,
        // The table's check keeps it inside 32 bits.
        epoch: Epoch(u32::try_from(row.epoch).unwrap_or_default()),
        database_identity: row.database_identity,
        public_url: row.public_url,
    }))
}

/// Reads the region and keeps others from changing it until the transaction ends.
///
/// # Errors
/// The database is away.
pub async fn lock(conn: &mut PgConnection, region: RegionId) -> Result<Option<Region>, sqlx::Error> {
    sqlx::query!(
        "select region_id
         from region
         where region_id = $1
         for update",
        region.0,
    )
    .fetch_optional(&mut *conn)
    .await?;
    read(conn, region).await
}

/// Adds the region unless it is there.
///
/// # Errors
/// The database is away.
pub async fn add(conn: &mut PgConnection, region: RegionId, new: &NewRegion<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into region (region_id, code, name_ar, name_en, epoch)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        region.0,
        new.code,
        new.name_ar,
        new.name_en,
        i64::from(new.epoch.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Begins a new life of the region's data on the cluster `identity`.
///
/// # Errors
/// The database is away.
pub async fn set_epoch(
    conn: &mut PgConnection,
    region: RegionId,
    epoch: Epoch,
    identity: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update region
         set epoch = $2, database_identity = $3
         where region_id = $1",
        region.0,
        i64::from(epoch.0),
        identity,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the address that phones are told.
///
/// # Errors
/// The database is away.
pub async fn set_public_url(conn: &mut PgConnection, region: RegionId, url: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update region
         set public_url = $2
         where region_id = $1",
        region.0,
        url,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The present life of the region's data.
///
/// # Errors
/// The database is away, or the region was never set up.
pub async fn epoch(conn: &mut PgConnection, region: RegionId) -> Result<Epoch, sqlx::Error> {
    let row = sqlx::query!("select epoch from region where region_id = $1", region.0).fetch_one(conn).await?;
    // The table's check keeps it inside 32 bits.
    Ok(Epoch(u32::try_from(row.epoch).unwrap_or_default()))
}
