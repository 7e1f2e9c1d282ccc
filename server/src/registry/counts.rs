//! The numbers that central staff ask for first: how many families there are, by governorate, sector and activity. All of them are made of
//! the families that one statement found, so the parts always add up to the total.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{Acquire, PgConnection};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::RegionId;

use crate::storage::listed_family::{self, Filter, FoundRow};
use crate::storage::{connection, counts};

/// A phone that was not heard for so long is silent: what it holds is not known.
pub const SILENT_AFTER: Duration = Duration::days(7);

/// What to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The governorate's code.
    Governorate,
    /// The sector of the main activity.
    Sector,
    /// The main activity's code.
    Activity,
}

/// A count with its parts.
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
    /// The code of each grouping asked for.
    #[serde(flatten)]
    pub codes: BTreeMap<&'static str, Option<String>>,
    /// What there is of it.
    #[serde(flatten)]
    pub tally: Tally,
}

/// How many families, and how many of them are verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Families that count.
    pub families: i64,
    /// Those of them that the centre verified.
    pub verified: i64,
}

/// Beside every number stands what could still change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Pairs of families that may be one, which nobody decided on.
    pub suspected_duplicates: i64,
    /// Phones of the field that were not heard for [`SILENT_AFTER`].
    pub phones_silent: i64,
}

impl By {
    /// The word in commands and answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Governorate => "governorate",
            Self::Sector => "sector",
            Self::Activity => "activity",
        }
    }

    /// The code that a family has of it.
    pub(super) fn code(self, family: &FoundRow) -> Option<String> {
        match self {
            Self::Governorate => family.governorate.clone(),
            Self::Sector => Some(family.activity.as_ref()?.split('-').next()?.to_owned()),
            Self::Activity => family.activity.clone(),
        }
    }
}

impl Tally {
    /// The tally of these families.
    #[must_use]
    pub fn of(found: &[FoundRow]) -> Self {
        found.iter().fold(Self::default(), Self::and)
    }

    /// The families that are not verified.
    #[must_use]
    pub fn provisional(self) -> i64 {
        self.families - self.verified
    }

    fn and(self, family: &FoundRow) -> Self {
        match family.standing.as_str() {
            "verified" => Self { families: self.families + 1, verified: self.verified + 1 },
            "provisional" => Self { families: self.families + 1, ..self },
            _uncounted => self,
        }
    }
}

/// The parts of the families that count, by the codes of `by`, in the order of the codes; those without a code first.
#[must_use]
pub fn parts(found: &[FoundRow], by: &[By]) -> BTreeMap<Vec<Option<String>>, Tally> {
    let mut parts: BTreeMap<Vec<Option<String>>, Tally> = BTreeMap::new();
    for family in found.iter().filter(|family| family.standing != "uncounted") {
        let part = parts.entry(by.iter().map(|by| by.code(family)).collect()).or_default();
        *part = part.and(family);
    }
    parts
}

/// Counts the families of the areas.
///
/// # Errors
/// The database is away.
pub async fn count(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    by: &[By],
    now: OffsetDateTime,
) -> Result<Counts, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let counts = count_within(&mut transaction, region, areas, by, now).await?;
    transaction.commit().await?;
    Ok(counts)
}

/// The same inside a transaction that is one snapshot.
///
/// # Errors
/// The database is away.
pub async fn count_within(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    by: &[By],
    now: OffsetDateTime,
) -> Result<Counts, sqlx::Error> {
    let filter = Filter { standing: Some("counted".to_owned()), ..Filter::default() };
    let found = listed_family::find(conn, region, areas, &filter).await?;
    let not_known_yet = not_known_yet(conn, region, areas, now).await?;
    let row_of = |(codes, tally)| Row { codes: by.iter().map(|by| by.word()).zip::<Vec<_>>(codes).collect(), tally };
    let Tally { families, verified } = Tally::of(&found);
    Ok(Counts {
        as_of: now.format(&Rfc3339).unwrap_or_default(),
        families,
        verified,
        rows: parts(&found, by).into_iter().map(row_of).collect(),
        not_known_yet,
    })
}

/// What is not known yet in the areas.
///
/// # Errors
/// The database is away.
pub async fn not_known_yet(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    now: OffsetDateTime,
) -> Result<NotKnownYet, sqlx::Error> {
    let unknowns = counts::unknowns(conn, region, areas, (now - SILENT_AFTER, now)).await?;
    Ok(NotKnownYet {
        changes_waiting: unknowns.waiting,
        changes_held: unknowns.held,
        changes_refused: unknowns.refused,
        changes_late: unknowns.late,
        open_conflicts: unknowns.conflicts,
        suspected_duplicates: unknowns.duplicates,
        phones_silent: unknowns.silent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(governorate: Option<&str>, activity: Option<&str>, standing: &str) -> FoundRow {
        FoundRow {
            record_id: uuid::Uuid::nil(),
            governorate: governorate.map(str::to_owned),
            activity: activity.map(str::to_owned),
            status: String::new(),
            standing: standing.to_owned(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            changed_at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_parts_add_up_to_the_total_and_what_does_not_count_is_in_none() {
        let found = [
            family(Some("JED"), Some("FOOD-BAKE"), "verified"),
            family(Some("JED"), Some("FOOD-SWET"), "provisional"),
            family(Some("TAI"), None, "provisional"),
            family(None, Some("CRFT-EMBR"), "uncounted"),
        ];
        assert_eq!(Tally::of(&found), Tally { families: 3, verified: 1 });
        let by = |by| {
            parts(&found, &[by])
                .into_iter()
                .map(|(codes, tally)| (codes[0].clone(), tally.families))
                .collect::<Vec<_>>()
        };
        let some = |code: &str| Some(code.to_owned());
        assert_eq!(by(By::Governorate), [(some("JED"), 2), (some("TAI"), 1)]);
        assert_eq!(by(By::Sector), [(None, 1), (some("FOOD"), 2)]);
        assert_eq!(parts(&found, &[By::Governorate, By::Activity]).len(), 3);
    }
}
