//! What is known to have brought others down, or us, as bytes with names. They are kept in `fuzz/crashers`, where the fuzzer
//! starts from them; `tests/kept.rs` demands that each is there and refused.

use usra_sync_protocol::change::{Draft, Put, read, write};
use usra_sync_protocol::id::ChangeHash;
use usra_sync_protocol::limits::{MAX_COUNTER, MESSAGE_BYTES};
use usra_sync_protocol::scalar::Scalar;

use crate::agree::{accepted, join, split};
use crate::bombs::bomb;
use crate::dice::Dice;
use crate::import::SEPARATOR;
use crate::loose::{Loose, prefixed, seal, unsigned};
use crate::mutation::mutate_byte;
use crate::phones;

/// One of them.
pub struct Hostile {
    /// The target it is for.
    pub target: &'static str,
    /// What it does.
    pub name: String,
    /// It.
    pub bytes: Vec<u8>,
}

/// All of them.
#[must_use]
pub fn all() -> Vec<Hostile> {
    let of = |target, list: Vec<(&'static str, Vec<u8>)>| {
        list.into_iter().map(move |(name, bytes)| Hostile { target, name: name.to_owned(), bytes })
    };
    let mut all: Vec<Hostile> = of("change", changes()).chain(of("differential", histories())).collect();
    all.extend(of("request", requests()).chain(of("response", responses())).chain(of("envelope", envelopes())));
    all.extend((1..=3).flat_map(mutated));
    all.extend(of("import", vec![("an-instant-in-no-year", instant())]));
    all
}

fn honest() -> Vec<Vec<u8>> {
    phones::history(&mut Dice::new(9), 2, 4).into_iter().map(|commit| commit.bytes).collect()
}

fn changes() -> Vec<(&'static str, Vec<u8>)> {
    let deflated = include_bytes!("hostile.deflate");
    let mut column = Loose::of(&honest()[3]);
    (column.columns[0].0, column.columns[0].1) = (column.columns[0].0 | 8, deflated.to_vec());
    let mut last = Loose::of(&honest()[3]);
    last.start_op = MAX_COUNTER - 1;
    let mut beyond = Loose::of(&honest()[3]);
    beyond.start_op = u64::MAX;
    vec![
        ("five-million-inserts", bomb(5_000_000)),
        ("134-million-inserts", bomb(134_000_000)),
        ("inflates-a-thousandfold", seal(2, deflated)),
        ("column-inflates-a-thousandfold", column.bytes()),
        ("bundle-that-loops", include_bytes!("../../crashers/change/bundle-that-loops").to_vec()),
        ("bundle", seal(3, &Loose::of(&honest()[3]).contents())),
        ("counter-near-its-limit", last.bytes()),
        ("counter-without-limit", beyond.bytes()),
    ]
}

/// Honest changes of which some bytes were changed and the checksum repaired.
fn mutated(count: usize) -> Vec<Hostile> {
    let mut dice = Dice::new(count as u64);
    let mut one = |number: usize| {
        let base = Loose::of(&honest()[number]).contents();
        let mutant = std::iter::repeat_with(|| {
            let mut contents = base.clone();
            (0..count).for_each(|_| mutate_byte(&mut dice, &mut contents));
            seal(1, &contents)
        });
        let bytes = mutant.into_iter().find(|bytes| read(bytes).is_err()).unwrap_or_default();
        Hostile { target: "change", name: format!("{count}-bytes-changed-{number}"), bytes }
    };
    (0..4).map(&mut one).collect()
}

/// Histories of which the last change reads well and does not fit.
fn histories() -> Vec<(&'static str, Vec<u8>)> {
    let changes = honest();
    let last = read(&changes[3]).unwrap().draft().clone();
    let with = |draft: Draft| {
        let (_, bytes) = write(draft).unwrap();
        join(&[changes.as_slice(), &[bytes]].concat())
    };
    let other = Put { key: "other".to_owned(), value: Scalar::Null, replaces: Vec::new() };
    vec![
        (
            "follows-what-is-not-there",
            with(Draft { seq: last.seq + 1, deps: vec![ChangeHash([7; 32])], ..last.clone() }),
        ),
        ("same-number-other-content", with(Draft { puts: vec![other], ..last.clone() })),
        ("counter-near-its-limit", with(Draft { seq: last.seq + 1, start_op: MAX_COUNTER - 100, ..last })),
    ]
}

fn frame(kind: u8, content: &[u8]) -> Vec<u8> {
    [vec![kind], prefixed(content)].concat()
}

/// A push of as many empty changes as a message takes, one byte each.
fn push() -> Vec<u8> {
    let head = [vec![3; 16], vec![1, 1, 0]].concat();
    frame(3, &[head, unsigned(9_000), vec![0; 9_000]].concat())
}

fn cursor(areas: u64) -> Vec<u8> {
    let list = (0..areas).flat_map(|_| [1, 1]);
    [unsigned(7), unsigned(areas)].concat().into_iter().chain(list).collect()
}

fn requests() -> Vec<(&'static str, Vec<u8>)> {
    vec![("empty-changes", push().repeat(2)), ("areas-without-end", frame(2, &cursor(11_000)))]
}

/// `count` equal verdicts, each held for `fields` fields of a name of `bytes` bytes.
fn held(count: u64, fields: u64, bytes: usize) -> Vec<u8> {
    let name = prefixed(&vec![b'a'; bytes]);
    let fields: Vec<u8> = (0..fields).flat_map(|_| name.clone()).collect();
    let said = [vec![3, 11], unsigned(fields.len() as u64 / name.len() as u64), fields, unsigned(count)].concat();
    frame(1, &said)
}

fn responses() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("fields-without-end", held(10_000, 1_000, 1)),
        ("a-field-of-kilobytes", held(10_000, 1, 8_000)),
        ("verdicts-again-and-again", held(10_000, 0, 0).repeat(400)),
        ("leaves-without-end", frame(3, &[1, 7].repeat(6_000)).repeat(10)),
    ]
}

fn envelopes() -> Vec<(&'static str, Vec<u8>)> {
    let packed = |frames: &[u8]| [vec![1, 1], zstd::bulk::compress(frames, 19).unwrap()].concat();
    let parts = |count: u64, part: &[u8]| {
        let part = prefixed(&zstd::bulk::compress(part, 19).unwrap());
        [vec![1, 2], unsigned(count), part.repeat(usize::try_from(count).unwrap())].concat()
    };
    let full = |frame: &[u8]| packed(&frame.repeat(MESSAGE_BYTES / frame.len()));
    vec![
        ("zeros-beyond-the-limit", packed(&vec![0; MESSAGE_BYTES + 1])),
        ("parts-beyond-the-limit", parts(17, &vec![0; 1 << 20])),
        ("parts-without-end", parts(2_000, &[])),
        ("empty-frames", full(&[200, 0])),
        ("empty-changes", full(&push())),
        ("pushes-of-nothing", full(&frame(3, &[vec![3; 16], vec![1, 1, 0, 0]].concat()))),
        ("fields-without-end", packed(&held(10_000, 7_000_000, 1))),
        ("verdicts-again-and-again", full(&held(10_000, 0, 0))),
        ("leaves", full(&frame(3, &[1, 7].repeat(1_000)))),
        ("areas", packed(&frame(2, &cursor(7_000_000)))),
        ("records", full(&frame(5, &[9; 16_000]))),
        ("deliveries-of-nothing", full(&frame(2, &[vec![3; 16], vec![1, 1, 0, 0]].concat()))),
        (
            "buckets-again-and-again",
            full(&frame(6, &[vec![7, 1], cursor(0), unsigned(100_000), [3, 0].repeat(100_000)].concat())),
        ),
    ]
}

/// An export with an instant that is in the year 10000 once it is in UTC.
fn instant() -> Vec<u8> {
    let mapping: &[u8] = include_bytes!("seeds/import.toml");
    let row = b"SubmissionDate,name,mobile,act,born,age,note,KEY\n9999-12-31T23:30:00-02:00,n,501234567,,,,,k1\n";
    [mapping, b"f.csv", row].join(&SEPARATOR)
}

/// Whether the last change of a history is refused, and all before it are accepted.
#[must_use]
pub fn last_is_refused(history: &[u8]) -> bool {
    let changes = split(history);
    accepted(&changes).len() + 1 == changes.len()
}
