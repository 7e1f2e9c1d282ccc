//! What a phone could not know yet. Its cursor tells which areas it still believes to be its own and which departures it has
//! not taken. A phone can lie about its cursor, so what it says counts for a time only, and only until the server has once
//! seen that it knew.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;
use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::sync::Cursor;

/// A record left an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The area it left.
    pub area: AreaId,
    /// The number of the departure in the area's feed.
    pub seq: u64,
    /// When.
    pub at: OffsetDateTime,
}

/// What an install could not know yet, as far as it claims so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grace {
    /// Areas whose assignment ended lately, of which it was never seen to know; without those that it still reaches.
    pub lapsed: BTreeSet<AreaId>,
    /// Those assignments, by their area, each with what it spread to.
    pub ends: BTreeMap<AreaId, BTreeSet<AreaId>>,
    /// Since when it works in each area, the lapsed ones included.
    pub from: BTreeMap<AreaId, OffsetDateTime>,
    /// What its request says. Without it nothing counts: a revoked install claims nothing, nor does a cursor of another life
    /// of the data, whose numbers mean something else.
    pub claim: Option<Claim>,
}

/// What a request says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// How far it has taken each area's feed; `None` on a first sync, which has taken nothing.
    pub cursor: Option<Cursor>,
    /// Departures from before this time do not count.
    pub since: OffsetDateTime,
}

impl Grace {
    /// Whether the area was taken from the install without its knowing.
    #[must_use]
    pub fn has_lost(&self, area: AreaId) -> bool {
        let carries = |claim: &Claim| claim.cursor.as_ref().is_none_or(|cursor| cursor.areas.contains_key(&area));
        self.lapsed.contains(&area) && self.claim.as_ref().is_some_and(carries)
    }

    /// The assignments whose end the install knows of: its cursor has none of their areas any more.
    #[must_use]
    pub fn known_ends(&self) -> Vec<AreaId> {
        let Some(cursor) = self.claim.as_ref().and_then(|claim| claim.cursor.as_ref()) else { return Vec::new() };
        let known = |below: &BTreeSet<AreaId>| !below.iter().any(|area| cursor.areas.contains_key(area));
        self.ends.iter().filter(|(_, below)| known(below)).map(|(root, _)| *root).collect()
    }

    /// Whether the install worked in the area when the record left it, and has not taken the departure.
    #[must_use]
    pub fn has_missed(&self, departure: &Departure) -> bool {
        let Departure { area, seq, at } = departure;
        let Some(claim) = &self.claim else { return false };
        let worked = self.from.get(area).is_some_and(|from| from <= at);
        let believes = !self.lapsed.contains(area) || self.has_lost(*area);
        let taken = claim.cursor.as_ref().and_then(|cursor| cursor.areas.get(area)).copied().unwrap_or_default();
        worked && believes && *at > claim.since && taken < *seq
    }
}
