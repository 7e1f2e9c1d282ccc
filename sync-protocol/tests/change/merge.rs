//! The promise that the server's tables rest on: accepted in any causal order, changes give the same open values, and
//! automerge's.

use automerge::Automerge;
use usra_sync_protocol::change::{Change, ContextFault, History, Known, read};
use usra_sync_protocol::open_values::OpenValues;

use crate::dice::Dice;
use crate::phones::{self, Commit};
use crate::shown;

/// Applies the commits as they arrive, those that wait again and again, until all are in.
fn accept_all(commits: &[&Commit]) -> (History, OpenValues) {
    let (mut history, mut open) = (History::default(), OpenValues::default());
    let mut waiting: Vec<Change> = commits.iter().map(|commit| read(&commit.bytes).unwrap()).collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|change| match history.check(change) {
            Ok(Known::New) => {
                history.insert(change).unwrap();
                open.apply(change, &());
                false
            }
            Err(ContextFault::DepsMissing(_)) => true,
            other => panic!("{other:?}"),
        });
        assert!(waiting.len() < before, "something always fits");
    }
    (history, open)
}

#[test]
fn changes_accepted_in_any_causal_order_show_what_automerge_shows() {
    for seed in 0..30 {
        let mut dice = Dice::new(seed);
        let commits = phones::history(&mut dice, 4, 20);
        let mut order: Vec<&Commit> = commits.iter().collect();
        let mut doc = Automerge::new();
        doc.apply_changes(commits.iter().map(|c| automerge::Change::from_bytes(c.bytes.clone()).unwrap())).unwrap();
        for _ in 0..4 {
            for place in (1..order.len()).rev() {
                order.swap(place, dice.below(place + 1));
            }
            let (history, open) = accept_all(&order);
            assert_eq!(shown::by_us(&open), shown::by_automerge(&doc), "seed {seed}");
            let heads: Vec<[u8; 32]> = doc.get_heads().into_iter().map(|head| head.0).collect();
            assert_eq!(history.heads().into_iter().map(|head| head.0).collect::<Vec<_>>(), heads, "seed {seed}");
        }
    }
}

#[test]
fn values_read_back_from_a_store_are_open_and_shown_as_they_were() {
    let commits = phones::history(&mut Dice::new(11), 3, 12);
    let (_, open) = accept_all(&commits.iter().collect::<Vec<_>>());
    let mut again = OpenValues::default();
    for (key, values) in open.iter() {
        for (op, one) in values.iter() {
            again.insert(key.to_owned(), *op, one.value.clone(), ());
        }
    }
    assert_eq!(again, open);
    assert_eq!(again.key_count(), shown::by_us(&open).len());
    for (key, values) in shown::by_us(&open) {
        let (_, last) = values.last_key_value().unwrap();
        assert_eq!(again.shown(&key), Some(last).filter(|value| !value.is_null()));
        assert_eq!(again.of(&key).unwrap().len(), values.len());
        assert_eq!(again.open_ops(&key), values.keys().copied().collect::<Vec<_>>());
    }
    let shown: Vec<_> = again.all_shown().collect();
    assert!(!shown.is_empty() && shown.iter().all(|(key, value)| again.shown(key) == Some(*value)));
    assert_eq!((again.shown("never"), again.of("never"), again.open_ops("never")), (None, None, Vec::new()));
}

#[test]
fn applying_tells_what_was_closed_and_what_is_open_now() {
    let commits = phones::history(&mut Dice::new(12), 1, 2);
    let changes: Vec<Change> = commits.iter().map(|commit| read(&commit.bytes).unwrap()).collect();
    let mut open = OpenValues::default();
    for change in &changes {
        let applied = open.apply(change, &());
        let opened: Vec<_> = change.ops().map(|(op, put)| (put.key.as_str(), op)).collect();
        let closed: Vec<_> =
            change.draft().puts.iter().flat_map(|put| put.replaces.iter().map(|op| (put.key.as_str(), *op))).collect();
        assert_eq!((applied.opened, applied.closed), (opened, closed));
    }
    assert!(changes[1].draft().puts.iter().any(|put| !put.replaces.is_empty()), "something was closed");
}
