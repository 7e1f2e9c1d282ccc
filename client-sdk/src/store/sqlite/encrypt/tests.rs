//! A store from before encryption, killed at every stage on its way to being encrypted.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;

use super::super::super::conformance;
use super::super::SqliteStore;
use super::super::tests::{as_left_by_a_crash, key, with_canary};
use super::*;
use crate::store::{Store, Write};

/// A store without encryption whose last commit is still in its log, left by a crash.
fn old() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::prepare(Connection::open(file(&dir)).unwrap()).unwrap().unwrap();
    conformance::fill(&mut store);
    let left = as_left_by_a_crash(dir.path());
    assert_eq!(with_canary(left.path()), ["phone.sqlite-wal"]);
    (left, conformance::everything(&store))
}

fn file(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("phone.sqlite")
}

fn lock(dir: &tempfile::TempDir) -> Old {
    Found::open(&file(dir)).unwrap().lock(&file(dir)).unwrap()
}

/// Opens it as a phone does: everything is there, encrypted, and nothing else is.
fn opens_whole(dir: &tempfile::TempDir, before: &str) {
    let mut store = SqliteStore::open(&file(dir), &key()).unwrap();
    assert_eq!(conformance::everything(&store), before);
    assert_eq!(with_canary(dir.path()), [""; 0]);
    let last = store.outgoing(0, 9).unwrap().last().unwrap().order;
    store.commit(vec![Write::DropChange(conformance::id(1), conformance::hash(2))]).unwrap();
    store.commit(vec![Write::Change(conformance::change_of_first(2))]).unwrap();
    assert!(store.outgoing(0, 9).unwrap().last().unwrap().order > last, "an order was given out twice");
    drop(store);
    let names = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["phone.sqlite"]);
    assert!(matches!(SqliteStore::open(&file(dir), &StoreKey::new([8; 32])), Err(StoreError::WrongKey)));
}

#[test]
fn a_store_from_before_is_encrypted_when_it_is_opened() {
    let (dir, before) = old();
    opens_whole(&dir, &before);
}

#[test]
fn killed_with_half_a_copy_made_it_begins_anew() {
    let (dir, before) = old();
    fs::write(beside(&file(&dir)), vec![9; 5_000]).unwrap();
    fs::write(with(&beside(&file(&dir)), "-journal"), vec![9; 5_000]).unwrap();
    opens_whole(&dir, &before);
}

#[test]
fn killed_once_the_log_is_emptied_it_begins_anew() {
    let (dir, before) = old();
    drop(lock(&dir));
    assert_eq!(with_canary(dir.path()), ["phone.sqlite"]);
    opens_whole(&dir, &before);
}

#[test]
fn killed_with_the_copy_made_but_not_in_place_it_begins_anew() {
    let (dir, before) = old();
    let old = lock(&dir);
    old.copy(&beside(&file(&dir)), &key()).unwrap();
    let killed = as_left_by_a_crash(dir.path());
    drop(old);
    assert_eq!(with_canary(killed.path()), ["phone.sqlite"]);
    opens_whole(&killed, &before);
}

#[test]
fn killed_once_the_copy_is_in_place_it_is_done() {
    let (dir, before) = old();
    let old = lock(&dir);
    old.copy(&beside(&file(&dir)), &key()).unwrap();
    put(&beside(&file(&dir)), &file(&dir)).unwrap();
    let killed = as_left_by_a_crash(dir.path());
    drop(old);
    assert_eq!(with_canary(killed.path()), [""; 0]);
    opens_whole(&killed, &before);
}

#[test]
fn who_waited_for_the_lock_does_not_put_an_old_copy_over_the_new_store() {
    let (dir, before) = old();
    let (first, waits) = (lock(&dir), Found::open(&file(&dir)).unwrap());
    assert!(matches!(SqliteStore::open(&file(&dir), &key()), Err(StoreError::Locked)));
    first.copy(&beside(&file(&dir)), &key()).unwrap();
    put(&beside(&file(&dir)), &file(&dir)).unwrap();
    drop(first);
    assert!(matches!(waits.lock(&file(&dir)), Err(StoreError::Locked)));
    opens_whole(&dir, &before);
}

#[test]
fn a_newer_store_and_a_foreign_database_stay_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let foreign = Connection::open(file(&dir)).unwrap();
    foreign.execute_batch("create table other (a)").unwrap();
    let refused = SqliteStore::open(&file(&dir), &key());
    assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");
    foreign.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(SqliteStore::open(&file(&dir), &key()), Err(StoreError::Newer { found: 99, .. })));
    foreign.query_row("select count(*) from other", (), |_row| Ok(())).unwrap();
}
