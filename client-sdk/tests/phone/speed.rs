//! How a phone with 5,000 records in SQLite does; prints, and holds it to generous limits. Run with `--run-ignored all`.

use std::time::Duration;

use usra_client_sdk::store::{SqliteStore, StoreKey};
use usra_client_sdk::{NewRecord, Phone, Query};
use usra_sync_protocol::kind::Kind;

use crate::link::{fields, sync};
use crate::model::Server;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn timed<T>(what: &str, limit: Duration, work: impl FnOnce() -> T) -> T {
    let began = std::time::Instant::now();
    let result = work();
    let took = began.elapsed();
    eprintln!("{what}: {:.2} ms", took.as_secs_f64() * 1_000.0);
    assert!(took < limit, "{what} took {took:?}");
    result
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn fill(path: &std::path::Path, server: &mut Server) {
    let mut phone = Phone::open(SqliteStore::open(path, &StoreKey::new([7; 32])).unwrap()).unwrap();
    phone.enrolled(server.enrol(1, &[101]), "http://model", 0).unwrap();
    for n in 0..5_000_u64 {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&n.to_be_bytes());
        let name = format!("مطبخ أم {} {n}", ["سعد", "خالد", "نورة", "ريم"][usize::try_from(n % 4).unwrap()]);
        let list = fields(&[
            ("name_ar", name.as_str()),
            ("centre", "JED-01"),
            ("district", "الروضة"),
            ("mobile", "+966500000001"),
        ]);
        let new = NewRecord { id: None, kind: Kind::Family, family: None, area: None, fields: list };
        phone.create(new, 1_000 + n, random).unwrap();
    }
}

#[test]
#[ignore = "a measurement of some seconds"]
fn a_phone_of_5000_records_opens_edits_and_searches_in_milliseconds() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("phone.sqlite");
    let mut server = Server::new();
    timed("create 5000", Duration::from_mins(2), || fill(&path, &mut server));
    let before = resident_kib();
    let second = Duration::from_secs(1);
    let mut phone =
        timed("open", second, || Phone::open(SqliteStore::open(&path, &StoreKey::new([7; 32])).unwrap()).unwrap());
    let search = |text: &str| Query { search: Some(text.to_owned()), ..Query::default() };
    let found = timed("search two words", second, || phone.list(&search("سعد 4321"))).unwrap();
    let found = if found.is_empty() {
        timed("search one word", second, || phone.list(&search("4321"))).unwrap()
    } else {
        found
    };
    timed("search beginning", second, || phone.list(&search("مط"))).unwrap();
    timed("list", second, || phone.list(&Query::default())).unwrap();
    let id = found[0].id;
    timed("show", second, || phone.record(id)).unwrap();
    timed("edit", second, || phone.edit(id, fields(&[("district", "الصفا")]), 9)).unwrap();
    timed("status", second, || phone.status(0)).unwrap();
    eprintln!("resident: {} KiB, of which since open {} KiB", resident_kib(), resident_kib().saturating_sub(before));
    timed("first sync up, server model included", Duration::from_mins(2), || sync(&mut phone, &mut server));
    eprintln!("resident after sync: {} KiB, server model included", resident_kib());
}
