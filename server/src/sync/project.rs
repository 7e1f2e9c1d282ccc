//! The typed tables: a pivot of the shown values of each touched record, written in the same transaction as its changes, so
//! that every SQL count agrees with what was acknowledged. Tables and columns come from the schema table.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenPuts;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field};
use uuid::Uuid;

use super::ingest::IngestError;
use super::world::RecordState;
use crate::storage::family_merge;
use crate::storage::typed::{self, TypedWrite};

/// The table of families themselves: a lost one's row stays its own.
const FAMILY: &str = "family";

/// The fields of the record that a person must choose between, with their open values.
pub fn conflicting(state: &RecordState) -> impl Iterator<Item = (&str, &'static Field, &OpenPuts<u32>)> {
    let several = state.values.iter().filter(|(_, open)| open.len() > 1);
    several.filter_map(|(key, open)| {
        let (field, _) = schema::field(state.kind, key)?;
        let values: Vec<&Scalar> = open.iter().map(|(_, open)| &open.value).collect();
        schema::needs_review(field, &values).then_some((key, field, open))
    })
}

/// How many fields of the record have values that a person must choose between.
#[must_use]
pub fn conflicts(state: &RecordState) -> usize {
    conflicting(state).count()
}

/// Replaces the typed rows of the touched records.
///
/// # Errors
/// The database is away.
pub async fn project(
    conn: &mut PgConnection,
    region: RegionId,
    touched: &[(RecordId, &RecordState)],
) -> Result<(), IngestError> {
    let survivors = survivors(conn, region, touched).await?;
    let mut rows: BTreeMap<&str, Vec<TypedWrite<'_>>> = BTreeMap::new();
    for (id, state) in touched {
        for row in schema::rows(state.kind, state.values.all_shown()) {
            let own = row.table.name == FAMILY;
            let survivor = survivors.get(&state.family.0).filter(|_| !own);
            let family_id = survivor.copied().unwrap_or(state.family.0);
            let write = TypedWrite { record_id: id.0, family_id, row };
            rows.entry(write.row.table.name).or_default().push(write);
        }
    }
    for kind in Kind::ALL {
        let before = stored_before(touched, kind);
        for table in schema::tables().iter().filter(|table| table.kind == kind) {
            if !before.is_empty() {
                typed::delete(conn, region, table.name, &before).await?;
            }
            if let Some(rows) = rows.remove(table.name) {
                typed::insert(conn, region, table, &rows).await?;
            }
        }
    }
    Ok(())
}

/// Says that the rows of the lost family are the survivor's from now on: whoever counts by family counts them there.
///
/// # Errors
/// The database is away.
pub async fn hand_over(
    conn: &mut PgConnection,
    region: RegionId,
    (lost, survivor): (RecordId, RecordId),
) -> Result<(), sqlx::Error> {
    for table in schema::tables().iter().filter(|table| table.name != FAMILY) {
        typed::hand_over(conn, region, table.name, (lost.0, survivor.0)).await?;
    }
    Ok(())
}

/// Says that they are the lost family's own again.
///
/// # Errors
/// The database is away.
pub async fn hand_back(conn: &mut PgConnection, region: RegionId, lost: RecordId) -> Result<(), sqlx::Error> {
    for table in schema::tables().iter().filter(|table| table.name != FAMILY) {
        typed::hand_back(conn, region, table.name, lost.0).await?;
    }
    Ok(())
}

/// The survivors of the families that were merged, by the lost ones. One that begins in this batch was not.
async fn survivors(
    conn: &mut PgConnection,
    region: RegionId,
    touched: &[(RecordId, &RecordState)],
) -> Result<BTreeMap<Uuid, Uuid>, sqlx::Error> {
    let new: BTreeSet<RecordId> = touched.iter().filter(|(_, state)| state.is_new()).map(|(id, _)| *id).collect();
    let families: BTreeSet<Uuid> =
        touched.iter().filter(|(_, state)| !new.contains(&state.family)).map(|(_, state)| state.family.0).collect();
    if families.is_empty() {
        return Ok(BTreeMap::new());
    }
    let merges = family_merge::of(conn, region, &families.into_iter().collect::<Vec<_>>()).await?;
    Ok(merges.into_iter().map(|row| (row.lost_id, row.survivor_id)).collect())
}

fn stored_before(touched: &[(RecordId, &RecordState)], kind: Kind) -> Vec<Uuid> {
    touched.iter().filter(|(_, state)| state.kind == kind && !state.is_new()).map(|(id, _)| id.0).collect()
}
