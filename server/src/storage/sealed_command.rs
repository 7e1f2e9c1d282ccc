//! Table `sealed_command`: sealed commands that were not taken.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A command that was not taken.
#[derive(Clone, Debug)]
pub struct CommandRow {
    /// The record.
    pub record_id: Uuid,
    /// Its name.
    pub command_id: Vec<u8>,
    /// The place in the record.
    pub key: String,
    /// `held` or `refused`.
    pub state: String,
    /// [`usra_sync_protocol::sync::Reason::code`].
    pub reason: String,
    /// Who delivered it.
    pub install_id: Uuid,
    /// Who sealed it.
    pub sealed_by: Uuid,
    /// The box.
    pub sealed: Vec<u8>,
}

/// Keeps a command.
///
/// # Errors
/// The database is away.
pub async fn put(
    conn: &mut PgConnection,
    region: RegionId,
    row: &CommandRow,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sealed_command (region_id, record_id, command_id, key, state, reason, install_id, sealed_by, sealed,
             received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict do nothing",
        region.0,
        row.record_id,
        row.command_id,
        row.key,
        row.state,
        row.reason,
        row.install_id,
        row.sealed_by,
        row.sealed,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those of the commands that were kept before: name, state and reason.
///
/// # Errors
/// The database is away.
pub async fn kept(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
    commands: &[Vec<u8>],
) -> Result<Vec<(Vec<u8>, String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select command_id, state, reason
         from sealed_command
         where region_id = $1
             and record_id = any($2)
             and command_id = any($3)",
        region.0,
        records,
        commands,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.command_id, row.state, row.reason)).collect())
}
