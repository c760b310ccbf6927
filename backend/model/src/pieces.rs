//! A list as it is saved: in sixteen pieces, since a long one takes too long to be
//! written between two turns of a loop.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How many pieces a list is saved in.
pub(crate) const PIECES: usize = 16;

/// The places in a list of some length that a piece holds.
pub(crate) fn places(length: usize, piece: usize) -> Range<usize> {
    piece * length / PIECES..(piece + 1) * length / PIECES
}

/// Appends some items, preceded by how many there are.
pub(crate) fn save<T: Serialize>(
    items: impl ExactSizeIterator<Item = T>,
    mut bytes: Vec<u8>,
) -> Vec<u8> {
    bytes = append(&items.len(), bytes);
    for item in items {
        bytes = append(&item, bytes);
    }
    bytes
}

/// Appends a value.
pub(crate) fn append(value: &impl Serialize, bytes: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(value, bytes).expect("the state has only numbers, text and lists")
}

/// Hands over the items that were saved together, and answers the bytes that are
/// left.
pub(crate) fn load<'b, T: Deserialize<'b>>(
    bytes: &'b [u8],
    mut take: impl FnMut(T),
) -> postcard::Result<&'b [u8]> {
    let (count, mut left) = postcard::take_from_bytes::<usize>(bytes)?;
    for _ in 0..count {
        let (item, rest) = postcard::take_from_bytes::<T>(left)?;
        take(item);
        left = rest;
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_the_list_whatever_its_length() {
        for length in [0, 1, 15, 16, 17, 1_000] {
            let list: Vec<u64> = (0..length).map(|number| number * 3).collect();
            let mut bytes = Vec::new();
            for piece in 0..PIECES {
                bytes = save(list[places(list.len(), piece)].iter(), bytes);
            }
            let mut read: Vec<u64> = Vec::new();
            let mut left = &bytes[..];
            for _ in 0..PIECES {
                left = load(left, |item| read.push(item)).unwrap();
            }
            assert_eq!((read, left), (list, &[][..]));
        }
    }

    #[test]
    fn a_list_that_is_cut_short_is_an_error() {
        let bytes = save([1_u64, 2, 300].iter(), Vec::new());
        for length in 0..bytes.len() {
            assert!(load::<u64>(&bytes[..length], |_| ()).is_err(), "{length}");
        }
    }
}
