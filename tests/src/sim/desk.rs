//! What people at the centre do: move families, assign, revoke, and decide about held work, each as one transaction on the tables.

use time::OffsetDateTime;
use usra_server::storage::departure::DepartureRow;
use usra_server::storage::feed::{Entry, FeedWrite};
use usra_server::storage::kept_change::KeptRow;
use usra_server::sync::decide::Stop;
use usra_server::sync::held::{self, adopt, release};
use usra_server::sync::offer::Offer;
use usra_server::sync::reach::AreaTree;
use usra_server::sync::world::World;
use usra_sync_protocol::change;
use usra_sync_protocol::id::{AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::sync::{Decision, Outcome, Reason};

use super::ingest;
use super::tables::{Assignment, Tables};
use super::violation::Holds;

/// Moves a family with all that belongs to it; how many records moved.
pub(super) fn relocate(tables: &mut Tables, family: RecordId, to: AreaId, now: OffsetDateTime) -> usize {
    let belongs = tables.records.iter().filter(|(_, kept)| kept.row.family_id == family.0);
    let moving: Vec<RecordId> =
        belongs.filter(|(_, kept)| kept.row.area_id != to.0.cast_signed()).map(|(id, _)| *id).collect();
    if !tables.records.contains_key(&family) {
        return 0;
    }
    for id in &moving {
        let Some(whole) = tables.whole(*id) else { continue };
        let entry = |area_id: i32, entry, size_bytes| FeedWrite {
            area_id,
            record_id: id.0,
            entry,
            first_n: 1,
            last_n: whole.change_count,
            size_bytes,
            install_id: InstallId::SERVER.0,
        };
        let size = i32::try_from(whole.size_bytes).unwrap_or(i32::MAX);
        let rows = vec![entry(whole.area_id, Entry::Leave, 0), entry(to.0.cast_signed(), Entry::Join, size)];
        let seq = tables.append(rows).first().copied().unwrap_or_default();
        tables.departures.push(DepartureRow { record_id: id.0, area_id: whole.area_id, seq, left_at: now });
        tables.last_leave.insert(AreaId(whole.area_id.cast_unsigned()), now);
        if let Some(kept) = tables.records.get_mut(id) {
            kept.row.area_id = to.0.cast_signed();
        }
    }
    moving.len()
}

/// The install works in these areas from now on, where it does not already.
pub(super) fn assign(tables: &mut Tables, install: InstallId, areas: &[AreaId], now: OffsetDateTime) {
    for area in areas {
        let of = |one: &&mut Assignment| one.install == install && one.area == *area;
        if tables.assignments.iter_mut().filter(of).any(|one| one.from <= now && one.to.is_none_or(|to| to > now)) {
            continue;
        }
        match tables.assignments.iter_mut().filter(of).find(|one| one.from == now) {
            Some(again) => (again.to, again.known) = (None, false),
            None => tables.assignments.push(Assignment { install, area: *area, from: now, to: None, known: false }),
        }
    }
}

/// The install works nowhere from now on.
pub(super) fn unassign(tables: &mut Tables, install: InstallId, now: OffsetDateTime) {
    for one in tables.assignments.iter_mut().filter(|one| one.install == install && one.to.is_none_or(|to| to > now)) {
        one.to = Some(now.max(one.from));
    }
}

/// A person decides about one held change; whether it was carried out.
pub(super) fn decide(
    tables: &mut Tables,
    tree: &AreaTree,
    (held, outcome): (&KeptRow, Outcome),
    now: OffsetDateTime,
) -> Holds<bool> {
    match outcome {
        Outcome::Released => releases(tables, tree, held, now),
        Outcome::Adopted => adopts(tables, tree, held, now),
        Outcome::Rejected | Outcome::Unknown => {
            refuse(tables, held, Reason::Rejected);
            tell(tables, held, Outcome::Rejected, "not so");
            Ok(true)
        }
    }
}

/// Releases the change and what was held only because it follows it.
fn releases(tables: &mut Tables, tree: &AreaTree, chosen: &KeptRow, now: OffsetDateTime) -> Holds<bool> {
    let of_record = |row: &KeptRow| is_open(row) && row.record_id == chosen.record_id;
    let rows = tables.in_order(of_record);
    let offers: Vec<(KeptRow, Offer)> = rows
        .iter()
        .cloned()
        .zip(ingest::offers_of(tables, tree, &rows))
        .filter_map(|(row, offer)| Some((row, offer?)))
        .collect();
    let all: Vec<&Offer> = offers.iter().map(|(_, offer)| offer).collect();
    let (mut world, waiting) = ingest::load(tables, tree, &all)?;
    let meant = |row: &KeptRow| row.hash == chosen.hash || row.reason == Reason::AfterHeld.code();
    let mut left: Vec<&(KeptRow, Offer)> = offers.iter().filter(|(row, _)| meant(row)).collect();
    let mut released: Vec<&KeptRow> = Vec::new();
    loop {
        let before = released.len();
        let mut still = Vec::new();
        for one in left {
            if lets_in(tables, &mut world, &one.1)? { released.push(&one.0) } else { still.push(one) }
        }
        left = still;
        if released.len() == before {
            break;
        }
    }
    ingest::settle(tables, world, &waiting, now)?;
    for row in &released {
        tables.kept.remove(&(row.record_id, row.hash.clone()));
        if row.reason != Reason::Relayed.code() {
            tell(tables, row, Outcome::Released, "");
        }
    }
    Ok(!released.is_empty())
}

fn lets_in(tables: &Tables, world: &mut World, offer: &Offer) -> Holds<bool> {
    let Ok(change) = change::read(&offer.bytes) else { return Ok(false) };
    loop {
        match release::judge(world, offer, &change) {
            Ok(()) => return Ok(true),
            Err(Stop::With(_)) => return Ok(false),
            Err(Stop::NeedsKeys(hashes)) => ingest::load_keys(tables, world, offer.record, &hashes)?,
        }
    }
}

/// The centre writes the held values itself.
fn adopts(tables: &mut Tables, tree: &AreaTree, chosen: &KeptRow, now: OffsetDateTime) -> Holds<bool> {
    let Some(offer) = ingest::offers_of(tables, tree, std::slice::from_ref(chosen)).into_iter().flatten().next() else {
        return Ok(false);
    };
    let (mut world, waiting) = ingest::load(tables, tree, &[&offer])?;
    let read = change::read(&offer.bytes).ok();
    if adopt::take(&mut world, (&offer, read.as_ref()), now).is_err() {
        return Ok(false);
    }
    refuse(tables, chosen, Reason::Adopted);
    tell(tables, chosen, Outcome::Adopted, "");
    ingest::settle(tables, world, &waiting, now)?;
    Ok(true)
}

fn refuse(tables: &mut Tables, held: &KeptRow, reason: Reason) {
    if let Some((_, row)) = tables.kept.get_mut(&(held.record_id, held.hash.clone())) {
        (row.state, row.reason) = ("refused".to_owned(), reason.code().to_owned());
    }
}

fn tell(tables: &mut Tables, held: &KeptRow, outcome: Outcome, note: &str) {
    let Some(change) = ChangeHash::from_bytes(&held.hash) else { return };
    let told = tables.decisions.entry(InstallId(held.install_id)).or_default();
    let number = told.len() as u64 + 1;
    told.push(Decision { number, record: RecordId(held.record_id), change, outcome, note: note.to_owned() });
}

/// What people can decide about, oldest first.
pub(super) fn to_decide(tables: &Tables) -> Vec<KeptRow> {
    tables.in_order(is_open)
}

fn is_open(row: &KeptRow) -> bool {
    held::is_open(&row.state, &row.reason)
}
