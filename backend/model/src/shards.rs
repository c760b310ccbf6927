//! A hash table in sixty-four: none is so large that it takes long to grow, to look
//! through or to save.

use hashbrown::HashTable;
use hashbrown::hash_table::{Entry, Iter};

/// How many shards a table has.
pub(crate) const SHARDS: usize = 64;

/// Which bits of a hash say in which shard it is: a table takes a place from the
/// lowest and a check from the highest.
const SHIFT: u32 = 48;

/// A value that is found by a hash of 64 bits.
pub(crate) trait Hashed {
    fn hash(&self) -> u64;
}

/// Values by their hashes.
#[derive(Clone, Debug)]
pub(crate) struct Shards<T> {
    tables: Box<[HashTable<T>]>,
}

impl<T> Default for Shards<T> {
    fn default() -> Self {
        Self {
            tables: (0..SHARDS).map(|_| HashTable::new()).collect(),
        }
    }
}

/// In which shard the values of a hash are.
pub(crate) fn shard_of(hash: u64) -> usize {
    (hash >> SHIFT) as usize % SHARDS
}

impl<T: Hashed> Shards<T> {
    pub(crate) fn find(&self, hash: u64, is: impl FnMut(&T) -> bool) -> Option<&T> {
        self.tables[shard_of(hash)].find(hash, is)
    }

    pub(crate) fn find_mut(&mut self, hash: u64, is: impl FnMut(&T) -> bool) -> Option<&mut T> {
        self.tables[shard_of(hash)].find_mut(hash, is)
    }

    pub(crate) fn entry(&mut self, hash: u64, is: impl FnMut(&T) -> bool) -> Entry<'_, T> {
        self.tables[shard_of(hash)].entry(hash, is, T::hash)
    }

    /// Adds a value that is not there.
    pub(crate) fn insert_unique(&mut self, value: T) {
        let hash = value.hash();
        self.tables[shard_of(hash)].insert_unique(hash, value, T::hash);
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.tables.iter().flatten()
    }

    /// The values of one shard, in no order.
    pub(crate) fn of_shard(&self, shard: usize) -> Iter<'_, T> {
        self.tables[shard].iter()
    }

    /// Makes room in a shard for so many more.
    pub(crate) fn reserve(&mut self, shard: usize, more: usize) {
        self.tables[shard].reserve(more, T::hash);
    }

    /// Keeps the wanted of a shard, and gives the room of the others back.
    pub(crate) fn retain(&mut self, shard: usize, mut is_wanted: impl FnMut(&T) -> bool) {
        let table = &mut self.tables[shard];
        table.retain(|value| is_wanted(value));
        table.shrink_to_fit(T::hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Hashed for u64 {
        fn hash(&self) -> u64 {
            *self
        }
    }

    #[test]
    fn each_is_found_in_its_shard_and_nowhere_else() {
        let hashes = (0..1_000_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut shards = Shards::default();
        hashes.clone().for_each(|hash| shards.insert_unique(hash));
        for hash in hashes.clone() {
            assert_eq!(shards.find(hash, |known| *known == hash), Some(&hash));
        }
        assert_eq!(shards.find(1, |known| *known == 1), None);
        let by_shard = (0..SHARDS).map(|shard| shards.of_shard(shard).count());
        assert!(by_shard.clone().all(|count| count > 0));
        assert_eq!(by_shard.sum::<usize>(), 1_000);
        (0..SHARDS).for_each(|shard| shards.retain(shard, |hash| hash % 2 == 0));
        let even = hashes.filter(|hash| hash % 2 == 0).count();
        assert_eq!(shards.iter().count(), even);
    }
}
