//! What is planned of one family: where it lives, in which block, whose it is to visit, and who could.

use std::collections::BTreeSet;

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;

use super::surveyor::{self, Surveyor};
use crate::registry::device;
use crate::storage::{area, connection, fieldwork, listed_family};

/// What is planned of a family.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its trade name.
    pub name: String,
    /// The area where it lives.
    pub home: AreaId,
    /// Its survey block; empty without one.
    pub block: String,
    /// The install of whoever is to visit it; empty without one.
    pub assigned_to: String,
    /// Those who could visit it: their phones work where it lives.
    pub people: Vec<Surveyor>,
    /// The areas of the scope, where it could be moved to.
    pub areas: Vec<Area>,
}

/// What is planned of the family; `None` when there is none in the scope.
///
/// # Errors
/// The database is away.
pub async fn plan(
    conn: &mut PgConnection,
    region: RegionId,
    scope: &Scope,
    family: RecordId,
    now: OffsetDateTime,
) -> Result<Option<Plan>, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let rows = fieldwork::plans(&mut transaction, region, &[family.0]).await?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let home = AreaId(row.area_id.cast_unsigned());
    if !scope.holds(home, family) {
        return Ok(None);
    }
    let listed = listed_family::rows(&mut transaction, region, &[family.0]).await?;
    let mut areas = area::list(&mut transaction, region).await?;
    let phones = device::seen(&mut transaction, region, scope, now).await?;
    transaction.commit().await?;
    let there: BTreeSet<AreaId> = [home].into();
    let people = surveyor::people(&phones, &areas, (&[], &[])).into_iter();
    let people = people.filter(|person| person.works_in(&there)).collect();
    areas.retain(|area| scope.areas.contains(&area.id));
    Ok(Some(Plan {
        name: listed.into_iter().next().and_then(|row| row.name_ar).unwrap_or_default(),
        home,
        block: row.block.unwrap_or_default(),
        assigned_to: row.assigned_to.unwrap_or_default(),
        people,
        areas,
    }))
}
