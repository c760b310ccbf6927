//! Maps as they are saved: by their keys, so that the same state gives the same
//! bytes.

use std::hash::Hash;

use hashbrown::HashMap;
use serde::{Serialize, Serializer};

/// Serialises a map by its keys, for `#[serde(serialize_with = …)]`.
pub(crate) fn by_key<K, V, S>(map: &HashMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    K: Ord + Hash + Serialize,
    V: Serialize,
    S: Serializer,
{
    let mut entries: Vec<(&K, &V)> = map.iter().collect();
    entries.sort_unstable_by_key(|&(key, _)| key);
    serializer.collect_map(entries)
}
