//! Named places at which a test kills this process as a power cut would: nothing is flushed, closed or answered. Only in a build
//! with the feature `testing`, and only where the environment asks for it at a start: `FAILPOINTS="commit.before=3*off->return"` dies when
//! that place is reached for the fourth time.

/// One such place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailPoint {
    /// A request's body has arrived.
    BeforeParse,
    /// It was read, and its sender is known.
    AfterParse,
    /// A batch is decided and not written.
    BeforeInsert,
    /// It is written and numbered, inside its transaction.
    AfterInsert,
    /// The next word to the database is COMMIT.
    BeforeCommit,
    /// The database has committed; nobody was told.
    AfterCommit,
    /// The answer is made and not packed.
    BeforeAnswer,
    /// The answer was given to the connection, which is about to be closed.
    AfterAnswer,
}

impl FailPoint {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::BeforeParse,
        Self::AfterParse,
        Self::BeforeInsert,
        Self::AfterInsert,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeAnswer,
        Self::AfterAnswer,
    ];

    /// The name that `FAILPOINTS` gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeParse => "parse.before",
            Self::AfterParse => "parse.after",
            Self::BeforeInsert => "insert.before",
            Self::AfterInsert => "insert.after",
            Self::BeforeCommit => "commit.before",
            Self::AfterCommit => "commit.after",
            Self::BeforeAnswer => "answer.before",
            Self::AfterAnswer => "answer.after",
        }
    }

    /// Dies here, if that was asked for.
    #[cfg(feature = "testing")]
    pub fn reach(self) {
        fail::fail_point!(self.name(), |_why| die());
    }

    /// Nothing in this build.
    #[cfg(not(feature = "testing"))]
    pub const fn reach(self) {}
}

/// Reads what was asked for; it holds until the value is dropped.
#[cfg(feature = "testing")]
#[must_use]
pub fn arm() -> impl Sized {
    fail::FailScenario::setup()
}

/// Nothing in this build.
#[cfg(not(feature = "testing"))]
#[must_use]
pub const fn arm() -> impl Sized {}

/// What `kill -9` does, from within.
#[cfg(feature = "testing")]
fn die() {
    let _sent = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort();
}
