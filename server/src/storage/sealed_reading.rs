//! Table `sealed_reading`: who looked into sealed values, and why.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// One reading.
#[derive(Clone, Debug)]
pub struct ReadingRow {
    /// Its id; the audit names it.
    pub reading_id: Uuid,
    /// `show`, `find` or `export`.
    pub kind: &'static str,
    /// Whose value was read; none for a look-up.
    pub family_id: Option<Uuid>,
    /// Why.
    pub reason: String,
}

/// Keeps a reading.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    row: &ReadingRow,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sealed_reading (region_id, reading_id, read_at, kind, family_id, reason)
         values ($1, $2, $3, $4, $5, $6)",
        region.0,
        row.reading_id,
        now,
        row.kind,
        row.family_id,
        row.reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many readings of this kind there were since `from`.
///
/// # Errors
/// The database is away.
pub async fn count_since(
    conn: &mut PgConnection,
    region: RegionId,
    kind: &str,
    from: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    let row = sqlx::query!(
        "select count(*) as \"count!\"
         from sealed_reading
         where region_id = $1
             and kind = $2
             and read_at > $3",
        region.0,
        kind,
        from,
    )
    .fetch_one(conn)
    .await?;
    Ok(row.count)
}
