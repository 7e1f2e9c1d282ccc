//! The end of a run: the network clears, everyone who was told to enrols again, and all sync a few rounds.

use usra_server::storage::kept_change::KeptRow;
use usra_sync_protocol::sync::{Outcome, Reason};

use super::desk;
use super::handset::Line;
use super::play::Play;
use super::violation::Holds;
use crate::dice::Dice;

/// Within so many rounds everything must be settled.
const ROUNDS: u32 = 5;

impl Play {
    /// Heals the world.
    pub(super) fn heal(&mut self, dice: &mut Dice) -> Holds {
        self.tell("The network clears.");
        while !self.air.is_empty() {
            self.arrive(dice)?;
        }
        self.end_shared_names();
        self.rounds(dice)?;
        // By decision 5 what others passed on after a restore waits for its author, or for a person when the author does not come.
        if self.release_relayed()? { self.rounds(dice) } else { Ok(()) }
    }

    fn rounds(&mut self, dice: &mut Dice) -> Holds {
        for round in 0..ROUNDS {
            self.now_ms += 60_000;
            for who in 0..self.handsets.len() {
                self.enrol_where_needed(who, dice)?;
                self.sync(who)?;
            }
            self.tell(format!("Round {round} is over."));
        }
        Ok(())
    }

    /// A person releases what phones passed on and no author came back for, until nothing more can be; whether there was any.
    fn release_relayed(&mut self) -> Holds<bool> {
        let mut any = false;
        loop {
            let rows = self.relayed();
            let mut released = 0;
            for row in &rows {
                let now = self.now();
                let done = desk::decide(&mut self.centre.tables, &self.centre.tree, (row, Outcome::Released), now)?;
                released += usize::from(done);
            }
            (0..released).for_each(|_| self.count("relayed changes released"));
            any |= released > 0;
            if released == 0 || self.relayed().is_empty() {
                return Ok(any);
            }
        }
    }

    fn relayed(&self) -> Vec<KeptRow> {
        self.centre.tables.in_order(|row| row.state == "waiting" && row.reason == Reason::Relayed.code())
    }

    /// Phones that ever shared a name used one refresh token twice within fifteen minutes, and both were told to enrol again.
    fn end_shared_names(&mut self) {
        for install in self.centre.tables.installs.values_mut() {
            install.reused |= install.shared;
        }
    }

    /// A phone whose name is out or unknown enrols again; a revoked one does not.
    fn enrol_where_needed(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let now_ms = self.now_ms;
        let Some(handset) = self.handsets.get_mut(who).filter(|handset| !handset.lost) else { return Ok(()) };
        let at_ms = handset.now_ms(now_ms);
        let told = handset.phone.status(at_ms).is_ok_and(|status| status.needs_enrolment);
        let known = handset.install().and_then(|id| self.centre.tables.installs.get(&id));
        if known.is_some_and(|install| install.revoked) || !told {
            return Ok(());
        }
        let part = handset.part.clone();
        handset.line = Line::Idle;
        self.install(who, &part, dice)
    }
}
