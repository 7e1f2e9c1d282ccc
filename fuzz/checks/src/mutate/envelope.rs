//! Changes of sealed bodies: what is inside is changed as frames, now and then repeated a thousandfold, and packed again.

use std::cell::RefCell;

use usra_sync_protocol::sync::open;
use zstd::bulk::Compressor;

use super::{Plain, frames};
use crate::dice::Dice;
use crate::loose::{prefixed, unsigned};

/// Frames inside are repeated up to this; with what a message may have at most, a run would hardly move. That is among the hostile
/// bytes that the tests try.
const INSIDE_BYTES: usize = 32 * 1024;

/// See [`super::Mutate`].
pub(crate) fn mutate(bytes: &[u8], seed: u64, room: usize, plain: Plain<'_>) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let inside = open(bytes).ok().filter(|inside| inside.len() <= INSIDE_BYTES);
    let Some(inside) = inside.filter(|_| dice.chance(75)) else {
        return super::plain(bytes, seed, room, plain);
    };
    let mut inside = frames::mutate(&inside, dice.roll(), room.max(inside.len()), plain);
    if dice.chance(3) {
        inside = inside.repeat((INSIDE_BYTES / inside.len().max(1)).min(1 << dice.below(16)).max(1));
    }
    match dice.below(3) {
        0 => [vec![1, 0], prefixed(&inside)].concat(),
        1 => [vec![1, 1], packed(&inside)].concat(),
        _ => in_parts(&inside, &mut dice),
    }
}

/// The same in two parts, as a page with a bundle is; now and then their number is another.
fn in_parts(inside: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (one, two) = inside.split_at(dice.below(inside.len() + 1));
    let count = if dice.chance(95) { 2 } else { unsigned(dice.number())[0] };
    [vec![1, 2, count], prefixed(&packed(one)), prefixed(&packed(two))].concat()
}

thread_local! {
    static PACKER: RefCell<Compressor<'static>> = RefCell::new(Compressor::new(1).unwrap());
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    PACKER.with_borrow_mut(|packer| packer.compress(bytes)).unwrap_or_default()
}
