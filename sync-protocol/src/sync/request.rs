//! What a phone says in one sync.

use std::collections::BTreeMap;

use crate::digest::{BUCKETS, Digest};
use crate::id::{AreaId, Epoch, RecordId};
use crate::sealed::SealedCommand;

/// One request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncRequest {
    /// The version of the schema table that the phone speaks.
    pub schema_version: u32,
    /// How many bytes of changes the phone wants back in this answer; 0 asks for no page (only verdicts).
    pub want_bytes: u32,
    /// What the phone holds; `None` on its first sync.
    pub cursor: Option<Cursor>,
    /// What it made, grouped by record, in the order in which it was made within a record.
    pub pushes: Vec<Push>,
    /// A digest of all records it holds, when it checks or repairs ([`crate::digest`]).
    pub digest: Option<Box<[Digest; BUCKETS]>>,
    /// Records that it wants whole, after a repair answer showed that the server holds more of them.
    pub wanted: Vec<RecordId>,
    /// Values that may stand in no record, sealed for the server alone, in the order in which they were entered.
    pub sealed: Vec<SealedCommand>,
    /// The number of the last decision that the phone heard; 0 before the first.
    pub heard: u64,
    /// What it tells of itself; `None` from phones of before.
    pub told: Option<Told>,
}

/// What a phone tells of itself, for people who look after the phones. Nothing is decided by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The version of its program.
    pub version: String,
    /// How many changes it still keeps back that have no verdict and are not in this request.
    pub unsent: u64,
}

/// How far the phone has taken each area's feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The life of the server that the numbers belong to.
    pub epoch: Epoch,
    /// The last number taken, by area.
    pub areas: BTreeMap<AreaId, u64>,
}

/// Changes of one record. Kind, area and family count only when the record is new to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// The record.
    pub record: RecordId,
    /// [`crate::kind::Kind::number`], kept as a number so that an unknown kind gets its verdict instead of ending the request.
    pub kind: u8,
    /// Its home area.
    pub area: AreaId,
    /// The family it belongs to; a family's own id for a family.
    pub family: RecordId,
    /// Raw bytes of each change.
    pub changes: Vec<Vec<u8>>,
}
