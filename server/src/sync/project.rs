//! The typed tables: a pivot of the shown values of each touched record, written in the same transaction as its changes, so
//! that every SQL count agrees with what was acknowledged. Tables and columns come from the schema table.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use sqlx::PgConnection;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema;
use uuid::Uuid;

use super::ingest::IngestError;
use super::world::RecordState;
use crate::storage::typed;

/// How many fields of the record have values that a person must choose between.
#[must_use]
pub fn conflicts(state: &RecordState) -> usize {
    let values = state.values.iter().filter(|(_, open)| open.len() > 1);
    values
        .filter(|(key, open)| {
            let values: Vec<&Scalar> = open.values().map(|open| &open.value).collect();
            schema::field(state.kind, key).is_some_and(|(field, _)| schema::needs_review(field, &values))
        })
        .count()
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
    let mut rows: BTreeMap<&str, Vec<TypedRow<'_>>> = BTreeMap::new();
    for (id, state) in touched {
        for row in schema::rows(state.kind, state.values.all_shown()) {
            let family = state.family;
            rows.entry(row.table).or_default().push(TypedRow { region, record: *id, family, row });
        }
    }
    for kind in Kind::ALL {
        let before = stored_before(touched, kind);
        for table in schema::tables().iter().filter(|table| table.kind == kind) {
            if !before.is_empty() {
                typed::delete(conn, region, table.name, &before).await?;
            }
            if let Some(rows) = rows.remove(table.name) {
                let rows = serde_json::to_string(&rows).map_err(|_json| IngestError::Stored("a value"))?;
                typed::insert(conn, table.name, rows).await?;
            }
        }
    }
    Ok(())
}

fn stored_before(touched: &[(RecordId, &RecordState)], kind: Kind) -> Vec<Uuid> {
    touched.iter().filter(|(_, state)| state.kind == kind && !state.is_new()).map(|(id, _)| id.0).collect()
}

/// A row of a typed table with the columns that every one has.
struct TypedRow<'v> {
    region: RegionId,
    record: RecordId,
    family: RecordId,
    row: schema::Row<'v>,
}

impl Serialize for TypedRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut columns = serializer.serialize_map(None)?;
        columns.serialize_entry("region_id", &self.region.0)?;
        columns.serialize_entry("record_id", &self.record.0)?;
        columns.serialize_entry("family_id", &self.family.0)?;
        let table = schema::tables().iter().find(|table| table.name == self.row.table);
        if let (Some(column), Some(id)) = (table.and_then(|table| table.id_column.as_deref()), self.row.row_id) {
            columns.serialize_entry(column, id)?;
        }
        self.row.cells.iter().try_for_each(|(column, cell)| columns.serialize_entry(column, cell))?;
        columns.end()
    }
}
