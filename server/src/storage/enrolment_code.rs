//! Table `enrolment_code`: what a supervisor handed out, by hash. A row is used once and stays.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};

/// A code as written down.
#[derive(Clone, Debug)]
pub struct EnrolmentCode {
    /// The role's word.
    pub role: String,
    /// Whose phone it will be.
    pub name: String,
    /// The family, for the role `family`.
    pub family: Option<RecordId>,
    /// The areas to assign.
    pub areas: Vec<AreaId>,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// Writes a code down.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    code_hash: &[u8; 32],
    code: &EnrolmentCode,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let areas: Vec<i32> = code.areas.iter().map(|area| area.0.cast_signed()).collect();
    sqlx::query!(
        "insert into enrolment_code
             (region_id, code_hash, role, name, family_id, area_ids, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        region.0,
        code_hash,
        code.role,
        code.name,
        code.family.map(|family| family.0),
        &areas,
        now,
        code.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses the code up for `install` and returns it, or `None` when there is no such code or it was used before.
/// Of two at the same moment one gets it: the second waits for the row and finds it used.
///
/// # Errors
/// The database is away.
pub async fn consume(
    conn: &mut PgConnection,
    region: RegionId,
    code_hash: &[u8; 32],
    install: InstallId,
    now: OffsetDateTime,
) -> Result<Option<EnrolmentCode>, sqlx::Error> {
    let row = sqlx::query!(
        "update enrolment_code
         set used_at = $4, used_by = $3
         where region_id = $1
             and code_hash = $2
             and used_at is null
         returning role, name, family_id, area_ids, expires_at",
        region.0,
        code_hash,
        install.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| EnrolmentCode {
        role: row.role,
        name: row.name,
        family: row.family_id.map(RecordId),
        areas: row.area_ids.into_iter().map(|id| AreaId(id.cast_unsigned())).collect(),
        expires_at: row.expires_at,
    }))
}

/// Whether the code was given out and used before.
///
/// # Errors
/// The database is away.
pub async fn is_used(conn: &mut PgConnection, region: RegionId, code_hash: &[u8; 32]) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        r#"select exists (
             select 1
             from enrolment_code
             where region_id = $1
                 and code_hash = $2
                 and used_at is not null
         ) as "used!""#,
        region.0,
        code_hash,
    )
    .fetch_one(conn)
    .await?;
    Ok(row.used)
}
