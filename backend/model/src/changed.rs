//! The part of a history that is not as it was when the history is walked anew.

/// The parts of two lists that are left once their common beginning and their common
/// end are taken away. An event that comes late changes only what is around it, even
/// if it is the first of all.
pub(crate) fn between<'l, T: PartialEq>(before: &'l [T], after: &'l [T]) -> (&'l [T], &'l [T]) {
    let first = before.iter().zip(after);
    let first = first.take_while(|(one, other)| one == other).count();
    let (before, after) = (&before[first..], &after[first..]);
    let last = before.iter().rev().zip(after.iter().rev());
    let last = last.take_while(|(one, other)| one == other).count();
    (&before[..before.len() - last], &after[..after.len() - last])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_begin_and_end_with_is_left_out() {
        for (before, after, expected) in [
            ("", "", ("", "")),
            ("abc", "abc", ("", "")),
            ("abc", "xabc", ("", "x")),
            ("abc", "abcx", ("", "x")),
            ("abc", "abxc", ("", "x")),
            ("abc", "axc", ("b", "x")),
            ("abc", "ac", ("b", "")),
            ("aa", "aaa", ("", "a")),
            ("", "ab", ("", "ab")),
        ] {
            let between = between(before.as_bytes(), after.as_bytes());
            let expected = (expected.0.as_bytes(), expected.1.as_bytes());
            assert_eq!(between, expected, "{before} {after}");
        }
    }
}
