//! What the server answers to one sync.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::id::{AreaId, Epoch, RecordId};
use crate::kind::Kind;

use super::decision::Decision;
use super::request::Cursor;
use super::verdict::Verdict;

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncResponse {
    /// One verdict for each pushed change, in the order of the request.
    pub verdicts: Vec<Verdict>,
    /// Records with what is new of them, in feed order.
    pub deliveries: Vec<Delivery>,
    /// Records that left the phone's scope, and areas that did.
    pub leaves: Vec<Leave>,
    /// Where the phone stands once it has kept this page. `None` when the page moves nothing (a repair must come first).
    pub cursor: Option<Cursor>,
    /// Whether more pages are ready now.
    pub more: bool,
    /// Set when the phone's cursor belongs to another life of the server, or a digest disagreed: repair before pulling on.
    pub repair: Option<RepairAnswer>,
    /// One verdict for each sealed command, in the order of the request; none from a server that does not know them.
    pub sealed: Vec<Verdict>,
    /// What people decided about the phone's held work since the number it heard last.
    pub decisions: Vec<Decision>,
}

/// What is new of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// Its home area now.
    pub area: AreaId,
    /// The family it belongs to.
    pub family: RecordId,
    /// Raw bytes of each change, each after everything it follows.
    pub changes: Vec<Vec<u8>>,
}

/// Something left the phone's scope; it is purged once its own work there has verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// One record moved to an area that is not this phone's.
    Record(RecordId),
    /// The phone is no longer assigned to an area.
    Area(AreaId),
}

/// How the server's records differ from the digest that the phone sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairAnswer {
    /// The server's present epoch.
    pub epoch: Epoch,
    /// Every record that the server holds in each bucket that differs. Empty with `compared` false: send a digest first.
    pub buckets: BTreeMap<u8, Vec<BucketRecord>>,
    /// Whether a digest was compared.
    pub compared: bool,
    /// The feed positions at the moment of the comparison, to be adopted once the repair is done.
    pub cursor: Cursor,
}

/// One record of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketRecord {
    /// The record.
    pub record: RecordId,
    /// The digest of its heads on the server.
    pub digest: Digest,
}
