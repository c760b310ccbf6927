//! Names seen in a partition, as small numbers.

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Index of a name in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct NameId(pub u32);

/// Names and their numbers. Bounded by what producers send as codes of
/// agencies, queues and lines.
///
/// A name is known by 64 bits of its hash, as a call is: to look it up touches no
/// text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Box<str>>", into = "Vec<Box<str>>")]
pub(crate) struct Names {
    list: Vec<Box<str>>,
    index: HashTable<(u64, NameId)>,
}

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> NameId {
        let hash = xxh3_64(name.as_bytes());
        if let Some(&(_, id)) = self.index.find(hash, |&(known, _)| known == hash) {
            return id;
        }
        self.add(hash, name.into())
    }

    fn add(&mut self, hash: u64, name: Box<str>) -> NameId {
        let id = NameId(self.list.len() as u32);
        self.list.push(name);
        self.index
            .insert_unique(hash, (hash, id), |&(hash, _)| hash);
        id
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        &self.list[id.0 as usize]
    }
}

impl From<Vec<Box<str>>> for Names {
    fn from(list: Vec<Box<str>>) -> Self {
        let mut names = Names::default();
        for name in list {
            names.add(xxh3_64(name.as_bytes()), name);
        }
        names
    }
}

impl From<Names> for Vec<Box<str>> {
    fn from(names: Names) -> Self {
        names.list
    }
}
