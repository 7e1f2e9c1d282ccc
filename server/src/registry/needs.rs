//! What the families that count need, as one statement finds those: how much of it is open, who it is assigned to, how long it took to meet,
//! and a page of it. Needs are sensitive: that they are listed is noted before they are shown.

pub mod one;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{RecordId, RegionId};
use uuid::Uuid;

use crate::registry::audit::{self, Action, By, Event};
use crate::storage::connection;
use crate::storage::listed_family::{self, Filter, ListedRow};
use crate::storage::need::{self, NeedRow, TimeRow};

/// The statuses of a need that waits for somebody.
const OPEN: [&str; 4] = ["open", "verified", "referred", "in_progress"];

/// How far a need has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for somebody.
    Open,
    /// A service refers to it, or its status says that it was met.
    Met,
}

impl Stage {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::Met];

    /// The word in addresses and messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
        }
    }

    /// Whether the need is there.
    #[must_use]
    pub fn holds(self, need: &NeedRow) -> bool {
        match self {
            Self::Open => OPEN.contains(&need.status.as_str()),
            Self::Met => need.met,
        }
    }
}

/// Which needs somebody asks for; what is `None` narrows nothing, what is empty means needs without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of which families, among those that count.
    pub families: Filter,
    /// The code of the category.
    pub category: Option<String>,
    /// From 1, which is urgent, to 4.
    pub priority: Option<String>,
    /// The code of the status.
    pub status: Option<String>,
    /// The code of the agency that they are assigned to.
    pub agency: Option<String>,
    /// The code of an agency one of whose services refers to them.
    pub served: Option<String>,
    /// How far they have come.
    pub stage: Option<Stage>,
}

/// What is needed, and a page of it.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// How many are asked for.
    pub total: usize,
    /// Which page it is, from 0.
    pub page: usize,
    /// Those of the page, the urgent ones first.
    pub rows: Vec<NeedRow>,
    /// The families of the page.
    pub families: BTreeMap<Uuid, ListedRow>,
    /// Open needs by category and governorate, whatever else is asked for.
    pub open: BTreeMap<(Option<String>, Option<String>), i64>,
    /// Open needs by the agency that they are assigned to.
    pub assigned: BTreeMap<Option<String>, i64>,
    /// Needs to which a service of an agency refers.
    pub served: BTreeMap<String, i64>,
    /// Families that got a service of an agency, whether it refers to a need or not.
    pub provided: BTreeMap<String, i64>,
    /// How long those took that were met.
    pub times: Vec<TimeRow>,
}

/// What is needed in the areas, and page `page` of `size` of what is asked for.
///
/// # Errors
/// The database is away, or could not note it; then nothing may be shown.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    (asked, by, now): (&Asked, By, OffsetDateTime),
    page: (usize, usize),
) -> Result<Needs, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let filter = Filter { standing: Some("counted".to_owned()), ..asked.families.clone() };
    let found = listed_family::find(&mut transaction, region, areas, &filter).await?;
    let ids: Vec<Uuid> = found.iter().map(|family| family.record_id).collect();
    let all = need::of_families(&mut transaction, region, &ids).await?;
    let places = found.into_iter().map(|family| (family.record_id, family.governorate)).collect();
    let mut needs = needs(all, &places, asked, page);
    needs.times = need::times(&mut transaction, region, &ids).await?;
    needs.provided = need::provided(&mut transaction, region, &ids).await?.into_iter().collect();
    let shown: Vec<Uuid> = needs.rows.iter().map(|row| row.family_id).collect::<BTreeSet<_>>().into_iter().collect();
    let rows = listed_family::rows(&mut transaction, region, &shown).await?;
    needs.families = rows.into_iter().map(|row| (row.record_id, row)).collect();
    transaction.commit().await?;
    note(conn, region, (&shown, needs.rows.len()), (by, now)).await?;
    Ok(needs)
}

/// Notes that needs of these families are shown.
async fn note(
    conn: &mut PgConnection,
    region: RegionId,
    (families, needs): (&[Uuid], usize),
    (by, now): (By, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    if needs == 0 {
        return Ok(());
    }
    let records = families.iter().map(|family| RecordId::household_of(RecordId(*family))).collect();
    let detail = json!({ "needs": needs });
    let event = Event { by, action: Action::NeedsRead, records, install: None, detail };
    let mut transaction = conn.begin().await?;
    audit::note(&mut transaction, region, &event, now).await?;
    transaction.commit().await
}

type Places = BTreeMap<Uuid, Option<String>>;

fn needs(all: Vec<NeedRow>, places: &Places, asked: &Asked, (page, size): (usize, usize)) -> Needs {
    let mut needs = Needs::default();
    for row in &all {
        for provider in &row.served_by {
            *needs.served.entry(provider.clone()).or_default() += 1;
        }
        if Stage::Open.holds(row) {
            let place = places.get(&row.family_id).cloned().flatten();
            *needs.open.entry((row.category.clone(), place)).or_default() += 1;
            *needs.assigned.entry(row.agency.clone()).or_default() += 1;
        }
    }
    let found: Vec<NeedRow> = all.into_iter().filter(|row| asked.means(row)).collect();
    needs.total = found.len();
    needs.page = page.min(found.len().saturating_sub(1) / size.max(1));
    needs.rows = found.into_iter().skip(needs.page.saturating_mul(size)).take(size).collect();
    needs
}

impl Asked {
    /// Whether a need of a family that is meant is meant itself.
    fn means(&self, need: &NeedRow) -> bool {
        let same = |asked: &Option<String>, code: Option<&str>| {
            asked.as_ref().is_none_or(|asked| asked == code.unwrap_or_default())
        };
        let priority = need.priority.map(|priority| priority.to_string());
        same(&self.category, need.category.as_deref())
            && same(&self.priority, priority.as_deref())
            && same(&self.status, Some(&need.status))
            && same(&self.agency, need.agency.as_deref())
            && self.served.as_ref().is_none_or(|agency| need.served_by.contains(agency))
            && self.stage.is_none_or(|stage| stage.holds(need))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(id: &str, status: &str, agency: Option<&str>, served_by: &[&str]) -> NeedRow {
        NeedRow {
            family_id: Uuid::nil(),
            need_id: id.to_owned(),
            category: Some("TRNG".to_owned()),
            priority: Some(2),
            status: status.to_owned(),
            agency: agency.map(str::to_owned),
            served_by: served_by.iter().map(|&one| one.to_owned()).collect(),
            met: status == "met" || !served_by.is_empty(),
        }
    }

    fn all() -> Vec<NeedRow> {
        vec![
            need("a", "open", None, &[]),
            need("b", "referred", Some("SDB"), &["JCC"]),
            need("c", "met", Some("SDB"), &["SDB", "JCC"]),
            need("d", "withdrawn", None, &[]),
        ]
    }

    fn ids(asked: &Asked) -> Vec<String> {
        needs(all(), &Places::new(), asked, (0, 50)).rows.into_iter().map(|row| row.need_id).collect()
    }

    #[test]
    fn a_number_is_that_of_the_rows_that_asking_for_it_finds() {
        let found = needs(all(), &Places::new(), &Asked::default(), (0, 50));
        for (agency, count) in found.assigned {
            let asked =
                Asked { agency: Some(agency.unwrap_or_default()), stage: Some(Stage::Open), ..Asked::default() };
            assert_eq!(ids(&asked).len(), usize::try_from(count).unwrap());
        }
        for (agency, count) in found.served {
            let asked = Asked { served: Some(agency), ..Asked::default() };
            assert_eq!(ids(&asked).len(), usize::try_from(count).unwrap());
        }
        assert_eq!(found.open, [((Some("TRNG".to_owned()), None), 2)].into());
    }

    #[test]
    fn needs_are_narrowed_by_what_they_are() {
        let met = Asked { stage: Some(Stage::Met), ..Asked::default() };
        assert_eq!(ids(&met), ["b", "c"]);
        assert_eq!(ids(&Asked { priority: Some("2".to_owned()), status: Some("met".to_owned()), ..met }), ["c"]);
        assert_eq!(ids(&Asked { priority: Some("1".to_owned()), ..Asked::default() }), [""; 0]);
    }
}
