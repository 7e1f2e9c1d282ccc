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
