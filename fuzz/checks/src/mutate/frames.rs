//! Changes of messages: frames that are changed inside, taken out, doubled or given another type, always with right lengths.

use super::{Plain, number};
use crate::dice::Dice;
use crate::loose::prefixed;

type Frame = (u8, Vec<u8>);

/// See [`super::Mutate`].
pub(crate) fn mutate(bytes: &[u8], seed: u64, room: usize, plain: Plain<'_>) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut frames = split(bytes);
    if frames.is_empty() || dice.chance(15) {
        return super::plain(bytes, seed, room, plain);
    }
    for _ in 0..=dice.below(2) {
        let place = dice.below(frames.len());
        match dice.below(8) {
            0 if frames.len() > 1 => drop(frames.remove(place)),
            1 => frames.insert(place, frames[place].clone()),
            2 => frames[place].0 = u8::try_from(dice.below(10)).unwrap_or_default(),
            3 => {
                let other = dice.below(frames.len());
                frames.swap(place, other);
            }
            4 | 5 => number(&mut dice, &mut frames[place].1),
            _ => plain(&mut frames[place].1, room),
        }
    }
    join(&frames)
}

/// The frames at the front of the bytes.
pub(crate) fn split(mut bytes: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some((kind, content, rest)) = first(bytes) {
        frames.push((kind, content.to_vec()));
        bytes = rest;
    }
    frames
}

fn first(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (mut length, mut shift, mut at) = (0_usize, 0_u32, 0_usize);
    loop {
        let byte = *rest.get(at)?;
        length |= usize::from(byte & 0x7f).checked_shl(shift)?;
        (shift, at) = (shift + 7, at + 1);
        if byte & 0x80 == 0 {
            let (content, rest) = rest.get(at..)?.split_at_checked(length)?;
            return Some((*kind, content, rest));
        }
    }
}

fn join(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|(kind, content)| [vec![*kind], prefixed(content)].concat()).collect()
}
