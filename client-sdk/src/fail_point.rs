//! Named places at which a test kills this process as a flat battery would. Only in a build with the feature `fail-points`, and
//! only where the environment asks for it at a start: `FAILPOINTS="commit.after=1*off->return"` dies when that place is reached for the second time.

/// One such place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailPoint {
    /// The store is about to keep something.
    BeforeCommit,
    /// The store has kept it; nobody was told.
    AfterCommit,
    /// A request is made and not sent.
    BeforeSend,
    /// The centre has answered and the answer was not read.
    AfterSend,
    /// The answer is here and nothing of it is kept.
    BeforeTake,
}

impl FailPoint {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::BeforeCommit, Self::AfterCommit, Self::BeforeSend, Self::AfterSend, Self::BeforeTake];

    /// The name that `FAILPOINTS` gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeCommit => "commit.before",
            Self::AfterCommit => "commit.after",
            Self::BeforeSend => "send.before",
            Self::AfterSend => "send.after",
            Self::BeforeTake => "take.before",
        }
    }

    /// Dies here, if that was asked for.
    #[cfg(feature = "fail-points")]
    pub fn reach(self) {
        fail::fail_point!(self.name(), |_why| die());
    }

    /// Nothing in this build.
    #[cfg(not(feature = "fail-points"))]
    pub const fn reach(self) {}
}

/// Reads what was asked for; it holds until the value is dropped.
#[cfg(feature = "fail-points")]
#[must_use]
pub fn arm() -> impl Sized {
    fail::FailScenario::setup()
}

/// Nothing in this build.
#[cfg(not(feature = "fail-points"))]
#[must_use]
pub const fn arm() -> impl Sized {}

/// Nothing is flushed or closed.
#[cfg(feature = "fail-points")]
fn die() {
    std::process::abort();
}
