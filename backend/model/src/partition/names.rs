//! Names seen in a partition, as small numbers.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// Index of a name in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct NameId(pub u32);

/// Names and their numbers. Bounded by what producers send as codes of
/// agencies, queues and lines.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Box<str>>", into = "Vec<Box<str>>")]
pub(crate) struct Names {
    list: Vec<Box<str>>,
    index: HashMap<Box<str>, NameId>,
}

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.index.get(name) {
            return id;
        }
        let id = NameId(self.list.len() as u32);
        self.list.push(name.into());
        self.index.insert(name.into(), id);
        id
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        &self.list[id.0 as usize]
    }
}

impl From<Vec<Box<str>>> for Names {
    fn from(list: Vec<Box<str>>) -> Self {
        let numbered = list.iter().enumerate();
        let index = numbered
            .map(|(at, name)| (name.clone(), NameId(at as u32)))
            .collect();
        Self { list, index }
    }
}

impl From<Names> for Vec<Box<str>> {
    fn from(names: Names) -> Self {
        names.list
    }
}
