//! Names seen in a partition, as small numbers.

use std::collections::BTreeSet;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Index of a name in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct NameId(pub u32);

/// Names and their numbers. Bounded by the limits of what is named
/// ([`crate::limits`]), since names that nothing refers to are forgotten.
///
/// A name is known by 64 bits of its hash, as a call is: to look it up touches no
/// text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Option<Box<str>>>", into = "Vec<Option<Box<str>>>")]
pub(crate) struct Names {
    /// The names by their numbers; `None` if the name was forgotten and its number
    /// is free.
    list: Vec<Option<Box<str>>>,
    index: HashTable<(u64, NameId)>,
    free: BTreeSet<NameId>,
}

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> NameId {
        let hash = hash_of(name);
        if let Some(&(_, id)) = self.index.find(hash, |&(known, _)| known == hash) {
            return id;
        }
        let id = self.free.pop_first().unwrap_or_else(|| {
            self.list.push(None);
            NameId(self.list.len() as u32 - 1)
        });
        self.put(id, name.into());
        id
    }

    fn put(&mut self, id: NameId, name: Box<str>) {
        let hash = hash_of(&name);
        self.list[id.0 as usize] = Some(name);
        self.index
            .insert_unique(hash, (hash, id), |&(hash, _)| hash);
    }

    /// The number of a name, if it has one.
    pub(crate) fn find(&self, name: &str) -> Option<NameId> {
        let hash = hash_of(name);
        let found = self.index.find(hash, |&(known, _)| known == hash);
        found.map(|&(_, id)| id)
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        self.list[id.0 as usize].as_deref().unwrap_or_default()
    }

    /// How many numbers are given out or free.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Forgets names: their numbers are free for others.
    pub(crate) fn forget(&mut self, is_gone: impl Fn(NameId) -> bool) {
        for (at, place) in (0..).zip(&mut self.list) {
            let id = NameId(at);
            if place.is_some() && is_gone(id) {
                *place = None;
                self.free.insert(id);
            }
        }
        self.index.retain(|&mut (_, id)| !self.free.contains(&id));
    }
}

fn hash_of(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

impl From<Vec<Option<Box<str>>>> for Names {
    fn from(list: Vec<Option<Box<str>>>) -> Self {
        let mut names = Names {
            list: vec![None; list.len()],
            ..Names::default()
        };
        for (at, name) in (0..).zip(list) {
            let id = NameId(at);
            match name {
                Some(name) => names.put(id, name),
                None => {
                    names.free.insert(id);
                }
            }
        }
        names
    }
}

impl From<Names> for Vec<Option<Box<str>>> {
    fn from(names: Names) -> Self {
        names.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_forgotten_names_are_given_out_again_after_a_restart_as_well() {
        let mut names = Names::default();
        let [a, b, c] = ["a", "b", "c"].map(|name| names.id(name));
        names.forget(|id| id != b);
        assert_eq!((names.find("a"), names.find("b")), (None, Some(b)));
        let saved = postcard::to_allocvec(&names).unwrap();
        let restored: Names = postcard::from_bytes(&saved).unwrap();
        for mut names in [names, restored] {
            assert_eq!([names.id("d"), names.id("b")], [a, b]);
            assert_eq!([names.id("e"), names.id("d")], [c, a]);
            assert_eq!(
                [a, b, c].map(|id| names.name(id).to_owned()),
                ["d", "b", "e"]
            );
            assert_eq!(names.len(), 3);
        }
    }
}
