//! What a phone holds expires unless it is renewed: a lost, stolen, revoked or forgotten phone ends up with nothing but its
//! unsent work. Every answer of the server renews; the server says for how long.
//!
//! ```text
//! fresh --nothing heard for as long as the server said--> expired --a conversation that ends well--> fresh
//! ```
//! At expiry every record goes that has no unsent work, and the tray lets go of its values, which the centre keeps. What stays
//! is sent with the next sync and is not shown until then, except records that the centre has nothing of yet. After sending,
//! both sides' digests tell what to fetch: a feed alone would not bring back what this phone itself made.
//!
//! The phone's clock may be wrong. The age grows with every step forward, and a step back takes nothing off: on the way from
//! behind to beyond the greatest time seen only what lies beyond counts, as that is what really passed. A clock that a person
//! sets to the same moment before each look is not found out.

use serde::{Deserialize, Serialize};

use super::Phone;
use super::state::{Repair, Stage, SyncState};
use crate::error::PhoneError;
use crate::held::HeldItem;
use crate::store::{RecordRow, RowQuery, Store, Write};

/// How closely time is noted: a finer note would be one more write for every edit.
const NOTED_MS: u64 = 60_000;

/// How long ago the server was heard, and what follows. Part of [`SyncState`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hold {
    /// What the server said; without it nothing expires.
    life_ms: Option<u64>,
    /// How long the server was not heard, as far as can be known.
    age_ms: u64,
    /// The greatest time seen since then.
    greatest_ms: u64,
    /// The time last seen.
    last_ms: u64,
    /// Whether records were purged and did not come back yet.
    pub(super) expired: bool,
}

impl Hold {
    /// The server was heard.
    pub(super) fn renew(&mut self, now_ms: u64) {
        (self.age_ms, self.greatest_ms, self.last_ms) = (0, now_ms, now_ms);
    }

    /// The server said how long; an older one says nothing.
    pub(super) fn take_life(&mut self, life_s: u32) {
        self.life_ms =
            Some(life_s).filter(|life_s| *life_s > 0).map(|life_s| u64::from(life_s) * 1_000).or(self.life_ms);
    }

    /// As it stands at `now_ms`.
    fn at(&self, now_ms: u64) -> Self {
        let step_ms = now_ms.saturating_sub(if now_ms > self.greatest_ms { self.greatest_ms } else { self.last_ms });
        let (age_ms, greatest_ms) = (self.age_ms.saturating_add(step_ms), self.greatest_ms.max(now_ms));
        Self { age_ms, greatest_ms, last_ms: now_ms, ..*self }
    }

    fn is_over(&self) -> bool {
        self.life_ms.is_some_and(|life_ms| self.age_ms >= life_ms)
    }

    /// Whether it has expired at `now_ms`, and until when it holds otherwise; `None` for ever.
    pub(super) fn until(&self, now_ms: u64) -> (bool, Option<u64>) {
        let now = self.at(now_ms);
        let left_ms = self.life_ms.map(|life_ms| life_ms.saturating_sub(now.age_ms));
        (
            self.expired || now.is_over(),
            left_ms.filter(|_left| !self.expired).map(|left_ms| now_ms.saturating_add(left_ms)),
        )
    }
}

impl<S: Store> Phone<S> {
    /// Notes the time: what was not renewed expires now. Whatever is told the time does it by itself; who only reads calls it
    /// when the phone is opened and when the app comes to the front.
    ///
    /// # Errors
    /// [`PhoneError::Store`].
    pub fn tick(&mut self, now_ms: u64) -> Result<(), PhoneError> {
        let hold = &self.sync.hold;
        let just_noted = now_ms.abs_diff(hold.last_ms) < NOTED_MS && !hold.at(now_ms).is_over();
        if self.identity.is_none() || just_noted {
            return Ok(());
        }
        let (was_over, hold) = (hold.is_over(), hold.at(now_ms));
        if hold.is_over() && !was_over {
            return self.expire(hold);
        }
        self.commit(Vec::new(), SyncState { hold, ..self.sync.clone() })
    }

    /// Lets go of everything but unsent work, in one commit.
    pub(super) fn expire(&mut self, hold: Hold) -> Result<(), PhoneError> {
        let unsent = self.pending_records()?;
        let everything = RowQuery { limit: usize::MAX, ..RowQuery::default() };
        let settled = self.store.list(&everything)?.into_iter().filter(|row| !unsent.contains(&row.id));
        let mut writes: Vec<Write> = settled.map(|row| Write::Purge(row.id)).collect();
        for item in self.store.held(None)? {
            writes.push(Write::Unhold(item.record, item.change));
            writes.push(Write::Hold(emptied(item)));
        }
        let hold = Hold { expired: true, ..hold };
        // A record that comes back is not written under a number that was used before.
        let generation = self.sync.generation + 1;
        // The centre says again what it decided: its words went with the values.
        let (repair, stage, heard) = (Some(Repair::Compare), Stage::First, 0);
        self.commit(writes, SyncState { generation, repair, stage, hold, heard, ..self.sync.clone() })?;
        self.in_flight.iter_mut().for_each(|sent| sent.outdated = true);
        Ok(())
    }

    /// Whether a record may be looked at now: all may, or only what the centre has nothing of.
    pub(super) fn shows(&self, row: &RecordRow) -> bool {
        !self.sync.hold.expired || row.digest.is_none()
    }

    /// What a record is that is not here: unknown, or perhaps expired.
    pub(super) fn not_here(&self, otherwise: PhoneError) -> PhoneError {
        if self.sync.hold.expired { PhoneError::Expired } else { otherwise }
    }
}

/// What remains of an item: which fields and why. The centre keeps the values.
fn emptied(mut item: HeldItem) -> HeldItem {
    item.fields.iter_mut().for_each(crate::held::HeldField::expire);
    HeldItem { note: None, ..item }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;

    fn heard(at_ms: u64) -> Hold {
        let mut hold = Hold::default();
        hold.take_life(72 * 3_600);
        hold.renew(at_ms);
        hold
    }

    fn age(hold: &Hold) -> u64 {
        hold.age_ms / HOUR
    }

    #[test]
    fn a_clock_set_back_takes_nothing_off_and_goes_on_counting_from_there() {
        let hold = heard(1_000 * HOUR).at(1_050 * HOUR).at(10 * HOUR);
        assert_eq!(age(&hold), 50);
        assert_eq!(age(&hold.at(30 * HOUR)), 70);
        assert!(hold.at(32 * HOUR).is_over());
    }

    #[test]
    fn a_clock_that_was_wrong_for_a_moment_costs_nothing() {
        let hold = heard(1_000 * HOUR).at(1_001 * HOUR).at(0).at(1_002 * HOUR);
        assert_eq!(age(&hold), 2);
    }

    #[test]
    fn a_clock_set_forward_by_years_is_over_and_the_next_word_of_the_server_begins_anew() {
        let mut hold = heard(1_000 * HOUR).at(99_000 * HOUR);
        assert!(hold.is_over());
        hold.renew(1_003 * HOUR);
        assert_eq!(hold.until(1_004 * HOUR), (false, Some(1_075 * HOUR)));
        assert!(!hold.at(1_074 * HOUR).is_over());
        assert!(hold.at(1_075 * HOUR).is_over());
    }

    #[test]
    fn without_a_word_on_it_nothing_expires() {
        let mut hold = Hold::default();
        hold.take_life(0);
        hold.renew(5);
        assert_eq!(hold.until(u64::MAX), (false, None));
    }
}
