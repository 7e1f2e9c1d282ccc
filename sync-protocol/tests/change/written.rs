//! Whatever draft keeps to the limits: it is written in one form, which reads as the same, and nothing that was cut, lengthened
//! or relabelled does. Each limit at its end and one beyond.

use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use usra_sync_protocol::change::{ChangeFault, Draft, OpId, Put, read, write};
use usra_sync_protocol::id::{Actor, ChangeHash, InstallId};
use usra_sync_protocol::limits::{
    CHANGE_BYTES, CHANGE_DEPS, CHANGE_PUTS, KEY_BYTES, MAX_COUNTER, MAX_TIME, PUT_PREDECESSORS, TEXT_BYTES,
};
use usra_sync_protocol::scalar::Scalar;

use crate::golden;
use crate::loose::{Loose, seal};

fn actor() -> impl Strategy<Value = Actor> {
    (0..4_u8, 0..3_u32).prop_map(|(install, generation)| Actor::new(InstallId::new([install; 16]), generation))
}

fn value() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(Scalar::Int),
        "\\PC{0,30}".prop_map(Scalar::Text),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let put = |start_op: u64| {
        let op = (1..start_op.max(2), actor()).prop_map(|(counter, actor)| OpId { counter, actor });
        (value(), btree_set(op, 0..5)).prop_map(move |(value, replaces)| {
            (value, replaces.into_iter().filter(|op| op.counter < start_op).collect::<Vec<_>>())
        })
    };
    let largest = i64::try_from(MAX_TIME).unwrap();
    let deps = btree_set(any::<[u8; 32]>().prop_map(ChangeHash), 0..4);
    (1..1_000_u64, actor(), -largest..=largest, deps, any::<prop::sample::Index>()).prop_flat_map(
        move |(start_op, actor, time, deps, seq)| {
            let seq = 1 + seq.index(usize::try_from(start_op).unwrap()) as u64;
            btree_map("[a-z/]{1,12}|م{1,4}", put(start_op), 1..12).prop_map(move |puts| {
                let puts = puts.into_iter().map(|(key, (value, replaces))| Put { key, value, replaces }).collect();
                Draft { actor, seq, start_op, time, deps: deps.iter().copied().collect(), puts }
            })
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same_and_automerge_names_it_alike(draft in draft()) {
        let (change, bytes) = write(draft.clone()).unwrap();
        prop_assert_eq!(change.draft(), &draft);
        prop_assert_eq!(read(&bytes), Ok(change.clone()));
        let theirs = automerge::Change::from_bytes(bytes).unwrap();
        prop_assert_eq!(theirs.hash().0, change.hash().0);
    }

    #[test]
    fn what_was_cut_or_lengthened_is_refused(draft in draft()) {
        let (_, bytes) = write(draft).unwrap();
        for cut in 0..bytes.len() {
            prop_assert_eq!(read(&bytes[..cut]), Err(ChangeFault::Truncated));
        }
        prop_assert_eq!(read(&[bytes.as_slice(), &[0]].concat()), Err(ChangeFault::TrailingBytes));
        let contents = Loose::of(&bytes).contents();
        for cut in 0..contents.len() {
            prop_assert!(read(&seal(1, &contents[..cut])).is_err(), "contents cut at {}", cut);
        }
    }

    #[test]
    fn columns_that_changed_places_or_numbers_are_refused(draft in draft(), one in 0..8_usize, other in 0..8_usize) {
        let (change, bytes) = write(draft).unwrap();
        let mut loose = Loose::of(&bytes);
        let (one, other) = (one % loose.columns.len(), other % loose.columns.len());
        let (number, swapped) = (loose.columns[one].0, loose.columns[other].0);
        (loose.columns[one].0, loose.columns[other].0) = (swapped, number);
        loose.columns.sort_by_key(|(number, _)| *number);
        prop_assert!(loose.bytes() == bytes || read(&loose.bytes()) != Ok(change));
    }
}

fn put(key: &str, value: Scalar) -> Put {
    Put { key: key.to_owned(), value, replaces: Vec::new() }
}

/// `made` at its limit is written and read, one more is refused with `fault` by the writer.
fn limited(limit: usize, fault: ChangeFault, made: impl Fn(&mut Draft, usize)) {
    let draft = |count| {
        let mut draft = golden::draft();
        made(&mut draft, count);
        draft
    };
    let (change, bytes) = write(draft(limit)).unwrap();
    assert_eq!(read(&bytes), Ok(change), "{limit}");
    assert_eq!(write(draft(limit + 1)).map(drop), Err(fault), "one more than {limit}");
}

#[test]
fn each_limit_is_kept_at_its_end_and_one_beyond() {
    limited(CHANGE_PUTS, ChangeFault::PutsTooMany, |draft, count| {
        draft.puts = (0..count).map(|n| put(&format!("k{n}"), Scalar::Null)).collect();
    });
    limited(CHANGE_DEPS, ChangeFault::DepsTooMany, |draft, count| {
        draft.deps = (0..count).map(|n| ChangeHash([u8::try_from(n).unwrap(); 32])).collect();
    });
    limited(PUT_PREDECESSORS, ChangeFault::PredecessorsTooMany, |draft, count| {
        draft.start_op = 1_000;
        draft.puts[0].replaces = (1..=count as u64).map(|counter| OpId { counter, actor: draft.actor }).collect();
    });
    limited(KEY_BYTES, ChangeFault::KeyTooLong, |draft, bytes| draft.puts[0].key = "k".repeat(bytes));
    limited(TEXT_BYTES, ChangeFault::TextTooLong, |draft, bytes| draft.puts[0].value = Scalar::Text("a".repeat(bytes)));
    let last = usize::try_from(MAX_COUNTER).unwrap() - golden::draft().puts.len();
    limited(last, ChangeFault::CounterOutOfRange, |draft, start_op| draft.start_op = start_op as u64);
    limited(5, ChangeFault::SeqOutOfRange, |draft, seq| draft.seq = seq as u64);
}

#[test]
fn the_authors_clock_reaches_as_far_as_the_year_9999_on_either_side() {
    let largest = i64::try_from(MAX_TIME).unwrap();
    for (time, outcome) in [(largest, true), (-largest, true), (largest + 1, false), (-largest - 1, false)] {
        let written = write(Draft { time, ..golden::draft() });
        assert_eq!(written.map(drop), outcome.then_some(()).ok_or(ChangeFault::TimeOutOfRange), "{time}");
    }
}

#[test]
fn a_change_of_as_many_bytes_as_one_may_have_is_taken_and_one_byte_more_is_not() {
    let of = |last: usize| {
        let texts = [7_900; 8].into_iter().chain([last]).zip(0..);
        let puts = texts.map(|(bytes, n)| put(&format!("k{n}"), Scalar::Text("a".repeat(bytes)))).collect();
        write(Draft { puts, ..golden::draft() })
    };
    let room = CHANGE_BYTES - of(1_100).unwrap().1.len();
    let (change, bytes) = of(1_100 + room).unwrap();
    assert_eq!((bytes.len(), read(&bytes)), (CHANGE_BYTES, Ok(change)));
    assert_eq!(of(1_101 + room).map(drop), Err(ChangeFault::TooLarge));
}
