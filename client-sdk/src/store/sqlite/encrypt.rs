//! Encrypts a store of a version that did not encrypt, in place. Killed at any moment, it leaves either the whole old store,
//! with which it begins anew, or the whole new one:
//!
//! ```text
//! lock the old store, empty its log into it -> copy into FILE.encrypting, checked and synced -> rename over the old store
//! ```
//! The old file is gone with the rename. What a flash disk keeps of freed blocks is its own business.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::key::StoreKey;
use super::{BUSY_WAIT, fault, schema, unusable};
use crate::store::StoreError;

/// What SQLite appends to a file's name for its logs.
const LOGS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Encrypts the store at `path`.
///
/// # Errors
/// A [`StoreError`]; then the store is as it was, and still without encryption.
pub(super) fn in_place(path: &Path, key: &StoreKey) -> Result<(), StoreError> {
    let (old, fresh) = (Found::open(path)?.lock(path)?, beside(path));
    old.copy(&fresh, key).inspect_err(|_fault| remove(&fresh).unwrap_or_default())?;
    put(&fresh, path).map_err(|cause| unusable(&cause))
}

/// A store without encryption, and which file it is.
struct Found(Connection, Option<(u64, u64)>);

impl Found {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let identity = identity(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|cause| fault(&cause))?;
        Ok(Self(connection, identity))
    }

    fn lock(self, path: &Path) -> Result<Old, StoreError> {
        Self::claim(&self.0).map_err(|cause| fault(&cause))??;
        // Whoever held the lock until now may have put an encrypted store into its place.
        if identity(path) == self.1 { Ok(Old(self.0)) } else { Err(StoreError::Locked) }
    }

    fn claim(connection: &Connection) -> Result<Result<(), StoreError>, rusqlite::Error> {
        connection.busy_timeout(BUSY_WAIT)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.execute_batch("begin exclusive; commit")?;
        let known = schema::is_ours(connection)?;
        if known.is_ok() {
            // Copies the log into the file. "Delete" would leave a journal for as long as the file is locked.
            connection.pragma_update(None, "journal_mode", "truncate")?;
        }
        Ok(known)
    }
}

/// A store without encryption that nobody else has open, and whose file holds all of it.
struct Old(Connection);

impl Old {
    /// Copies all of it into an encrypted file.
    fn copy(&self, fresh: &Path, key: &StoreKey) -> Result<(), StoreError> {
        // SQLite makes no file on a connection that was not to make one.
        remove(fresh).and_then(|()| File::create_new(fresh).map(drop)).map_err(|cause| unusable(&cause))?;
        self.export(fresh, key).map_err(|cause| fault(&cause))?;
        let whole = check(fresh, key).map_err(|cause| fault(&cause))?;
        if whole { Ok(()) } else { Err(StoreError::Damaged("the encrypted copy is not whole")) }
    }

    fn export(&self, fresh: &Path, key: &StoreKey) -> Result<(), rusqlite::Error> {
        let version: i64 = self.0.pragma_query_value(None, "user_version", |row| row.get(0))?;
        self.0.execute("attach database ? as fresh key ?", (fresh.to_string_lossy(), key.spec()))?;
        self.0.query_row("select sqlcipher_export('fresh')", (), |_done| Ok(()))?;
        self.0.pragma_update(Some("fresh"), "user_version", version)?;
        self.0.execute_batch("detach database fresh")
    }
}

/// Reads every page of the copy.
fn check(fresh: &Path, key: &StoreKey) -> Result<bool, rusqlite::Error> {
    let copy = Connection::open(fresh)?;
    copy.pragma_update(None, "key", key.spec())?;
    let said: String = copy.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    Ok(said == "ok")
}

/// Puts the copy into the store's place; from here on there is no other.
fn put(fresh: &Path, path: &Path) -> std::io::Result<()> {
    let copy = File::open(fresh)?;
    copy.set_permissions(fs::metadata(path)?.permissions())?;
    copy.sync_all()?;
    remove_logs(path)?;
    fs::rename(fresh, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Where the copy is made.
fn beside(path: &Path) -> PathBuf {
    with(path, ".encrypting")
}

/// Removes a copy that was not finished, with its logs.
fn remove(fresh: &Path) -> std::io::Result<()> {
    remove_file(fresh)?;
    remove_logs(fresh)
}

fn remove_logs(path: &Path) -> std::io::Result<()> {
    LOGS.iter().try_for_each(|log| remove_file(&with(path, log)))
}

fn remove_file(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _gone => Ok(()),
    }
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// Which file stands at `path`, whatever it is called.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Elsewhere an open file cannot be replaced.
#[cfg(not(unix))]
fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests;
