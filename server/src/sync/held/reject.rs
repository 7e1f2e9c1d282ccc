//! Reject: the change stays out for good, with words for its author. Its bytes are kept.

use sqlx::Acquire;
use time::OffsetDateTime;
use usra_sync_protocol::sync::{Outcome, Reason};

use super::{Choice, Decided, Desk, HeldError, Opened, note, open, tell};
use crate::registry::audit::Action;
use crate::storage::held;

/// The longest reason, in characters: a phone shows it whole.
const TEXT: usize = 300;

/// Rejects what was chosen; `text` reaches the author's phone.
///
/// # Errors
/// A [`HeldError`]; then nothing changed.
pub async fn reject(desk: &Desk, choice: Choice, text: &str, now: OffsetDateTime) -> Result<Decided, HeldError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT || text.chars().any(char::is_control) {
        return Err(HeldError::Text);
    }
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let Some(opened) = open(&mut transaction, desk, choice, now).await? else { return Ok(Decided::default()) };
    let Opened { record, items, .. } = opened;
    let mut decided = Decided { record: Some(record), ..Decided::default() };
    for item in items.iter().filter(|item| item.chosen) {
        if item.reason == Reason::Relayed {
            decided.left.push((item.hash, item.reason));
            continue;
        }
        let which = (record.0, item.hash.0.as_slice());
        held::refuse(&mut transaction, desk.region, which, (Reason::Rejected.code(), Some(text)), now).await?;
        tell(&mut transaction, desk, item, (Outcome::Rejected, text), now).await?;
        decided.changes.push(item.hash);
    }
    note(&mut transaction, desk, Action::HeldReject, (&items, &decided), now).await?;
    transaction.commit().await?;
    Ok(decided)
}
