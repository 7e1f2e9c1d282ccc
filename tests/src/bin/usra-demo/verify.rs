//! Does everybody agree? The model of what was written against the open values in PostgreSQL, against every phone that has the
//! record, and against the typed tables. Says each disagreement by record id and key, never by value.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::{PgPool, Row};
use usra_client_sdk::Query;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_tests::model::Model;
use usra_tests::typed::{self, Shown};
use uuid::Uuid;

use crate::work::Surveyor;

/// Open values of every record and key, as PostgreSQL has them.
type Centre = BTreeMap<RecordId, BTreeMap<String, BTreeSet<Scalar>>>;

/// Every disagreement, in words; none when all agree.
#[expect(clippy::future_not_send, reason = "a phone's store belongs to one thread at a time")]
pub(crate) async fn agree(pool: &PgPool, phones: &[Surveyor], model: &Model) -> Result<Vec<String>> {
    let centre = open_values(pool).await?;
    let mut faults = Vec::new();
    if !model.records.is_empty() {
        model_against_centre(model, &centre, &mut faults);
        typed_against_model(pool, model, &mut faults).await?;
    }
    for surveyor in phones {
        phone_against_centre(surveyor, &centre, model, &mut faults)?;
    }
    let shown = shown_alike(phones, &mut faults)?;
    faults.extend(typed::differences(pool, &shown).await?);
    Ok(faults)
}

async fn open_values(pool: &PgPool) -> Result<Centre> {
    let rows = sqlx::query("select record_id, key, value from open_value where key not like 'official/%'");
    let mut centre = Centre::new();
    for row in rows.fetch_all(pool).await? {
        let value: Scalar = serde_json::from_value(row.try_get("value")?)?;
        let record = centre.entry(RecordId(row.try_get::<Uuid, _>("record_id")?)).or_default();
        record.entry(row.try_get("key")?).or_default().insert(value);
    }
    Ok(centre)
}

fn model_against_centre(model: &Model, centre: &Centre, faults: &mut Vec<String>) {
    if model.records.len() != centre.len() {
        faults.push(format!("{} records were made, the centre has {}", model.records.len(), centre.len()));
    }
    for (id, expected) in &model.records {
        let found = centre.get(id);
        for (key, values) in &expected.values {
            if found.and_then(|record| record.get(key)) != Some(values) {
                faults.push(format!("record {id}: {key} is not at the centre as it was written"));
            }
        }
    }
}

fn phone_against_centre(surveyor: &Surveyor, centre: &Centre, model: &Model, faults: &mut Vec<String>) -> Result<()> {
    let who = surveyor.number + 1;
    let listed = surveyor.handset.phone.list(&Query { limit: usize::MAX >> 1, ..Query::default() })?;
    let here = |code: &str| surveyor.areas.iter().any(|area| area.code == code);
    let wanted = model.records.iter().filter(|(_, record)| here(record.governorate)).count();
    let wanted = if model.records.is_empty() { centre.len() } else { wanted };
    if listed.len() != wanted {
        faults.push(format!("phone {who} has {} records, its areas have {wanted}", listed.len()));
    }
    for summary in listed {
        let Some(view) = surveyor.handset.phone.record(summary.id)? else { continue };
        let open = centre.get(&summary.id).cloned().unwrap_or_default();
        for (key, value) in view.fields.iter().filter(|(key, _)| !key.starts_with("official/")) {
            if !open.get(key).is_some_and(|values| values.contains(value)) {
                faults.push(format!("phone {who}, record {}: {key} is not what the centre has", summary.id));
            }
        }
        let disputed = open.values().filter(|values| values.len() > 1).count();
        if view.conflicts.len() != disputed || view.pending_changes > 0 {
            faults.push(format!("phone {who}, record {}: conflicts or unsent work differ", summary.id));
        }
    }
    Ok(())
}

/// The shown value of every field is the same on every phone; answers what they show.
fn shown_alike(phones: &[Surveyor], faults: &mut Vec<String>) -> Result<Shown> {
    let mut seen = Shown::new();
    for surveyor in phones {
        for summary in surveyor.handset.phone.list(&Query { limit: usize::MAX >> 1, ..Query::default() })? {
            let Some(view) = surveyor.handset.phone.record(summary.id)? else { continue };
            let (_, first) = seen.entry(summary.id).or_insert_with(|| (summary.kind, view.fields.clone()));
            if *first != view.fields {
                faults.push(format!("record {} looks different on phone {}", summary.id, surveyor.number + 1));
            }
        }
    }
    Ok(seen)
}

async fn typed_against_model(pool: &PgPool, model: &Model, faults: &mut Vec<String>) -> Result<()> {
    let counted = [
        ("family", "governorate", Kind::Family),
        ("family", "primary_activity", Kind::Family),
        ("product", "activity", Kind::Product),
        ("visit", "type", Kind::Visit),
    ];
    for (table, column, kind) in counted {
        // Both words come from the table above.
        let sql = format!("select coalesce({column}, ''), count(*) from {table} group by 1 order by 1");
        let rows: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await?;
        if rows.into_iter().collect::<BTreeMap<_, _>>() != model.count_by(kind, column) {
            faults.push(format!("table {table} counted by {column} is not what was written"));
        }
    }
    let disputed: i64 =
        sqlx::query_scalar("select coalesce(sum(conflict_count), 0)::bigint from record").fetch_one(pool).await?;
    if usize::try_from(disputed)? != model.disputed() {
        faults.push(format!("{} fields are disputed, the centre counts {disputed}", model.disputed()));
    }
    Ok(())
}
