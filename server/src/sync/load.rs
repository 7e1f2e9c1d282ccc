//! Loads what a batch needs to know, under the locks of its records; `known` turns the rows into a [`World`].

use std::collections::BTreeSet;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RecordId, RegionId};
use uuid::Uuid;

use super::ingest::IngestError;
use super::knowledge;
use super::known;
use super::offer::Offer;
use super::reach::{self, AreaTree};
use super::settle::NeedsKeys;
use super::world::World;
use crate::storage::kept_change::KeptRow;
use crate::storage::{change, erased_family, kept_change, open_values, record};

/// A loaded batch: the world, and the kept changes that may become part of their records now.
#[derive(Debug)]
pub struct Loaded {
    /// What is known.
    pub world: World,
    /// Changes that wait, to be offered again.
    pub waiting: Vec<Offer>,
}

/// Locks and loads everything that the offers touch.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn load(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &AreaTree,
    offers: &[&Offer],
    now: OffsetDateTime,
) -> Result<Loaded, IngestError> {
    let families: BTreeSet<Uuid> = offers.iter().map(|offer| offer.family.0).collect();
    let mut records: BTreeSet<Uuid> = offers.iter().map(|offer| offer.record.0).collect();
    let kept = kept_change::of_records_or_families(conn, region, &list(&records), &list(&families)).await?;
    records.extend(kept.iter().map(|row| row.record_id));
    let locked = record::lock(conn, region, &list(&records.union(&families).copied().collect())).await?;
    let mut world = World { areas: areas.ids(), ..World::default() };
    let of_families: BTreeSet<Uuid> = families.iter().copied().chain(locked.iter().map(|row| row.family_id)).collect();
    let erased = erased_family::among(conn, region, &list(&of_families)).await?;
    world.erased = erased.into_iter().map(RecordId).collect();
    known::insert_records(&mut world, locked)?;
    let changes = change::of_records(conn, region, &list(&records)).await?;
    let values = open_values::of_records(conn, region, &list(&records)).await?;
    known::insert_histories(&mut world, changes, values)?;
    let waiting = waiting_offers(conn, region, areas, &kept, now).await?;
    known::insert_kept(&mut world, &kept);
    let (records, installs) = known::strays(&world, offers.iter().copied().chain(&waiting));
    if !records.is_empty() {
        knowledge::load(conn, region, &mut world, (&list(&records), &list(&installs))).await?;
    }
    Ok(Loaded { world, waiting })
}

fn list(ids: &BTreeSet<Uuid>) -> Vec<Uuid> {
    ids.iter().copied().collect()
}

/// Kept changes that wait, offered in the name of who pushed them, with that install's reach of today.
async fn waiting_offers(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &AreaTree,
    kept: &[KeptRow],
    now: OffsetDateTime,
) -> Result<Vec<Offer>, IngestError> {
    let waiting: Vec<KeptRow> = kept.iter().filter(|row| row.state == "waiting").cloned().collect();
    Ok(offers(conn, region, areas, &waiting, now).await?.into_iter().flatten().collect())
}

/// An offer for each kept change, in order; `None` for one whose install or kind is not known.
///
/// # Errors
/// The database is away.
pub async fn offers(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &AreaTree,
    kept: &[KeptRow],
    now: OffsetDateTime,
) -> Result<Vec<Option<Offer>>, IngestError> {
    let installs: BTreeSet<Uuid> = kept.iter().map(|row| row.install_id).collect();
    let authors = reach::authors(conn, region, areas, &list(&installs), now).await?;
    let offer_of = |row: &KeptRow| known::offer(row, authors.get(&InstallId(row.install_id))?);
    Ok(kept.iter().map(offer_of).collect())
}

/// Loads the keys that earlier changes of a record put, so that the decision can be made.
///
/// # Errors
/// The database is away, or stored bytes are no change.
pub async fn load_keys(
    conn: &mut PgConnection,
    region: RegionId,
    world: &mut World,
    needs: &NeedsKeys,
) -> Result<(), IngestError> {
    let hashes: Vec<Vec<u8>> = needs.changes.iter().map(|hash| hash.0.to_vec()).collect();
    let stored = change::bytes_by_hash(conn, region, needs.record.0, &hashes).await?;
    known::insert_keys(world, needs.record, &stored)
}
