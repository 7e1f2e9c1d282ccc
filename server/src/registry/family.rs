//! A family with everything that is known of it, in the order of the schema: the family itself, its household, its products, its visits. What
//! the asking role may not read is not there.

pub mod sheet;

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::{self, Scope};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use crate::storage::person::{self, Person};
use crate::storage::record::RecordRow;
use crate::storage::sealed_value::{self, SealedRow};
use crate::storage::{connection, family_merge, record};
use crate::sync::ingest::IngestError;
use crate::sync::look;
use sheet::Sheet;

/// A family.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its own record.
    pub id: RecordId,
    /// Its records, the family's own first; after them those of the families merged into it.
    pub sheets: Vec<Sheet>,
    /// Whose it is to visit, by the phone that its record names.
    pub assigned_to: Option<Person>,
    /// What is kept sealed of it, without values; nothing for roles that may not read its household.
    pub sealed: Vec<SealedRow>,
    /// The family that it is, when it was merged.
    pub survivor: Option<RecordId>,
    /// The families that were merged into it.
    pub merged: Vec<RecordId>,
}

/// The family as somebody of `role` may see it; `None` when there is none in their scope.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn family(
    conn: &mut PgConnection,
    region: RegionId,
    id: RecordId,
    (role, scope): (Role, &Scope),
) -> Result<Option<Family>, IngestError> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let mut rows = record::look::of_family(&mut transaction, region, id.0).await?;
    if !rows.iter().any(|own| own.record_id == id.0 && holds(scope, own)) {
        return Ok(None);
    }
    let merges = family_merge::of(&mut transaction, region, &[id.0]).await?;
    let lost: Vec<Uuid> = merges.iter().map(|row| row.lost_id).filter(|lost| *lost != id.0).collect();
    for lost in &lost {
        let of_lost = record::look::of_family(&mut transaction, region, *lost).await?;
        rows.extend(of_lost.into_iter().filter(|row| holds(scope, row)));
    }
    rows.retain(|row| kind_of(row).is_some_and(|kind| policy::may_read(role, kind)));
    let order: Vec<RecordId> = rows.iter().map(|row| RecordId(row.record_id)).collect();
    let world = look::look(&mut transaction, region, rows).await?;
    let mut sealed = Vec::new();
    if policy::may_read(role, Kind::Household) {
        for family in std::iter::once(&id.0).chain(&lost) {
            sealed.extend(sealed_value::of_family(&mut transaction, region, *family).await?);
        }
    }
    let sheets: Vec<Sheet> = order.into_iter().filter_map(|id| Some(Sheet::of(id, world.records.get(&id)?))).collect();
    let assigned_to = assigned_to(&mut transaction, region, &sheets).await?;
    transaction.commit().await?;
    let survivor = merges.iter().find(|row| row.lost_id == id.0).map(|row| RecordId(row.survivor_id));
    Ok(Some(Family { id, sheets, assigned_to, sealed, survivor, merged: lost.into_iter().map(RecordId).collect() }))
}

fn holds(scope: &Scope, row: &RecordRow) -> bool {
    scope.holds(AreaId(row.area_id.cast_unsigned()), RecordId(row.family_id))
}

async fn assigned_to(
    conn: &mut PgConnection,
    region: RegionId,
    sheets: &[Sheet],
) -> Result<Option<Person>, sqlx::Error> {
    let Some(id) = sheets.first().and_then(|own| own.text("assigned_to")?.parse().ok()) else { return Ok(None) };
    Ok(person::of_ids(conn, region, &[id]).await?.remove(&id))
}

/// The kind of a row, unless it is of a newer program.
#[must_use]
pub fn kind_of(row: &RecordRow) -> Option<Kind> {
    u8::try_from(row.kind).ok().and_then(Kind::from_number)
}
