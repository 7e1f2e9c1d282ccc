//! One at a time makes or rotates keys. The kernel releases the lock when its holder dies, however it dies.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::fault::{KeysError, unusable};

/// Waits for its turn. What is done in a turn takes milliseconds.
pub(super) fn take(folder: &Path) -> Result<File, KeysError> {
    let path = folder.join("lock");
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = opened.map_err(unusable(&path))?;
    file.lock().map_err(unusable(&path))?;
    Ok(file)
}
