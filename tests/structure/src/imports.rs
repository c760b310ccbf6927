//! No file imports another in a circle, and none imports what stands above it.
//!
//! What counts is where a thing is defined: a module that only hands on what
//! others define makes no circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::circles::{Graph, way};
use crate::finding::Finding;
use crate::modules::{House, ModuleId, Place};

/// What a file names of another.
#[derive(Default)]
struct Arrow {
    names: BTreeSet<String>,
    line: usize,
    is_up: bool,
}

/// The imports of a house that point up, and those that lie on a circle.
pub fn findings(house: &House<'_>) -> Vec<Finding> {
    let arrows = arrows(house);
    let mut graph = Graph::new();
    for ((from, to), _) in arrows.iter().filter(|(_, arrow)| !arrow.is_up) {
        graph.entry(from).or_default().insert(to);
    }
    let found = |((from, to), arrow): (&(&str, &str), &Arrow)| {
        let names: Vec<&str> = arrow.names.iter().map(String::as_str).collect();
        let names = names.join(", ");
        let (what, mend) = if arrow.is_up {
            (
                format!("imports from {to}, a module that contains it"),
                format!("move {names} to a file below, and let {to} hand it on"),
            )
        } else {
            let back = way(&graph, to, from)?;
            let back: Vec<&str> = back.into_iter().map(short).collect();
            (
                format!("in a circle with {to}"),
                format!(
                    "it names {names}, and {} leads back: put what both need in a file below",
                    back.join(" → ")
                ),
            )
        };
        Some(Finding {
            file: from.to_string(),
            line: arrow.line,
            what,
            mend,
        })
    };
    arrows.iter().filter_map(found).collect()
}

fn arrows<'s>(house: &House<'s>) -> BTreeMap<(&'s str, &'s str), Arrow> {
    let mut arrows: BTreeMap<(&str, &str), Arrow> = BTreeMap::new();
    for (id, module) in house.modules.iter().enumerate() {
        for named in &module.names.paths {
            let Some(Place::Item {
                module: to, name, ..
            }) = house.resolve(id, &named.segments)
            else {
                continue;
            };
            let target = &house.modules[to];
            let is_same_crate = std::ptr::eq(target.source, module.source);
            if !is_same_crate || target.file.path == module.file.path {
                continue;
            }
            let key = (module.file.path.as_str(), target.file.path.as_str());
            let arrow = arrows.entry(key).or_insert_with(|| Arrow {
                line: named.line,
                is_up: contains(house, to, id),
                ..Arrow::default()
            });
            arrow.line = arrow.line.min(named.line);
            arrow.names.insert(name);
        }
    }
    arrows
}

/// Whether the file of a module is that of a module around another.
fn contains(house: &House<'_>, outer: ModuleId, mut inner: ModuleId) -> bool {
    while let Some(parent) = house.modules[inner].parent {
        if house.modules[parent].file.path == house.modules[outer].file.path {
            return true;
        }
        inner = parent;
    }
    false
}

/// A path without the folders that all files of a crate are in.
fn short(path: &str) -> &str {
    path.split_once("/src/").map_or(path, |(_, path)| path)
}
