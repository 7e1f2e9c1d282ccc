//! The end of a run: the network clears, everyone who was told to enrols again, and all sync a few rounds.

use usra_sync_protocol::id::InstallId;

use super::handset::{Handset, Line};
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

    /// Two phones of one name use one refresh token within fifteen minutes, and both are told to enrol again.
    fn end_shared_names(&mut self) {
        let names: Vec<InstallId> = self.handsets.iter().filter_map(Handset::install).collect();
        for id in names.into_iter().filter(|id| self.sharers(*id) > 1).collect::<Vec<_>>() {
            if let Some(install) = self.centre.tables.installs.get_mut(&id) {
                install.reused = true;
            }
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
        self.install(who, part, dice)
    }
}
