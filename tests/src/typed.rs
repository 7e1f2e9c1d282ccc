//! The typed tables against what phones show: every row and every cell, both ways. The tables came to be on the server, the
//! expectation from the phones' stores, so a change lost or doubled on either way shows here.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, PgPool};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Row, Table};
use uuid::Uuid;

/// What phones show of each record.
pub type Shown = BTreeMap<RecordId, (Kind, BTreeMap<String, Scalar>)>;

/// A row's place: its record, and its id inside the record where it has one.
type Place = (Uuid, Option<String>);

/// Every disagreement, by table, record and column, never by value; none when all agree.
///
/// # Errors
/// The database is away.
pub async fn differences(pool: &PgPool, shown: &Shown) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for table in schema::tables() {
        let expected = expected(table, shown);
        let found = found(pool, table).await?;
        for (place, row) in &expected {
            match found.get(place) {
                Some(cells) => compare(table, place, (row, cells), &mut faults),
                None => faults.push(format!("table {}: record {} has a row too few", table.name, place.0)),
            }
        }
        let strays = found.keys().filter(|place| !expected.contains_key(*place));
        faults.extend(strays.map(|place| format!("table {}: record {} has a row too many", table.name, place.0)));
    }
    Ok(faults)
}

fn expected(table: &Table, shown: &Shown) -> BTreeMap<Place, Map<String, Value>> {
    let mut rows = BTreeMap::new();
    for (id, (kind, fields)) in shown.iter().filter(|(_, (kind, _))| *kind == table.kind) {
        let pivot = schema::rows(*kind, fields.iter().map(|(key, value)| (key.as_str(), value)));
        let own = pivot.into_iter().filter(|row| row.table.name == table.name);
        let cells = |row: &Row<'_>| serde_json::to_value(row.named()).ok().and_then(|cells| cells.as_object().cloned());
        rows.extend(own.filter_map(|row| Some(((id.0, row.row_id.map(str::to_owned)), cells(&row)?))));
    }
    rows
}

async fn found(pool: &PgPool, table: &Table) -> Result<BTreeMap<Place, Map<String, Value>>> {
    let id = table.id_column.as_deref().unwrap_or("null::text");
    // Every word comes from the schema table.
    let sql = format!("select record_id, {id}, to_jsonb(t) from {} t", table.name);
    let rows: Vec<(Uuid, Option<String>, Value)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await?;
    let cells = |value| if let Value::Object(cells) = value { cells } else { Map::new() };
    Ok(rows.into_iter().map(|(record, id, value)| ((record, id), cells(value))).collect())
}

fn compare(
    table: &Table,
    place: &Place,
    (row, cells): (&Map<String, Value>, &Map<String, Value>),
    faults: &mut Vec<String>,
) {
    for column in &table.columns {
        let of = |cells: &Map<String, Value>| cells.get(&column.name).cloned().map_or(Value::Null, plain);
        if of(row) != of(cells) {
            faults.push(format!(
                "table {}: record {}, column {} is not what phones show",
                table.name, place.0, column.name
            ));
        }
    }
}

/// PostgreSQL writes a moment with its offset, a record with a `Z`.
fn plain(value: Value) -> Value {
    let moment = value.as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    moment.map_or(value, |moment| moment.unix_timestamp().into())
}
