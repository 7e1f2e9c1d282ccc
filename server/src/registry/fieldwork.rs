//! Fieldwork: which families were visited lately and which not, by area and by block, and who of the field works where. Every number is of
//! the families that one statement found, so it is that of the rows it opens.

pub mod cover;
pub mod plan;
pub mod surveyor;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::area::{self, Area};
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::policy::Scope;
use uuid::Uuid;

use crate::clock::RIYADH;
use crate::registry::device;
use crate::storage::fieldwork::{self as rows, PlanRow};
use crate::storage::listed_family::{self, Filter};
use crate::storage::{area as places, connection, visit};
use cover::Cover;
use surveyor::Surveyor;

/// A family that a visit met within this time was visited.
pub const VISITED_WITHIN: Duration = Duration::days(365);
/// Over how many days a surveyor's visits are counted, today included.
pub const RECENT_DAYS: i64 = 30;

/// How the field is covered.
#[derive(Clone, Debug)]
pub struct Fieldwork {
    /// Every family.
    pub all: Cover,
    /// By area.
    pub places: Vec<Place>,
    /// By survey block; `None` for families without one.
    pub blocks: BTreeMap<Option<String>, Cover>,
    /// Who works there or has families there to visit, by name.
    pub people: Vec<Surveyor>,
}

/// An area with what is covered of it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The area.
    pub area: Area,
    /// Whether only what lies in the area itself is meant, and nothing below it.
    pub alone: bool,
    /// Its families.
    pub cover: Cover,
    /// How many people of the field work there, or have families there to visit.
    pub people: usize,
}

/// How the field is covered in a scope, or in what of it lies in the chosen area.
///
/// # Errors
/// The database is away.
pub async fn fieldwork(
    conn: &mut PgConnection,
    region: RegionId,
    scope: &Scope,
    chosen: Option<AreaId>,
    now: OffsetDateTime,
) -> Result<Fieldwork, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let areas = places::list(&mut transaction, region).await?;
    let within = within(&areas, scope, chosen);
    let ids: Vec<i32> = within.iter().map(|area| area.0.cast_signed()).collect();
    let counted = Filter { standing: Some("counted".to_owned()), ..Filter::default() };
    let found = listed_family::find(&mut transaction, region, &ids, &counted).await?;
    let families: Vec<Uuid> = found.iter().map(|family| family.record_id).collect();
    let plans = rows::plans(&mut transaction, region, &families).await?;
    let visits = visit::by_install(&mut transaction, region, &ids, recent(now)).await?;
    let phones = device::seen(&mut transaction, region, scope, now).await?;
    transaction.commit().await?;
    let people = surveyor::people(&phones, &areas, (&plans, &visits));
    let since = now - VISITED_WITHIN;
    Ok(Fieldwork {
        all: Cover::of(&plans, since),
        places: shown(&areas, (scope, chosen), &plans, &people, since),
        blocks: by_block(&plans, since),
        people: people.into_iter().filter(|person| person.works_in(&within) || person.families > 0).collect(),
    })
}

/// The midnight in Makkah from which a surveyor's visits are counted.
#[must_use]
pub fn recent(now: OffsetDateTime) -> OffsetDateTime {
    let today = now.to_offset(RIYADH).date();
    today.saturating_sub(Duration::days(RECENT_DAYS - 1)).midnight().assume_offset(RIYADH)
}

/// What lies in the scope and, where one is chosen, in the area.
fn within(areas: &[Area], scope: &Scope, chosen: Option<AreaId>) -> BTreeSet<AreaId> {
    match chosen {
        None => scope.areas.clone(),
        Some(chosen) => area::below(areas, chosen).into_iter().filter(|area| scope.areas.contains(area)).collect(),
    }
}

/// The areas that a page lists: those that lie right below what is looked at, and that itself where families lie in none of them.
fn shown(
    areas: &[Area],
    (scope, chosen): (&Scope, Option<AreaId>),
    plans: &[PlanRow],
    people: &[Surveyor],
    since: OffsetDateTime,
) -> Vec<Place> {
    let inside = |area: &&Area| scope.areas.contains(&area.id);
    let tops: Vec<&Area> = areas
        .iter()
        .filter(inside)
        .filter(|area| area.parent.is_none_or(|parent| !scope.areas.contains(&parent)))
        .collect();
    let looked_at = chosen.or(if let [only] = tops.as_slice() { Some(only.id) } else { None });
    let place = |area: &Area, alone: bool| {
        let here: BTreeSet<AreaId> =
            if alone { [area.id].into() } else { area::below(areas, area.id).into_iter().collect() };
        let lies_here = |plan: &&PlanRow| here.contains(&AreaId(plan.area_id.cast_unsigned()));
        let inside: Vec<&PlanRow> = plans.iter().filter(lies_here).collect();
        let belongs = |person: &&Surveyor| person.works_in(&here) || inside.iter().any(|plan| person.is_to_visit(plan));
        let people = people.iter().filter(belongs).count();
        Place { area: area.clone(), alone, cover: Cover::of(inside, since), people }
    };
    let Some(looked_at) = looked_at else { return tops.into_iter().map(|area| place(area, false)).collect() };
    let below: Vec<&Area> = areas.iter().filter(inside).filter(|area| area.parent == Some(looked_at)).collect();
    let itself = areas.iter().filter(inside).filter(|area| area.id == looked_at && !below.is_empty());
    let itself = itself.map(|area| place(area, true)).filter(|place| place.cover.families > 0);
    itself.chain(below.iter().map(|area| place(area, false))).collect()
}

fn by_block(plans: &[PlanRow], since: OffsetDateTime) -> BTreeMap<Option<String>, Cover> {
    let mut blocks: BTreeMap<Option<String>, Cover> = BTreeMap::new();
    for plan in plans {
        let block = plan.block.clone().filter(|block| !block.is_empty());
        let cover = blocks.entry(block).or_default();
        *cover = cover.and(plan, since);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-29 09:00 UTC);

    fn area(id: u32, parent: Option<u32>) -> Area {
        let code = format!("A{id}");
        Area { id: AreaId(id), parent: parent.map(AreaId), code, name_ar: String::new(), name_en: None }
    }

    fn tree() -> [Area; 5] {
        [area(1, None), area(100, Some(1)), area(101, Some(100)), area(102, Some(100)), area(200, Some(1))]
    }

    fn scope(areas: &[u32]) -> Scope {
        Scope { areas: areas.iter().copied().map(AreaId).collect(), family: None }
    }

    fn plan(area: i32, block: Option<&str>, met_days_ago: Option<i64>) -> PlanRow {
        PlanRow {
            area_id: area,
            block: block.map(str::to_owned),
            assigned_to: None,
            met_at: met_days_ago.map(|days| NOW - Duration::days(days)),
        }
    }

    fn told(scope: &Scope, chosen: Option<u32>, plans: &[PlanRow]) -> Vec<(u32, bool, i64)> {
        let places = shown(&tree(), (scope, chosen.map(AreaId)), plans, &[], NOW - VISITED_WITHIN);
        places.into_iter().map(|place| (place.area.id.0, place.alone, place.cover.families)).collect()
    }

    #[test]
    fn the_areas_of_a_page_add_up_to_what_is_looked_at() {
        let plans = [plan(100, None, None), plan(101, None, Some(3)), plan(101, None, None), plan(200, None, None)];
        assert_eq!(told(&scope(&[1, 100, 101, 102, 200]), None, &plans), [(100, false, 3), (200, false, 1)]);
        let jeddah = [(100, true, 1), (101, false, 2), (102, false, 0)];
        assert_eq!(told(&scope(&[1, 100, 101, 102, 200]), Some(100), &plans[..3]), jeddah);
        assert_eq!(
            told(&scope(&[100, 101, 102]), None, &plans[..3]),
            jeddah,
            "the one that somebody sees is looked at"
        );
        assert_eq!(told(&scope(&[101, 200]), None, &plans[1..]), [(101, false, 2), (200, false, 1)]);
        assert_eq!(told(&scope(&[101]), None, &plans[1..3]), [], "nothing lies below a centre");
    }

    #[test]
    fn an_area_out_of_scope_is_looked_at_in_vain() {
        assert_eq!(told(&scope(&[100, 101]), Some(200), &[]), []);
        assert!(within(&tree(), &scope(&[100, 101]), Some(AreaId(200))).is_empty());
    }

    #[test]
    fn families_without_a_block_stand_together() {
        let plans = [plan(101, Some("7"), Some(3)), plan(101, None, None), plan(102, Some(""), Some(400))];
        let blocks = by_block(&plans, NOW - VISITED_WITHIN);
        let told: Vec<_> =
            blocks.iter().map(|(block, cover)| (block.as_deref(), cover.families, cover.visited)).collect();
        assert_eq!(told, [(None, 2, 0), (Some("7"), 1, 1)]);
    }

    #[test]
    fn thirty_days_end_with_today_in_makkah() {
        assert_eq!(recent(datetime!(2026-11-29 21:30 UTC)), datetime!(2026-10-31 21:00 UTC));
    }
}
