//! How often a sign-in may fail. A try is counted before the password is looked at and given back when it was right, in the
//! database, so that many servers and many requests at once cannot try more. Logins that do not exist are counted alike.

use time::{Duration, OffsetDateTime};

use crate::storage::staff_try::TryRow;

/// Failures after which a login is locked, and again after so many more.
const IN_A_ROW: i32 = 5;
/// How long the first lock lasts; each further one twice as long.
const FIRST_LOCK: Duration = Duration::minutes(15);
/// The longest lock.
const LOCK_MAX: Duration = Duration::hours(24);
/// After so long without a try, what failed before no longer counts.
pub const FORGIVEN_AFTER: Duration = Duration::hours(48);

/// Failures of all logins together in an hour: many accounts tried once each are a guess at many doors.
const OF_ALL: i32 = 1_000;
const OF_ALL_IN: Duration = Duration::HOUR;

/// One more try at one login.
///
/// # Errors
/// How long it is locked still.
pub fn one_more(before: &TryRow, now: OffsetDateTime) -> Result<TryRow, Duration> {
    if let Some(until) = before.locked_until
        && until > now
    {
        return Err(until - now);
    }
    let failed_count = if now - before.tried_at >= FORGIVEN_AFTER { 1 } else { before.failed_count.saturating_add(1) };
    let locked_until = (failed_count % IN_A_ROW == 0).then(|| now + lock(failed_count / IN_A_ROW));
    Ok(TryRow { failed_count, locked_until, tried_at: now })
}

/// One more try of all. `tried_at` is when the present hour began.
///
/// # Errors
/// How long the hour lasts still.
pub fn one_of_all(before: &TryRow, now: OffsetDateTime) -> Result<TryRow, Duration> {
    let ends = before.tried_at + OF_ALL_IN;
    if now >= ends {
        return Ok(TryRow { failed_count: 1, locked_until: None, tried_at: now });
    }
    if before.failed_count >= OF_ALL {
        return Err(ends - now);
    }
    Ok(TryRow { failed_count: before.failed_count + 1, ..before.clone() })
}

fn lock(times: i32) -> Duration {
    let doublings = u32::try_from(times - 1).unwrap_or(0).min(10);
    (FIRST_LOCK * 2_i32.pow(doublings)).min(LOCK_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn fresh() -> TryRow {
        TryRow { failed_count: 0, locked_until: None, tried_at: NOON }
    }

    /// Tries until locked; how many were let through, and the lock.
    fn until_locked(row: &mut TryRow, now: OffsetDateTime) -> (usize, Duration) {
        for let_through in 0.. {
            match one_more(row, now) {
                Ok(next) => *row = next,
                Err(wait) => return (let_through, wait),
            }
        }
        unreachable!("it locks")
    }

    #[test]
    fn five_failures_lock_for_a_quarter_of_an_hour_and_every_five_more_for_twice_as_long_up_to_a_day() {
        let (mut row, mut now) = (fresh(), NOON);
        for minutes in [15, 30, 60, 120, 240, 480, 960, 1440, 1440] {
            assert_eq!(until_locked(&mut row, now), (5, Duration::minutes(minutes)));
            assert_eq!(one_more(&row, now + Duration::minutes(minutes) - Duration::SECOND), Err(Duration::SECOND));
            now += Duration::minutes(minutes);
        }
    }

    #[test]
    fn after_two_quiet_days_failures_are_forgiven() {
        let row = TryRow { failed_count: 34, locked_until: None, tried_at: NOON };
        assert_eq!(one_more(&row, NOON + FORGIVEN_AFTER).unwrap().failed_count, 1);
        assert_eq!(one_more(&row, NOON + FORGIVEN_AFTER - Duration::SECOND).unwrap().failed_count, 35);
    }

    #[test]
    fn a_thousand_failures_of_all_logins_fit_into_an_hour() {
        let mut row = fresh();
        let heard = (0..10_000).filter(|_| {
            one_of_all(&row, NOON).is_ok_and(|next| {
                row = next;
                true
            })
        });
        assert_eq!(heard.count(), 1_000);
        assert_eq!(one_of_all(&row, NOON + Duration::minutes(20)), Err(Duration::minutes(40)));
        assert!(one_of_all(&row, NOON + Duration::HOUR).is_ok());
    }
}
