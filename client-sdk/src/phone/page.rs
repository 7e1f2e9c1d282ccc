//! One answer being taken in: the records it touches, each loaded once, and what becomes of them as one list of writes.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::id::{Actor, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sealed::CommandId;
use usra_sync_protocol::sync::Cursor;

use super::answer::{CHECK_NOW, Progress};
use super::state::{StoredCursor, SyncState};
use crate::error::PhoneError;
use crate::held::HeldItem;
use crate::identity::Identity;
use crate::store::{ChangeState, RecordRow, Store, Write};
use crate::working::{Home, Working};

/// Items of the held tray that the answer decides on: as they stand from then on, or `None` for one that goes.
pub(super) type Tray = BTreeMap<(RecordId, ChangeHash), Option<HeldItem>>;

/// One answer being taken in.
pub(super) struct Page<'a, S: Store> {
    pub(super) store: &'a S,
    pub(super) install: InstallId,
    pub(super) role: Role,
    family: Option<RecordId>,
    pub(super) sync: SyncState,
    pub(super) progress: Progress,
    pub(super) now_ms: u64,
    pub(super) tray: Tray,
    /// Sealed commands that have their verdict.
    pub(super) unsealed: Vec<CommandId>,
    /// Records of families that were erased: they go at once, with all unsent work on them.
    erased: BTreeSet<RecordId>,
    erasing: Vec<Write>,
    works: BTreeMap<RecordId, Working>,
}

impl<'a, S: Store> Page<'a, S> {
    pub(super) fn new(store: &'a S, identity: &Identity, sync: SyncState, now_ms: u64) -> Self {
        let (install, role) = (identity.install_id, identity.role);
        let (progress, tray, works) = (Progress::default(), Tray::new(), BTreeMap::new());
        Self {
            store,
            install,
            role,
            family: identity.family,
            sync,
            progress,
            now_ms,
            tray,
            unsealed: Vec::new(),
            erased: BTreeSet::new(),
            erasing: Vec::new(),
            works,
        }
    }

    /// The record in hand, if it is on this phone.
    pub(super) fn work(&mut self, id: RecordId) -> Result<Option<&mut Working>, PhoneError> {
        if !self.works.contains_key(&id)
            && let Some(work) = Working::load_whole(self.store, id)?
        {
            self.works.insert(id, work);
        }
        Ok(self.works.get_mut(&id))
    }

    /// The record's row as it stands now.
    pub(super) fn row(&self, id: RecordId) -> Result<Option<RecordRow>, PhoneError> {
        match self.works.get(&id) {
            Some(work) => Ok(Some(work.row.clone())),
            None => Ok(self.store.record(id)?),
        }
    }

    /// The record in hand, new where it is not on this phone yet.
    pub(super) fn work_or_new(&mut self, home: Home) -> Result<&mut Working, PhoneError> {
        self.work(home.id)?;
        let actor = self.actor();
        Ok(self.works.entry(home.id).or_insert_with(|| Working::new(home, actor)))
    }

    /// From now on the phone stands at `cursor`, where a page moves it at all.
    pub(super) fn stand_at(&mut self, cursor: Option<Cursor>) {
        let Some(cursor) = cursor.map(StoredCursor::from) else { return };
        if self.sync.cursor.as_ref().is_some_and(|before| cursor.has_more_areas_than(before)) {
            // A feed does not send back what this phone made; if the area was its own before, that was purged here.
            self.sync.since_check = CHECK_NOW;
        }
        (self.sync.cursor, self.sync.areas_told) = (Some(cursor), true);
    }

    pub(super) fn actor(&self) -> Actor {
        Actor::new(self.install, self.sync.generation)
    }

    /// An author that never wrote before.
    pub(super) fn next_actor(&mut self) -> Actor {
        self.sync.generation += 1;
        self.actor()
    }

    /// The record's family was erased: it goes with everything on it, what was held and what was sealed too.
    pub(super) fn erase(&mut self, record: RecordId) -> Result<(), PhoneError> {
        if self.erased.insert(record) {
            let held = self.store.held(Some(record))?.into_iter().map(|item| Write::Unhold(record, item.change));
            let sealed = self.store.sealed()?.into_iter().filter(|command| command.record == record);
            self.erasing.extend(held.chain(sealed.map(|command| Write::Unseal(command.id()))));
            self.erasing.push(Write::Purge(record));
            self.progress.left += 1;
        }
        Ok(())
    }

    /// Whether the record lies where this phone works, as far as it knows.
    fn reaches(&self, row: &RecordRow) -> bool {
        let stands_in = |cursor: &StoredCursor| cursor.areas().any(|area| area == row.area);
        self.family.map_or_else(|| self.sync.cursor.as_ref().is_none_or(stands_in), |own| own == row.family)
    }

    /// Everything as writes. A record that left goes once all of this phone's work on it has verdicts.
    pub(super) fn finish(mut self) -> (Vec<Write>, SyncState, Progress) {
        let mut writes: Vec<Write> = self.unsealed.drain(..).map(Write::Unseal).collect();
        for (id, work) in std::mem::take(&mut self.works) {
            if self.erased.contains(&id) {
                continue;
            }
            if !(work.row.confirmed_heads.is_empty() || self.reaches(&work.row)) {
                // A person let it in although it lies elsewhere: no departure tells that it is not this phone's.
                self.sync.doubt();
            }
            let unsent = work.changes.iter().any(|row| row.state == ChangeState::Outbox);
            if work.row.leaving && !unsent {
                writes.extend(
                    work.writes.into_iter().filter(|write| matches!(write, Write::Hold(_) | Write::Unhold(..))),
                );
                writes.push(Write::Purge(id));
                self.progress.left += 1;
            } else {
                writes.extend(work.finish());
            }
        }
        self.tray.retain(|(record, _change), _item| !self.erased.contains(record));
        writes.extend(Self::tray_writes(std::mem::take(&mut self.tray)));
        writes.append(&mut self.erasing);
        if self.progress.left > 0 {
            self.sync.generation += 1;
        }
        (writes, self.sync, self.progress)
    }
}
