//! Changes of whole histories: one of their changes becomes a mutant that knows the record it is for, or one more is made to fit.

use super::{Plain, change};
use crate::agree::{join, split};
use crate::dice::Dice;
use crate::mutation::Mutation;
use crate::phones;
use crate::record::Record;

/// See [`super::Mutate`].
pub(crate) fn mutate(bytes: &[u8], seed: u64, room: usize, plain: Plain<'_>) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut changes = split(bytes);
    if changes.is_empty() {
        changes = phones::history(&mut dice, 2, 4).into_iter().map(|commit| commit.bytes).collect();
    }
    let place = dice.below(changes.len());
    let record = before(&changes, place);
    match dice.below(10) {
        0 => changes.swap(place, dice.below(split(bytes).len().max(1))),
        1 => drop(changes.remove(place)),
        2 | 3 => changes[place] = change::mutate(&changes[place], dice.roll(), room / 2, plain),
        _ => step(&mut dice, &mut changes, place, &record),
    }
    join(&changes)
}

/// What is accepted of the changes before a place.
fn before(changes: &[Vec<u8>], place: usize) -> Record {
    let mut record = Record::default();
    for bytes in &changes[..place] {
        if let Some(change) = record.fitting(bytes) {
            record.add(&change);
        }
    }
    record
}

fn step(dice: &mut Dice, changes: &mut Vec<Vec<u8>>, place: usize, record: &Record) {
    let mutation = *dice.pick(&Mutation::ALL);
    let sound: Vec<Vec<u8>> =
        changes.iter().filter(|bytes| usra_sync_protocol::change::read(bytes).is_ok()).cloned().collect();
    let base = sound.iter().position(|bytes| *bytes == changes[place]);
    match (base, mutation) {
        (Some(base), Mutation::Bytes | Mutation::Parts | Mutation::Draft) => {
            changes[place] = mutation.make(dice, &sound, base, record);
        }
        _ if !sound.is_empty() => changes.insert(place, Mutation::Fitted.make(dice, &sound, 0, record)),
        _ => {}
    }
}
