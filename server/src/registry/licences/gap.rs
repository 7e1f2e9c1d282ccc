//! The licence gap: which families lack a licence that their main activity requires. Every number is of families that the one statement
//! found, once for each licence that is asked about, so it is that of the rows it opens.

use std::collections::BTreeMap;

use sqlx::{Acquire, PgConnection};
use time::Date;
use usra_sync_protocol::code_list;
use usra_sync_protocol::id::RegionId;

use crate::storage::connection;
use crate::storage::listed_family::{self, Filter, FoundRow};

/// A licence that an activity requires, and how many families have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// The activity's code.
    pub activity: &'static str,
    /// The code of the licence's type.
    pub licence: &'static str,
    /// Families that count and have the activity as their main one.
    pub families: i64,
    /// Those of them that hold such a licence.
    pub holds: i64,
}

impl Required {
    /// Those of them that lack it.
    #[must_use]
    pub fn lacks(&self) -> i64 {
        self.families - self.holds
    }
}

/// What is required of the families that count, in the areas and as the filter narrows them; where most lack it first.
///
/// # Errors
/// The database is away.
pub async fn required(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    (filter, today): (&Filter, Date),
) -> Result<Vec<Required>, sqlx::Error> {
    let filter = Filter { standing: Some("counted".to_owned()), ..filter.clone() };
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let all = by_activity(listed_family::find(&mut transaction, region, areas, &filter).await?);
    let mut holding = BTreeMap::new();
    for licence in code_list::ever_required() {
        let holds = Filter { holds: Some((licence.to_owned(), today)), ..filter.clone() };
        holding.insert(licence, by_activity(listed_family::find(&mut transaction, region, areas, &holds).await?));
    }
    transaction.commit().await?;
    Ok(rows(&all, &holding))
}

type Counts = BTreeMap<String, i64>;

fn by_activity(found: Vec<FoundRow>) -> Counts {
    let mut counts = Counts::new();
    for activity in found.into_iter().filter_map(|family| family.activity) {
        *counts.entry(activity).or_default() += 1;
    }
    counts
}

fn rows(all: &Counts, holding: &BTreeMap<&'static str, Counts>) -> Vec<Required> {
    let mut rows = Vec::new();
    for activity in code_list::activities() {
        let families = all.get(&activity.code).copied().unwrap_or_default();
        for licence in code_list::required(activity).into_iter().filter(|_| families > 0) {
            let holds = holding.get(licence).and_then(|counts| counts.get(&activity.code)).copied().unwrap_or_default();
            rows.push(Required { activity: &activity.code, licence, families, holds });
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.lacks()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, i64)]) -> Counts {
        of.iter().map(|(activity, count)| ((*activity).to_owned(), *count)).collect()
    }

    #[test]
    fn only_activities_that_require_a_licence_are_told_and_where_most_lack_it_first() {
        let all = counts(&[("FOOD-BAKE", 3), ("CRFT-SADU", 5), ("WEAR-ABAY", 9)]);
        let holding = [("HOM", counts(&[("FOOD-BAKE", 2)])), ("CRF", counts(&[("FOOD-BAKE", 1)]))].into();
        let rows = rows(&all, &holding);
        let told: Vec<_> = rows.iter().map(|row| (row.activity, row.licence, row.holds, row.lacks())).collect();
        assert_eq!(told, [("CRFT-SADU", "CRF", 0, 5), ("FOOD-BAKE", "HOM", 2, 1)]);
    }
}
