//! Release: the original change becomes part of its record, as its author made it. A person answers for scope and for who may
//! write what; the schema, the history and the limits must still hold, and what is under `official/` only the centre's own
//! changes write (adopt it). Changes that were held only because they follow it are released with it.

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::change::Change;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::schema;
use usra_sync_protocol::sync::{Outcome, Reason, Verdict};
use uuid::Uuid;

use super::{Choice, Decided, Desk, HeldError, Item, Opened, note, open, reason_of, tell};
use crate::registry::audit::Action;
use crate::storage::kept_change;
use crate::sync::decide::{self, Stop};
use crate::sync::load;
use crate::sync::offer::Offer;
use crate::sync::settle::NeedsKeys;
use crate::sync::world::World;

/// Releases what was chosen, as far as it can be.
///
/// # Errors
/// A [`HeldError`]; then nothing changed.
pub async fn release(desk: &Desk, choice: Choice, now: OffsetDateTime) -> Result<Decided, HeldError> {
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let Some(opened) = open(&mut transaction, desk, choice, now).await? else { return Ok(Decided::default()) };
    let Opened { record, items, mut world, waiting } = opened;
    let mut decided = Decided { record: Some(record), ..Decided::default() };
    let mut open_items: Vec<&Item> = items.iter().filter(|item| is_meant(item)).collect();
    // Each round may let in what follows what came in before it.
    loop {
        let before = decided.changes.len();
        decided.left.clear();
        let mut still = Vec::new();
        for item in open_items {
            match take(&mut transaction, desk, &mut world, item).await? {
                None => decided.changes.push(item.hash),
                Some(reason) => {
                    still.push(item);
                    decided.left.push((item.hash, reason));
                }
            }
        }
        open_items = still;
        if decided.changes.len() == before {
            break;
        }
    }
    decided.left.retain(|(hash, _)| items.iter().any(|item| item.chosen && item.hash == *hash));
    desk.write(&mut transaction, (world, &waiting), now).await?;
    let gone: Vec<(Uuid, Vec<u8>)> = decided.changes.iter().map(|hash| (record.0, hash.0.to_vec())).collect();
    kept_change::delete(&mut transaction, desk.region, &gone).await?;
    // Who passed a change on has nothing of it in the tray.
    let of_author = |item: &&Item| item.reason != Reason::Relayed && decided.changes.contains(&item.hash);
    for item in items.iter().filter(of_author) {
        tell(&mut transaction, desk, item, (Outcome::Released, ""), now).await?;
    }
    note(&mut transaction, desk, Action::HeldRelease, (&items, &decided), now).await?;
    transaction.commit().await?;
    Ok(decided)
}

fn is_meant(item: &Item) -> bool {
    item.chosen || item.reason == Reason::AfterHeld
}

/// Lets one change in; the reason when it cannot be.
async fn take(
    conn: &mut PgConnection,
    desk: &Desk,
    world: &mut World,
    item: &Item,
) -> Result<Option<Reason>, HeldError> {
    let Some(change) = &item.change else { return Ok(Some(Reason::ChangeMalformed)) };
    loop {
        match judge(world, &item.offer, change) {
            Ok(()) => return Ok(None),
            Err(Stop::With(verdict)) => return Ok(Some(reason_of(&verdict))),
            Err(Stop::NeedsKeys(changes)) => {
                let needs = NeedsKeys { record: item.offer.record, changes };
                load::load_keys(conn, desk.region, world, &needs).await?;
            }
        }
    }
}

/// The decision on a push, less what a person answers for. When it lets the change in, the world has it.
///
/// # Errors
/// Why it does not, or which keys must be loaded first.
pub fn judge(world: &mut World, offer: &Offer, change: &Change) -> Result<(), Stop> {
    if world.records.get(&offer.record).is_some_and(|record| record.history.contains(change.hash())) {
        return Ok(());
    }
    let kind = Kind::from_number(offer.kind).ok_or_else(|| decide::held(Reason::KindUnknown))?;
    let fresh = decide::locate(world, offer, kind)?;
    fits(kind, change)?;
    let record = world.records.get(&offer.record).or(fresh.as_ref());
    let record = record.ok_or_else(|| decide::held(Reason::RecordMismatch))?;
    decide::follows(world, record, offer, change)?;
    decide::has_room(record, change, offer.bytes.len())?;
    world.kept.remove(&(offer.record, change.hash()));
    if let Some(fresh) = fresh {
        world.records.entry(offer.record).or_insert(fresh);
    }
    if let Some(record) = world.records.get_mut(&offer.record) {
        record.release(change.clone(), offer.bytes.clone());
    }
    Ok(())
}

fn fits(kind: Kind, change: &Change) -> Result<(), Verdict> {
    for (_, put) in change.ops() {
        let field = schema::check(kind, &put.key, &put.value).map_err(|fault| decide::held(fault.reason()))?;
        if policy::is_official(field) {
            return Err(decide::held(Reason::FieldNotAllowed));
        }
    }
    Ok(())
}
