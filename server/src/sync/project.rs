//! The typed tables: a pivot of the shown values of each touched record, written in the same transaction as its changes, so
//! that every SQL count agrees with what was acknowledged. Tables and columns come from the schema table.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenPuts;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field};
use uuid::Uuid;

use super::ingest::IngestError;
use super::world::RecordState;
use crate::storage::typed::{self, TypedWrite};

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
    let mut rows: BTreeMap<&str, Vec<TypedWrite<'_>>> = BTreeMap::new();
    for (id, state) in touched {
        for row in schema::rows(state.kind, state.values.all_shown()) {
            let write = TypedWrite { record_id: id.0, family_id: state.family.0, row };
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

fn stored_before(touched: &[(RecordId, &RecordState)], kind: Kind) -> Vec<Uuid> {
    touched.iter().filter(|(_, state)| state.kind == kind && !state.is_new()).map(|(id, _)| id.0).collect()
}
