//! What encryption costs: the same phone of 5,000 records on a plain and on an encrypted file, in one run, turn by turn.
//! Run with `--run-ignored all`; decision 12 quotes it.

use std::path::Path;
use std::time::Instant;

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use super::tests::key;
use super::*;
use crate::{NewRecord, Phone, Query};

const RECORDS: u64 = 5_000;
const ROUNDS: usize = 41;

fn plain(path: &Path) -> SqliteStore {
    SqliteStore::prepare(Connection::open(path).unwrap()).unwrap().unwrap()
}

fn encrypted(path: &Path) -> SqliteStore {
    SqliteStore::open(path, &key()).unwrap()
}

fn fill(store: SqliteStore) {
    let mut phone = Phone::open(store).unwrap();
    for n in 0..RECORDS {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&n.to_be_bytes());
        let name = format!("مطبخ أم {} {n}", ["سعد", "خالد", "نورة", "ريم"][usize::try_from(n % 4).unwrap()]);
        let fields =
            [("name_ar", name.as_str()), ("centre", "JED-01"), ("district", "الروضة"), ("mobile", "+966500000001")];
        let fields = fields.map(|(key, value)| (key.to_owned(), Scalar::from(value))).to_vec();
        let new = NewRecord { id: None, kind: Kind::Family, family: None, area: None, fields };
        phone.create(new, 1_000 + n, random).unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn ms<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let result = work();
    (began.elapsed().as_secs_f64() * 1_000.0, result)
}

/// Medians of both, taken turn by turn.
fn compare(what: &str, mut one: impl FnMut(), mut two: impl FnMut()) {
    let (mut first, mut second): (Vec<f64>, Vec<f64>) = (0..ROUNDS).map(|_| (ms(&mut one).0, ms(&mut two).0)).unzip();
    first.sort_by(f64::total_cmp);
    second.sort_by(f64::total_cmp);
    let (plain, encrypted) = (first[ROUNDS / 2], second[ROUNDS / 2]);
    eprintln!("{what:<22} plain {plain:>8.3} ms  encrypted {encrypted:>8.3} ms  ratio {:.2}", encrypted / plain);
}

#[test]
#[ignore = "a measurement of a minute"]
fn what_encryption_costs() {
    let dir = tempfile::tempdir().unwrap();
    let paths = ["plain", "encrypted"].map(|name| dir.path().join(name));
    let took = [ms(|| fill(plain(&paths[0]))).0, ms(|| fill(encrypted(&paths[1]))).0];
    eprintln!("create {RECORDS}: plain {:.0} ms, encrypted {:.0} ms, ratio {:.2}", took[0], took[1], took[1] / took[0]);
    let sizes = [0, 1].map(|at| std::fs::metadata(&paths[at]).unwrap().len() / 1_024);
    eprintln!("file: plain {} KiB, encrypted {} KiB", sizes[0], sizes[1]);
    compare("open", || drop(Phone::open(plain(&paths[0]))), || drop(Phone::open(encrypted(&paths[1]))));
    compare(
        "open, search one word",
        || drop(search(&Phone::open(plain(&paths[0])).unwrap(), "4321")),
        || drop(search(&Phone::open(encrypted(&paths[1])).unwrap(), "4321")),
    );
    let open =
        [plain(&paths[0]), encrypted(&paths[1])].map(|store| std::cell::RefCell::new(Phone::open(store).unwrap()));
    let id = search(&open[0].borrow(), "4321")[0].id;
    let turns = std::cell::Cell::new(0);
    let edit = |at: usize| {
        turns.set(turns.get() + 1);
        let district = Scalar::from(format!("حي {}", turns.get()).as_str());
        open[at].borrow_mut().edit(id, vec![("district".to_owned(), district)], 9).unwrap();
    };
    compare("edit", || edit(0), || edit(1));
    compare("show", || drop(open[0].borrow().record(id)), || drop(open[1].borrow().record(id)));
    for text in ["4321", "مط"] {
        compare(
            &format!("search {text}"),
            || drop(search(&open[0].borrow(), text)),
            || drop(search(&open[1].borrow(), text)),
        );
    }
    compare("list", || drop(search(&open[0].borrow(), "")), || drop(search(&open[1].borrow(), "")));
}

fn search(phone: &Phone<SqliteStore>, text: &str) -> Vec<crate::RecordSummary> {
    phone.list(&Query { search: Some(text.to_owned()).filter(|text| !text.is_empty()), ..Query::default() }).unwrap()
}
