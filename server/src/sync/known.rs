//! Stored rows as a [`World`], and kept changes as offers. Pure, so that the simulation loads as the server does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usra_sync_protocol::change::{self, KnownChange, OpId};
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{Reason, Verdict};
use uuid::Uuid;

use super::author::Author;
use super::grace::Departure;
use super::ingest::IngestError;
use super::offer::Offer;
use super::world::{RecordState, World};
use crate::storage::change::ChangeRow;
use crate::storage::departure::{DepartureRow, TakenRow};
use crate::storage::kept_change::KeptRow;
use crate::storage::open_values::OpenValuesRow;
use crate::storage::record::RecordRow;

/// Puts the records in, with nothing of their histories yet.
///
/// # Errors
/// A row's kind is none.
pub fn insert_records(world: &mut World, rows: Vec<RecordRow>) -> Result<(), IngestError> {
    for row in rows {
        let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number).ok_or(IngestError::Stored("record.kind"))?;
        let state = RecordState::new(kind, RecordId(row.family_id), AreaId(row.area_id.cast_unsigned()));
        let stored_changes = row.change_count.cast_unsigned();
        world.records.insert(RecordId(row.record_id), RecordState { stored_changes, ..state });
    }
    Ok(())
}

/// Puts the histories in, without the keys of their changes, and the open values, which name some of those keys.
///
/// # Errors
/// A row is not what only this program writes.
pub fn insert_histories(
    world: &mut World,
    changes: Vec<ChangeRow>,
    values: Vec<OpenValuesRow>,
) -> Result<(), IngestError> {
    let mut actors: BTreeMap<(Uuid, i32), Actor> = BTreeMap::new();
    for row in changes {
        let known = known_change(&row)?;
        actors.insert((row.record_id, row.n), known.actor);
        if let Some(record) = world.records.get_mut(&RecordId(row.record_id)) {
            record.size_bytes = record.size_bytes.saturating_add(usize::try_from(row.size_bytes).unwrap_or_default());
            record.history.insert_known(known).map_err(|_fault| IngestError::Stored("change.deps"))?;
        }
    }
    values.into_iter().try_for_each(|row| insert_values(world, &actors, row))
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

fn insert_values(
    world: &mut World,
    actors: &BTreeMap<(Uuid, i32), Actor>,
    row: OpenValuesRow,
) -> Result<(), IngestError> {
    let Some(record) = world.records.get_mut(&RecordId(row.record_id)) else { return Ok(()) };
    let puts = row.fields.0.into_iter().flat_map(|(key, puts)| puts.into_iter().map(move |put| (key.clone(), put)));
    for (key, (n, counter, value)) in puts {
        let actor = *actors.get(&(row.record_id, n)).ok_or(IngestError::Stored("open_values.fields"))?;
        let op = OpId { counter: counter.cast_unsigned(), actor };
        record.history.note_key(op, &key);
        record.values.insert(key, op, value, n.cast_unsigned());
    }
    Ok(())
}

/// Puts in what is kept apart: its verdicts, and where what waits was in its author's right when it came.
pub fn insert_kept(world: &mut World, rows: &[KeptRow]) {
    world.kept = rows.iter().filter_map(kept_verdict).collect();
    world.admitted = rows.iter().filter_map(admitted).collect();
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

fn admitted(row: &KeptRow) -> Option<((RecordId, ChangeHash), AreaId)> {
    let area = row.admitted_area_id.filter(|_area| row.state == "waiting")?;
    Some(((RecordId(row.record_id), ChangeHash::from_bytes(&row.hash)?), AreaId(area.cast_unsigned())))
}

/// A kept change offered again in the name of who pushed it; `None` when its kind is none.
#[must_use]
pub fn offer(row: &KeptRow, author: &Arc<Author>) -> Option<Offer> {
    Some(Offer {
        author: Arc::clone(author),
        record: RecordId(row.record_id),
        kind: u8::try_from(row.kind).ok()?,
        area: AreaId(row.area_id.cast_unsigned()),
        family: RecordId(row.family_id),
        relay: row.reason == Reason::Relayed.code(),
        bytes: row.bytes.clone(),
    })
}

/// The records, with their families, to which somebody offers changes out of their scope, and who does: only of those is it asked
/// where they went and who could know.
pub fn strays<'a>(world: &World, offers: impl Iterator<Item = &'a Offer>) -> (BTreeSet<Uuid>, BTreeSet<Uuid>) {
    let (mut records, mut installs) = (BTreeSet::new(), BTreeSet::new());
    for offer in offers {
        let home = world.records.get(&offer.record).or_else(|| world.records.get(&offer.family));
        if let Some(home) = home.filter(|home| !offer.author.scope.holds(home.area, home.family)) {
            records.extend([offer.record.0, home.family.0]);
            installs.insert(offer.author.install.0);
        }
    }
    (records, installs)
}

/// Puts in which areas records left, and which departures installs are known to have taken.
pub fn insert_departures(world: &mut World, departures: Vec<DepartureRow>, taken: Vec<TakenRow>) {
    for row in departures {
        let (area, seq) = (AreaId(row.area_id.cast_unsigned()), row.seq.cast_unsigned());
        world.departures.entry(RecordId(row.record_id)).or_default().push(Departure { area, seq, at: row.left_at });
    }
    for row in taken {
        let who = (InstallId(row.install_id), AreaId(row.area_id.cast_unsigned()));
        world.taken.insert(who, row.seq.cast_unsigned());
    }
}

/// Gives a record the keys that some of its changes put, from their bytes.
///
/// # Errors
/// Stored bytes are no change.
pub fn insert_keys(world: &mut World, record: RecordId, changes: &[Vec<u8>]) -> Result<(), IngestError> {
    let Some(state) = world.records.get_mut(&record) else { return Ok(()) };
    for bytes in changes {
        let change = change::read(bytes).map_err(|_fault| IngestError::Stored("change.bytes"))?;
        let keys = change.draft().puts.iter().map(|put| put.key.clone()).collect();
        state.history.load_keys(change.hash(), keys);
    }
    Ok(())
}
