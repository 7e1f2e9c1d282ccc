//! The numbers that central staff ask for first: how many families there are, by governorate and activity.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::PgConnection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::RegionId;

use crate::storage::counts;

/// What to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The governorate's code.
    Governorate,
    /// The main activity's code.
    Activity,
}

/// A count with its parts. The parts always add up to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// When it was counted (RFC 3339, UTC).
    pub as_of: String,
    /// Families that count.
    pub families: i64,
    /// Those of them that the centre verified; the others are provisional.
    pub verified: i64,
    /// The parts, by code; a part without a code has no such value recorded.
    pub rows: Vec<Row>,
    /// What is not known yet.
    pub not_known_yet: NotKnownYet,
}

/// One part of a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The code of each grouping asked for, in the order asked.
    #[serde(flatten)]
    pub codes: BTreeMap<&'static str, Option<String>>,
    /// Families that count.
    pub families: i64,
    /// Those of them that the centre verified.
    pub verified: i64,
}

/// Beside every number stands what could still change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NotKnownYet {
    /// Changes that wait for something to arrive.
    pub changes_waiting: i64,
    /// Changes held for a person.
    pub changes_held: i64,
    /// Changes refused, with their bytes kept.
    pub changes_refused: i64,
    /// Changes accepted although their author had lost the record or the area by then; `usra record late` lists them.
    pub changes_late: i64,
    /// Fields with values that a person must choose between.
    pub open_conflicts: i64,
}

impl By {
    /// The word in commands and answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Governorate => "governorate",
            Self::Activity => "activity",
        }
    }
}

/// Counts families.
///
/// # Errors
/// The database is away.
pub async fn count(
    conn: &mut PgConnection,
    region: RegionId,
    by: &[By],
    now: OffsetDateTime,
) -> Result<Counts, sqlx::Error> {
    let mut parts: BTreeMap<Vec<Option<String>>, (i64, i64)> = BTreeMap::new();
    for row in counts::families(conn, region).await? {
        let code = |by: &By| match by {
            By::Governorate => row.governorate.clone(),
            By::Activity => row.activity.clone(),
        };
        let part = parts.entry(by.iter().map(code).collect()).or_default();
        part.0 += row.families;
        part.1 += row.verified;
    }
    let unknowns = counts::unknowns(conn, region).await?;
    let row_of = |(codes, (families, verified))| Row { codes: named(by, codes), families, verified };
    let rows: Vec<Row> = parts.into_iter().map(row_of).collect();
    Ok(Counts {
        as_of: now.format(&Rfc3339).unwrap_or_default(),
        families: rows.iter().map(|row| row.families).sum(),
        verified: rows.iter().map(|row| row.verified).sum(),
        rows,
        not_known_yet: NotKnownYet {
            changes_waiting: unknowns.waiting,
            changes_held: unknowns.held,
            changes_refused: unknowns.refused,
            changes_late: unknowns.late,
            open_conflicts: unknowns.conflicts,
        },
    })
}

fn named(by: &[By], codes: Vec<Option<String>>) -> BTreeMap<&'static str, Option<String>> {
    by.iter().map(|by| by.word()).zip(codes).collect()
}
