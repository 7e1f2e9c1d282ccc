//! Conflicts: fields for which different values were written without their authors knowing of each other, and which the schema
//! leaves to a person. All values are kept; one of them is shown, the same on every phone.

use std::collections::BTreeSet;

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::open_values::{Open, OpenPuts, OpenValues};
use usra_sync_protocol::scalar::Scalar;

use crate::check;
use crate::store::RecordRow;

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

/// The conflicts of a record: keys with different open values that the schema leaves to a person.
pub(crate) fn of(row: &RecordRow, open: &OpenValues<i64>) -> Vec<Conflict> {
    let several = open.iter().filter(|(key, values)| is_conflict(row, key, values));
    several.map(|(key, values)| Conflict { record: row.id, key: key.to_owned(), values: versions(values) }).collect()
}

fn is_conflict(row: &RecordRow, key: &str, values: &OpenPuts<i64>) -> bool {
    let distinct: BTreeSet<&Scalar> = values.iter().map(|(_, open)| &open.value).collect();
    distinct.len() > 1 && check::needs_review(row.kind, key, &distinct.into_iter().collect::<Vec<_>>())
}

fn versions(values: &OpenPuts<i64>) -> Vec<ConflictValue> {
    let shown = values.last().map(|(op, _)| *op);
    let version = |(op, open): (&OpId, &Open<i64>)| ConflictValue {
        value: open.value.clone(),
        op: *op,
        author: op.actor.install(),
        written_at: open.with,
        shown: Some(*op) == shown,
    };
    values.iter().map(version).collect()
}
