//! One licence of a family, with what was decided about it and by whom.

use std::collections::BTreeMap;

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;
use uuid::Uuid;

use crate::registry::author::Author;
use crate::storage::licence::{self, LicenceRow};
use crate::storage::licence_decision::{self, DecisionRow};
use crate::storage::listed_family::{self, ListedRow};
use crate::storage::person::{self, Person};
use crate::storage::{connection, record};

/// A licence.
#[derive(Clone, Debug)]
pub struct Licence {
    /// The family.
    pub family: ListedRow,
    /// The licence.
    pub row: LicenceRow,
    /// What was decided about it, the newest first.
    pub decisions: Vec<(DecisionRow, Author)>,
}

/// The licence of a family; `None` when there is none in the scope.
///
/// # Errors
/// The database is away.
pub async fn one(
    conn: &mut PgConnection,
    region: RegionId,
    (family, licence): (RecordId, &str),
    scope: &Scope,
) -> Result<Option<Licence>, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let home = record::look::find(&mut transaction, region, family.0).await?;
    if !home.is_some_and(|home| scope.holds(AreaId(home.area_id.cast_unsigned()), family)) {
        return Ok(None);
    }
    let listed = listed_family::rows(&mut transaction, region, &[family.0]).await?.into_iter().next();
    let rows = licence::of_families(&mut transaction, region, &[family.0]).await?;
    let row = rows.into_iter().find(|row| row.licence_id == licence);
    let decided = licence_decision::of_licence(&mut transaction, region, (family.0, licence)).await?;
    let ids: Vec<Uuid> = decided.iter().filter_map(|row| row.by_id).collect();
    let people = person::of_ids(&mut transaction, region, &ids).await?;
    transaction.commit().await?;
    let decisions = decided.into_iter().map(|row| (row.clone(), author(&row, &people))).collect();
    Ok(listed.zip(row).map(|(family, row)| Licence { family, row, decisions }))
}

fn author(row: &DecisionRow, people: &BTreeMap<Uuid, Person>) -> Author {
    let person = row.by_id.and_then(|id| people.get(&id)).cloned().map(Author::Person);
    person.or_else(|| row.by_name.clone().map(Author::Operator)).unwrap_or(Author::Centre)
}
