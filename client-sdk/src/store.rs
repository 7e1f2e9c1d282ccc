//! Where a phone keeps everything. A store keeps rows and gives them back; what they mean is the engine's business.
//! The one rule: [`Store::commit`] keeps all of its writes or none, and what it kept survives the process and the power.

use std::collections::BTreeSet;

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sealed::{CommandId, SealedCommand};

use crate::held::HeldItem;

#[cfg(test)]
mod conformance;
mod fault;
pub mod memory;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use fault::StoreError;
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteStore, StoreKey};

/// A record's own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its id.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// Its home area.
    pub area: AreaId,
    /// The family it belongs to.
    pub family: RecordId,
    /// The changes that nothing here follows, ascending.
    pub heads: Vec<ChangeHash>,
    /// The same among the changes that the centre has; empty when it has none.
    pub confirmed_heads: Vec<ChangeHash>,
    /// The digest of `confirmed_heads`; `None` when they are empty.
    pub digest: Option<Digest>,
    /// The greatest operation counter.
    pub max_op: u64,
    /// The install whose `generation` and `seq` follow.
    pub install: InstallId,
    /// The generation this phone writes with in this record.
    pub generation: u32,
    /// The last sequence number of that actor; 0 before its first change.
    pub seq: u64,
    /// What to call it in a list.
    pub title: String,
    /// When it last changed here, milliseconds since 1970.
    pub changed_ms: u64,
    /// Changes of this phone without a verdict, or waiting.
    pub pending: u32,
    /// Those of them that wait for something else.
    pub waiting: u32,
    /// Items in the held tray.
    pub held: u32,
    /// Fields that wait for a person's choice.
    pub conflicts: u32,
    /// Whether the centre changed it since it was last looked at.
    pub by_centre: bool,
    /// Whether it left this phone's scope and goes once its own work has verdicts.
    pub leaving: bool,
}

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeState {
    /// The centre has it.
    Confirmed,
    /// Made here, no verdict yet.
    Outbox,
    /// Made here, kept apart by the centre until something else arrives.
    Waiting,
    /// The centre had it and seems to have lost it: it is offered again.
    Reoffer,
}

impl ChangeState {
    /// Whether the centre has, or had, it.
    #[must_use]
    pub fn acknowledged(self) -> bool {
        matches!(self, Self::Confirmed | Self::Reoffer)
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// Its record.
    pub record: RecordId,
    /// Its name.
    pub hash: ChangeHash,
    /// Where it stands.
    pub state: ChangeState,
    /// What it directly follows.
    pub deps: Vec<ChangeHash>,
    /// Raw bytes.
    pub bytes: Vec<u8>,
}

/// One open value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRow {
    /// The field.
    pub key: String,
    /// The operation that put it.
    pub op: OpId,
    /// The value.
    pub value: Scalar,
    /// The author's clock, seconds since 1970.
    pub written_at: i64,
}

/// A change that should go out, without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutgoingRow {
    /// Its place in the order in which this store got its changes.
    pub order: i64,
    /// Its record.
    pub record: RecordId,
    /// Its name.
    pub hash: ChangeHash,
    /// Where it stands.
    pub state: ChangeState,
    /// Length of its bytes.
    pub size_bytes: usize,
}

/// Which rows a list takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowQuery {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// None of these kinds.
    pub without: Vec<Kind>,
    /// Only records of this family.
    pub family: Option<RecordId>,
    /// Beginnings of terms that must all occur.
    pub terms: Vec<String>,
    /// Only records of which the centre has nothing.
    pub unsent: bool,
    /// At most so many.
    pub limit: usize,
    /// Leaving out so many first.
    pub offset: usize,
}

/// Totals over the whole store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records.
    pub records: u64,
    /// Records with pending changes.
    pub pending_records: u64,
    /// Changes in the states outbox and waiting.
    pub pending_changes: u64,
    /// Records with waiting changes.
    pub waiting_records: u64,
    /// Items in the held tray.
    pub held: u64,
    /// Conflicts of all records.
    pub conflicts: u64,
}

/// One thing to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A named blob of the phone's own; `None` removes it.
    Meta(&'static str, Option<Vec<u8>>),
    /// A record's row, new or in place of the old one.
    Record(Box<RecordRow>),
    /// A new change, last in order.
    Change(ChangeRow),
    /// A change's new state.
    State(RecordId, ChangeHash, ChangeState),
    /// A change that is no longer part of its record.
    DropChange(RecordId, ChangeHash),
    /// A new open value.
    Open(RecordId, OpenRow),
    /// A value that is no longer open.
    Close(RecordId, String, OpId),
    /// No value of the record is open any more.
    CloseAll(RecordId),
    /// The record is found by exactly these terms.
    Terms(RecordId, BTreeSet<String>),
    /// An item for the held tray.
    Hold(HeldItem),
    /// An item out of the held tray. Two records can have changes of the same name: their bytes do not name the record.
    Unhold(RecordId, ChangeHash),
    /// A sealed command, last in order.
    Seal(SealedCommand),
    /// A sealed command that has its verdict.
    Unseal(CommandId),
    /// The record with its changes, open values and terms goes; the held tray and sealed commands stay.
    Purge(RecordId),
}

/// Keeps a phone's rows.
pub trait Store {
    /// A named blob.
    ///
    /// # Errors
    /// A [`StoreError`]; as with every method here.
    fn meta(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError>;
    /// A record's row.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn record(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError>;
    /// Whether a change is known for the record, and where it stands.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn change_state(&self, record: RecordId, hash: ChangeHash) -> Result<Option<ChangeState>, StoreError>;
    /// All changes of a record in the order in which they came, which is causal.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn changes(&self, record: RecordId) -> Result<Vec<ChangeRow>, StoreError>;
    /// The raw bytes of a change.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn bytes(&self, record: RecordId, hash: ChangeHash) -> Result<Option<Vec<u8>>, StoreError>;
    /// The open values of a record, by key and then operation.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn open_values(&self, record: RecordId) -> Result<Vec<OpenRow>, StoreError>;
    /// Records, latest changed first, then by id.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn list(&self, query: &RowQuery) -> Result<Vec<RecordRow>, StoreError>;
    /// At most `limit` changes that are not plainly confirmed, with an order greater than `after`, in order.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn outgoing(&self, after: i64, limit: usize) -> Result<Vec<OutgoingRow>, StoreError>;
    /// The held tray, oldest first; of one record or of all.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn held(&self, record: Option<RecordId>) -> Result<Vec<HeldItem>, StoreError>;
    /// The sealed commands that have no verdict yet, in the order in which they were entered.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn sealed(&self) -> Result<Vec<SealedCommand>, StoreError>;
    /// The digest of every record that the centre has something of and that is not leaving, by id.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn digests(&self) -> Result<Vec<(RecordId, Digest)>, StoreError>;
    /// Records with conflicts, by id.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn conflicted(&self) -> Result<Vec<RecordId>, StoreError>;
    /// Records of an area, by id.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn in_area(&self, area: AreaId) -> Result<Vec<RecordId>, StoreError>;
    /// Records that left the scope and still stand here, by id.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn leaving(&self) -> Result<Vec<RecordId>, StoreError>;
    /// Totals.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn counts(&self) -> Result<Counts, StoreError>;
    /// Keeps all of `writes`, in their order, or none.
    #[expect(clippy::missing_errors_doc, reason = "said once above for the whole trait")]
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreError>;
}
