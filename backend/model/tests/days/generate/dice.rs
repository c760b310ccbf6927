//! Choices, made by numbers in their order: 0 is always the plainest choice.

pub struct Dice<'n> {
    numbers: std::slice::Iter<'n, u16>,
}

impl<'n> Dice<'n> {
    pub fn new(numbers: &'n [u16]) -> Self {
        Self {
            numbers: numbers.iter(),
        }
    }

    /// The next number; 0 when there are no more.
    pub fn number(&mut self) -> u16 {
        self.numbers.next().copied().unwrap_or(0)
    }

    /// Less than `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.number()) % limit
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// From 0 up to `limit` microseconds, mostly whole seconds.
    pub fn span(&mut self, limit_seconds: i64) -> i64 {
        let seconds = i64::from(self.number()) % limit_seconds.max(1);
        seconds * 1_000_000
    }
}

/// A number for the `index`-th use of a `salt`; always 0 for a salt of 0.
pub fn mixed(salt: u16, index: usize) -> u64 {
    if salt == 0 {
        return 0;
    }
    // The finalizer of SplitMix64.
    let mut z =
        (u64::from(salt) << 32).wrapping_add((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
