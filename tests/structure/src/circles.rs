//! Ways through a graph that lead back to where they began.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Who names whom.
pub type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The shortest way from one to another, both included.
pub fn way<'a>(graph: &Graph<'a>, from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(here) = next.pop_front() {
        if here == to {
            let mut way = vec![to];
            while let Some(&earlier) = before.get(way[way.len() - 1])
                && way[way.len() - 1] != from
            {
                way.push(earlier);
            }
            way.reverse();
            return Some(way);
        }
        for &neighbour in graph.get(here).into_iter().flatten() {
            if neighbour != from && !before.contains_key(neighbour) {
                before.insert(neighbour, here);
                next.push_back(neighbour);
            }
        }
    }
    None
}
