//! Where commands write. A closed pipe (`usra area list | head`) ends the writing, not the command.

use std::io::{Write, stderr, stdout};

use serde::Serialize;

/// One line of the result.
pub fn line(text: &str) {
    let mut out = stdout().lock();
    let _closed = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// The result as JSON, for scripts.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn json(value: &impl Serialize) -> serde_json::Result<()> {
    line(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// One line for the person, beside the result.
pub fn error(text: &str) {
    let _closed = writeln!(stderr().lock(), "{text}");
}
