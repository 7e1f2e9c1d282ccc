//! Assign: a person of the centre says whose a family is to visit, and in which survey block it lies. Phones hear it as a change of the
//! centre, like any other.

use time::OffsetDateTime;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;

use super::desk::Desk;
use super::put::{self, Over, PutError, Wanted};
use crate::registry::audit::Action;

/// What shall stand in the family's record; empty for nobody and nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The install of whoever is to visit it.
    pub assigned_to: String,
    /// The survey block.
    pub block: String,
}

/// Assigns the family.
///
/// # Errors
/// A [`PutError`]; then nothing changed. [`PutError::Field`] when the record is no family's own or a text is too long.
pub async fn assign(desk: &Desk, family: RecordId, task: Task, now: OffsetDateTime) -> Result<ChangeHash, PutError> {
    let said = |text: String| if text.is_empty() { Scalar::Null } else { Scalar::from(text.as_str()) };
    let field = |key: &str, text: String| Wanted { key: key.to_owned(), value: said(text), over: Over::All };
    let wanted = vec![field("assigned_to", task.assigned_to), field("block", task.block)];
    put::put(desk, family, wanted, Action::FamilyAssign, now).await
}
