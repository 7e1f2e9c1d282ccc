//! What a person typed is in no file of the phone, whatever state it is in, and a wrong key costs nothing.

use std::path::Path;

use usra_client_sdk::store::{SqliteStore, StoreError, StoreKey};
use usra_client_sdk::{NewRecord, Phone, PhoneError, Query};
use usra_sync_protocol::kind::Kind;

use crate::link::{fields, sync};
use crate::model::Server;

const NAME: &str = "كناري المعمول";
const MOBILE: &str = "+966500987654";
const NEED: &str = "تحتاج إلى كناري";

fn open(folder: &Path, key: u8) -> Result<Phone<SqliteStore>, PhoneError> {
    Phone::open(SqliteStore::open(&folder.join("phone.sqlite"), &StoreKey::new([key; 32]))?)
}

/// A family with a name, a number and a need.
fn register(phone: &mut Phone<SqliteStore>) {
    let of_family = fields(&[("name_ar", NAME), ("centre", "JED-01"), ("mobile", MOBILE)]);
    let new = NewRecord { id: None, kind: Kind::Family, family: None, area: None, fields: of_family };
    let family = phone.create(new, 1, [1; 10]).unwrap();
    let of_household = fields(&[("need/n1/detail", NEED)]);
    let new = NewRecord { id: None, kind: Kind::Household, family: Some(family), area: None, fields: of_household };
    phone.create(new, 2, [2; 10]).unwrap();
}

/// Every byte of every file.
fn all_bytes(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn holds_a_word(bytes: &[u8]) -> bool {
    let words = NAME.split(' ').chain(NEED.split(' ')).chain([MOBILE, "500987654"]);
    words.map(str::as_bytes).any(|word| bytes.windows(word.len()).any(|window| window == word))
}

#[test]
fn no_file_of_a_phone_holds_a_word_of_what_was_typed() {
    assert!(holds_a_word(format!("…{MOBILE}…").as_bytes()));
    let (mut server, dir, crashed) = (Server::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut phone = open(dir.path(), 1).unwrap();
    phone.enrolled(server.enrol(1, &[101]), "http://model", 0).unwrap();
    register(&mut phone);
    assert!(!holds_a_word(&all_bytes(dir.path())), "while open");
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), crashed.path().join(entry.file_name())).unwrap();
    }
    let sought = Query { search: Some("كناري".to_owned()), ..Query::default() };
    assert_eq!(phone.list(&sought).unwrap().len(), 2);
    sync(&mut phone, &mut server);
    drop(phone);
    assert!(!holds_a_word(&all_bytes(dir.path())), "closed");
    let after = open(crashed.path(), 1).unwrap();
    assert!(!holds_a_word(&all_bytes(crashed.path())), "after a crash");
    assert_eq!(after.list(&sought).unwrap().len(), 2);
}

#[test]
fn after_a_wrong_key_the_right_one_shows_everything_and_the_outbox_is_delivered() {
    let (mut server, dir) = (Server::new(), tempfile::tempdir().unwrap());
    let mut phone = open(dir.path(), 1).unwrap();
    phone.enrolled(server.enrol(1, &[101]), "http://model", 0).unwrap();
    register(&mut phone);
    drop(phone);
    let refused = open(dir.path(), 2).unwrap_err();
    assert!(matches!(refused, PhoneError::Store(StoreError::WrongKey)), "{refused:?}");
    assert_eq!(refused.code(), "store_key_wrong");
    assert!(!refused.sentence_ar().is_empty() && !refused.sentence_en().is_empty());
    let mut phone = open(dir.path(), 1).unwrap();
    let all = phone.list(&Query::default()).unwrap();
    assert_eq!((all.len(), sync(&mut phone, &mut server).accepted), (2, 2));
}
