//! Matching: compares every family that something arrived of with all others. It follows the feeds as a phone does, so nothing is missed, and
//! runs behind the pushes, so that they do not wait for it.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::evidence::{self, Facts};
use super::facts;
use crate::storage::duplicate_pair::{self, FoundPair};
use crate::storage::feed::{self, FeedRow};
use crate::storage::{likeness, matched, name_key};

/// Feed rows looked through in one transaction.
const ROWS: i64 = 500;

/// Compares the families of the next rows of the feeds; how many, none when everything is compared.
///
/// # Errors
/// The database is away; then nothing of this was done.
pub async fn step(conn: &mut PgConnection, region: RegionId, now: OffsetDateTime) -> Result<usize, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    let cursors = matched::lock(&mut transaction, region).await?;
    let rows = feed::after(&mut transaction, region, &cursors, (None, ROWS)).await?;
    let due = matched::take_due(&mut transaction, region).await?;
    let families: BTreeSet<Uuid> = rows.iter().map(|row| row.family_id).chain(due).collect();
    if families.is_empty() {
        return Ok(0);
    }
    let families: Vec<Uuid> = families.into_iter().collect();
    compare(&mut transaction, region, &families, now).await?;
    matched::advance(&mut transaction, region, &reached(&rows)).await?;
    transaction.commit().await?;
    Ok(families.len())
}

/// The last row of each area.
fn reached(rows: &[FeedRow]) -> BTreeMap<i32, i64> {
    rows.iter().map(|row| (row.area_id, row.seq)).collect()
}

async fn compare(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let mut known = facts::of(conn, region, families).await?;
    let keys: Vec<(Uuid, String)> = known.iter().flat_map(|(family, facts)| facts::keys(*family, facts)).collect();
    name_key::replace(conn, region, families, &keys).await?;
    let alike = likeness::alike(conn, region, families).await?;
    let alike: BTreeSet<(Uuid, Uuid)> =
        alike.into_iter().map(|(one, other)| (one.min(other), one.max(other))).collect();
    let others: BTreeSet<Uuid> = alike.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let others: Vec<Uuid> = others.into_iter().filter(|family| !known.contains_key(family)).collect();
    known.extend(facts::of(conn, region, &others).await?);
    let found: Vec<FoundPair> = alike.into_iter().filter_map(|pair| found(&known, pair)).collect();
    duplicate_pair::replace(conn, region, families, &found, now).await
}

fn found(known: &BTreeMap<Uuid, Facts>, (one, other): (Uuid, Uuid)) -> Option<FoundPair> {
    let evidence = evidence::compare(known.get(&one)?, known.get(&other)?)?;
    let reasons = evidence.reasons.into_iter().map(str::to_owned).collect();
    Some(FoundPair { one, other, score: evidence.score, reasons })
}
