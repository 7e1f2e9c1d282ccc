//! How many codes a number may have: one a minute, five an hour, ten a day. Counted in the database, since several servers
//! share it. Who is over the limit hears what everyone hears; the code before stays good for its minutes.

use time::{Duration, OffsetDateTime};
use usra_sync_protocol::sign_in::CODE_EVERY_S;

/// So many codes within so long.
const LIMITS: [(usize, Duration); 3] =
    [(1, Duration::seconds(CODE_EVERY_S as i64)), (5, Duration::hours(1)), (10, DAY)];
/// How far back anything is remembered.
pub const DAY: Duration = Duration::days(1);

/// Whether another code may be made, of those made at `asked_at`.
#[must_use]
pub fn may_ask(asked_at: &[OffsetDateTime], now: OffsetDateTime) -> bool {
    let within = |span: Duration| asked_at.iter().filter(|at| now - **at < span).count();
    LIMITS.into_iter().all(|(most, span)| within(span) < most)
}

/// The times that still matter.
#[must_use]
pub fn of_late(mut asked_at: Vec<OffsetDateTime>, now: OffsetDateTime) -> Vec<OffsetDateTime> {
    asked_at.retain(|at| now - *at < DAY);
    asked_at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_gets_one_code_a_minute_five_an_hour_and_ten_a_day() {
        let (mut asked, mut now, mut given) = (Vec::new(), OffsetDateTime::UNIX_EPOCH, Vec::new());
        for second in 0..24 * 3600 {
            if may_ask(&asked, now) {
                asked.push(now);
                given.push(second);
            }
            now += Duration::SECOND;
        }
        assert_eq!(given[..5], [0, 60, 120, 180, 240]);
        assert_eq!(given[5..], [3600, 3660, 3720, 3780, 3840]);
        assert!(may_ask(&asked, now));
        assert_eq!(of_late(asked, now).len(), 9);
    }
}
