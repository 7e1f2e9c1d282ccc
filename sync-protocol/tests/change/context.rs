//! What fits a record and what does not, case by case.

use std::collections::BTreeSet;

use usra_sync_protocol::change::{Change, ContextFault, Draft, History, Known, KnownChange, OpId, Put, read, write};
use usra_sync_protocol::id::ChangeHash;
use usra_sync_protocol::scalar::Scalar;

use crate::dice::Dice;
use crate::phones;

fn put(key: &str, replaces: &[OpId]) -> Put {
    Put { key: key.to_owned(), value: Scalar::Int(1), replaces: replaces.to_vec() }
}

/// A change of phone `phone`; `after` are the changes it directly follows.
fn change(phone: u64, seq: u64, start_op: u64, after: &[&Change], puts: Vec<Put>) -> Change {
    let mut deps: Vec<ChangeHash> = after.iter().map(|change| change.hash()).collect();
    deps.sort_unstable();
    write(Draft { actor: phones::actor(phone), seq, start_op, time: 0, deps, puts }).unwrap().0
}

fn op(phone: u64, counter: u64) -> OpId {
    OpId { counter, actor: phones::actor(phone) }
}

/// Phones 1 and 2 each begin the record without the other: counters 1 and 2 of phone 1, counter 1 of phone 2.
fn two_beginnings() -> (History, Change, Change) {
    let one = change(1, 1, 1, &[], vec![put("a", &[]), put("b", &[])]);
    let two = change(2, 1, 1, &[], vec![put("a", &[])]);
    let mut history = History::default();
    history.insert(&one).unwrap();
    history.insert(&two).unwrap();
    (history, one, two)
}

#[test]
fn a_change_that_follows_everything_fits_and_then_is_known() {
    let (mut history, one, two) = two_beginnings();
    let next = change(1, 2, 3, &[&one, &two], vec![put("a", &[op(1, 1), op(2, 1)])]);
    assert_eq!(history.check(&next), Ok(Known::New));
    history.insert(&next).unwrap();
    assert_eq!(history.check(&next), Ok(Known::Already));
    assert_eq!(history.heads(), [next.hash()]);
    assert_eq!((history.max_op(), history.next_seq(phones::actor(1)), history.len()), (3, 3, 3));
}

#[test]
fn a_change_whose_deps_are_not_here_names_them_and_waits() {
    let (history, one, two) = two_beginnings();
    let middle = change(1, 2, 3, &[&one, &two], vec![put("a", &[])]);
    let last = change(1, 3, 4, &[&middle], vec![put("a", &[])]);
    assert_eq!(history.check(&last), Err(ContextFault::DepsMissing(vec![middle.hash()])));
    assert_eq!(history.clone().insert(&last), Err(ContextFault::DepsMissing(vec![middle.hash()])));
}

#[test]
fn other_content_under_a_used_number_is_a_fork() {
    let (history, ..) = two_beginnings();
    let copy = change(1, 1, 1, &[], vec![put("c", &[])]);
    assert_eq!(history.check(&copy), Err(ContextFault::Forked));
}

#[test]
fn a_number_is_the_actors_next_and_follows_its_previous_change() {
    let (history, one, two) = two_beginnings();
    let skipped = change(1, 3, 3, &[&one], vec![put("c", &[])]);
    assert_eq!(history.check(&skipped), Err(ContextFault::SeqOutOfOrder));
    let beside_itself = change(1, 2, 2, &[&two], vec![put("c", &[])]);
    assert_eq!(history.check(&beside_itself), Err(ContextFault::SeqOutOfOrder));
    let newcomer = change(3, 2, 3, &[&one, &two], vec![put("c", &[])]);
    assert_eq!(history.check(&newcomer), Err(ContextFault::SeqOutOfOrder));
}

#[test]
fn a_counter_neither_jumps_nor_repeats() {
    let (history, one, two) = two_beginnings();
    for start_op in [2, 4, 1 << 30] {
        let wrong = change(1, 2, start_op, &[&one, &two], vec![put("c", &[])]);
        assert_eq!(history.check(&wrong), Err(ContextFault::CounterOutOfOrder));
    }
    let first_of_all = change(3, 1, 3, &[], vec![put("c", &[])]);
    assert_eq!(history.check(&first_of_all), Err(ContextFault::CounterOutOfOrder));
}

#[test]
fn a_replaced_value_is_of_the_same_key_and_was_seen() {
    let (history, one, two) = two_beginnings();
    let refused = [
        change(1, 2, 3, &[&one, &two], vec![put("a", &[op(1, 2)])]),
        change(1, 2, 3, &[&one], vec![put("a", &[op(2, 1)])]),
        change(1, 2, 3, &[&one, &two], vec![put("a", &[op(2, 2)])]),
        change(1, 2, 3, &[&one, &two], vec![put("a", &[op(9, 1)])]),
    ];
    for change in &refused {
        assert_eq!(history.check(change), Err(ContextFault::PredecessorUnknown));
    }
}

#[test]
fn keys_that_are_not_loaded_are_asked_for_and_then_decide() {
    let (_, one, two) = two_beginnings();
    let mut history = History::default();
    for known in [&one, &two] {
        history.insert_known(KnownChange { keys: None, ..KnownChange::from(known) }).unwrap();
    }
    let unrelated = change(1, 2, 3, &[&one, &two], vec![put("c", &[])]);
    assert_eq!(history.check(&unrelated), Ok(Known::New));
    let fits = change(1, 2, 3, &[&one, &two], vec![put("a", &[op(1, 1)]), put("b", &[op(1, 2)])]);
    let wrong = change(1, 2, 3, &[&one, &two], vec![put("b", &[op(1, 1)])]);
    assert_eq!(history.check(&fits), Err(ContextFault::KeysNeeded(vec![one.hash()])));
    history.load_keys(one.hash(), vec!["a".to_owned(), "b".to_owned()]);
    assert_eq!(history.check(&fits), Ok(Known::New));
    assert_eq!(history.check(&wrong), Err(ContextFault::PredecessorUnknown));
}

#[test]
fn keys_noted_beside_open_values_decide_as_those_of_whole_changes_do() {
    let (_, one, two) = two_beginnings();
    let mut history = History::default();
    assert!(history.is_empty());
    for known in [&one, &two] {
        history.insert_known(KnownChange { keys: None, ..KnownChange::from(known) }).unwrap();
    }
    assert!(!history.is_empty());
    history.note_key(op(1, 1), "a");
    let fits = change(1, 2, 3, &[&one, &two], vec![put("a", &[op(1, 1)])]);
    let wrong = change(1, 2, 3, &[&one, &two], vec![put("b", &[op(1, 1)])]);
    assert_eq!(history.check(&fits), Ok(Known::New));
    assert_eq!(history.check(&wrong), Err(ContextFault::PredecessorUnknown));
}

#[test]
fn each_fault_has_its_own_code() {
    let faults = [
        ContextFault::DepsMissing(Vec::new()),
        ContextFault::Forked,
        ContextFault::SeqOutOfOrder,
        ContextFault::CounterOutOfOrder,
        ContextFault::PredecessorUnknown,
        ContextFault::KeysNeeded(Vec::new()),
    ];
    let codes: BTreeSet<&str> = faults.iter().map(ContextFault::code).collect();
    assert_eq!(codes.len(), faults.len());
}

/// Everything that a change is or follows, the slow and obvious way.
fn followed(changes: &[Change], heads: &[ChangeHash]) -> BTreeSet<ChangeHash> {
    let mut seen: BTreeSet<ChangeHash> = heads.iter().copied().collect();
    for change in changes.iter().rev() {
        if seen.contains(&change.hash()) {
            seen.extend(&change.draft().deps);
        }
    }
    seen
}

#[test]
fn what_is_new_since_some_heads_is_everything_they_do_not_follow() {
    for seed in 0..30 {
        let mut dice = Dice::new(seed);
        let commits = phones::history(&mut dice, 4, 20);
        let changes: Vec<Change> = commits.iter().map(|commit| read(&commit.bytes).unwrap()).collect();
        let mut history = History::default();
        for change in &changes {
            history.insert(change).unwrap();
        }
        for count in 0..4 {
            let heads: Vec<ChangeHash> = (0..count).map(|_| dice.pick(&changes).hash()).collect();
            let seen = followed(&changes, &heads);
            let expected: Vec<usize> = (0..20).filter(|place| !seen.contains(&changes[*place].hash())).collect();
            assert_eq!(history.since(&heads), expected, "seed {seed}");
        }
        assert_eq!(history.since(&[ChangeHash([9; 32])]).len(), 20, "unknown heads tell nothing");
    }
}
