//! What a hostile phone might send: wrong bytes under a right checksum, wrong parts in a right frame, and changes that are
//! well written but say something no honest phone would.

use usra_sync_protocol::change::{Change, Draft, OpId, Put, read, write};
use usra_sync_protocol::id::{Actor, ChangeHash};

use crate::dice::Dice;
use crate::loose::{Loose, seal, signed, unsigned};
use crate::phones;
use crate::record::Record;

/// A way to make a mutant of a real change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mutation {
    /// One to three bytes of the contents.
    Bytes,
    /// Parts of the frame: columns, counts, actors, deps, numbers.
    Parts,
    /// One field of a draft, then written canonically.
    Draft,
    /// A new change made to fit, with deps and replaced values as no honest phone has them.
    Fitted,
}

impl Mutation {
    pub(crate) const ALL: [Self; 4] = [Self::Bytes, Self::Parts, Self::Draft, Self::Fitted];

    pub(crate) fn make(self, dice: &mut Dice, changes: &[Vec<u8>], place: usize, record: &Record) -> Vec<u8> {
        let bytes = &changes[place];
        match self {
            Self::Bytes => mutate_bytes(dice, bytes),
            Self::Parts => {
                let mut loose = Loose::of(bytes);
                let other = Loose::of(dice.pick(changes).as_slice());
                for _ in 0..=dice.below(2) {
                    mutate_part(dice, &mut loose, &other);
                }
                loose.bytes()
            }
            Self::Draft => written(mutate_draft(dice, read(bytes).unwrap().draft().clone(), record)),
            Self::Fitted => written(fitted(dice, record)),
        }
    }
}

/// The bytes of a draft; one that we do not write is no change at all.
fn written(draft: Draft) -> Vec<u8> {
    write(draft).map(|(_, bytes)| bytes).unwrap_or_default()
}

fn mutate_bytes(dice: &mut Dice, bytes: &[u8]) -> Vec<u8> {
    let mut contents = Loose::of(bytes).contents();
    for _ in 0..=dice.below(3) {
        mutate_byte(dice, &mut contents);
    }
    seal(1, &contents)
}

pub(crate) fn mutate_byte(dice: &mut Dice, contents: &mut Vec<u8>) {
    let place = dice.below(contents.len());
    let random = dice.roll().to_le_bytes()[0];
    match dice.below(6) {
        0 => contents[place] = random,
        1 => contents[place] ^= 1 << dice.below(8),
        2 => contents[place] = contents[place].wrapping_add(1),
        3 => contents[place] = contents[place].wrapping_sub(1),
        4 => contents.insert(place, random),
        _ => _ = (contents.len() > 1).then(|| contents.remove(place)),
    }
}

pub(crate) fn mutate_part(dice: &mut Dice, loose: &mut Loose, other: &Loose) {
    match dice.below(14) {
        0 => loose.seq = dice.number(),
        1 => loose.start_op = dice.number(),
        2 => loose.time = dice.number().cast_signed(),
        3 => loose.actor.clone_from(&other.actor),
        4 => loose.others.clone_from(&other.others),
        5 => loose.others.push(phones::actor(dice.roll()).as_bytes().to_vec()),
        6 => loose.deps.clone_from(&other.deps),
        7 => loose.deps.push(vec![dice.roll().to_le_bytes()[0]; 32]),
        8 => _ = loose.deps.pop(),
        9 => loose.message = b"m".to_vec(),
        10 => loose.extra = vec![0; dice.below(3)],
        11 => _ = loose.others.pop(),
        _ => mutate_columns(dice, loose, other),
    }
}

fn mutate_columns(dice: &mut Dice, loose: &mut Loose, other: &Loose) {
    let place = dice.below(loose.columns.len());
    match dice.below(8) {
        0 => _ = loose.columns.remove(place),
        1 => loose.columns.push((dice.number() & 0xff, vec![1])),
        2 => loose.columns[place].clone_from(dice.pick(&other.columns)),
        3 => loose.columns[place].0 ^= 1 << dice.below(8),
        4 => loose.columns[place].1 = [signed(dice.number().cast_signed()), unsigned(dice.number())].concat(),
        5 => loose.columns[place].1.extend([unsigned(dice.number()), unsigned(dice.number())].concat()),
        6 => take_column_of_same_number(loose, other, place),
        _ => mutate_byte(dice, &mut loose.columns[place].1),
    }
    loose.columns.retain(|(_, data)| !data.is_empty());
    if loose.columns.is_empty() {
        loose.columns.clone_from(&other.columns);
    }
}

fn take_column_of_same_number(loose: &mut Loose, other: &Loose, place: usize) {
    let number = loose.columns[place].0;
    if let Some(column) = other.columns.iter().find(|(other, _)| *other == number) {
        loose.columns[place].clone_from(column);
    }
}

fn mutate_draft(dice: &mut Dice, mut draft: Draft, record: &Record) -> Draft {
    let place = dice.below(draft.puts.len());
    match dice.below(10) {
        0 => draft.time = dice.number().cast_signed(),
        1 => draft.seq = dice.number(),
        2 => draft.start_op = dice.number(),
        3 => draft.actor = phones::actor(dice.roll()),
        4 => _ = draft.deps.pop(),
        5 => draft.puts[place].value = phones::value(dice),
        6 => draft.puts[place].key = format!("new/{}", dice.below(3)),
        7 => _ = draft.puts[place].replaces.pop(),
        8 => draft.puts[place].replaces = some_ops(dice, record, &draft.puts[place].key),
        _ => draft.puts.truncate(place.max(1)),
    }
    draft
}

/// A change by a known or a new actor that follows some changes, whichever, and replaces some values, open or not.
fn fitted(dice: &mut Dice, record: &Record) -> Draft {
    let newcomer = record.known.is_empty() || dice.chance(40);
    let actor = if newcomer { phones::actor(dice.roll()) } else { dice.pick(&record.known).draft().actor };
    let deps = some_deps(dice, record, actor);
    let followed = record.known.iter().filter(|change| deps.contains(&change.hash()));
    let start_op = 1 + followed.map(Change::max_op).max().unwrap_or(0);
    let count = 1 + dice.below(4);
    let keys = phones::KEYS.iter().cycle().skip(dice.below(8)).take(count);
    let puts = keys.map(|key| Put {
        key: (*key).to_owned(),
        value: phones::value(dice),
        replaces: some_ops(dice, record, key).into_iter().filter(|op| op.counter < start_op).collect(),
    });
    let puts = puts.collect();
    let time = dice.number().cast_signed() % 253_402_300_800;
    Draft { actor, seq: record.history.next_seq(actor), start_op, time, deps, puts }
}

fn some_deps(dice: &mut Dice, record: &Record, actor: Actor) -> Vec<ChangeHash> {
    let own = record.known.iter().rev().find(|change| change.draft().actor == actor);
    let mut deps: Vec<ChangeHash> = own.into_iter().map(Change::hash).collect();
    if dice.chance(50) {
        deps.extend(record.history.heads());
    } else if !record.known.is_empty() {
        deps.extend((0..dice.below(4)).map(|_| dice.pick(&record.known).hash()));
    }
    deps.sort_unstable();
    deps.dedup();
    deps
}

/// Some of the operations ever made on a key, mostly.
fn some_ops(dice: &mut Dice, record: &Record, key: &str) -> Vec<OpId> {
    let any_key = dice.chance(2);
    let share = *dice.pick(&[0, 30, 100]);
    let ops = record.known.iter().flat_map(Change::ops).filter(|(_, put)| any_key || put.key == key);
    let mut ops: Vec<OpId> = ops.map(|(op, _)| op).filter(|_| dice.chance(share)).collect();
    ops.sort_unstable();
    ops
}
