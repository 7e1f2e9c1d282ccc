//! A store in one SQLite file, for devices.

use std::path::Path;

use super::StoreError;

/// A store in `phone.sqlite` of a folder. One process at a time.
#[derive(Debug)]
pub struct SqliteStore {
    connection: rusqlite::Connection,
}

impl SqliteStore {
    /// Opens the file at `path`, or makes it.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Newer`], [`StoreError::Unusable`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = rusqlite::Connection::open(path).map_err(|fault| StoreError::Unusable(fault.to_string()))?;
        Ok(Self { connection })
    }
}
