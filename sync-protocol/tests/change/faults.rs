//! Every fault has bytes or a draft that call it forth, and no other.

use std::collections::BTreeSet;

use usra_sync_protocol::change::{ChangeFault, Draft, OpId, Put, read, write};
use usra_sync_protocol::id::ChangeHash;
use usra_sync_protocol::limits;
use usra_sync_protocol::scalar::Scalar;

use crate::golden;
use crate::loose::{Loose, prefixed, seal, signed, unsigned};

const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const META: u64 = 0x56;
const RAW: u64 = 0x57;
const COUNT: u64 = 0x70;
const PLACE: u64 = 0x71;
const COUNTER: u64 = 0x73;

fn golden_bytes() -> Vec<u8> {
    golden::written(golden::draft()).1
}

fn loose(change: impl FnOnce(&mut Loose)) -> Vec<u8> {
    let mut loose = Loose::of(&golden_bytes());
    change(&mut loose);
    loose.bytes()
}

/// The golden change with one column set in its place.
fn column(number: u64, data: &[u8]) -> Vec<u8> {
    loose(|loose| {
        loose.columns.retain(|(other, _)| *other != number);
        loose.columns.push((number, data.to_vec()));
        loose.columns.sort_by_key(|(number, _)| *number);
    })
}

fn literal(items: &[Vec<u8>]) -> Vec<u8> {
    [signed(-i64::try_from(items.len()).unwrap()), items.concat()].concat()
}

fn numbers(values: &[u64]) -> Vec<u8> {
    literal(&values.iter().map(|value| unsigned(*value)).collect::<Vec<_>>())
}

fn keys(keys: &[&[u8]]) -> Vec<u8> {
    literal(&keys.iter().map(|key| prefixed(key)).collect::<Vec<_>>())
}

/// A value of any type in front of the number and the yes of the golden change.
fn first_value(kind: u64, raw: &[u8]) -> Vec<u8> {
    loose(|loose| {
        for (number, data) in &mut loose.columns {
            match *number {
                META => *data = numbers(&[(raw.len() as u64) << 4 | kind, 1 << 4 | 4, 2]),
                RAW => *data = [raw, &[0x7d]].concat(),
                _ => {}
            }
        }
    })
}

fn byte_faults() -> Vec<(ChangeFault, Vec<u8>)> {
    let mut bytes = golden_bytes();
    let patched = |place: usize, value: u8| {
        let mut bytes = golden_bytes();
        bytes[place] = value;
        bytes
    };
    let contents = Loose::of(&bytes).contents();
    bytes.push(0);
    vec![
        (ChangeFault::TooLarge, vec![0; limits::CHANGE_BYTES + 1]),
        (ChangeFault::Truncated, golden_bytes()[..40].to_vec()),
        (ChangeFault::MagicWrong, patched(0, 0)),
        (ChangeFault::ChecksumWrong, patched(4, golden_bytes()[4] ^ 1)),
        (ChangeFault::ChecksumWrong, patched(60, golden_bytes()[60] ^ 1)),
        (ChangeFault::ChunkDocument, seal(0, &contents)),
        (ChangeFault::ChunkCompressed, seal(2, &contents)),
        (ChangeFault::ChunkBundle, seal(3, &contents)),
        (ChangeFault::ChunkUnknown, seal(4, &contents)),
        (ChangeFault::TrailingBytes, bytes),
        (ChangeFault::NumberTooLarge, seal(1, &[0xff; 11])),
        (ChangeFault::NotCanonical, with_a_longer_length()),
    ]
}

/// The golden change whose length is written with a byte more than it needs. Its hash, of what it would be, stays right.
fn with_a_longer_length() -> Vec<u8> {
    let mut bytes = golden_bytes();
    let last = (9..bytes.len()).find(|place| bytes[*place] & 0x80 == 0).unwrap();
    bytes[last] |= 0x80;
    bytes.insert(last + 1, 0);
    bytes
}

fn head_faults() -> Vec<(ChangeFault, Vec<u8>)> {
    vec![
        (ChangeFault::ActorLength, loose(|c| _ = c.actor.pop())),
        (ChangeFault::ActorLength, loose(|c| c.others[0].push(0))),
        (ChangeFault::ActorNotListed, loose(|c| _ = c.others.pop())),
        (ChangeFault::DepsTooMany, loose(|c| c.deps = (0..65).map(|n| vec![n; 32]).collect())),
        (ChangeFault::DepsOutOfOrder, loose(|c| c.deps.reverse())),
        (ChangeFault::DepsOutOfOrder, loose(|c| c.deps[1] = c.deps[0].clone())),
        (ChangeFault::SeqOutOfRange, loose(|c| c.seq = 0)),
        (ChangeFault::SeqOutOfRange, loose(|c| c.seq = 6)),
        (ChangeFault::CounterOutOfRange, loose(|c| c.start_op = 0)),
        (ChangeFault::CounterOutOfRange, loose(|c| c.start_op = limits::MAX_COUNTER - 2)),
        (ChangeFault::CounterOutOfRange, loose(|c| c.start_op = u64::MAX)),
        (ChangeFault::TimeOutOfRange, loose(|c| c.time = i64::MIN)),
        (ChangeFault::MessagePresent, loose(|c| c.message = b"hello".to_vec())),
        (ChangeFault::ExtraBytes, loose(|c| c.extra = vec![0])),
        (ChangeFault::NotCanonical, loose(|c| c.others.push(vec![0xee; 20]))),
        (ChangeFault::NotCanonical, column(COUNT, &[run(1, 2), run(1, 1), run(1, 0)].concat())),
    ]
}

fn column_faults() -> Vec<(ChangeFault, Vec<u8>)> {
    vec![
        (ChangeFault::ColumnsTooMany, loose(|c| c.columns = (0..17).map(|n| (n, vec![1])).collect())),
        (ChangeFault::ColumnUnknown, loose(|c| c.columns = (0..16).map(|n| (0x100 + 16 * n, vec![1])).collect())),
        (ChangeFault::ColumnsOutOfOrder, loose(|c| c.columns.reverse())),
        (ChangeFault::ColumnsOutOfOrder, loose(|c| c.columns.push(c.columns.last().unwrap().clone()))),
        (ChangeFault::ColumnUnknown, column(0xf4, &[3])),
        (ChangeFault::ColumnCompressed, column(KEY | 8, &[3])),
        (ChangeFault::ColumnLength, column(META, &numbers(&[0, 0]))),
        (ChangeFault::ColumnLength, column(META, &run(3, 0))),
        (ChangeFault::ColumnLength, column(COUNTER, &numbers(&[2]))),
        (ChangeFault::RunOfNothing, column(PLACE, &[0, 3])),
        (ChangeFault::NotAtRoot, column(0x01, &run(3, 0))),
        (ChangeFault::NotAtRoot, column(0x02, &run(3, 1))),
        (ChangeFault::KeyNotText, column(0x11, &run(3, 0))),
        (ChangeFault::KeyNotText, column(0x13, &run(3, 1))),
        (ChangeFault::InsertPresent, column(INSERT, &[2, 1])),
        (ChangeFault::InsertPresent, column(INSERT, &[2])),
        (ChangeFault::InsertPresent, column(INSERT, &[3, 1])),
        (ChangeFault::MarkPresent, column(0x94, &[0, 3])),
        (ChangeFault::MarkPresent, column(0xa5, &keys(&[b"bold"]))),
        (ChangeFault::ActionNotPut, column(ACTION, &run(3, 3))),
        (ChangeFault::PutsNone, loose(|c| c.columns.clear())),
        (ChangeFault::PutsTooMany, column(ACTION, &run(2_049, 1))),
        (ChangeFault::PredecessorsTooMany, column(COUNT, &run(3, 65))),
        (ChangeFault::PredecessorsOutOfOrder, column(PLACE, &numbers(&[0, 1, 0]))),
        (ChangeFault::PredecessorsOutOfOrder, column(PLACE, &run(3, 0))),
        (ChangeFault::PredecessorOutOfRange, column(COUNTER, &[run(2, 0), run(1, 4)].concat())),
        (ChangeFault::PredecessorOutOfRange, column(COUNTER, &[run(2, 2), run(1, 1)].concat())),
        (ChangeFault::PredecessorOutOfRange, column(COUNTER, &[signed(3), signed(-1)].concat())),
    ]
}

fn value_faults() -> Vec<(ChangeFault, Vec<u8>)> {
    let long_key = "k".repeat(limits::KEY_BYTES + 1);
    let mut list = vec![
        (ChangeFault::KeyEmpty, column(KEY, &keys(&[b"", b"b", b"c"]))),
        (ChangeFault::KeyTooLong, column(KEY, &keys(&[long_key.as_bytes(), b"b", b"c"]))),
        (ChangeFault::KeyNotUtf8, column(KEY, &keys(&[b"\xff", b"b", b"c"]))),
        (ChangeFault::KeyControl, column(KEY, &keys(&[b"a\0", b"b", b"c"]))),
        (ChangeFault::KeyTwice, column(KEY, &keys(&[b"a", b"b", b"a"]))),
        (ChangeFault::TextNotUtf8, first_value(6, b"\xd8")),
        (ChangeFault::TextTooLong, first_value(6, &vec![b'a'; limits::TEXT_BYTES + 1])),
        (ChangeFault::TextTooLong, column(META, &numbers(&[(limits::TEXT_BYTES as u64 + 1) << 4 | 6, 1 << 4 | 4, 2]))),
        (ChangeFault::ValueMalformed, first_value(0, b"a")),
        (ChangeFault::ValueMalformed, first_value(4, b"")),
        (ChangeFault::ValueMalformed, first_value(4, &[0, 0])),
        (ChangeFault::NotCanonical, first_value(4, &[0x80, 0])),
    ];
    let other_types = [3, 5, 7, 8, 9, 10, 15];
    list.extend(other_types.map(|kind| (ChangeFault::ValueTypeNotAllowed, first_value(kind, &[0; 8]))));
    list
}

fn run(count: i64, value: u64) -> Vec<u8> {
    let count = if count == 1 { -1 } else { count };
    [signed(count), unsigned(value)].concat()
}

#[test]
fn every_fault_is_called_forth_by_bytes_that_have_it() {
    let faults = [byte_faults(), head_faults(), column_faults(), value_faults()].concat();
    for (place, (fault, bytes)) in faults.iter().enumerate() {
        assert_eq!(read(bytes).unwrap_err(), *fault, "case {place}");
    }
    let named: BTreeSet<ChangeFault> = faults.into_iter().map(|(fault, _)| fault).collect();
    let missing: Vec<_> = ChangeFault::ALL.iter().filter(|fault| !named.contains(fault)).collect();
    assert_eq!(missing, Vec::<&ChangeFault>::new());
}

fn draft(change: impl FnOnce(&mut Draft)) -> Result<(), ChangeFault> {
    let mut draft = golden::draft();
    change(&mut draft);
    write(draft).map(|_| ())
}

#[test]
fn a_draft_outside_the_limits_is_not_written() {
    let text = |bytes: usize| Scalar::Text("a".repeat(bytes));
    let put = |n: usize, value: Scalar| Put { key: format!("k{n}"), value, replaces: Vec::new() };
    let op = |counter| OpId { counter, actor: golden::draft().actor };
    assert_eq!(draft(|d| d.puts = (0..2_049).map(|n| put(n, Scalar::Null)).collect()), Err(ChangeFault::PutsTooMany));
    assert_eq!(draft(|d| d.puts = (0..8).map(|n| put(n, text(8_192))).collect()), Err(ChangeFault::TooLarge));
    assert_eq!(draft(|d| d.puts = (0..7).map(|n| put(n, text(8_192))).collect()), Ok(()));
    assert_eq!(draft(|d| d.puts[0].value = text(8_193)), Err(ChangeFault::TextTooLong));
    assert_eq!(draft(|d| d.puts.clear()), Err(ChangeFault::PutsNone));
    assert_eq!(draft(|d| d.puts[0].key.clear()), Err(ChangeFault::KeyEmpty));
    assert_eq!(draft(|d| d.puts[0].key = "workers_family".to_owned()), Err(ChangeFault::KeyTwice));
    assert_eq!(draft(|d| d.puts[1].replaces = vec![op(5)]), Err(ChangeFault::PredecessorOutOfRange));
    assert_eq!(draft(|d| d.puts[1].replaces = vec![op(0)]), Err(ChangeFault::PredecessorOutOfRange));
    assert_eq!(draft(|d| d.puts[1].replaces = vec![op(2), op(1)]), Err(ChangeFault::PredecessorsOutOfOrder));
    assert_eq!(draft(|d| d.deps = vec![ChangeHash([1; 32]); 2]), Err(ChangeFault::DepsOutOfOrder));
    assert_eq!(draft(|d| d.seq = 0), Err(ChangeFault::SeqOutOfRange));
}
