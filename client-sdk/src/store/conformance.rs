//! One suite that every store passes: what the engine relies on, said as tests.

use std::collections::BTreeSet;

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::sync::Reason;

use super::{ChangeRow, ChangeState, OpenRow, RecordRow, RowQuery, Store, Write};
use crate::held::{HeldField, HeldItem};

/// Runs every promise, each on a new store from `make`.
pub(super) fn run<S: Store>(make: &dyn Fn() -> S) {
    let promises: [fn(&mut S); 9] = [
        rows_come_back_as_they_were_put,
        every_kind_of_value_comes_back,
        changes_keep_their_order_and_state,
        a_failed_commit_keeps_nothing,
        lists_filter_sort_and_page,
        every_search_term_must_occur_and_may_be_a_beginning,
        a_purge_takes_the_record_and_leaves_the_tray,
        totals_agree_with_the_rows,
        sealed_commands_stay_in_order_until_their_verdict_also_without_their_record,
    ];
    for promise in promises {
        promise(&mut make());
    }
}

pub(super) fn id(n: u8) -> RecordId {
    RecordId::new(u64::from(n), [n; 10])
}

pub(super) fn hash(n: u8) -> ChangeHash {
    ChangeHash([n; 32])
}

fn row(n: u8) -> RecordRow {
    RecordRow {
        id: id(n),
        kind: Kind::Family,
        area: AreaId(7),
        family: id(n),
        heads: vec![hash(1), hash(2)],
        confirmed_heads: vec![hash(1)],
        digest: Some(Digest([n; 8])),
        max_op: 9,
        install: InstallId::new([3; 16]),
        generation: 2,
        seq: 5,
        title: "خبز أم سعد".to_owned(),
        changed_ms: u64::from(n),
        pending: 0,
        waiting: 0,
        held: 0,
        conflicts: 0,
        by_centre: false,
        leaving: false,
    }
}

fn change(record: RecordId, n: u8, state: ChangeState) -> ChangeRow {
    ChangeRow { record, hash: hash(n), state, deps: vec![hash(n.wrapping_sub(1))], bytes: vec![n; 3] }
}

fn open(key: &str, counter: u64, value: Scalar) -> OpenRow {
    let actor = Actor::new(InstallId::new([3; 16]), 1);
    OpenRow { key: key.to_owned(), op: OpId { counter, actor }, value, written_at: -5 }
}

fn item(record: RecordId, n: u8) -> HeldItem {
    let fields = vec![HeldField::new("name_ar".to_owned(), Scalar::from("قيمة"))];
    HeldItem {
        record,
        change: hash(n),
        reason: Reason::FieldNotAllowed,
        refused: false,
        fields,
        at_ms: 8,
        note: Some("لا".to_owned()),
    }
}

fn terms(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// One more change of the first record.
#[cfg(feature = "sqlite")]
pub(super) fn change_of_first(n: u8) -> ChangeRow {
    change(id(1), n, ChangeState::Outbox)
}

/// Puts some of everything in.
pub(super) fn fill(store: &mut impl Store) {
    let writes = vec![
        Write::Meta("identity", Some(vec![1, 2])),
        Write::Record(Box::new(row(1))),
        Write::Change(change(id(1), 1, ChangeState::Confirmed)),
        Write::Change(change(id(1), 2, ChangeState::Outbox)),
        Write::Open(id(1), open("name_ar", 3, Scalar::from("خبز"))),
        Write::Terms(id(1), terms(&["خبز"])),
        Write::Hold(item(id(1), 9)),
        Write::Seal(sealed(1)),
    ];
    store.commit(writes).unwrap();
}

/// All that a store gives back after [`fill`].
pub(super) fn everything(store: &impl Store) -> String {
    let all = RowQuery { limit: 99, ..RowQuery::default() };
    format!(
        "{:?}",
        (
            store.meta("identity").unwrap(),
            store.list(&all).unwrap(),
            store.changes(id(1)).unwrap(),
            store.open_values(id(1)).unwrap(),
            store.outgoing(0, 99).unwrap(),
            store.held(None).unwrap(),
            store.sealed().unwrap(),
            store.digests().unwrap(),
            store.counts().unwrap(),
        )
    )
}

fn sealed(n: u8) -> SealedCommand {
    let (key, sealed_by) = ("home_point".to_owned(), InstallId::new([n; 16]));
    SealedCommand { record: id(1), key, sealed_by, sealed: vec![n; 60] }
}

fn sealed_commands_stay_in_order_until_their_verdict_also_without_their_record<S: Store>(store: &mut S) {
    fill(store);
    store.commit(vec![Write::Seal(sealed(3)), Write::Seal(sealed(2)), Write::Purge(id(1))]).unwrap();
    assert_eq!(store.sealed().unwrap(), [sealed(1), sealed(3), sealed(2)]);
    store.commit(vec![Write::Unseal(sealed(3).id()), Write::Unseal(sealed(9).id())]).unwrap();
    assert_eq!(store.sealed().unwrap(), [sealed(1), sealed(2)]);
}

fn rows_come_back_as_they_were_put<S: Store>(store: &mut S) {
    fill(store);
    assert_eq!(store.record(id(1)).unwrap(), Some(row(1)));
    assert_eq!(store.record(id(2)).unwrap(), None);
    assert_eq!(store.meta("identity").unwrap(), Some(vec![1, 2]));
    assert_eq!(store.meta("other").unwrap(), None);
    assert_eq!(store.held(Some(id(1))).unwrap(), [item(id(1), 9)]);
    assert_eq!(store.held(Some(id(2))).unwrap(), []);
    assert_eq!(store.digests().unwrap(), [(id(1), Digest([1; 8]))]);
    assert_eq!(store.in_area(AreaId(7)).unwrap(), [id(1)]);
    store.commit(vec![Write::Meta("identity", None), Write::Unhold(id(1), hash(9))]).unwrap();
    assert_eq!((store.meta("identity").unwrap(), store.held(None).unwrap()), (None, vec![]));
}

fn every_kind_of_value_comes_back<S: Store>(store: &mut S) {
    let values = [
        Scalar::Null,
        false.into(),
        true.into(),
        i64::MIN.into(),
        1.into(),
        "".into(),
        "+966501234567".into(),
        "0123".into(),
        "٣ ا".into(),
    ];
    let rows: Vec<OpenRow> = (1..).zip(values).map(|(counter, value)| open("k", counter, value)).collect();
    store.commit(rows.iter().cloned().map(|row| Write::Open(id(1), row)).collect()).unwrap();
    assert_eq!(store.open_values(id(1)).unwrap(), rows);
    store.commit(vec![Write::Close(id(1), "k".to_owned(), rows[0].op)]).unwrap();
    assert_eq!(store.open_values(id(1)).unwrap(), rows[1..]);
    store.commit(vec![Write::CloseAll(id(1))]).unwrap();
    assert_eq!(store.open_values(id(1)).unwrap(), []);
}

fn changes_keep_their_order_and_state<S: Store>(store: &mut S) {
    let rows = [9, 4, 7].map(|n| change(id(1), n, ChangeState::Outbox));
    store.commit(rows.iter().cloned().map(Write::Change).collect()).unwrap();
    assert_eq!(store.changes(id(1)).unwrap(), rows);
    store
        .commit(vec![Write::State(id(1), hash(9), ChangeState::Confirmed), Write::DropChange(id(1), hash(4))])
        .unwrap();
    assert_eq!(store.change_state(id(1), hash(9)).unwrap(), Some(ChangeState::Confirmed));
    assert_eq!(store.change_state(id(1), hash(4)).unwrap(), None);
    let out = store.outgoing(0, 99).unwrap();
    assert_eq!(out.iter().map(|row| (row.hash, row.size_bytes)).collect::<Vec<_>>(), [(hash(7), 3)]);
    assert_eq!(store.outgoing(out[0].order, 99).unwrap(), []);
    assert_eq!(store.bytes(id(1), hash(7)).unwrap(), Some(vec![7; 3]));
}

fn a_failed_commit_keeps_nothing<S: Store>(store: &mut S) {
    fill(store);
    let before = everything(store);
    let again = vec![Write::Meta("identity", None), Write::Change(change(id(1), 2, ChangeState::Outbox))];
    assert!(store.commit(again).is_err());
    assert_eq!(everything(store), before);
}

fn lists_filter_sort_and_page<S: Store>(store: &mut S) {
    let product = RecordRow { kind: Kind::Product, family: id(1), ..row(4) };
    let unsent = RecordRow { digest: None, ..row(2) };
    let rows = [row(1), unsent, row(3), product];
    store.commit(rows.into_iter().map(|row| Write::Record(Box::new(row))).collect()).unwrap();
    let list =
        |query: RowQuery| -> Vec<RecordId> { store.list(&query).unwrap().into_iter().map(|row| row.id).collect() };
    let all = RowQuery { limit: 9, ..RowQuery::default() };
    assert_eq!(list(all.clone()), [id(4), id(3), id(2), id(1)]);
    assert_eq!(list(RowQuery { limit: 1, offset: 1, ..all.clone() }), [id(3)]);
    assert_eq!(list(RowQuery { kind: Some(Kind::Product), ..all.clone() }), [id(4)]);
    assert_eq!(list(RowQuery { family: Some(id(1)), ..all.clone() }), [id(4), id(1)]);
    assert_eq!(list(RowQuery { unsent: true, ..all.clone() }), [id(2)]);
    assert_eq!(list(RowQuery { family: Some(id(1)), without: vec![Kind::Product], ..all }), [id(1)]);
}

fn every_search_term_must_occur_and_may_be_a_beginning<S: Store>(store: &mut S) {
    let mut writes: Vec<Write> = [row(1), row(2)].into_iter().map(|row| Write::Record(Box::new(row))).collect();
    writes.push(Write::Terms(id(1), terms(&["خبز", "سعد"])));
    writes.push(Write::Terms(id(2), terms(&["خبز", "بخور"])));
    store.commit(writes).unwrap();
    let find = |store: &S, words: &[&str]| -> Vec<RecordId> {
        let terms = words.iter().map(|word| (*word).to_owned()).collect();
        store.list(&RowQuery { terms, limit: 9, ..RowQuery::default() }).unwrap().iter().map(|row| row.id).collect()
    };
    assert_eq!(find(store, &["خب"]), [id(2), id(1)]);
    assert_eq!(find(store, &["خبز", "سع"]), [id(1)]);
    assert_eq!(find(store, &["خبزة"]), []);
    store.commit(vec![Write::Terms(id(1), terms(&["عطر"]))]).unwrap();
    assert_eq!(find(store, &["خب"]), [id(2)]);
}

fn a_purge_takes_the_record_and_leaves_the_tray<S: Store>(store: &mut S) {
    fill(store);
    store.commit(vec![Write::Purge(id(1))]).unwrap();
    assert_eq!(store.record(id(1)).unwrap(), None);
    assert_eq!((store.changes(id(1)).unwrap(), store.open_values(id(1)).unwrap()), (vec![], vec![]));
    assert_eq!(store.outgoing(0, 9).unwrap(), []);
    let found = RowQuery { terms: vec!["خبز".to_owned()], limit: 9, ..RowQuery::default() };
    assert_eq!(store.list(&found).unwrap(), []);
    assert_eq!(store.held(None).unwrap(), [item(id(1), 9)]);
}

fn totals_agree_with_the_rows<S: Store>(store: &mut S) {
    let busy = RecordRow { pending: 3, waiting: 1, conflicts: 2, leaving: true, ..row(1) };
    let rows = [busy, RecordRow { pending: 1, ..row(2) }, row(3)];
    store.commit(rows.into_iter().map(|row| Write::Record(Box::new(row))).collect()).unwrap();
    let counts = store.counts().unwrap();
    assert_eq!((counts.records, counts.pending_records, counts.pending_changes), (3, 2, 4));
    assert_eq!((counts.waiting_records, counts.held, counts.conflicts), (1, 0, 2));
    assert_eq!((store.conflicted().unwrap(), store.leaving().unwrap()), (vec![id(1)], vec![id(1)]));
}
