//! Table `open_values`: of each record the values of each field that no later put replaced.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use usra_sync_protocol::id::RegionId;
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

/// Writes the open values of the records as they are now.
///
/// # Errors
/// The database is away.
pub async fn put(conn: &mut PgConnection, region: RegionId, rows: &[OpenValuesRow]) -> Result<(), sqlx::Error> {
    let mut fields = Vec::with_capacity(rows.len());
    for row in rows {
        fields.push(serde_json::to_string(&row.fields.0).map_err(|fault| sqlx::Error::Encode(fault.into()))?);
    }
    let records: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    sqlx::query!(
        "insert into open_values (region_id, record_id, fields)
         select r.region_id, u.record_id, u.fields::json
         from region r
         cross join unnest($2::uuid[], $3::text[]) as u(record_id, fields)
         where r.region_id = $1
         on conflict (region_id, record_id) do update
         set fields = excluded.fields",
        region.0,
        &records,
        &fields,
    )
    .execute(conn)
    .await?;
    Ok(())
}
