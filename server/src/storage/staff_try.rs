//! Table `staff_try`: failed sign-ins by the hash of the login that was typed.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;

/// What failed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TryRow {
    /// How often.
    pub failed_count: i32,
    /// Until when nothing is tried.
    pub locked_until: Option<OffsetDateTime>,
    /// When it was last tried.
    pub tried_at: OffsetDateTime,
}

/// What failed so far, kept from others until the transaction ends; a first row is made.
///
/// # Errors
/// The database is away.
pub async fn lock(
    conn: &mut PgConnection,
    region: RegionId,
    login_hash: &[u8; 32],
    now: OffsetDateTime,
) -> Result<TryRow, sqlx::Error> {
    sqlx::query!(
        "insert into staff_try (region_id, login_hash, failed_count, tried_at)
         values ($1, $2, 0, $3)
         on conflict do nothing",
        region.0,
        login_hash.as_slice(),
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_as!(
        TryRow,
        "select failed_count, locked_until, tried_at
         from staff_try
         where region_id = $1
             and login_hash = $2
         for update",
        region.0,
        login_hash.as_slice(),
    )
    .fetch_one(conn)
    .await
}

/// Writes what failed.
///
/// # Errors
/// The database is away.
pub async fn write(
    conn: &mut PgConnection,
    region: RegionId,
    login_hash: &[u8; 32],
    row: &TryRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update staff_try
         set failed_count = $3, locked_until = $4, tried_at = $5
         where region_id = $1
             and login_hash = $2",
        region.0,
        login_hash.as_slice(),
        row.failed_count,
        row.locked_until,
        row.tried_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what failed for one login, and what was last tried before `before` for any.
///
/// # Errors
/// The database is away.
pub async fn forget(
    conn: &mut PgConnection,
    region: RegionId,
    login_hash: &[u8; 32],
    before: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from staff_try
         where region_id = $1
             and (login_hash = $2 or tried_at < $3)",
        region.0,
        login_hash.as_slice(),
        before,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Until when a login is locked, for lists.
///
/// # Errors
/// The database is away.
pub async fn locked_until(
    conn: &mut PgConnection,
    region: RegionId,
    login_hash: &[u8; 32],
) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        "select locked_until
         from staff_try
         where region_id = $1
             and login_hash = $2",
        region.0,
        login_hash.as_slice(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.flatten())
}
