//! A push at the model centre: loads as the server loads, lets the server's own code settle, and writes the server's own rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlx::types::Json;
use time::OffsetDateTime;
use usra_server::storage::departure::TakenRow;
use usra_server::storage::kept_change::KeptRow;
use usra_server::storage::open_values::OpenValuesRow;
use usra_server::sync::author::{Author, Scope};
use usra_server::sync::known;
use usra_server::sync::offer::Offer;
use usra_server::sync::reach::AreaTree;
use usra_server::sync::rows::{self, Apart, Rows};
use usra_server::sync::settle::Settling;
use usra_server::sync::world::World;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::sync::Verdict;
use uuid::Uuid;

use super::tables::Tables;
use super::violation::{Holds, Violation};

/// Takes the offers in, in one transaction; a verdict for each.
pub(super) fn push(tables: &mut Tables, tree: &AreaTree, offers: &[Offer], now: OffsetDateTime) -> Holds<Vec<Verdict>> {
    let all: Vec<&Offer> = offers.iter().collect();
    let (world, waiting) = load(tables, tree, &all)?;
    let mut verdicts = settle(tables, world, all.iter().copied().chain(&waiting), now)?;
    verdicts.truncate(offers.len());
    Ok(verdicts)
}

/// Settles offers in a loaded world and writes what comes of it.
pub(super) fn settle<'a>(
    tables: &mut Tables,
    world: World,
    offers: impl IntoIterator<Item = &'a Offer>,
    now: OffsetDateTime,
) -> Holds<Vec<Verdict>> {
    let mut settling = Settling::new(world, offers);
    while let Some(needs) = settling.run() {
        load_keys(tables, &mut settling.world, needs.record, &needs.changes)?;
    }
    let touched = rows::touched(&settling.world);
    let written = (Apart::of(settling.cases()), Rows::of(&touched));
    tables.write(written, now)?;
    Ok(settling.cases().iter().filter_map(|case| case.verdict.clone()).collect())
}

/// Everything that the offers touch, and what waits there.
pub(super) fn load(tables: &Tables, tree: &AreaTree, offers: &[&Offer]) -> Holds<(World, Vec<Offer>)> {
    let families: BTreeSet<Uuid> = offers.iter().map(|offer| offer.family.0).collect();
    let mut records: BTreeSet<Uuid> = offers.iter().map(|offer| offer.record.0).collect();
    let kept = tables.kept_of(&records, &families);
    records.extend(kept.iter().map(|row| row.record_id));
    let mut world = World { areas: tree.ids(), ..World::default() };
    let locked = records.union(&families).filter_map(|id| tables.records.get(&RecordId(*id)));
    known::insert_records(&mut world, locked.map(|kept| kept.row.clone()).collect()).map_err(Violation::broken)?;
    let whole: Vec<_> = records.iter().filter_map(|id| tables.records.get(&RecordId(*id))).collect();
    let changes = whole.iter().flat_map(|kept| kept.changes.iter().map(|change| change.row.clone())).collect();
    let values =
        whole.iter().map(|kept| OpenValuesRow { record_id: kept.row.record_id, fields: Json(kept.values.clone()) });
    let whole = known::insert_histories(&mut world, changes, values.collect());
    whole.map_err(|fault| Violation::of("a stored history is whole", fault.to_string()))?;
    let waiting: Vec<KeptRow> = kept.iter().filter(|row| row.state == "waiting").cloned().collect();
    let waiting: Vec<Offer> = offers_of(tables, tree, &waiting).into_iter().flatten().collect();
    known::insert_kept(&mut world, &kept);
    let (strays, installs) = known::strays(&world, offers.iter().copied().chain(&waiting));
    let departures = tables.departures.iter().filter(|row| strays.contains(&row.record_id)).cloned().collect();
    known::insert_departures(&mut world, departures, taken(tables, &installs));
    Ok((world, waiting))
}

fn taken(tables: &Tables, installs: &BTreeSet<Uuid>) -> Vec<TakenRow> {
    let of_installs = tables.taken.iter().filter(|((install, _), _)| installs.contains(&install.0));
    let row = |((install, area), seq): (&(InstallId, usra_sync_protocol::id::AreaId), &u64)| TakenRow {
        install_id: install.0,
        area_id: area.0.cast_signed(),
        seq: seq.cast_signed(),
    };
    of_installs.map(row).collect()
}

/// Kept changes offered in the name of who pushed them, with that install's reach of now.
pub(super) fn offers_of(tables: &Tables, tree: &AreaTree, kept: &[KeptRow]) -> Vec<Option<Offer>> {
    let mut authors: BTreeMap<Uuid, Option<Arc<Author>>> = BTreeMap::new();
    let offer_of = |row: &KeptRow| {
        let author =
            authors.entry(row.install_id).or_insert_with(|| author_of_now(tables, tree, InstallId(row.install_id)));
        known::offer(row, author.as_ref()?)
    };
    kept.iter().map(offer_of).collect()
}

/// As `reach::authors`; assignments that are over give nothing.
fn author_of_now(tables: &Tables, tree: &AreaTree, id: InstallId) -> Option<Arc<Author>> {
    let install = tables.installs.get(&id)?;
    let areas: Vec<_> = match install.family.map(|family| tables.records.get(&family)) {
        Some(home) => {
            home.into_iter().map(|kept| usra_sync_protocol::id::AreaId(kept.row.area_id.cast_unsigned())).collect()
        }
        None => {
            tables.assignments.iter().filter(|one| one.install == id && one.to.is_none()).map(|one| one.area).collect()
        }
    };
    let scope = if install.revoked { Scope::default() } else { tree.scope(&areas, install.family) };
    Some(Arc::new(Author { revoked: install.revoked, ..Author::new(id, install.role, scope) }))
}

/// Gives the world the keys of some changes.
pub(super) fn load_keys(
    tables: &Tables,
    world: &mut World,
    record: RecordId,
    changes: &[usra_sync_protocol::id::ChangeHash],
) -> Holds {
    let Some(kept) = tables.records.get(&record) else { return Ok(()) };
    let asked = kept.changes.iter().filter(|change| changes.iter().any(|hash| change.row.hash == hash.0));
    let bytes: Vec<Vec<u8>> = asked.map(|change| change.bytes.clone()).collect();
    known::insert_keys(world, record, &bytes).map_err(Violation::broken)
}
