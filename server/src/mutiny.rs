//! Faults on purpose: each breaks one promise, so that it can be seen that a test notices (`make mutiny`). They exist only in a
//! build with the feature `mutiny`, where `USRA_MUTINY` names the one that is on; in every other build [`Fault::is_on`] is `false`
//! at compile time.

/// One thing done wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A push is answered before its transaction is committed.
    AnswerBeforeCommit,
    /// The feed's numbers come from a sequence, given out before the areas' rows are locked.
    PlainSequence,
    /// A change that is known already is taken again.
    NoDuplicateCheck,
    /// Phones are not told of what left their reach.
    NoLeave,
    /// A cursor of another life of the data is believed.
    NoEpoch,
    /// The phone's clock says whether its work was late.
    PhoneClock,
    /// Whoever offers a change may write everywhere.
    NoScopeCheck,
    /// A change is taken although what it follows is not here.
    MissingDep,
    /// The bundles of an area stay when a record leaves it.
    StaleBundles,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::AnswerBeforeCommit,
        Self::PlainSequence,
        Self::NoDuplicateCheck,
        Self::NoLeave,
        Self::NoEpoch,
        Self::PhoneClock,
        Self::NoScopeCheck,
        Self::MissingDep,
        Self::StaleBundles,
    ];

    /// The name that `USRA_MUTINY` gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnswerBeforeCommit => "answer-before-commit",
            Self::PlainSequence => "plain-sequence",
            Self::NoDuplicateCheck => "no-duplicate-check",
            Self::NoLeave => "no-leave",
            Self::NoEpoch => "no-epoch",
            Self::PhoneClock => "phone-clock",
            Self::NoScopeCheck => "no-scope-check",
            Self::MissingDep => "missing-dep",
            Self::StaleBundles => "stale-bundles",
        }
    }

    /// Whether it is on in this process.
    #[cfg(feature = "mutiny")]
    #[must_use]
    pub fn is_on(self) -> bool {
        static CHOSEN: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
        CHOSEN.get_or_init(|| std::env::var("USRA_MUTINY").ok()).as_deref() == Some(self.name())
    }

    /// Whether it is on: never in this build.
    #[cfg(not(feature = "mutiny"))]
    #[must_use]
    pub const fn is_on(self) -> bool {
        false
    }
}
