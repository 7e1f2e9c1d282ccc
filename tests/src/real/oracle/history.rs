//! The history of each record: its changes are readable and named by their hashes, follow what came before, and merged again
//! they give exactly the heads, the digest and the open values that the centre keeps.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sqlx::PgConnection;
use usra_sync_protocol::change;
use usra_sync_protocol::digest;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::open_values::OpenValues;
use uuid::Uuid;

/// One record, merged again from its changes.
#[derive(Default)]
struct Merged {
    values: OpenValues<i32>,
    known: BTreeSet<ChangeHash>,
    heads: BTreeSet<ChangeHash>,
}

/// Values by record, key and change number.
type Values = BTreeMap<(Uuid, String, i32), (i64, Value)>;

/// How many changes there are; they and everything made of them fit.
pub(super) async fn fits(conn: &mut PgConnection) -> Result<u64> {
    let changes: Vec<(Uuid, i32, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select record_id, n, hash, bytes from change order by record_id, n")
            .fetch_all(&mut *conn)
            .await?;
    let mut records: BTreeMap<Uuid, Merged> = BTreeMap::new();
    for (record, n, hash, bytes) in &changes {
        let merged = records.entry(*record).or_default();
        take(merged, *n, hash, bytes).with_context(|| format!("change {n} of record {record}"))?;
    }
    summaries_fit(conn, &records).await?;
    let kept: Vec<(Uuid, String, i32, i64, Value)> =
        sqlx::query_as("select record_id, key, n, counter, value from open_value").fetch_all(conn).await?;
    let kept: Values = kept.into_iter().map(|(id, key, n, counter, value)| ((id, key, n), (counter, value))).collect();
    let merged = open_values(&records)?;
    let differing = kept.iter().filter(|(at, value)| merged.get(*at) != Some(*value)).count();
    ensure!(
        differing == 0 && kept.len() == merged.len(),
        "{differing} open values are not the merge of the changes; {} are kept, {} merged",
        kept.len(),
        merged.len()
    );
    Ok(changes.len() as u64)
}

fn take(merged: &mut Merged, n: i32, hash: &[u8], bytes: &[u8]) -> Result<()> {
    let change = change::read(bytes).map_err(|fault| anyhow::anyhow!("it cannot be read: {fault:?}"))?;
    ensure!(change.hash().0 == hash, "it is not what its hash says");
    let deps = &change.draft().deps;
    ensure!(deps.iter().all(|dep| merged.known.contains(dep)), "what it follows comes later or never");
    for dep in deps {
        merged.heads.remove(dep);
    }
    ensure!(merged.known.insert(change.hash()), "it was there before");
    merged.heads.insert(change.hash());
    merged.values.apply(&change, &n);
    Ok(())
}

async fn summaries_fit(conn: &mut PgConnection, records: &BTreeMap<Uuid, Merged>) -> Result<()> {
    let rows: Vec<(Uuid, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select record_id, heads, digest from record").fetch_all(conn).await?;
    ensure!(rows.len() == records.len(), "{} records have a summary, {} have changes", rows.len(), records.len());
    for (id, heads, kept) in rows {
        let merged: Vec<ChangeHash> =
            records.get(&id).map(|merged| merged.heads.iter().copied().collect()).unwrap_or_default();
        let bytes: Vec<u8> = merged.iter().flat_map(|head| head.0).collect();
        ensure!(bytes == heads, "record {id} has other heads than its changes");
        ensure!(digest::of_record(RecordId(id), &merged).0.as_slice() == kept, "record {id} has another digest");
    }
    Ok(())
}

fn open_values(records: &BTreeMap<Uuid, Merged>) -> Result<Values> {
    let mut all = Values::new();
    for (id, merged) in records {
        for (key, open) in merged.values.iter() {
            for (op, open) in open.iter() {
                let value = (i64::try_from(op.counter)?, serde_json::to_value(&open.value)?);
                all.insert((*id, key.to_owned(), open.with), value);
            }
        }
    }
    Ok(all)
}
