//! Numbers that look random and are the same each time: SplitMix64, from a seed.
//!
//! A library would do as well, but this one promises the same worlds for a seed for ever.

/// Where numbers come from.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Returns the numbers of a seed.
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// Returns a number from `from` to `to`, both included.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// Returns true in so many of a hundred cases.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of them.
    pub fn of_these<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Returns the text with some of its letters in the other case.
    pub fn cased(&mut self, text: &str) -> String {
        match self.below(4) {
            0 => text.to_lowercase(),
            1 => text.to_uppercase(),
            2 => text.chars().map(|it| if self.percent(50) { it.to_ascii_uppercase() } else { it.to_ascii_lowercase() }).collect(),
            _ => text.to_owned(),
        }
    }
}
