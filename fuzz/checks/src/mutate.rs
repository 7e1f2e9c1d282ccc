//! How the fuzzer changes bytes in a decoder's own grammar, so that checksums fit, lengths are right and what is packed is packed
//! again: only then does it get to what lies behind them. Each way is pure; libFuzzer's own change of plain bytes is handed in.

use crate::dice::Dice;
use crate::loose::{signed, unsigned};

pub(crate) mod change;
pub(crate) mod envelope;
pub(crate) mod frames;
pub(crate) mod history;
pub(crate) mod sealed;

/// Changes plain bytes, which then are at most so many.
pub type Plain<'a> = &'a mut dyn FnMut(&mut Vec<u8>, usize);

/// Gives other bytes than these: by a seed, at most so many, with the help of plain changes.
pub type Mutate = fn(&[u8], u64, usize, Plain<'_>) -> Vec<u8>;

/// No grammar at all.
pub(crate) fn plain(bytes: &[u8], _seed: u64, room: usize, plain: Plain<'_>) -> Vec<u8> {
    let mut mutant = bytes.to_vec();
    plain(&mut mutant, room);
    mutant
}

/// Changes one of the variable-length numbers that the bytes would be read as: another value, once more, or not at all.
pub(crate) fn number(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let mut numbers: Vec<Vec<u8>> = bytes.split_inclusive(|byte| byte & 0x80 == 0).map(<[u8]>::to_vec).collect();
    let fresh = if dice.chance(50) { unsigned(dice.number()) } else { signed(dice.number().cast_signed()) };
    let place = dice.below(numbers.len() + 1);
    match dice.below(4) {
        0 if place < numbers.len() => drop(numbers.remove(place)),
        1 if place < numbers.len() => numbers.insert(place, numbers[place].clone()),
        2 if place < numbers.len() => numbers[place] = fresh,
        _ => numbers.insert(place, fresh),
    }
    *bytes = numbers.concat();
}
