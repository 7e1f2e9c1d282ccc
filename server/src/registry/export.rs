//! Everything kept of a family, for the family: each record with what it shows and every change that made it so, what was not
//! taken, and the sealed values in full. One reading with one reason, noted in the audit.

use serde_json::{Map, Value, json};
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use usra_sync_protocol::change;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenValues;

use crate::keys::field::{FamilyKey, Place, Unopened};
use crate::registry::audit::{self, Action, Event};
use crate::registry::family_key;
use crate::registry::sealed::{Desk, NotShown, reason_of};
use crate::storage::change::{self as changes, HistoryRow};
use crate::storage::licence_decision::{self, DecisionRow};
use crate::storage::record::{self, RecordRow};
use crate::storage::sealed_reading::{self, ReadingRow};
use crate::storage::sealed_value::{self, SealedRow};
use crate::storage::{family_merge, kept_change};

/// The family's data as one JSON value, with that of the families that were merged with it.
///
/// # Errors
/// A [`NotShown`]; [`NotShown::Unknown`] when there is no such family.
pub async fn export(desk: &Desk, family: RecordId, reason: &str) -> Result<Value, NotShown> {
    let reason = reason_of(reason)?;
    let mut conn = desk.pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let (mut records, mut sealed, mut kept, mut decided) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for id in family_merge::whole(&mut transaction, desk.region, family.0).await? {
        let rows = record::lock_family(&mut transaction, desk.region, id).await?;
        if !rows.iter().any(|row| row.record_id == id) {
            return Err(NotShown::NoFamily);
        }
        for row in &rows {
            records.push(one_record(&mut transaction, desk.region, row).await?);
        }
        sealed.extend(sealed_values(&mut transaction, desk, RecordId(id)).await?);
        kept.extend(not_taken(&mut transaction, desk.region, RecordId(id)).await?);
        decided.extend(licence_decisions(&mut transaction, desk.region, RecordId(id)).await?);
    }
    note(&mut transaction, desk, family, reason, (records.len(), sealed.len())).await?;
    transaction.commit().await?;
    let at = written(desk.now);
    Ok(json!({
        "family": family, "exported_at": at, "records": records, "sealed": sealed, "not_taken": kept, "licence_decisions": decided,
    }))
}

async fn one_record(conn: &mut PgConnection, region: RegionId, row: &RecordRow) -> Result<Value, sqlx::Error> {
    let mut open: OpenValues<()> = OpenValues::default();
    let mut history = Vec::new();
    for stored in changes::history(conn, region, row.record_id).await? {
        history.push(one_change(&mut open, &stored));
    }
    let shown: Map<String, Value> = open.all_shown().map(|(key, value)| (key.to_owned(), json!(value))).collect();
    let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number).map(Kind::word);
    Ok(json!({ "record": row.record_id, "kind": kind, "area": row.area_id, "fields": shown, "history": history }))
}

fn one_change(open: &mut OpenValues<()>, stored: &HistoryRow) -> Value {
    let at = written(stored.received_at);
    let Ok(read) = change::read(&stored.bytes) else { return json!({ "received_at": at }) };
    open.apply(&read, &());
    let puts: Vec<Value> = read.ops().map(|(_, put)| json!({ "field": put.key, "value": put.value })).collect();
    json!({ "received_at": at, "install": stored.install_id, "puts": puts })
}

async fn sealed_values(conn: &mut PgConnection, desk: &Desk, family: RecordId) -> Result<Vec<Value>, NotShown> {
    let rows = sealed_value::of_family(conn, desk.region, family.0).await?;
    let Some(key) = family_key::known(conn, (desk.region, family), &desk.rings).await? else { return Ok(Vec::new()) };
    let key = key?;
    rows.iter().map(|row| Ok(one_value(&key, row)?)).collect()
}

fn one_value(key: &FamilyKey, row: &SealedRow) -> Result<Value, Unopened> {
    let place = Place { record: RecordId(row.record_id), key: &row.key, n: row.n };
    let value = key.decrypt(place, (&row.nonce, &row.ciphertext))?;
    let at = written(row.received_at);
    Ok(json!({ "record": row.record_id, "key": row.key, "n": row.n, "value": value, "received_at": at }))
}

async fn not_taken(conn: &mut PgConnection, region: RegionId, family: RecordId) -> Result<Vec<Value>, sqlx::Error> {
    let rows = kept_change::of_family(conn, region, family.0).await?;
    let one = |row: &kept_change::KeptRow| {
        let puts: Vec<Value> = change::read(&row.bytes).map_or_else(
            |_fault| Vec::new(),
            |read| read.ops().map(|(_, put)| json!({ "field": put.key, "value": put.value })).collect(),
        );
        json!({ "record": row.record_id, "state": row.state, "reason": row.reason, "puts": puts })
    };
    Ok(rows.iter().map(one).collect())
}

async fn licence_decisions(
    conn: &mut PgConnection,
    region: RegionId,
    family: RecordId,
) -> Result<Vec<Value>, sqlx::Error> {
    let one = |(licence, row): &(String, DecisionRow)| {
        json!({
            "licence": licence, "state": row.state, "reason": row.reason, "agency": row.agency, "points": row.points,
            "decided_at": written(row.decided_at),
        })
    };
    Ok(licence_decision::of_family(conn, region, family.0).await?.iter().map(one).collect())
}

async fn note(
    conn: &mut PgConnection,
    desk: &Desk,
    family: RecordId,
    reason: &str,
    (records, values): (usize, usize),
) -> Result<(), sqlx::Error> {
    let reading_id = uuid::Builder::from_random_bytes(desk.reading).into_uuid();
    let row = ReadingRow { reading_id, kind: "export", family_id: Some(family.0), reason: reason.to_owned() };
    sealed_reading::add(conn, desk.region, &row, desk.now).await?;
    let detail = json!({ "reading": reading_id, "records": records, "values": values });
    let (by, action) = (desk.by.clone(), Action::FamilyExport);
    let event = Event { by, action, records: vec![family], install: None, detail };
    audit::note(conn, desk.region, &event, desk.now).await
}

fn written(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
