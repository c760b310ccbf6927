//! Codes that are spelt almost alike: which listed one a code may have been meant for.
//!
//! Two codes are alike that differ by upper and lower case, accents, blanks and
//! punctuation alone, or beyond these by one slip: a letter too many, too few or
//! mistaken, or two neighbours that changed places. A digit that is another digit is no
//! slip: `NAQ-0332` is another agency than `NAQ-0331`. A letter for a digit is one, as
//! the O in `NAQ-O331`.
//!
//! Whoever asks may ask for many codes at once, so that none is compared with all
//! listed ones: each is known by the hash of its letters, and by those of its letters
//! without one of them. Two that are a slip apart share a hash.

use icu_normalizer::DecomposingNormalizerBorrowed;
use xxhash_rust::xxh3::xxh3_64;

/// The most codes that are named as what one may have been meant for.
const MOST_NAMED: usize = 3;

/// The fewest letters and digits of a code in which one may be a slip: of two, half
/// the code would be another.
const FEWEST_WITH_SLIP: usize = 3;

/// Listed codes, by how they are spelt.
#[derive(Clone, Debug, Default)]
pub(super) struct SimilarCodes {
    /// The codes, each with its letters.
    codes: Vec<(String, Vec<char>)>,
    /// Places in `codes` by hash, in order.
    by_hash: Vec<(u64, usize)>,
}

impl SimilarCodes {
    pub(super) fn of<'c>(codes: impl Iterator<Item = &'c str>) -> Self {
        let mut codes: Vec<_> = codes.map(|code| (code.to_owned(), letters(code))).collect();
        codes.sort();
        let hashes = codes.iter().enumerate();
        let mut by_hash: Vec<_> = hashes
            .flat_map(|(at, (_, letters))| hashes_of(letters).map(move |hash| (hash, at)))
            .collect();
        by_hash.sort_unstable();
        by_hash.dedup();
        Self { codes, by_hash }
    }

    /// The listed codes that a code may have been meant for, the likeliest first: three
    /// at most.
    pub(super) fn like(&self, code: &str) -> Vec<&str> {
        let asked = letters(code);
        if asked.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(bool, usize)> = hashes_of(&asked)
            .flat_map(|hash| {
                let from = self.by_hash.partition_point(|(known, _)| *known < hash);
                let known = self.by_hash[from..].iter();
                known.take_while(move |(known, _)| *known == hash)
            })
            .filter_map(|&(_, at)| {
                let (_, known) = &self.codes[at];
                let is_slip = *known != asked;
                let is_short = known.len().min(asked.len()) < FEWEST_WITH_SLIP;
                let is_like = !is_slip || (!is_short && is_one_slip(known, &asked));
                is_like.then_some((is_slip, at))
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        let codes = found.into_iter().map(|(_, at)| self.codes[at].0.as_str());
        codes
            .filter(|known| *known != code)
            .take(MOST_NAMED)
            .collect()
    }
}

/// The letters and digits of a code, without case and accents.
fn letters(code: &str) -> Vec<char> {
    // Accents become characters of their own, which are neither letter nor digit.
    let taken_apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(code);
    let letters = taken_apart.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Hashes of letters as they are, and without one of them.
fn hashes_of(letters: &[char]) -> impl Iterator<Item = u64> {
    let whole = xxh3_64(letters.iter().collect::<String>().as_bytes());
    let shorter = (0..letters.len()).map(|gone| {
        let left = letters[..gone].iter().chain(&letters[gone + 1..]);
        xxh3_64(left.collect::<String>().as_bytes())
    });
    std::iter::once(whole).chain(shorter)
}

/// Whether two texts are one slip of a letter apart.
fn is_one_slip(one: &[char], other: &[char]) -> bool {
    let same = |pair: &(&char, &char)| pair.0 == pair.1;
    let before = one.iter().zip(other).take_while(same).count();
    let (one, other) = (&one[before..], &other[before..]);
    let after = one.iter().rev().zip(other.iter().rev());
    let after = after.take_while(same).count();
    let left = (&one[..one.len() - after], &other[..other.len() - after]);
    match left {
        ([letter], []) | ([], [letter]) => !letter.is_numeric(),
        ([a], [b]) => !(a.is_numeric() && b.is_numeric()),
        ([a, b], [c, d]) => a == d && b == c && !(a.is_numeric() && b.is_numeric()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(listed: &[&str], code: &str) -> Vec<String> {
        let codes = SimilarCodes::of(listed.iter().copied());
        codes.like(code).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn what_differs_by_spelling_or_by_one_slip_is_alike() {
        for (listed, code) in [
            ("NAQ-0331", "naq-0331"),
            ("NAQ-0331", "NAQ_0331"),
            ("NAQ-0331", " NAQ 0331"),
            ("NAQ-0331", "NAQ0331"),
            ("NAQ-0331", "ＮＡＱ-0331"),
            ("3949", "39 49"),
            ("indemnisation", "Indémnisation"),
            ("Médiation", "mediation"),
            ("indemnisation", "indemnisatio"),
            ("indemnisation", "indemnissation"),
            ("indemnisation", "indemnisetion"),
            ("indemnisation", "indemnisatoin"),
            ("NAQ-0331", "NAQ-O331"),
            ("NAQ-0331", "NAK-0331"),
            ("NAQ-0331", "ANQ-0331"),
            ("aaa", "aaaa"),
        ] {
            assert_eq!(like(&[listed], code), [listed], "{code:?}");
        }
    }

    #[test]
    fn what_differs_by_a_digit_or_by_more_is_not() {
        for (listed, code) in [
            ("NAQ-0331", "NAQ-0332"),
            ("NAQ-0331", "NAQ-031"),
            ("NAQ-0331", "NAQ-03311"),
            ("NAQ-0331", "NAQ-3031"),
            ("3949", "3995"),
            ("indemnisation", "indemnsatoin"),
            ("ab", "ba-c"),
            ("ab", "abc"),
            ("A", "B"),
            ("A", "--"),
            ("--", "A"),
            ("--", "__"),
            ("A", "A"),
        ] {
            assert_eq!(like(&[listed], code), [""; 0], "{code:?}");
        }
    }

    #[test]
    fn the_likeliest_are_named_first_and_only_a_few() {
        let listed = [
            "placement",
            "Placement",
            "placements",
            "placementa",
            "glacement",
        ];
        assert_eq!(
            like(&listed, "PLACEMENT"),
            ["Placement", "placement", "glacement"]
        );
    }
}
