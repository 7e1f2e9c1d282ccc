//! Changes of changes, under a right checksum: bytes of the contents, parts of the frame, the runs inside a column.

use std::sync::OnceLock;

use super::{Plain, number};
use crate::dice::Dice;
use crate::loose::{Loose, seal};
use crate::mutation::mutate_part;
use crate::phones;

/// See [`super::Mutate`].
pub(crate) fn mutate(bytes: &[u8], seed: u64, room: usize, plain: Plain<'_>) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let honest = honest();
    let other = dice.pick(honest).clone();
    let mut loose = Loose::parse(bytes).unwrap_or_else(|| other.clone());
    match dice.below(8) {
        0 => return super::plain(bytes, seed, room, plain),
        1 | 2 => {
            let mut contents = loose.contents();
            plain(&mut contents, room.saturating_sub(16));
            return seal(if dice.chance(98) { 1 } else { 2 }, &contents);
        }
        3 => column(&mut dice, &mut loose, |_dice, data| plain(data, room / 2)),
        4 | 5 => (0..=dice.below(3)).for_each(|_| column(&mut dice, &mut loose, number)),
        _ => (0..=dice.below(3)).for_each(|_| part(&mut dice, &mut loose, &other)),
    }
    loose.bytes()
}

fn column(dice: &mut Dice, loose: &mut Loose, change: impl FnOnce(&mut Dice, &mut Vec<u8>)) {
    if !loose.columns.is_empty() {
        let place = dice.below(loose.columns.len());
        change(dice, &mut loose.columns[place].1);
    }
}

fn part(dice: &mut Dice, loose: &mut Loose, other: &Loose) {
    loose.columns.retain(|(_, data)| !data.is_empty());
    if loose.columns.is_empty() {
        loose.columns.clone_from(&other.columns);
    }
    mutate_part(dice, loose, other);
}

fn honest() -> &'static [Loose] {
    static HONEST: OnceLock<Vec<Loose>> = OnceLock::new();
    let make = || phones::history(&mut Dice::new(1), 3, 24).iter().map(|commit| Loose::of(&commit.bytes)).collect();
    HONEST.get_or_init(make)
}
