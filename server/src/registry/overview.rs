//! What the console's first page tells: how many families, of what kind and where, what they need and what they got, how the number grew.
//! All of it is made of the families that one statement found, so every number is that of the rows it opens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{Acquire, PgConnection};
use time::{Date, Duration, OffsetDateTime, Weekday};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::counts::{self, By, NotKnownYet, Tally};
use super::licences::Ends;
use crate::clock::RIYADH;
use crate::storage::listed_family::{self, Filter, FoundRow};
use crate::storage::{connection, licence, need};

/// How many weeks the trend shows.
const WEEKS: i64 = 12;
/// A record that changed since is fresh.
pub const FRESH_FOR: Duration = Duration::days(365);

/// The numbers.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Families that count.
    pub total: Tally,
    /// Those of them whose own record changed within [`FRESH_FOR`].
    pub fresh: i64,
    /// By governorate.
    pub by_governorate: Vec<Part>,
    /// By sector.
    pub by_sector: Vec<Part>,
    /// By main activity.
    pub by_activity: Vec<Part>,
    /// Families with an open need, by category.
    pub needs: Vec<(String, i64)>,
    /// Families that got a service, by type.
    pub services: Vec<(String, i64)>,
    /// Families with a licence that ended or ends soon.
    pub licences: Vec<(Ends, i64)>,
    /// Families registered in each of the last weeks, by the week's Sunday in Makkah.
    pub weeks: Vec<(Date, i64)>,
    /// What is not known yet in these areas, whatever the filter.
    pub not_known_yet: NotKnownYet,
}

/// One part of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its code; `None` where families have none.
    pub code: Option<String>,
    /// What there is of it.
    #[serde(flatten)]
    pub tally: Tally,
}

/// The numbers of the families that count, in the areas and as the filter narrows them.
///
/// # Errors
/// The database is away.
pub async fn overview(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Overview, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let overview = overview_within(&mut transaction, region, areas, filter, now).await?;
    transaction.commit().await?;
    Ok(overview)
}

/// The same inside a transaction that is one snapshot.
///
/// # Errors
/// The database is away.
pub async fn overview_within(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Overview, sqlx::Error> {
    let filter = Filter { standing: Some("counted".to_owned()), ..filter.clone() };
    let found = listed_family::find(conn, region, areas, &filter).await?;
    let ids: Vec<Uuid> = found.iter().map(|family| family.record_id).collect();
    Ok(Overview {
        total: Tally::of(&found),
        fresh: fresh(&found, now),
        by_governorate: parts(&found, By::Governorate),
        by_sector: parts(&found, By::Sector),
        by_activity: parts(&found, By::Activity),
        needs: need::open(conn, region, &ids).await?,
        services: need::served(conn, region, &ids).await?,
        licences: licences(conn, region, &ids, now).await?,
        weeks: weeks(&found, now),
        not_known_yet: counts::not_known_yet(conn, region, areas, now).await?,
    })
}

async fn licences(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
    now: OffsetDateTime,
) -> Result<Vec<(Ends, i64)>, sqlx::Error> {
    let counted = licence::ending(conn, region, families, Ends::bounds(now.to_offset(RIYADH).date())).await?;
    Ok(Ends::ALL.into_iter().zip(counted).collect())
}

/// The parts, largest first.
pub(super) fn parts(found: &[FoundRow], by: By) -> Vec<Part> {
    let parts = counts::parts(found, &[by]).into_iter();
    let mut parts: Vec<Part> =
        parts.map(|(codes, tally)| Part { code: codes.into_iter().next().flatten(), tally }).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.tally.families));
    parts
}

fn fresh(found: &[FoundRow], now: OffsetDateTime) -> i64 {
    let fresh = found.iter().filter(|family| family.changed_at > now - FRESH_FOR).count();
    i64::try_from(fresh).unwrap_or(i64::MAX)
}

/// The last weeks, each with how many of the families were registered in it.
fn weeks(found: &[FoundRow], now: OffsetDateTime) -> Vec<(Date, i64)> {
    let this = week_of(now);
    let mut weeks: BTreeMap<Date, i64> =
        (0..WEEKS).map(|back| (this.saturating_sub(Duration::weeks(back)), 0)).collect();
    for family in found {
        if let Some(count) = weeks.get_mut(&week_of(family.created_at)) {
            *count += 1;
        }
    }
    weeks.into_iter().collect()
}

/// The Sunday that begins the week of a moment, in Makkah.
fn week_of(moment: OffsetDateTime) -> Date {
    let day = moment.to_offset(RIYADH).date();
    if day.weekday() == Weekday::Sunday { day } else { day.prev_occurrence(Weekday::Sunday) }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_week_begins_on_sunday_at_midnight_in_makkah() {
        assert_eq!(week_of(datetime!(2026-11-28 20:59 UTC)), date!(2026 - 11 - 22));
        assert_eq!(week_of(datetime!(2026-11-28 21:00 UTC)), date!(2026 - 11 - 29));
    }

    #[test]
    fn the_trend_has_a_place_for_weeks_in_which_nobody_was_registered() {
        let weeks = weeks(&[], datetime!(2026-11-29 09:00 UTC));
        assert_eq!((weeks.len(), weeks.last().copied()), (12, Some((date!(2026 - 11 - 29), 0))));
    }
}
