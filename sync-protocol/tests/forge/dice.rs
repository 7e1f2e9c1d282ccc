//! Dice with a seed (SplitMix64), so that every run can be repeated.

pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    /// Mostly numbers where something changes: small ones, ends of ranges, huge claims.
    pub(crate) fn number(&mut self) -> u64 {
        let edges = [0, 1, 2, 3, 63, 64, 127, 128, 2048, 2049, 65_535, 5_000_000, 1 << 31, (1 << 31) - 1, u64::MAX];
        if self.chance(70) { *self.pick(&edges) } else { self.roll() >> self.below(64) }
    }
}
