//! A store in one SQLite file, for devices. Write-ahead log and `synchronous = full`: what `commit` kept survives a power cut.
//! The file is locked for as long as it is open, so that two processes cannot write as one phone. Nothing is loaded at open.
//! File and log are encrypted by SQLCipher, page by page; temporary tables stay in memory, what is deleted is overwritten.

mod cell;
mod encrypt;
mod key;
mod read;
mod schema;
mod write;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::sealed::SealedCommand;

use super::{ChangeRow, ChangeState, Counts, OpenRow, OutgoingRow, RecordRow, RowQuery, Store, StoreError, Write};
use crate::fail_point::FailPoint;
use crate::held::HeldItem;
use key::Head;

pub use key::StoreKey;

/// How long to wait for another process that is just closing the file.
const BUSY_WAIT: Duration = Duration::from_millis(500);
/// Every statement of this store, with room for list queries of different shapes.
const STATEMENTS_KEPT: usize = 64;

/// A store in a SQLite file. One process at a time.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
}

impl SqliteStore {
    /// Opens the file at `path`, or makes it in a folder that exists. A store of a version that did not encrypt is encrypted.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] for a store of another key, [`StoreError::Locked`] while another process has it open,
    /// [`StoreError::Newer`] for a newer version's file, [`StoreError::Damaged`] for something that is no store or whose
    /// beginning is damaged, [`StoreError::Unusable`] when the file cannot be opened. None of them changes the file.
    pub fn open(path: &Path, key: &StoreKey) -> Result<Self, StoreError> {
        let unread = match Self::unlock(path, key) {
            Err(cause) if cause.sqlite_error_code() == Some(ErrorCode::NotADatabase) => cause,
            opened => return opened.map_err(|cause| fault(&cause))?,
        };
        match Head::of(path, key).map_err(|cause| unusable(&cause))? {
            Head::Plain => {
                encrypt::in_place(path, key)?;
                Self::unlock(path, key).map_err(|cause| fault(&cause))?
            }
            Head::OfAnotherKey => Err(StoreError::WrongKey),
            Head::OfKey => Err(StoreError::Damaged("the file is corrupt")),
            Head::Foreign => Err(fault(&unread)),
        }
    }

    fn unlock(path: &Path, key: &StoreKey) -> Result<Result<Self, StoreError>, rusqlite::Error> {
        let connection = Connection::open(path)?;
        // What is wrong is told by the error, and not also on stderr.
        connection.pragma_update(None, "cipher_log_level", "none")?;
        connection.pragma_update(None, "key", key.spec())?;
        Self::prepare(connection)
    }

    fn prepare(mut connection: Connection) -> Result<Result<Self, StoreError>, rusqlite::Error> {
        connection.busy_timeout(BUSY_WAIT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "secure_delete", "on")?;
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        // Takes the lock now rather than at the first edit.
        connection.execute_batch("begin exclusive; commit")?;
        let made = schema::bring_up(&mut connection)?;
        Ok(made.map(|()| Self { connection }))
    }

    /// What was purged is not to stand in the log until it is written over. Should it fail, the commit is kept all the same.
    fn empty_log(&self) {
        let _emptied = self.connection.query_row("pragma wal_checkpoint(truncate)", (), |_row| Ok(()));
    }

    /// Keeps the file from growing beyond so many pages of 4 KiB, as a full disk would.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: u32) {
        self.connection.pragma_update(None, "max_page_count", pages).unwrap();
    }
}

impl Store for SqliteStore {
    fn meta(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        read::meta(&self.connection, name).map_err(|cause| fault(&cause))
    }

    fn record(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        read::record(&self.connection, id).map_err(|cause| fault(&cause))
    }

    fn change_state(&self, record: RecordId, hash: ChangeHash) -> Result<Option<ChangeState>, StoreError> {
        read::change_state(&self.connection, record, hash).map_err(|cause| fault(&cause))
    }

    fn changes(&self, record: RecordId) -> Result<Vec<ChangeRow>, StoreError> {
        read::changes(&self.connection, record).map_err(|cause| fault(&cause))
    }

    fn bytes(&self, record: RecordId, hash: ChangeHash) -> Result<Option<Vec<u8>>, StoreError> {
        read::bytes(&self.connection, record, hash).map_err(|cause| fault(&cause))
    }

    fn open_values(&self, record: RecordId) -> Result<Vec<OpenRow>, StoreError> {
        read::open_values(&self.connection, record).map_err(|cause| fault(&cause))
    }

    fn list(&self, query: &RowQuery) -> Result<Vec<RecordRow>, StoreError> {
        read::list(&self.connection, query).map_err(|cause| fault(&cause))
    }

    fn outgoing(&self, after: i64, limit: usize) -> Result<Vec<OutgoingRow>, StoreError> {
        read::outgoing(&self.connection, after, limit).map_err(|cause| fault(&cause))
    }

    fn held(&self, record: Option<RecordId>) -> Result<Vec<HeldItem>, StoreError> {
        read::held(&self.connection, record).map_err(|cause| fault(&cause))
    }

    fn sealed(&self) -> Result<Vec<SealedCommand>, StoreError> {
        read::sealed(&self.connection).map_err(|cause| fault(&cause))
    }

    fn digests(&self) -> Result<Vec<(RecordId, Digest)>, StoreError> {
        read::digests(&self.connection).map_err(|cause| fault(&cause))
    }

    fn conflicted(&self) -> Result<Vec<RecordId>, StoreError> {
        read::ids(&self.connection, "select id from record where conflicts > 0 order by id", ())
            .map_err(|cause| fault(&cause))
    }

    fn in_area(&self, area: AreaId) -> Result<Vec<RecordId>, StoreError> {
        read::ids(&self.connection, "select id from record where area = ? order by id", [area.0])
            .map_err(|cause| fault(&cause))
    }

    fn leaving(&self) -> Result<Vec<RecordId>, StoreError> {
        read::ids(&self.connection, "select id from record where leaving > 0 order by id", ())
            .map_err(|cause| fault(&cause))
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        read::counts(&self.connection).map_err(|cause| fault(&cause))
    }

    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        let purges = writes.iter().any(|write| matches!(write, Write::Purge(_)));
        FailPoint::BeforeCommit.reach();
        write::commit(&mut self.connection, writes).map_err(|cause| fault(&cause))?;
        FailPoint::AfterCommit.reach();
        if purges {
            self.empty_log();
        }
        Ok(())
    }
}

fn fault(cause: &rusqlite::Error) -> StoreError {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked,
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged("the file is corrupt"),
        Some(ErrorCode::NotADatabase) => StoreError::Damaged("the file is not a phone store"),
        Some(_) => StoreError::Unusable(cause.to_string()),
        None => StoreError::Damaged("a row is not readable"),
    }
}

fn unusable(cause: &std::io::Error) -> StoreError {
    let is_full = cause.kind() == std::io::ErrorKind::StorageFull;
    if is_full { StoreError::Full } else { StoreError::Unusable(cause.to_string()) }
}

#[cfg(test)]
mod cost;
#[cfg(test)]
mod tests;
