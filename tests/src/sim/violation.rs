//! A broken promise, and how a run ends at it.

/// What was broken, and where it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The promise, in a few words; a run that is played again with fewer steps must break the same one.
    pub promise: &'static str,
    /// What was seen.
    pub seen: String,
}

/// What a step comes to.
pub(super) type Holds<T = ()> = Result<T, Violation>;

/// The simulation itself does not work: never a finding, always to be mended here.
pub(super) const BROKEN: &str = "the simulation works";

impl Violation {
    pub(super) fn of(promise: &'static str, seen: impl Into<String>) -> Self {
        Self { promise, seen: seen.into() }
    }

    /// Something that cannot happen.
    pub(super) fn broken(seen: impl std::fmt::Debug) -> Self {
        Self::of(BROKEN, format!("{seen:?}"))
    }
}

/// Demands something.
pub(super) fn demand(holds: bool, promise: &'static str, seen: impl FnOnce() -> String) -> Holds {
    if holds { Ok(()) } else { Err(Violation::of(promise, seen())) }
}
