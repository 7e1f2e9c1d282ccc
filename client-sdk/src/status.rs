//! The one value that says how this phone stands: for the status line of an app and for scripts.

/// How this phone stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Status {
    /// Whether it has an identity.
    pub enrolled: bool,
    /// Whether it must be enrolled again before anything is sent: its token is unknown or over, or its data was copied.
    pub needs_enrolment: bool,
    /// Records on this phone.
    pub records: u64,
    /// Records with changes that have no verdict yet.
    pub pending_records: u64,
    /// Changes that have no verdict yet.
    pub pending_changes: u64,
    /// Sealed values that have no verdict yet.
    pub pending_sealed: u64,
    /// How many changes of the present conversation have their verdict, of how many; `None` when nothing is under way.
    pub sending: Option<(u64, u64)>,
    /// When a conversation last ended well, milliseconds since 1970.
    pub last_success_ms: Option<u64>,
    /// The code of what last went wrong; `None` after a success.
    pub last_error: Option<String>,
    /// Items in the held tray and records waiting for something else.
    pub needs_attention: u64,
    /// Fields that wait for a person's choice.
    pub conflicts: u64,
    /// Delivered changes that this phone could not apply; the next check repairs them.
    pub unreadable: u64,
    /// Whether what this phone held has expired and did not come back yet; unsent work is kept.
    pub expired: bool,
    /// When what it holds expires unless a sync renews it, milliseconds since 1970; `None` when never.
    pub expires_ms: Option<u64>,
    /// When the next attempt is due, milliseconds since 1970; `None` when at once.
    pub next_attempt_ms: Option<u64>,
}
