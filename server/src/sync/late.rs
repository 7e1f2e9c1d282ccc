//! Late work: changes that were made before their author could know that the record or the area was no longer theirs. They are
//! accepted and flagged.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, ChangeHash, InstallId, RecordId};
use uuid::Uuid;

use super::author::Author;
use super::grace::Departure;
use super::offer::{self, Offer};
use super::world::{RecordState, World};
use crate::mutiny::Fault;
use crate::registry::audit::{Action, By, Event};
use crate::storage::late_change::LateWrite;

/// Why an accepted change is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The record had moved out of its author's areas.
    Moved,
    /// Its author's assignment to the area had ended.
    Unassigned,
}

impl Cause {
    /// The word in tables and lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Unassigned => "unassigned",
        }
    }
}

/// Why the change comes in although its record lies out of its author's scope; `None` when it does not.
pub(super) fn cause(world: &World, offer: &Offer, hash: ChangeHash, record: &RecordState) -> Option<Cause> {
    let (author, place) = (&offer.author, (record.area, record.family));
    if Fault::PhoneClock.is_on() {
        return by_its_own_clock(world, offer, record);
    }
    if let Some(cause) = missed(world, author, offer.record, place) {
        return Some(cause);
    }
    if author.revoked || !author.scope.is_of(record.family) {
        return None;
    }
    let admitted = *world.admitted.get(&(offer.record, hash))?;
    if admitted == record.area {
        return Some(Cause::Unassigned);
    }
    departures(world, offer.record, record.family).any(|one| one.area == admitted).then_some(Cause::Moved)
}

/// What must never be asked: whether the change says that it was made before the record left ([`Fault::PhoneClock`]).
fn by_its_own_clock(world: &World, offer: &Offer, record: &RecordState) -> Option<Cause> {
    let made = offer::read(offer).ok()?.draft().time;
    departures(world, offer.record, record.family).any(|one| made < one.at.unix_timestamp()).then_some(Cause::Moved)
}

/// What the author could not know of a record that lies out of its scope, in that area and of that family.
pub(super) fn missed(
    world: &World,
    author: &Author,
    record: RecordId,
    (area, family): (AreaId, RecordId),
) -> Option<Cause> {
    if author.revoked || !author.scope.is_of(family) {
        return None;
    }
    if author.grace.has_lost(area) {
        return Some(Cause::Unassigned);
    }
    let taken = |area| world.taken.get(&(author.install, area)).copied().unwrap_or_default();
    let missed = |one: &Departure| author.grace.has_missed(one) && taken(one.area) < one.seq;
    departures(world, record, family).any(missed).then_some(Cause::Moved)
}

/// The departures of a record; what was made for a family that had left has none of its own but the family's.
fn departures(world: &World, record: RecordId, family: RecordId) -> impl Iterator<Item = &Departure> {
    [record, family].into_iter().filter_map(|id| world.departures.get(&id)).flatten()
}

/// Whether a change for a family that is not here yet may wait for it, meant for `offer.area`.
pub(super) fn may_wait(world: &World, offer: &Offer, hash: ChangeHash) -> bool {
    let author = &offer.author;
    let own = author.scope.is_of(offer.family);
    let admitted = || world.admitted.get(&(offer.record, hash)) == Some(&offer.area);
    let of_family = author.scope.family.is_some();
    own && (of_family || author.scope.areas.contains(&offer.area) || author.grace.has_lost(offer.area) || admitted())
}

/// Where the record stands, or would stand: what a change that waits was measured by.
pub(super) fn place_of(world: &World, offer: &Offer) -> AreaId {
    let known = world.records.get(&offer.record).or_else(|| world.records.get(&offer.family));
    known.map_or(offer.area, |record| record.area)
}

/// What the audit is told of late changes: one event for each install, with their records and how many there are.
pub(super) fn events(late: &[LateWrite], now: OffsetDateTime) -> Vec<(Event, OffsetDateTime)> {
    let mut by_install: BTreeMap<Uuid, Vec<&LateWrite>> = BTreeMap::new();
    for row in late {
        by_install.entry(row.install_id).or_default().push(row);
    }
    let event = |(install, rows): (Uuid, Vec<&LateWrite>)| {
        let records: BTreeSet<RecordId> = rows.iter().map(|row| RecordId(row.record_id)).collect();
        let (by, detail) = (By::Install(InstallId(install)), json!({ "changes": rows.len() }));
        let (records, install) = (records.into_iter().collect(), Some(InstallId(install)));
        (Event { by, action: Action::PullLate, records, install, detail }, now)
    };
    by_install.into_iter().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(install: u128, record: u128, n: i32) -> LateWrite {
        let [install_id, record_id] = [install, record].map(Uuid::from_u128);
        LateWrite { record_id, n, install_id, cause: Cause::Moved.word(), area_id: 200 }
    }

    #[test]
    fn the_audit_hears_of_each_install_with_its_records_and_how_many_changes() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let rows = [row(1, 7, 2), row(1, 7, 3), row(1, 8, 1), row(2, 7, 4)];
        let told: Vec<_> = events(&rows, now)
            .into_iter()
            .map(|(event, at)| {
                let records: Vec<u128> = event.records.iter().map(|record| record.0.as_u128()).collect();
                (event.action, event.install.map(|install| install.0.as_u128()), records, event.detail, at)
            })
            .collect();
        let of = |install, records: &[u128], changes: usize| {
            (Action::PullLate, Some(install), records.to_vec(), json!({ "changes": changes }), now)
        };
        assert_eq!(told, [of(1, &[7, 8], 3), of(2, &[7], 1)]);
    }
}
