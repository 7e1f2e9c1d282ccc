//! The one room that reads the clock.

/// Milliseconds since 1970; 0 on a machine whose clock stands before that.
#[expect(clippy::disallowed_methods, reason = "this is the clock room: everything else gets the time as an argument")]
pub(crate) fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
