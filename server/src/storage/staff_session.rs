//! Table `staff_session`: who is signed in to the console.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A session with the account it belongs to.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The account.
    pub staff_id: Uuid,
    /// What its person types.
    pub login: String,
    /// Who it is.
    pub name: String,
    /// The role's word.
    pub role: String,
    /// The areas it sees, each with all below it.
    pub area_ids: Vec<i32>,
    /// Since when the account is shut.
    pub disabled_at: Option<OffsetDateTime>,
    /// When the session was last used.
    pub seen_at: OffsetDateTime,
    /// When it ends, used or not.
    pub expires_at: OffsetDateTime,
}

/// Adds a session.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    (token_hash, staff): (&[u8; 32], Uuid),
    (now, expires_at): (OffsetDateTime, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into staff_session (region_id, token_hash, staff_id, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $4, $5)",
        region.0,
        token_hash.as_slice(),
        staff,
        now,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a token.
///
/// # Errors
/// The database is away.
pub async fn by_token(
    conn: &mut PgConnection,
    region: RegionId,
    token_hash: &[u8; 32],
) -> Result<Option<SessionRow>, sqlx::Error> {
    sqlx::query_as!(
        SessionRow,
        "select s.staff_id, t.login, t.name, t.role, t.area_ids, t.disabled_at, s.seen_at, s.expires_at
         from staff_session s
         join staff t
             on t.region_id = s.region_id
             and t.staff_id = s.staff_id
         where s.region_id = $1
             and s.token_hash = $2",
        region.0,
        token_hash.as_slice(),
    )
    .fetch_optional(conn)
    .await
}

/// Keeps when the session was last used.
///
/// # Errors
/// The database is away.
pub async fn seen(
    conn: &mut PgConnection,
    region: RegionId,
    token_hash: &[u8; 32],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update staff_session
         set seen_at = $3
         where region_id = $1
             and token_hash = $2",
        region.0,
        token_hash.as_slice(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends one session.
///
/// # Errors
/// The database is away.
pub async fn remove(conn: &mut PgConnection, region: RegionId, token_hash: &[u8; 32]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from staff_session
         where region_id = $1
             and token_hash = $2",
        region.0,
        token_hash.as_slice(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the sessions of an account that end at `until` or before; all of them without.
///
/// # Errors
/// The database is away.
pub async fn remove_of(
    conn: &mut PgConnection,
    region: RegionId,
    staff: Uuid,
    until: Option<OffsetDateTime>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from staff_session
         where region_id = $1
             and staff_id = $2
             and expires_at <= coalesce($3::timestamptz, expires_at)",
        region.0,
        staff,
        until,
    )
    .execute(conn)
    .await?;
    Ok(())
}
