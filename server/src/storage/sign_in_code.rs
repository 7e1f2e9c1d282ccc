//! Table `sign_in_code`: the one-time codes of each number, by hash. A row is what its number's requests wait for.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;

/// A code as it is written down.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// What its hash begins with.
    pub salt: [u8; 16],
    /// The hash.
    pub code_hash: [u8; 32],
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// A code as it stands.
#[derive(Clone, Debug)]
pub struct CodeRow {
    /// What its hash begins with.
    pub salt: Vec<u8>,
    /// The hash.
    pub code_hash: Vec<u8>,
    /// How often a code was shown for it.
    pub tries: i32,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// Forgets numbers that did not ask since `before`. A statement of its own, so that it waits for nobody's transaction.
///
/// # Errors
/// The database is away.
pub async fn forget(conn: &mut PgConnection, region: RegionId, before: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from sign_in_code
         where region_id = $1
             and created_at < $2",
        region.0,
        before,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the number's row for this transaction, made where there was none, and tells when codes were made for it of late.
/// The first row of a number holds a code that is over.
///
/// # Errors
/// The database is away.
pub async fn open(
    conn: &mut PgConnection,
    region: RegionId,
    number_hash: &[u8; 32],
    code: &NewCode,
    now: OffsetDateTime,
) -> Result<Vec<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into sign_in_code as c
             (region_id, number_hash, salt, code_hash, tries, created_at, expires_at, asked_at)
         values ($1, $2, $3, $4, 0, $5, $5, '{}')
         on conflict (region_id, number_hash) do update
         set tries = c.tries
         returning c.asked_at",
        region.0,
        number_hash,
        &code.salt,
        &code.code_hash,
        now,
    )
    .fetch_one(conn)
    .await
}

/// Writes the number's next code, with the times of the codes of late; without one everything stays as it is, in the same
/// statement.
///
/// # Errors
/// The database is away.
pub async fn renew(
    conn: &mut PgConnection,
    region: RegionId,
    number_hash: &[u8; 32],
    (code, is_new, asked_at): (&NewCode, bool, &[OffsetDateTime]),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sign_in_code
         set salt = case when $3 then $4 else salt end,
             code_hash = case when $3 then $5 else code_hash end,
             tries = case when $3 then 0 else tries end,
             created_at = case when $3 then $6 else created_at end,
             expires_at = case when $3 then $7 else expires_at end,
             asked_at = $8
         where region_id = $1
             and number_hash = $2",
        region.0,
        number_hash,
        is_new,
        &code.salt as &[u8],
        &code.code_hash as &[u8],
        now,
        code.expires_at,
        asked_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds the number's code and keeps it for this transaction: of two guesses at once the second sees the first one counted.
///
/// # Errors
/// The database is away.
pub async fn lock(
    conn: &mut PgConnection,
    region: RegionId,
    number_hash: &[u8; 32],
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as!(
        CodeRow,
        "select salt, code_hash, tries, expires_at
         from sign_in_code
         where region_id = $1
             and number_hash = $2
         for update",
        region.0,
        number_hash,
    )
    .fetch_optional(conn)
    .await
}

/// Counts a try, up to `most`.
///
/// # Errors
/// The database is away.
pub async fn count_try(
    conn: &mut PgConnection,
    region: RegionId,
    number_hash: &[u8; 32],
    most: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sign_in_code
         set tries = tries + 1
         where region_id = $1
             and number_hash = $2
             and tries < $3",
        region.0,
        number_hash,
        most,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the number's code: it was used.
///
/// # Errors
/// The database is away.
pub async fn end(
    conn: &mut PgConnection,
    region: RegionId,
    number_hash: &[u8; 32],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sign_in_code
         set expires_at = $3
         where region_id = $1
             and number_hash = $2",
        region.0,
        number_hash,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
