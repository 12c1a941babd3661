//! Draws for cases: a function of their number alone, the same on every machine.

/// SplitMix64 (Steele and others, 2014).
pub struct Chance(pub u64);

impl Chance {
    /// The next draw.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `n`.
    pub fn below(&mut self, n: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }

    /// A whole number from `least` to `most`.
    pub fn within(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// One of several.
    pub fn of<T: Copy>(&mut self, among: &[T]) -> T {
        among[usize::try_from(self.below(i64::try_from(among.len()).unwrap())).unwrap()]
    }
}
