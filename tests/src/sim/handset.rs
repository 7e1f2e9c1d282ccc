//! A phone of the simulation: the real engine on a store that can die, a clock that is wrong, and a line that may hold a request
//! or an answer on its way.

use usra_client_sdk::store::{ChangeState, Store as _};
use usra_client_sdk::{Phone, PhoneError};
use usra_sync_protocol::id::{AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::role::Role;

use super::centre::Reply;
use super::frail::FrailStore;
use super::violation::{Holds, Violation};

/// Who a phone is enrolled for.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) areas: Vec<AreaId>,
    pub(super) family: Option<RecordId>,
}

/// What is on a phone's line.
#[derive(Clone, Debug, Default)]
pub(super) enum Line {
    /// Nothing.
    #[default]
    Idle,
    /// A request that the centre does not have yet, and how many rows its page takes.
    Asked(Vec<u8>, usize),
    /// What the centre said, not yet here.
    Answered(Reply),
}

/// One phone.
#[derive(Debug)]
pub(super) struct Handset {
    pub(super) number: usize,
    pub(super) part: Part,
    pub(super) phone: Phone<FrailStore>,
    /// How wrong its clock is.
    pub(super) skew_ms: i64,
    pub(super) line: Line,
    /// Thrown away: nothing on it counts any more.
    pub(super) lost: bool,
}

/// Why the phone did not do what it was asked.
#[derive(Debug)]
pub(super) enum Stopped {
    /// It died; it starts again with what its store kept.
    Died,
    /// It said no.
    Refused(PhoneError),
}

impl Handset {
    pub(super) fn new(number: usize, part: Part) -> Holds<Self> {
        let phone = Phone::open(FrailStore::default()).map_err(Violation::broken)?;
        Ok(Self { number, part, phone, skew_ms: 0, line: Line::Idle, lost: false })
    }

    /// The time that its clock shows.
    pub(super) fn now_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_add_signed(self.skew_ms)
    }

    pub(super) fn install(&self) -> Option<InstallId> {
        self.phone.identity().map(|identity| identity.install_id)
    }

    /// What it is called in a story.
    pub(super) fn name(&self) -> String {
        format!("phone {} ({})", self.number, self.part.role)
    }

    /// It dies at its `commits`th commit from now, which it keeps or not.
    pub(super) fn light(&self, commits: u32, keeps: bool) {
        self.phone.store().fuse.set(Some((commits, keeps)));
    }

    /// Ends the process and starts it again: what was in memory only is gone, and nothing is on the line.
    pub(super) fn restart(&mut self) -> Holds {
        let store = self.copy_of();
        self.go_on_with(store)
    }

    /// Does something on the phone, which may die over it.
    pub(super) fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Phone<FrailStore>) -> Result<T, PhoneError>,
    ) -> Holds<Result<T, Stopped>> {
        let done = act(&mut self.phone);
        match done {
            Ok(done) => Ok(Ok(done)),
            Err(fault) if super::frail::is_death(&fault) => {
                self.restart()?;
                Ok(Err(Stopped::Died))
            }
            Err(fault) => Ok(Err(Stopped::Refused(fault))),
        }
    }

    /// Takes the fuse out, if nothing burnt it.
    pub(super) fn douse(&self) {
        self.phone.store().fuse.set(None);
    }

    /// Whether its store has the change as one that the centre took. One whose answer it never got is still to be sent, under
    /// another name after another enrolment.
    pub(super) fn has(&self, record: RecordId, hash: ChangeHash) -> bool {
        let state = self.phone.store().change_state(record, hash).ok().flatten();
        state.is_some_and(ChangeState::acknowledged)
    }

    /// A copy of all that its store keeps.
    pub(super) fn copy_of(&self) -> FrailStore {
        FrailStore { kept: self.phone.store().kept.clone(), ..FrailStore::default() }
    }

    /// Goes on with another store.
    pub(super) fn go_on_with(&mut self, store: FrailStore) -> Holds {
        self.line = Line::Idle;
        self.phone = Phone::open(store).map_err(Violation::broken)?;
        Ok(())
    }
}
