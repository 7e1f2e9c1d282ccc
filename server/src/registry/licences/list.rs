//! The licences of the families that count, as one statement finds those: how many are in each state and end how soon, and a page of them.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use time::Date;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::Ends;
use crate::storage::connection;
use crate::storage::licence::{self, LicenceRow};
use crate::storage::listed_family::{self, Filter, ListedRow};

/// Which licences somebody asks for; what is `None` narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of which families, among those that count.
    pub families: Filter,
    /// The code of the type; empty for licences without one.
    pub kind: Option<String>,
    /// The code of the state; empty for licences that nobody decided about.
    pub state: Option<String>,
    /// How soon they end.
    pub ends: Option<Ends>,
}

/// A page of the licences that were found.
#[derive(Clone, Debug)]
pub struct Listing {
    /// How many were found.
    pub total: usize,
    /// In each state, whatever state is asked for; `None` before a decision. Most first.
    pub by_state: Vec<(Option<String>, i64)>,
    /// How many end how soon, whatever end is asked for.
    pub by_end: Vec<(Ends, i64)>,
    /// Which page it is, from 0.
    pub page: usize,
    /// Those of the page, those that end first first.
    pub rows: Vec<LicenceRow>,
    /// The families of the page.
    pub families: BTreeMap<Uuid, ListedRow>,
}

/// The licences in the areas, and page `page` of `size` of those that are asked for.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    (asked, today): (&Asked, Date),
    (page, size): (usize, usize),
) -> Result<Listing, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let filter = Filter { standing: Some("counted".to_owned()), ..asked.families.clone() };
    let found = listed_family::find(&mut transaction, region, areas, &filter).await?;
    let ids: Vec<Uuid> = found.iter().map(|family| family.record_id).collect();
    let all = licence::of_families(&mut transaction, region, &ids).await?;
    let mut listing = listing(&all, (asked, today), (page, size));
    let shown: BTreeSet<Uuid> = listing.rows.iter().map(|row| row.family_id).collect();
    let shown: Vec<Uuid> = shown.into_iter().collect();
    let rows = listed_family::rows(&mut transaction, region, &shown).await?;
    listing.families = rows.into_iter().map(|row| (row.record_id, row)).collect();
    transaction.commit().await?;
    Ok(listing)
}

fn listing(all: &[LicenceRow], (asked, today): (&Asked, Date), (page, size): (usize, usize)) -> Listing {
    let same = |asked: &Option<String>, code: &Option<String>| {
        asked.as_ref().is_none_or(|asked| asked == code.as_deref().unwrap_or_default())
    };
    let ends = |row: &LicenceRow| row.expires_on.and_then(|day| Ends::of(day, today));
    let of_kind = |row: &&LicenceRow| same(&asked.kind, &row.kind);
    let in_state = |row: &&LicenceRow| same(&asked.state, &row.state);
    let in_time = |row: &&LicenceRow| asked.ends.is_none_or(|asked| ends(row) == Some(asked));
    let by_state = counted(all.iter().filter(of_kind).filter(in_time).map(|row| row.state.clone()));
    let soon: Vec<Ends> = all.iter().filter(of_kind).filter(in_state).filter_map(ends).collect();
    let end = |one: Ends| (one, whole(soon.iter().filter(|ends| **ends == one).count()));
    let found: Vec<&LicenceRow> = all.iter().filter(of_kind).filter(in_state).filter(in_time).collect();
    let page = page.min(found.len().saturating_sub(1) / size.max(1));
    let rows = found.iter().skip(page.saturating_mul(size)).take(size).map(|row| LicenceRow::clone(row)).collect();
    let by_end = Ends::ALL.map(end).into();
    Listing { total: found.len(), by_state, by_end, page, rows, families: BTreeMap::new() }
}

/// How often each is there, most first.
fn counted(codes: impl Iterator<Item = Option<String>>) -> Vec<(Option<String>, i64)> {
    let mut counts: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 29);

    fn licence(id: &str, kind: &str, state: Option<&str>, expires_on: Option<Date>) -> LicenceRow {
        LicenceRow {
            family_id: Uuid::nil(),
            licence_id: id.to_owned(),
            kind: Some(kind.to_owned()),
            issuer: None,
            numbered: false,
            issued_on: None,
            expires_on,
            state: state.map(str::to_owned),
        }
    }

    fn all() -> Vec<LicenceRow> {
        vec![
            licence("a", "HOM", Some("valid"), Some(date!(2026 - 11 - 28))),
            licence("b", "HOM", Some("valid"), Some(date!(2026 - 12 - 10))),
            licence("c", "CRF", None, Some(date!(2026 - 12 - 10))),
            licence("d", "CRF", Some("valid"), None),
        ]
    }

    fn ids(listing: &Listing) -> Vec<&str> {
        listing.rows.iter().map(|row| row.licence_id.as_str()).collect()
    }

    #[test]
    fn a_number_is_that_of_the_rows_that_asking_for_it_finds() {
        let of = |asked: &Asked| listing(&all(), (asked, TODAY), (0, 50));
        let kind = Asked { kind: Some("HOM".to_owned()), ..Asked::default() };
        for (state, count) in of(&kind).by_state {
            let asked = Asked { state: Some(state.unwrap_or_default()), ..kind.clone() };
            assert_eq!(whole(of(&asked).total), count);
        }
        for (ends, count) in of(&kind).by_end {
            assert_eq!(whole(of(&Asked { ends: Some(ends), ..kind.clone() }).total), count);
        }
        assert_eq!(of(&Asked::default()).by_state, [(Some("valid".to_owned()), 3), (None, 1)]);
    }

    #[test]
    fn what_nobody_decided_about_is_asked_for_by_an_empty_code() {
        let asked = Asked { state: Some(String::new()), ..Asked::default() };
        assert_eq!(ids(&listing(&all(), (&asked, TODAY), (0, 50))), ["c"]);
    }

    #[test]
    fn a_page_behind_the_last_is_the_last() {
        let of = |page: usize| listing(&all(), (&Asked::default(), TODAY), (page, 3));
        assert_eq!((ids(&of(0)), ids(&of(9)), of(9).page), (vec!["a", "b", "c"], vec!["d"], 1));
    }
}
