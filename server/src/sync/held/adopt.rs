//! Adopt: the centre writes the held values itself, on top of everything the record has now. The original stays out; asked
//! again it is refused as `adopted`. This is the way for `official/` fields, and for work whose deps never came.

use sqlx::Acquire;
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Change, Draft, Put};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema;
use usra_sync_protocol::sync::{Outcome, Reason, Verdict};

use super::{Choice, Decided, Desk, HeldError, Opened, note, open, reason_of, tell};
use crate::registry::audit::Action;
use crate::storage::held;
use crate::sync::decide;
use crate::sync::offer::Offer;
use crate::sync::put;
use crate::sync::world::{RecordState, World};

/// Adopts the values of what was chosen, as far as they fit the schema.
///
/// # Errors
/// A [`HeldError`]; then nothing changed.
pub async fn adopt(desk: &Desk, choice: Choice, now: OffsetDateTime) -> Result<Decided, HeldError> {
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let Some(opened) = open(&mut transaction, desk, choice, now).await? else { return Ok(Decided::default()) };
    let Opened { record, items, mut world, waiting } = opened;
    let mut decided = Decided { record: Some(record), ..Decided::default() };
    for item in items.iter().filter(|item| item.chosen) {
        if item.reason == Reason::Relayed {
            decided.left.push((item.hash, item.reason));
            continue;
        }
        if let Err(verdict) = take(&mut world, (&item.offer, item.change.as_ref()), now) {
            decided.left.push((item.hash, reason_of(&verdict)));
            continue;
        }
        let which = (record.0, item.hash.0.as_slice());
        held::refuse(&mut transaction, desk.region, which, (Reason::Adopted.code(), None), now).await?;
        tell(&mut transaction, desk, item, (Outcome::Adopted, ""), now).await?;
        decided.changes.push(item.hash);
    }
    desk.write(&mut transaction, (world, &waiting), now).await?;
    note(&mut transaction, desk, Action::HeldAdopt, (&items, &decided), now).await?;
    transaction.commit().await?;
    Ok(decided)
}

/// Writes the centre's change into the world, unless everything it would say is shown already. A held change of `None` is one
/// whose bytes are none.
///
/// # Errors
/// Why it cannot be written.
pub fn take(world: &mut World, (offer, held): (&Offer, Option<&Change>), now: OffsetDateTime) -> Result<(), Verdict> {
    let held = held.ok_or(Verdict::Refused(Reason::ChangeMalformed))?;
    let kind = Kind::from_number(offer.kind).ok_or_else(|| decide::held(Reason::KindUnknown))?;
    for (_, put) in held.ops() {
        schema::check(kind, &put.key, &put.value).map_err(|fault| decide::held(fault.reason()))?;
    }
    let fresh = decide::locate(world, offer, kind)?;
    let record = world.records.get(&offer.record).or(fresh.as_ref());
    let record = record.ok_or_else(|| decide::held(Reason::RecordMismatch))?;
    let Some(draft) = draft(record, held, now) else { return Ok(()) };
    let (written, bytes) = change::write(draft).map_err(|_fault| decide::held(Reason::ChangeTooLarge))?;
    decide::has_room(record, &written, bytes.len())?;
    if let Some(fresh) = fresh {
        world.records.entry(offer.record).or_insert(fresh);
    }
    if let Some(record) = world.records.get_mut(&offer.record) {
        record.accept(written, bytes);
    }
    Ok(())
}

/// The held values as the centre's own change, over everything that the record has; `None` when it shows them already.
fn draft(record: &RecordState, held: &Change, now: OffsetDateTime) -> Option<Draft> {
    let new = |put: &&Put| *record.values.shown(&put.key).unwrap_or(&Scalar::Null) != put.value;
    let own = |put: &Put| Put { replaces: record.values.open_ops(&put.key), ..put.clone() };
    put::draft(record, held.draft().puts.iter().filter(new).map(own).collect(), now)
}
