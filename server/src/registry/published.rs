//! Published counts: a number that somebody answers for, kept with everything it was made of, so that it can be made again.

pub mod reproduce;
mod rows;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::counts::{self, By as Of, NotKnownYet, Tally};
use super::overview::{self, Part};
use crate::registry::audit::{self, Action, By, Event};
use crate::storage::connection;
use crate::storage::listed_family::{self, Filter, FoundRow};
use crate::storage::person::{self, Person};
use crate::storage::published_count::{self, PublishedFamily, PublishedRow};

/// A count to publish.
#[derive(Clone, Debug)]
pub struct Publishing {
    /// Names it.
    pub id: Uuid,
    /// The account of who publishes it.
    pub staff: Uuid,
    /// The areas it is of, each with all below it.
    pub roots: Vec<i32>,
    /// All of them.
    pub areas: Vec<i32>,
    /// Which families are counted.
    pub filter: Filter,
    /// The same as it stands in an address.
    pub written: String,
    /// The number that whoever publishes saw; `None` when they saw none.
    pub seen: Option<i64>,
}

/// A published count.
#[derive(Clone, Debug)]
pub struct Published {
    /// Names it.
    pub id: Uuid,
    /// When it was counted and published.
    pub at: OffsetDateTime,
    /// Who published it, if that is still known.
    pub by: Option<Person>,
    /// The areas it is of, each with all below it.
    pub areas: Vec<i32>,
    /// The filter as it stands in an address.
    pub filter: String,
    /// The version of the query that counted.
    pub version: i32,
    /// Families that counted.
    pub total: Tally,
    /// Its parts.
    pub parts: Parts,
    /// What was not known yet, in those areas.
    pub not_known: NotKnownYet,
    /// SHA-256 over its rows.
    pub hash: Vec<u8>,
}

/// The parts of a count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// By governorate.
    pub by_governorate: Vec<Part>,
    /// By sector.
    pub by_sector: Vec<Part>,
    /// By main activity.
    pub by_activity: Vec<Part>,
}

impl Parts {
    /// The parts of these families.
    #[must_use]
    pub fn of(found: &[FoundRow]) -> Self {
        let parts = |by| overview::parts(found, by);
        Self { by_governorate: parts(Of::Governorate), by_sector: parts(Of::Sector), by_activity: parts(Of::Activity) }
    }
}

/// Publishes what the filter counts now: the numbers, their parts and their rows are of one moment. It is noted. Whether it was published: not
/// when another number was seen.
///
/// # Errors
/// The database is away; then nothing was published.
pub async fn publish(
    conn: &mut PgConnection,
    region: RegionId,
    publishing: &Publishing,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let (row, families) = count(conn, region, publishing, now).await?;
    if publishing.seen.is_some_and(|seen| seen != row.families) {
        return Ok(false);
    }
    let mut transaction = conn.begin().await?;
    published_count::add(&mut transaction, region, &row).await?;
    published_count::add_families(&mut transaction, region, row.count_id, &families).await?;
    let detail = json!({ "count": row.count_id, "families": row.families, "verified": row.verified });
    let (by, action) = (By::Staff(publishing.staff), Action::CountPublish);
    let event = Event { by, action, records: Vec::new(), install: None, detail };
    audit::note(&mut transaction, region, &event, now).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn count(
    conn: &mut PgConnection,
    region: RegionId,
    publishing: &Publishing,
    now: OffsetDateTime,
) -> Result<(PublishedRow, Vec<PublishedFamily>), sqlx::Error> {
    let filter = Filter { standing: Some("counted".to_owned()), ..publishing.filter.clone() };
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let found = listed_family::find(&mut transaction, region, &publishing.areas, &filter).await?;
    let ids: Vec<Uuid> = found.iter().map(|family| family.record_id).collect();
    let changes = published_count::change_counts(&mut transaction, region, &ids).await?;
    let not_known = counts::not_known_yet(&mut transaction, region, &publishing.areas, now).await?;
    transaction.commit().await?;
    let total = Tally::of(&found);
    let row = PublishedRow {
        count_id: publishing.id,
        published_at: now,
        staff_id: publishing.staff,
        areas: publishing.roots.clone(),
        filter: publishing.written.clone(),
        query_version: listed_family::VERSION,
        families: total.families,
        verified: total.verified,
        parts: json!(Parts::of(&found)),
        not_known: json!(not_known),
        rows_hash: rows::hash(&found).to_vec(),
    };
    Ok((row, families(found, &changes.into_iter().collect())))
}

fn families(found: Vec<FoundRow>, changes: &BTreeMap<Uuid, i32>) -> Vec<PublishedFamily> {
    let family = |family: FoundRow| {
        let change_count = *changes.get(&family.record_id)?;
        Some(PublishedFamily { family_id: family.record_id, change_count, standing: family.standing })
    };
    found.into_iter().filter_map(family).collect()
}

/// The published counts of which every area is among these, the newest first; all of them where no areas are given.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    areas: Option<&[i32]>,
) -> Result<Vec<Published>, sqlx::Error> {
    read(conn, region, (None, areas)).await
}

/// One of them.
///
/// # Errors
/// As [`list`].
pub async fn find(
    conn: &mut PgConnection,
    region: RegionId,
    id: Uuid,
    areas: Option<&[i32]>,
) -> Result<Option<Published>, sqlx::Error> {
    Ok(read(conn, region, (Some(id), areas)).await?.pop())
}

async fn read(
    conn: &mut PgConnection,
    region: RegionId,
    which: (Option<Uuid>, Option<&[i32]>),
) -> Result<Vec<Published>, sqlx::Error> {
    let rows = published_count::list(conn, region, which).await?;
    let staff: Vec<Uuid> = rows.iter().map(|row| row.staff_id).collect();
    let people = person::of_ids(conn, region, &staff).await?;
    rows.into_iter().map(|row| of_row(row, &people)).collect()
}

fn of_row(row: PublishedRow, people: &BTreeMap<Uuid, Person>) -> Result<Published, sqlx::Error> {
    let broken = |fault: serde_json::Error| sqlx::Error::Decode(fault.into());
    Ok(Published {
        id: row.count_id,
        at: row.published_at,
        by: people.get(&row.staff_id).cloned(),
        areas: row.areas,
        filter: row.filter,
        version: row.query_version,
        total: Tally { families: row.families, verified: row.verified },
        parts: serde_json::from_value(row.parts).map_err(broken)?,
        not_known: serde_json::from_value(row.not_known).map_err(broken)?,
        hash: row.rows_hash,
    })
}
