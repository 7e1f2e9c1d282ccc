//! Why bytes are not a change that we read, each cause with its own code.

/// Why bytes are not a change that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeFault {
    /// Larger than [`crate::limits::CHANGE_BYTES`].
    #[error("the change is larger than a change may be")]
    TooLarge,
}

impl ChangeFault {
    /// The stable code of this fault.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
        }
    }
}
