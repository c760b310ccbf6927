//! The one sort of the console.

use std::cmp::Ordering;

/// The numbers below `count` in order, equals in theirs. There is no other sort:
/// each further type that is sorted would add some 4 KB of code to it.
pub fn ranked(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut ranked: Vec<usize> = (0..count).collect();
    ranked.sort_by(|a, b| compare(*a, *b));
    ranked
}
