//! Memory that no cache holds, asked for side by side.
//!
//! The state of a country is many times what a processor keeps near, and each
//! event is about another place of it: a dozen pieces that come one after the
//! other, a tenth of a microsecond each. Where it is known what comes next, a word
//! of each piece is read first, for several events at a time, and the processor
//! waits for all of them at once. Nothing else changes: what is read is thrown
//! away. With ten thousand agencies an event costs a quarter less so, with ten a
//! hundredth more.
//!
//! Rejected: the instructions that processors have for this, which take unsafe
//! code.

use std::hint::black_box;

/// How many are brought near at a time: what they are about fits into the nearest
/// cache.
pub(crate) const AT_A_TIME: usize = 8;

/// Brings near what words were read of.
pub(crate) fn bring_near(words: impl Iterator<Item = u64>) {
    black_box(words.fold(0, |all, word| all ^ word));
}
