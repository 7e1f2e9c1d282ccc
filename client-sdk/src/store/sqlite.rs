//! A store in one SQLite file, for devices. Write-ahead log and `synchronous = full`: what `commit` kept survives a power cut.
//! The file is locked for as long as it is open, so that two processes cannot write as one phone. Nothing is loaded at open.

mod cell;
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
use crate::held::HeldItem;

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
    /// Opens the file at `path`, or makes it in a folder that exists.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process has it open, [`StoreError::Newer`] for a newer version's file,
    /// [`StoreError::Damaged`] for something that is no store, [`StoreError::Unusable`] when the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::prepare(Connection::open(path).map_err(|cause| fault(&cause))?).map_err(|cause| fault(&cause))?
    }

    fn prepare(mut connection: Connection) -> Result<Result<Self, StoreError>, rusqlite::Error> {
        connection.busy_timeout(BUSY_WAIT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        // Takes the lock now rather than at the first edit.
        connection.execute_batch("begin exclusive; commit")?;
        let made = schema::bring_up(&mut connection)?;
        Ok(made.map(|()| Self { connection }))
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
        write::commit(&mut self.connection, writes).map_err(|cause| fault(&cause))
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

#[cfg(test)]
mod tests {
    use super::super::conformance;
    use super::*;

    fn open(dir: &tempfile::TempDir) -> Result<SqliteStore, StoreError> {
        SqliteStore::open(&dir.path().join("phone.sqlite"))
    }

    #[test]
    fn a_sqlite_store_keeps_every_promise_of_a_store() {
        let dirs = std::cell::RefCell::new(Vec::new());
        conformance::run(&|| {
            let dir = tempfile::tempdir().unwrap();
            let store = open(&dir).unwrap();
            dirs.borrow_mut().push(dir);
            store
        });
    }

    #[test]
    fn what_was_committed_is_there_when_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(&dir).unwrap();
        conformance::fill(&mut store);
        let before = conformance::everything(&store);
        drop(store);
        assert_eq!(conformance::everything(&open(&dir).unwrap()), before);
    }

    #[test]
    fn a_second_opening_of_the_same_file_is_refused_until_the_first_ends() {
        let dir = tempfile::tempdir().unwrap();
        let first = open(&dir).unwrap();
        assert!(matches!(open(&dir), Err(StoreError::Locked)));
        drop(first);
        assert!(open(&dir).is_ok());
    }

    #[test]
    fn a_newer_versions_file_and_a_foreign_file_are_refused_untouched() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(&dir).unwrap());
        let newer = Connection::open(dir.path().join("phone.sqlite")).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        drop(newer);
        assert!(matches!(open(&dir), Err(StoreError::Newer { found: 99, .. })));
        std::fs::write(dir.path().join("foreign"), vec![b'x'; 8_192]).unwrap();
        assert!(matches!(SqliteStore::open(&dir.path().join("foreign")), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn a_full_disk_is_an_error_and_nothing_is_half_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(&dir).unwrap();
        conformance::fill(&mut store);
        let before = conformance::everything(&store);
        store.limit_pages(1);
        let big = (0..100).map(|n| Write::Meta("big", Some(vec![n; 100_000]))).collect::<Vec<_>>();
        let mut writes = vec![Write::Meta("small", Some(vec![1]))];
        writes.extend(big);
        assert!(matches!(store.commit(writes), Err(StoreError::Full)));
        assert_eq!(store.meta("small").unwrap(), None);
        assert_eq!(conformance::everything(&store), before);
    }
}
