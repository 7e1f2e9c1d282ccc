//! The store keeps its promises, encrypted, and tells what is wrong with a file that it does not open.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::conformance;
use super::*;

/// A word that stands in every store of these tests: [`conformance::fill`] writes it as title, value and search term.
const CANARY: &str = "خبز";

pub(super) fn key() -> StoreKey {
    StoreKey::new([7; 32])
}

fn file(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("phone.sqlite")
}

fn open(dir: &tempfile::TempDir) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(&file(dir), &key())
}

/// A folder with a store that has something in it, closed.
fn filled() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir).unwrap();
    conformance::fill(&mut store);
    let everything = conformance::everything(&store);
    (dir, everything)
}

/// Names of the files in the folder that contain the canary.
pub(super) fn with_canary(folder: &Path) -> Vec<String> {
    let has = |path: &Path| fs::read(path).unwrap().windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.filter(|file| has(&file.path())).map(|file| file.file_name().into_string().unwrap()).collect()
}

/// The folder as a crash would leave it.
pub(super) fn as_left_by_a_crash(folder: &Path) -> tempfile::TempDir {
    let left = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
    }
    left
}

fn spoil(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
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
    let (dir, before) = filled();
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
    let newer = open(&dir).unwrap();
    newer.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    assert!(matches!(open(&dir), Err(StoreError::Newer { found: 99, .. })));
    let foreign = dir.path().join("foreign");
    for content in [vec![b'x'; 8_192], vec![0; 8_192], b"short".to_vec()] {
        fs::write(&foreign, &content).unwrap();
        assert!(matches!(SqliteStore::open(&foreign, &key()), Err(StoreError::Damaged(_))));
        assert_eq!(fs::read(&foreign).unwrap(), content);
    }
}

#[test]
fn another_key_is_told_and_damages_nothing_also_after_a_crash() {
    let (dir, before) = filled();
    let mut store = open(&dir).unwrap();
    store.commit(vec![Write::Meta("late", Some(vec![3]))]).unwrap();
    let crashed = as_left_by_a_crash(dir.path());
    drop(store);
    for folder in [&dir, &crashed] {
        let wrong = SqliteStore::open(&file(folder), &StoreKey::new([8; 32]));
        assert!(matches!(wrong, Err(StoreError::WrongKey)), "{wrong:?}");
        let store = open(folder).unwrap();
        assert_eq!(store.meta("late").unwrap(), Some(vec![3]));
        assert_eq!(conformance::everything(&store), before);
    }
}

#[test]
fn damage_is_told_from_another_key_wherever_it_is() {
    let (dir, _) = filled();
    let whole = fs::read(file(&dir)).unwrap();
    spoil(&file(&dir), 100);
    assert!(matches!(open(&dir), Err(StoreError::Damaged("the file is corrupt"))));
    fs::write(file(&dir), &whole).unwrap();
    spoil(&file(&dir), whole.len() - 100);
    let all = RowQuery { limit: 9, ..RowQuery::default() };
    let read = open(&dir).and_then(|store| {
        store.list(&all)?;
        store.counts()?;
        store.held(None)?;
        store.changes(conformance::id(1))?;
        store.open_values(conformance::id(1))
    });
    let swept = fs::read(file(&dir)).unwrap().len() / 4_096;
    assert!(read.is_err() || swept > 1, "{read:?}");
    fs::write(file(&dir), &whole[..whole.len() / 2]).unwrap();
    let cut = open(&dir).and_then(|store| store.list(&all));
    assert!(matches!(cut, Err(StoreError::Damaged(_))), "{cut:?}");
}

#[test]
fn no_file_holds_a_word_of_it_neither_open_nor_after_a_crash_nor_closed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir).unwrap();
    conformance::fill(&mut store);
    assert!(fs::metadata(dir.path().join("phone.sqlite-wal")).unwrap().len() > 0);
    let crashed = as_left_by_a_crash(dir.path());
    assert_eq!(with_canary(dir.path()), [""; 0]);
    drop(store);
    assert_eq!(with_canary(dir.path()), [""; 0]);
    assert_eq!(with_canary(crashed.path()), [""; 0]);
    assert!(conformance::everything(&open(&crashed).unwrap()).contains(CANARY));
}

#[test]
fn a_purge_leaves_nothing_in_the_log_either() {
    let (dir, _) = filled();
    let mut store = open(&dir).unwrap();
    store.commit(vec![Write::Purge(conformance::id(1))]).unwrap();
    assert_eq!(fs::metadata(dir.path().join("phone.sqlite-wal")).unwrap().len(), 0);
    assert_eq!(store.record(conformance::id(1)).unwrap(), None);
}

#[test]
fn a_full_disk_is_an_error_and_nothing_is_half_kept() {
    let (dir, before) = filled();
    let mut store = open(&dir).unwrap();
    store.limit_pages(1);
    let big = (0..100).map(|n| Write::Meta("big", Some(vec![n; 100_000]))).collect::<Vec<_>>();
    let mut writes = vec![Write::Meta("small", Some(vec![1]))];
    writes.extend(big);
    assert!(matches!(store.commit(writes), Err(StoreError::Full)));
    assert_eq!(store.meta("small").unwrap(), None);
    assert_eq!(conformance::everything(&store), before);
}
