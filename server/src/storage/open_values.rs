//! Table `open_values`: of each record the values of each field that no later put replaced.

use std::collections::BTreeMap;

use serde::ser::{Serialize, Serializer};
use sqlx::PgConnection;
use sqlx::types::Json;
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::open_values::{OpenPuts, OpenValues};
use usra_sync_protocol::scalar::Scalar;
use uuid::Uuid;

/// A field's flat key to its open values: the number of the change that put each, the put's counter, and what was put.
pub type Fields = BTreeMap<String, Vec<(i32, i64, Scalar)>>;

/// The open values of one record.
#[derive(Clone, Debug)]
pub struct OpenValuesRow {
    /// The record.
    pub record_id: Uuid,
    /// Every field that was ever put.
    pub fields: Json<Fields>,
}

/// The open values of the records.
///
/// # Errors
/// The database is away, or a row is not what only this program writes.
pub async fn of_records(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
) -> Result<Vec<OpenValuesRow>, sqlx::Error> {
    sqlx::query_as!(
        OpenValuesRow,
        "select record_id, fields as \"fields: Json<Fields>\"
         from open_values
         where region_id = $1
             and record_id = any($2)
         order by record_id",
        region.0,
        records,
    )
    .fetch_all(conn)
    .await
}

/// The open values of one record to write, each with the number of its change.
#[derive(Clone, Copy, Debug)]
pub struct OpenValuesWrite<'v> {
    /// The record.
    pub record_id: Uuid,
    /// Its open values.
    pub values: &'v OpenValues<u32>,
}

impl OpenValuesWrite<'_> {
    /// Its [`Fields`] as JSON.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn fields(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&OfRecord(self.values))
    }
}

/// The open values of a record as they stand in [`Fields`].
struct OfRecord<'v>(&'v OpenValues<u32>);

impl Serialize for OfRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, puts)| (key, OfField(puts))))
    }
}

/// Those of a field.
struct OfField<'v>(&'v OpenPuts<u32>);

impl Serialize for OfField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(op, open)| (open.with, op.counter, &open.value)))
    }
}

/// Writes the open values of records that begin now.
///
/// # Errors
/// The database is away, or a record has open values already (`open_values_pkey`).
pub async fn insert(
    conn: &mut PgConnection,
    region: RegionId,
    rows: &[OpenValuesWrite<'_>],
) -> Result<(), sqlx::Error> {
    let (records, fields) = columns(rows)?;
    sqlx::query!(
        "insert into open_values (region_id, record_id, fields)
         select r.region_id, u.record_id, u.fields::json
         from region r
         cross join unnest($2::uuid[], $3::text[]) as u(record_id, fields)
         where r.region_id = $1",
        region.0,
        &records,
        &fields,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the open values of records that go on, as they are now.
///
/// # Errors
/// The database is away.
pub async fn update(
    conn: &mut PgConnection,
    region: RegionId,
    rows: &[OpenValuesWrite<'_>],
) -> Result<(), sqlx::Error> {
    let (records, fields) = columns(rows)?;
    sqlx::query!(
        "update open_values t
         set fields = u.fields::json
         from unnest($2::uuid[], $3::text[]) as u(record_id, fields)
         where t.region_id = $1
             and t.record_id = u.record_id",
        region.0,
        &records,
        &fields,
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn columns(rows: &[OpenValuesWrite<'_>]) -> Result<(Vec<Uuid>, Vec<String>), sqlx::Error> {
    let fields = rows.iter().map(OpenValuesWrite::fields).collect::<Result<Vec<_>, _>>();
    let fields = fields.map_err(|fault| sqlx::Error::Encode(fault.into()))?;
    Ok((rows.iter().map(|row| row.record_id).collect(), fields))
}
