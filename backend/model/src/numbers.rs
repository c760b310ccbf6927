//! How many of each: numbers by rising keys, none of them zero.
//!
//! Few wait in a queue at a time, so they lie in a list, and whoever comes last
//! goes to its end. But nothing keeps a queue from holding a hundred thousand
//! that leave from the front: a list would move them all for each, so that what
//! many cost would be the square of it. From some number on they are a tree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A list of more than this becomes a tree.
const MOST_IN_A_LIST: usize = 64;

/// A tree of fewer than this becomes a list.
const LEAST_IN_A_TREE: usize = 16;

/// Numbers by rising keys; none is zero.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Numbers<K: Ord> {
    Few(Vec<(K, i64)>),
    Many(BTreeMap<K, i64>),
}

impl<K: Ord> Default for Numbers<K> {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl<K: Ord + Copy> Eq for Numbers<K> {}

impl<K: Ord + Copy> PartialEq for Numbers<K> {
    /// Equal if the numbers are the same, in whichever form.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Ord + Copy> Numbers<K> {
    /// Adds other numbers, key by key.
    pub(crate) fn add(&mut self, other: &Self) {
        for (key, number) in other.iter() {
            self.change(key, number);
        }
    }

    /// Whether keys rise and no number is zero, which has to be checked of what was
    /// decoded.
    pub(crate) fn is_sound(&self) -> bool {
        self.iter().is_sorted_by(|one, other| one.0 < other.0)
            && self.iter().all(|(_, number)| number != 0)
    }

    /// Changes the number of a key.
    pub(crate) fn change(&mut self, key: K, by: i64) {
        match self {
            Self::Few(list) => match list.binary_search_by_key(&key, |&(known, _)| known) {
                Ok(at) => {
                    list[at].1 += by;
                    if list[at].1 == 0 {
                        list.remove(at);
                    }
                }
                Err(at) if by != 0 => list.insert(at, (key, by)),
                Err(_) => {}
            },
            Self::Many(tree) => {
                let number = tree.entry(key).or_insert(0);
                *number += by;
                if *number == 0 {
                    tree.remove(&key);
                }
            }
        }
        self.take_form();
    }

    fn take_form(&mut self) {
        match self {
            Self::Few(list) if list.len() > MOST_IN_A_LIST => {
                *self = Self::Many(std::mem::take(list).into_iter().collect());
            }
            Self::Many(tree) if tree.len() < LEAST_IN_A_TREE => {
                *self = Self::Few(std::mem::take(tree).into_iter().collect());
            }
            Self::Few(_) | Self::Many(_) => {}
        }
    }

    /// Each key with its number, rising.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, i64)> + '_ {
        let (list, tree) = match self {
            Self::Few(list) => (Some(list), None),
            Self::Many(tree) => (None, Some(tree)),
        };
        let list = list.into_iter().flatten().copied();
        list.chain(
            tree.into_iter()
                .flatten()
                .map(|(&key, &number)| (key, number)),
        )
    }

    /// A word of its memory ([`crate::nearness`]): of its newest, where it is a
    /// list.
    pub(crate) fn word(&self) -> u64 {
        match self {
            Self::Few(list) => list.last().map_or(0, |(_, number)| *number as u64),
            Self::Many(tree) => tree.len() as u64,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Few(list) => list.is_empty(),
            Self::Many(tree) => tree.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(numbers: &Numbers<i64>) -> Vec<(i64, i64)> {
        numbers.iter().collect()
    }

    #[test]
    fn a_list_and_a_tree_say_the_same_in_either_form() {
        let mut numbers = Numbers::default();
        for key in (0..200).rev() {
            numbers.change(key, 2);
            numbers.change(key, -1);
        }
        assert!(matches!(numbers, Numbers::Many(_)));
        assert_eq!(all(&numbers), Vec::from_iter((0..200).map(|key| (key, 1))));
        let saved = postcard::to_allocvec(&numbers).unwrap();
        let mut numbers: Numbers<i64> = postcard::from_bytes(&saved).unwrap();
        for key in 0..190 {
            numbers.change(key, -1);
        }
        assert!(matches!(numbers, Numbers::Few(_)));
        assert_eq!(
            all(&numbers),
            Vec::from_iter((190..200).map(|key| (key, 1)))
        );
        for key in 190..200 {
            numbers.change(key, -1);
        }
        assert!(numbers.is_empty());
    }

    #[test]
    fn a_number_taken_back_before_it_is_known_is_below_zero() {
        let mut numbers = Numbers::default();
        numbers.change(7, -1);
        assert_eq!(all(&numbers), [(7, -1)]);
        numbers.change(7, 1);
        assert!(numbers.is_empty());
    }
}
