//! Signs the last row of every day that is over. A day is a calendar day in Asia/Riyadh, which has no summer time.

use sqlx::PgConnection;
use time::macros::offset;
use time::{Date, OffsetDateTime, Time, UtcOffset};
use usra_sync_protocol::id::RegionId;

use super::head::SignedHead;
use crate::keys::Signing;
use crate::storage::audit::{self, Head};
use crate::storage::audit_day::{self, DayRow};

const RIYADH: UtcOffset = offset!(+3);

/// Why days were not signed.
#[derive(Debug, thiserror::Error)]
pub enum NotSigned {
    /// The audit ends before a row that was signed: rows are missing. Signing what is left would make that look right.
    #[error("the audit ends before row {0}, which is signed; run `usra audit verify`")]
    Cut(i64),
    /// The database is away.
    #[error("the days of the audit could not be read or written")]
    Storage(#[from] sqlx::Error),
}

/// The day of a moment.
#[must_use]
pub fn of(at: OffsetDateTime) -> Date {
    at.to_offset(RIYADH).date()
}

/// The moment at which a day begins.
#[must_use]
pub fn begin(day: Date) -> OffsetDateTime {
    day.with_time(Time::MIDNIGHT).assume_offset(RIYADH)
}

/// Signs the days that are over and not signed yet, in order; a day without events has the head of the one before.
///
/// # Errors
/// A [`NotSigned`]; the days before are signed.
pub async fn sign(
    conn: &mut PgConnection,
    region: RegionId,
    key: &Signing,
    now: OffsetDateTime,
) -> Result<Vec<SignedHead>, NotSigned> {
    let (mut before, mut day) = match audit_day::last(conn, region).await? {
        Some((day, head)) => (head, day.next_day()),
        None => (super::empty(), audit::after(conn, region, 0, 1).await?.first().map(|row| of(row.at))),
    };
    let mut signed = Vec::new();
    while let Some(one) = day.filter(|day| *day < of(now)) {
        day = one.next_day();
        let Some(end) = day.map(begin) else { break };
        let head = audit::last_before(conn, region, end).await?.unwrap_or_else(super::empty);
        if head.n < before.n {
            return Err(NotSigned::Cut(before.n));
        }
        signed.push(put(conn, region, (one, &head), key).await?);
        before = head;
    }
    Ok(signed)
}

async fn put(
    conn: &mut PgConnection,
    region: RegionId,
    (day, head): (Date, &Head),
    key: &Signing,
) -> Result<SignedHead, sqlx::Error> {
    let signed = SignedHead::sign(region, head, day.to_string(), key);
    let row = DayRow {
        day,
        n: head.n,
        hash: head.hash.clone(),
        signature: key.sign(&signed.bytes()).to_vec(),
        public_key: key.public().to_vec(),
    };
    audit_day::add(conn, region, &row).await?;
    Ok(signed)
}

/// A kept day in its written form.
#[must_use]
pub fn written(region: RegionId, row: &DayRow) -> SignedHead {
    use usra_sync_protocol::signing::text;
    SignedHead {
        region,
        n: row.n,
        hash: text(&row.hash),
        at: row.day.to_string(),
        public_key: text(&row.public_key),
        signature: text(&row.signature),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_riyadh() {
        assert_eq!(of(datetime!(2026-11-24 20:59:59 UTC)), date!(2026 - 11 - 24));
        assert_eq!(of(datetime!(2026-11-24 21:00 UTC)), date!(2026 - 11 - 25));
        assert_eq!(begin(date!(2026 - 11 - 25)), datetime!(2026-11-24 21:00 UTC));
    }
}
