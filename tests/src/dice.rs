//! Seeded dice: the same seed throws the same numbers on every machine, so a run can be repeated from the seed it printed.

use std::ops::RangeInclusive;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Dice of one seed and one purpose.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of `seed` for `purpose`; another purpose throws other numbers, however often the first one threw.
    #[must_use]
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(purpose);
        Self(rng)
    }

    /// A number of the range, ends included.
    pub fn of(&mut self, range: RangeInclusive<u32>) -> u32 {
        self.0.random_range(range)
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.of(1..=100) <= percent
    }

    /// One of `items`; the first one of none is `T`'s default.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let last = u32::try_from(items.len()).unwrap_or(u32::MAX).saturating_sub(1);
        let index = self.of(0..=last);
        items.get(index as usize).copied().unwrap_or_default()
    }

    /// One of `items`, if there is any.
    pub fn pick_of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let last = u32::try_from(items.len().checked_sub(1)?).ok()?;
        items.get(self.of(0..=last) as usize).copied()
    }

    /// Random bytes, for ids.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Any number, for jitter.
    pub fn any(&mut self) -> u32 {
        self.0.next_u32()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_and_purpose_throws_the_same_numbers_and_another_does_not() {
        let throws = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            (0..20).map(|_| dice.any()).collect::<Vec<_>>()
        };
        assert_eq!(throws(1, 2), throws(1, 2));
        assert_ne!(throws(1, 2), throws(1, 3));
        assert_ne!(throws(1, 2), throws(2, 2));
    }
}
