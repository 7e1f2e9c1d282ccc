//! Table `sms_day`: how many texts each calendar day took, and how many were stopped.

use sqlx::PgConnection;
use time::Date;
use usra_sync_protocol::id::RegionId;

/// A day's texts so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsDay {
    /// Handed to the sender.
    pub sent: i32,
    /// Not sent, since the day's limit was reached.
    pub stopped: i32,
}

/// Keeps the day's row for this transaction, made where there was none.
///
/// # Errors
/// The database is away.
pub async fn open(conn: &mut PgConnection, region: RegionId, day: Date) -> Result<SmsDay, sqlx::Error> {
    sqlx::query_as!(
        SmsDay,
        "insert into sms_day as d (region_id, day, sent, stopped)
         values ($1, $2, 0, 0)
         on conflict (region_id, day) do update
         set sent = d.sent
         returning d.sent, d.stopped",
        region.0,
        day,
    )
    .fetch_one(conn)
    .await
}

/// Counts texts.
///
/// # Errors
/// The database is away.
pub async fn count(conn: &mut PgConnection, region: RegionId, day: Date, more: SmsDay) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sms_day
         set sent = sent + $3, stopped = stopped + $4
         where region_id = $1
             and day = $2",
        region.0,
        day,
        more.sent,
        more.stopped,
    )
    .execute(conn)
    .await?;
    Ok(())
}
