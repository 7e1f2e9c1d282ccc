//! A store that can die: at a commit of its choice it keeps all of it or nothing, and the phone over it is gone.

use std::cell::Cell;
use std::rc::Rc;

use usra_client_sdk::HeldItem;
use usra_client_sdk::PhoneError;
use usra_client_sdk::store::{
    ChangeRow, ChangeState, Counts, MemoryStore, OpenRow, OutgoingRow, RecordRow, RowQuery, Store, StoreError, Write,
};
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::sealed::SealedCommand;

/// How many commits a store still makes, and whether the one at which it dies is kept; the hand that lights it is outside.
pub(super) type Fuse = Rc<Cell<Option<(u32, bool)>>>;

/// A memory store with a fuse.
#[derive(Clone, Debug, Default)]
pub(super) struct FrailStore {
    pub(super) kept: MemoryStore,
    pub(super) fuse: Fuse,
}

const DEATH: &str = "the phone died";

/// Whether the error is the death of the phone.
pub(super) fn is_death(fault: &PhoneError) -> bool {
    matches!(fault, PhoneError::Store(StoreError::Unusable(why)) if why == DEATH)
}

impl Store for FrailStore {
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        match self.fuse.get() {
            Some((0, keeps)) => {
                if keeps {
                    self.kept.commit(writes)?;
                }
                Err(StoreError::Unusable(DEATH.to_owned()))
            }
            Some((left, keeps)) => {
                self.fuse.set(Some((left - 1, keeps)));
                self.kept.commit(writes)
            }
            None => self.kept.commit(writes),
        }
    }

    fn meta(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept.meta(name)
    }

    fn record(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        self.kept.record(id)
    }

    fn change_state(&self, record: RecordId, hash: ChangeHash) -> Result<Option<ChangeState>, StoreError> {
        self.kept.change_state(record, hash)
    }

    fn changes(&self, record: RecordId) -> Result<Vec<ChangeRow>, StoreError> {
        self.kept.changes(record)
    }

    fn bytes(&self, record: RecordId, hash: ChangeHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept.bytes(record, hash)
    }

    fn open_values(&self, record: RecordId) -> Result<Vec<OpenRow>, StoreError> {
        self.kept.open_values(record)
    }

    fn list(&self, query: &RowQuery) -> Result<Vec<RecordRow>, StoreError> {
        self.kept.list(query)
    }

    fn outgoing(&self, after: i64, limit: usize) -> Result<Vec<OutgoingRow>, StoreError> {
        self.kept.outgoing(after, limit)
    }

    fn held(&self, record: Option<RecordId>) -> Result<Vec<HeldItem>, StoreError> {
        self.kept.held(record)
    }

    fn sealed(&self) -> Result<Vec<SealedCommand>, StoreError> {
        self.kept.sealed()
    }

    fn digests(&self) -> Result<Vec<(RecordId, Digest)>, StoreError> {
        self.kept.digests()
    }

    fn conflicted(&self) -> Result<Vec<RecordId>, StoreError> {
        self.kept.conflicted()
    }

    fn in_area(&self, area: AreaId) -> Result<Vec<RecordId>, StoreError> {
        self.kept.in_area(area)
    }

    fn leaving(&self) -> Result<Vec<RecordId>, StoreError> {
        self.kept.leaving()
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.kept.counts()
    }
}
