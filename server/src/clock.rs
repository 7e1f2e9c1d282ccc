//! The only room that reads the time of day. Everything else is told what time it is.

use std::fmt;
use std::sync::Arc;

use time::macros::offset;
use time::{OffsetDateTime, UtcOffset};

/// The clocks of the region, which has no summer time.
pub const RIYADH: UtcOffset = offset!(+3);

/// Where a running server gets the time from: the machine, or a test.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(system_now))
    }

    /// A clock that tells what `tell` tells, for tests that step time.
    pub fn from_fn(tell: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The time now, UTC, whole microseconds (what PostgreSQL keeps, so that a stored time equals the one it came from).
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        let now = (self.0)();
        now.replace_nanosecond(now.microsecond() * 1_000).unwrap_or(now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock room")]
fn system_now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
