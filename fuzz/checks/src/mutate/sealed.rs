//! Changes of sealed boxes: the value inside is changed and sealed again, or the box itself is.

use std::sync::LazyLock;

use usra_sync_protocol::sealed::{open, public_of, seal};

use super::Plain;
use crate::dice::Dice;
use crate::sealed::{SECRET, command};

static PUBLIC: LazyLock<[u8; 32]> = LazyLock::new(|| public_of(&SECRET));

/// See [`super::Mutate`].
pub(crate) fn mutate(bytes: &[u8], seed: u64, room: usize, plain: Plain<'_>) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let (choice, sealed) = bytes.split_first().unwrap_or((&0, &[]));
    let (_, there) = command(*choice, sealed);
    let value = open(&SECRET, &there.place(), sealed);
    let Some(mut value) = value.ok().filter(|_| dice.chance(70)) else {
        return super::plain(bytes, seed, room, plain);
    };
    plain(&mut value, room.saturating_sub(64));
    let random = std::array::from_fn(|_place| dice.roll().to_le_bytes()[0]);
    let sealed = seal((1, &PUBLIC), &there.place(), &value, random).unwrap_or_default();
    [vec![*choice], sealed].concat()
}
