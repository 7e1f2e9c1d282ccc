//! Verifies the audit of a region: walks every row in pages, at one moment of the database, past the signed heads of the days and
//! those that were kept elsewhere, to the head. Names the first bad row.

use ed25519_dalek::PUBLIC_KEY_LENGTH;
use sqlx::PgConnection;
use time::Date;
use usra_sync_protocol::id::RegionId;

use super::day;
use super::head::{HeadFault, SignedHead};
use super::walk::{Bad, Fault, Source, Walk};
use crate::storage::audit::{self, Head};
use crate::storage::audit_day::{self, DayRow};
use crate::storage::connection;

/// Rows in memory at once; one of a large page names some thousand records, 16 bytes each.
const PAGE: i64 = 256;

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many rows were walked.
    pub rows: i64,
    /// How many signed days there are.
    pub days: usize,
    /// The last signed day.
    pub signed_until: Option<Date>,
    /// The first bad row; `None` when all is as it was noted.
    pub bad: Option<Bad>,
}

/// Why nothing was found out.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// A kept head is none of this audit.
    #[error("the kept head of {0} cannot be used: {1}")]
    Kept(String, HeadFault),
    /// The database is away.
    #[error("the audit could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Verifies. Call it in a transaction of its own, as its first: it reads one moment of the database.
///
/// # Errors
/// A [`NotVerified`]. What is wrong with the audit is in the report.
pub async fn verify(
    conn: &mut PgConnection,
    region: RegionId,
    public_key: [u8; PUBLIC_KEY_LENGTH],
    kept: &[SignedHead],
) -> Result<Report, NotVerified> {
    connection::snapshot(conn).await?;
    let mut marks = Vec::new();
    for head in kept {
        let opened = head.open(region).map_err(|fault| NotVerified::Kept(head.at.clone(), fault))?;
        marks.push((opened.0, Source::Kept(head.at.clone())));
    }
    let days = audit_day::list(conn, region).await?;
    let (trusted, bad_day) = read_days(region, &days, public_key);
    marks.extend(trusted);
    let mut walk = Walk::new(region, marks);
    let walked = walk_all(conn, region, &mut walk).await?;
    // Whichever stands first in the chain.
    let bad = [walked.err(), bad_day].into_iter().flatten().min_by_key(|bad| bad.n);
    Ok(Report { rows: walk.rows(), days: days.len(), signed_until: days.last().map(|day| day.day), bad })
}

async fn walk_all(conn: &mut PgConnection, region: RegionId, walk: &mut Walk) -> Result<Result<(), Bad>, sqlx::Error> {
    let mut after = i64::MIN;
    loop {
        let rows = audit::after(conn, region, after, PAGE).await?;
        for row in &rows {
            if let Err(bad) = walk.step(row) {
                return Ok(Err(bad));
            }
        }
        match rows.last() {
            Some(row) => after = row.n,
            None => return Ok(walk.finish(audit::head(conn, region).await?.as_ref())),
        }
    }
}

/// The days that the centre's key vouches for, and the first that is wrong.
fn read_days(region: RegionId, days: &[DayRow], public_key: [u8; 32]) -> (Vec<(Head, Source)>, Option<Bad>) {
    let (mut marks, mut bad, mut before) = (Vec::new(), None, None::<Date>);
    for row in days {
        let gap = before.and_then(Date::next_day).filter(|expected| *expected != row.day);
        if let Some(missing) = gap {
            bad = bad.or(Some(Bad { n: row.n, fault: Fault::DayMissing(missing) }));
        }
        before = Some(row.day);
        match day::written(region, row).open(region) {
            Ok((head, key)) if key == public_key => marks.push((head, Source::Day(row.day))),
            Ok(_) | Err(_) => bad = bad.or(Some(Bad { n: row.n, fault: Fault::DayForged(row.day) })),
        }
    }
    (marks, bad)
}
