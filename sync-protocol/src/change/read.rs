//! Reads a change from foreign bytes: strict and total.

use super::{Change, ChangeFault};

/// Reads one change.
///
/// # Errors
/// The first [`ChangeFault`] found.
pub fn read(_bytes: &[u8]) -> Result<Change, ChangeFault> {
    Err(ChangeFault::TooLarge)
}
