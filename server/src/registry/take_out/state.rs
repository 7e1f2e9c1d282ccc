//! How a list stands, of what is kept of it and the time.

use time::{Duration, OffsetDateTime};

use crate::storage::take_out::TakeOutRow;

/// How long a file is there once it is ready.
pub const KEPT_FOR: Duration = Duration::HOUR;
/// A list that got no further for so long is made by nobody any more: its server ended.
pub(super) const LOST_AFTER: Duration = Duration::minutes(2);
/// After so many days nothing of a list is kept.
pub(super) const FORGOTTEN_AFTER: i64 = 7;

/// How a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being made.
    Running,
    /// Its file is there until then.
    Ready(OffsetDateTime),
    /// Its file was there until then.
    Expired(OffsetDateTime),
    /// It could not be made.
    Failed,
    /// The server that made it ended.
    Lost,
}

pub(super) fn of(row: &TakeOutRow, now: OffsetDateTime) -> State {
    match row.expires_at {
        _ if row.failed.is_some() => State::Failed,
        Some(expires_at) if now < expires_at => State::Ready(expires_at),
        Some(expires_at) => State::Expired(expires_at),
        None if now - row.moved_at > LOST_AFTER => State::Lost,
        None => State::Running,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-29 09:00 UTC);

    fn row() -> TakeOutRow {
        TakeOutRow {
            take_out_id: Uuid::nil(),
            area_ids: vec![200],
            query: String::new(),
            form: "csv".to_owned(),
            personal: false,
            asked_at: NOON,
            rows_total: Some(10),
            rows_done: 5,
            moved_at: NOON,
            expires_at: None,
            failed: None,
        }
    }

    #[test]
    fn a_list_whose_server_ended_is_told_as_lost_and_not_before() {
        assert_eq!(of(&row(), NOON + LOST_AFTER), State::Running);
        assert_eq!(of(&row(), NOON + LOST_AFTER + Duration::SECOND), State::Lost);
        let failed = TakeOutRow { failed: Some("file".to_owned()), ..row() };
        assert_eq!(of(&failed, NOON), State::Failed);
    }

    #[test]
    fn a_file_is_there_for_an_hour_and_then_no_more() {
        let until = NOON + KEPT_FOR;
        let ready = TakeOutRow { expires_at: Some(until), ..row() };
        assert_eq!(of(&ready, until - Duration::SECOND), State::Ready(until));
        assert_eq!(of(&ready, until), State::Expired(until));
    }
}
