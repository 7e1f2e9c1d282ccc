//! Table `open_value`: the values of each field that no later put replaced.

use serde_json::Value;
use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// One open value.
#[derive(Clone, Debug)]
pub struct OpenValueRow {
    /// The record.
    pub record_id: Uuid,
    /// The field's flat key.
    pub key: String,
    /// The change that put it.
    pub n: i32,
    /// The put's counter.
    pub counter: i64,
    /// A JSON scalar.
    pub value: Value,
}

/// The open values of the records.
///
/// # Errors
/// The database is away.
pub async fn of_records(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
) -> Result<Vec<OpenValueRow>, sqlx::Error> {
    sqlx::query_as!(
        OpenValueRow,
        "select record_id, key, n, counter, value
         from open_value
         where region_id = $1
             and record_id = any($2)
         order by record_id, key, n",
        region.0,
        records,
    )
    .fetch_all(conn)
    .await
}

/// Removes values that were replaced.
///
/// # Errors
/// The database is away.
pub async fn delete(
    conn: &mut PgConnection,
    region: RegionId,
    rows: Vec<(Uuid, String, i32)>,
) -> Result<(), sqlx::Error> {
    let (mut records, mut keys, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for (record, key, n) in rows {
        records.push(record);
        keys.push(key);
        numbers.push(n);
    }
    sqlx::query!(
        "delete from open_value t
         using unnest($2::uuid[], $3::text[], $4::int[]) as u(record_id, key, n)
         where t.region_id = $1
             and t.record_id = u.record_id
             and t.key = u.key
             and t.n = u.n",
        region.0,
        &records,
        &keys,
        &numbers,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds values that are open now.
///
/// # Errors
/// The database is away.
pub async fn insert(conn: &mut PgConnection, region: RegionId, rows: Vec<OpenValueRow>) -> Result<(), sqlx::Error> {
    let (mut records, mut keys, mut numbers, mut counters, mut values) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        records.push(row.record_id);
        keys.push(row.key);
        numbers.push(row.n);
        counters.push(row.counter);
        values.push(row.value);
    }
    sqlx::query!(
        "insert into open_value (region_id, record_id, key, n, counter, value)
         select r.region_id, u.record_id, u.key, u.n, u.counter, u.value
         from region r
         cross join unnest($2::uuid[], $3::text[], $4::int[], $5::bigint[], $6::jsonb[])
             as u(record_id, key, n, counter, value)
         where r.region_id = $1",
        region.0,
        &records,
        &keys,
        &numbers,
        &counters,
        &values,
    )
    .execute(conn)
    .await?;
    Ok(())
}
