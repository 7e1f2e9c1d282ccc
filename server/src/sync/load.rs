//! Loads what a batch needs to know, under the locks of its records, and turns rows into a [`World`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, KnownChange, OpId};
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, InstallId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{Reason, Verdict};
use uuid::Uuid;

use super::ingest::IngestError;
use super::knowledge;
use super::offer::Offer;
use super::reach::{self, AreaTree};
use super::settle::NeedsKeys;
use super::world::{RecordState, World};
use crate::storage::change::ChangeRow;
use crate::storage::kept_change::KeptRow;
use crate::storage::open_value::OpenValueRow;
use crate::storage::{change as change_table, kept_change, open_value, record};

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
    for row in locked {
        let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number).ok_or(IngestError::Stored("record.kind"))?;
        let state = RecordState::new(kind, RecordId(row.family_id), AreaId(row.area_id.cast_unsigned()));
        let stored_changes = row.change_count.cast_unsigned();
        world.records.insert(RecordId(row.record_id), RecordState { stored_changes, ..state });
    }
    load_histories(conn, region, &mut world, &list(&records)).await?;
    let waiting = waiting_offers(conn, region, areas, &kept, now).await?;
    world.kept = kept.iter().filter_map(kept_verdict).collect();
    world.admitted = kept.iter().filter_map(admitted).collect();
    load_departures(conn, region, &mut world, offers.iter().copied().chain(&waiting)).await?;
    Ok(Loaded { world, waiting })
}

/// Where a waiting change was in its author's right when it came.
fn admitted(row: &KeptRow) -> Option<((RecordId, ChangeHash), AreaId)> {
    let area = row.admitted_area_id.filter(|_area| row.state == "waiting")?;
    Some(((RecordId(row.record_id), ChangeHash::from_bytes(&row.hash)?), AreaId(area.cast_unsigned())))
}

/// Where records went that somebody offers changes to out of their scope: only then is it asked what they could know.
async fn load_departures(
    conn: &mut PgConnection,
    region: RegionId,
    world: &mut World,
    offers: impl Iterator<Item = &Offer>,
) -> Result<(), IngestError> {
    let (mut records, mut installs) = (BTreeSet::new(), BTreeSet::new());
    for offer in offers {
        let home = world.records.get(&offer.record).or_else(|| world.records.get(&offer.family));
        if let Some(home) = home.filter(|home| !offer.author.scope.holds(home.area, home.family)) {
            records.extend([offer.record.0, home.family.0]);
            installs.insert(offer.author.install.0);
        }
    }
    if records.is_empty() {
        return Ok(());
    }
    knowledge::load(conn, region, world, (&list(&records), &list(&installs))).await
}

fn list(ids: &BTreeSet<Uuid>) -> Vec<Uuid> {
    ids.iter().copied().collect()
}

async fn load_histories(
    conn: &mut PgConnection,
    region: RegionId,
    world: &mut World,
    records: &[Uuid],
) -> Result<(), IngestError> {
    let mut actors: BTreeMap<(Uuid, i32), Actor> = BTreeMap::new();
    for row in change_table::of_records(conn, region, records).await? {
        let known = known_change(&row)?;
        actors.insert((row.record_id, row.n), known.actor);
        if let Some(record) = world.records.get_mut(&RecordId(row.record_id)) {
            record.size_bytes = record.size_bytes.saturating_add(usize::try_from(row.size_bytes).unwrap_or_default());
            record.history.insert_known(known).map_err(|_fault| IngestError::Stored("change.deps"))?;
        }
    }
    for row in open_value::of_records(conn, region, records).await? {
        let actor = actors.get(&(row.record_id, row.n)).ok_or(IngestError::Stored("open_value.n"))?;
        insert_value(world, *actor, row)?;
    }
    Ok(())
}

fn known_change(row: &ChangeRow) -> Result<KnownChange, IngestError> {
    let deps = row.deps.chunks(32).map(ChangeHash::from_bytes).collect::<Option<Vec<_>>>();
    let puts = u64::try_from(row.op_count).unwrap_or_default();
    Ok(KnownChange {
        hash: ChangeHash::from_bytes(&row.hash).ok_or(IngestError::Stored("change.hash"))?,
        actor: Actor::from_bytes(&row.actor).ok_or(IngestError::Stored("change.actor"))?,
        seq: row.seq.cast_unsigned(),
        start_op: row.start_op.cast_unsigned(),
        max_op: row.start_op.cast_unsigned().saturating_add(puts).saturating_sub(1),
        deps: deps.ok_or(IngestError::Stored("change.deps"))?,
        keys: None,
    })
}

fn insert_value(world: &mut World, actor: Actor, row: OpenValueRow) -> Result<(), IngestError> {
    let Some(record) = world.records.get_mut(&RecordId(row.record_id)) else { return Ok(()) };
    let value: Scalar = serde_json::from_value(row.value).map_err(|_json| IngestError::Stored("open_value.value"))?;
    let op = OpId { counter: row.counter.cast_unsigned(), actor };
    record.history.note_key(op, &row.key);
    record.values.insert(row.key, op, value, row.n.cast_unsigned());
    Ok(())
}

fn kept_verdict(row: &KeptRow) -> Option<((RecordId, ChangeHash), Verdict)> {
    let hash = ChangeHash::from_bytes(&row.hash)?;
    let reason = Reason::from_code(&row.reason);
    let verdict = match row.state.as_str() {
        "waiting" => Verdict::Waiting(reason),
        "refused" => Verdict::Refused(reason),
        _ => Verdict::Held { reason, fields: serde_json::from_value(row.fields.clone()).unwrap_or_default() },
    };
    Some(((RecordId(row.record_id), hash), verdict))
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
    let offer_of = |row: &KeptRow| {
        let author = authors.get(&InstallId(row.install_id))?;
        Some(Offer {
            author: Arc::clone(author),
            record: RecordId(row.record_id),
            kind: u8::try_from(row.kind).ok()?,
            area: AreaId(row.area_id.cast_unsigned()),
            family: RecordId(row.family_id),
            relay: row.reason == Reason::Relayed.code(),
            bytes: row.bytes.clone(),
        })
    };
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
    let stored = change_table::bytes_by_hash(conn, region, needs.record.0, &hashes).await?;
    let Some(state) = world.records.get_mut(&needs.record) else { return Ok(()) };
    for bytes in stored {
        let change = change::read(&bytes).map_err(|_fault| IngestError::Stored("change.bytes"))?;
        let keys = change.draft().puts.iter().map(|put| put.key.clone()).collect();
        state.history.load_keys(change.hash(), keys);
    }
    Ok(())
}
