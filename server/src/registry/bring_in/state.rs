//! How a list that was brought in stands, of what is kept of it and the time.

use time::{Duration, OffsetDateTime};

use crate::storage::bring_in::BringInRow;

/// How long a list waits to be confirmed, and what was left out of it can be had.
pub(super) const KEPT_FOR: Duration = Duration::HOUR;
/// A list that got no further for so long is written by nobody any more: its server ended.
pub(super) const LOST_AFTER: Duration = Duration::minutes(2);
/// After so many days nothing of a list is kept but its families.
pub(super) const FORGOTTEN_AFTER: i64 = 7;

/// How a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits to be confirmed.
    Waiting,
    /// Nobody confirmed it in time.
    Gone,
    /// Its families are being written.
    Running,
    /// They are written.
    Done,
    /// It went no further.
    Failed,
    /// The server that wrote it ended.
    Lost,
}

pub(super) fn of(row: &BringInRow, now: OffsetDateTime) -> State {
    match (row.finished_at, &row.columns) {
        _ if row.failed.is_some() => State::Failed,
        (Some(_), _) => State::Done,
        (None, None) if row.file.is_some() && now - row.moved_at < KEPT_FOR => State::Waiting,
        (None, None) => State::Gone,
        (None, Some(_)) if now - row.moved_at > LOST_AFTER => State::Lost,
        (None, Some(_)) => State::Running,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-29 09:00 UTC);

    fn row() -> BringInRow {
        BringInRow {
            bring_in_id: Uuid::nil(),
            source: "غرفة جدة".to_owned(),
            form: "csv".to_owned(),
            file: Some(Vec::new()),
            brought_at: NOON,
            columns: None,
            rows_total: 1,
            rows_done: 0,
            moved_at: NOON,
            families_new: 0,
            families_updated: 0,
            families_same: 0,
            rows_rejected: 0,
            finished_at: None,
            failed: None,
            has_rejects: false,
        }
    }

    #[test]
    fn a_list_waits_an_hour_to_be_confirmed() {
        assert_eq!(of(&row(), NOON), State::Waiting);
        assert_eq!(of(&row(), NOON + KEPT_FOR), State::Gone);
        assert_eq!(of(&BringInRow { file: None, ..row() }, NOON), State::Gone);
    }

    #[test]
    fn a_list_that_is_written_is_done_fails_or_is_lost() {
        let confirmed = || BringInRow { columns: Some("key".to_owned()), ..row() };
        assert_eq!(of(&confirmed(), NOON + LOST_AFTER), State::Running);
        assert_eq!(of(&confirmed(), NOON + LOST_AFTER + Duration::SECOND), State::Lost);
        assert_eq!(of(&BringInRow { finished_at: Some(NOON), ..confirmed() }, NOON), State::Done);
        assert_eq!(of(&BringInRow { failed: Some("file".to_owned()), ..confirmed() }, NOON), State::Failed);
    }
}
