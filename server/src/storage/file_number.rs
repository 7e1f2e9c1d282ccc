//! Table `file_number`: the last file number given in each governorate.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;

/// The next number of the governorate, from 1. It is given once the transaction commits, and until then nobody else gets one there.
///
/// # Errors
/// The database is away.
pub async fn next(conn: &mut PgConnection, region: RegionId, governorate: &str) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into file_number (region_id, governorate, last)
         values ($1, $2, 1)
         on conflict (region_id, governorate) do update
         set last = file_number.last + 1
         returning last",
        region.0,
        governorate,
    )
    .fetch_one(conn)
    .await
}
