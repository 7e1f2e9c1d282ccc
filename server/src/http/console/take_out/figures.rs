//! Moments as files hold them: by the clocks of Makkah for people, in universal time for programs.

use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::clock::RIYADH;

/// `2026-11-29 12:00`, as Makkah's clocks show it.
pub(super) fn local(moment: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]");
    moment.to_offset(RIYADH).format(format).unwrap_or_default()
}

/// `2026-11-29T09:00:00Z`.
pub(super) fn universal(moment: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    moment.to_offset(time::UtcOffset::UTC).format(format).unwrap_or_default()
}

/// Days since 1970 began.
pub(super) fn days(day: Date) -> i32 {
    day.to_julian_day().saturating_sub(OffsetDateTime::UNIX_EPOCH.date().to_julian_day())
}

/// Microseconds since 1970 began.
pub(super) fn micros(moment: OffsetDateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_moment_is_told_by_makkahs_clocks_and_in_universal_time() {
        let moment = datetime!(2026-11-28 21:30 UTC);
        assert_eq!(local(moment), "2026-11-29 00:30");
        assert_eq!(universal(moment), "2026-11-28T21:30:00Z");
        assert_eq!(micros(datetime!(1970-01-02 00:00 UTC)), 86_400_000_000);
        assert_eq!((days(date!(1970 - 01 - 02)), days(date!(1969 - 12 - 31))), (1, -1));
    }
}
