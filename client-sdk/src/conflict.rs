//! Conflicts: fields for which different values were written without their authors knowing of each other, and which the schema
//! leaves to a person. All values are kept; one of them is shown, the same on every phone.

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::scalar::Scalar;

/// One field with several versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// The field.
    pub key: String,
    /// The versions, the shown one last.
    pub values: Vec<ConflictValue>,
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictValue {
    /// What was written.
    pub value: Scalar,
    /// Names this version; [`crate::Phone::resolve_seen`] takes those that the person saw.
    pub op: OpId,
    /// The install that wrote it; [`InstallId::SERVER`] for the centre.
    pub author: InstallId,
    /// The author's clock, seconds since 1970; it orders nothing.
    pub written_at: i64,
    /// Whether it is the one shown.
    pub shown: bool,
}
