//! Table `token_family`: the refresh tokens of each install, by hash.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{Epoch, InstallId, RegionId};

/// A family as it stands, with what its install may.
#[derive(Clone, Debug)]
pub struct TokenFamily {
    /// Whose it is.
    pub install: InstallId,
    /// The install's key; `None` from before keys.
    pub public_key: Option<Vec<u8>>,
    /// What its person may do.
    pub role: String,
    /// Whether the install was revoked.
    pub revoked: bool,
    /// Whether an old token was shown.
    pub ended: bool,
    /// SHA-256 of the token that is good.
    pub current: Vec<u8>,
    /// SHA-256 of the one before it.
    pub previous: Option<Vec<u8>>,
    /// Whether the one before was shown again already.
    pub retried: bool,
    /// The life of the data in which it was last written.
    pub epoch: Epoch,
    /// When a token was last given out.
    pub refreshed_at: OffsetDateTime,
}

/// How a family goes on.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// SHA-256 of the token that is good from now on.
    pub current: [u8; 32],
    /// SHA-256 of the one that was shown for it.
    pub previous: [u8; 32],
    /// Whether it was shown a second time.
    pub retried: bool,
}

/// Begins the family of a new install.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    (install, family_hash, current): (InstallId, &[u8; 32], &[u8; 32]),
    epoch: Epoch,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into token_family (region_id, install_id, family_hash, current_hash, retried, epoch, refreshed_at)
         values ($1, $2, $3, $4, false, $5, $6)",
        region.0,
        install.0,
        family_hash,
        current,
        i64::from(epoch.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds a family and keeps it for this transaction: of two refreshes at once the second sees what the first did.
///
/// # Errors
/// The database is away.
pub async fn lock(
    conn: &mut PgConnection,
    region: RegionId,
    family_hash: &[u8; 32],
) -> Result<Option<TokenFamily>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select f.install_id, i.public_key, i.role, i.revoked_at is not null as "revoked!", f.ended_at is not null as "ended!",
             f.current_hash, f.previous_hash, f.retried, f.epoch, f.refreshed_at
         from token_family f
         join install i on i.region_id = f.region_id and i.install_id = f.install_id
         where f.region_id = $1
             and f.family_hash = $2
         for update of f"#,
        region.0,
        family_hash,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| TokenFamily {
        install: InstallId(row.install_id),
        public_key: row.public_key,
        role: row.role,
        revoked: row.revoked,
        ended: row.ended,
        current: row.current_hash,
        previous: row.previous_hash,
        retried: row.retried,
        // Written from an epoch of ours, which has 32 bits.
        epoch: Epoch(u32::try_from(row.epoch).unwrap_or_default()),
        refreshed_at: row.refreshed_at,
    }))
}

/// Writes how the family goes on.
///
/// # Errors
/// The database is away.
pub async fn turn(
    conn: &mut PgConnection,
    region: RegionId,
    (install, turn): (InstallId, &Turn),
    epoch: Epoch,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update token_family
         set current_hash = $3, previous_hash = $4, retried = $5, epoch = $6, refreshed_at = $7
         where region_id = $1
             and install_id = $2",
        region.0,
        install.0,
        &turn.current,
        &turn.previous,
        turn.retried,
        i64::from(epoch.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the family: no token of it is good any more.
///
/// # Errors
/// The database is away.
pub async fn end(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update token_family
         set ended_at = $3
         where region_id = $1
             and install_id = $2",
        region.0,
        install.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
