//! The two trees of scopes, and which cells lie below each.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use vigie_contract::scope::{Scope, UNASSIGNED};

use crate::contribution::CellId;
use crate::directory::Directory;
use crate::partition::Partition;
use crate::partition::cell::CellKind;

/// Index of a scope in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScopeId(pub usize);

/// A scope and its neighbours.
#[derive(Debug)]
pub(crate) struct Node {
    pub scope: Scope,
    /// The directory's name, else the code.
    pub name: String,
    /// Whether the directory has it.
    pub known: bool,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    /// The cells below it, by partition.
    pub cells: Vec<(i32, CellId)>,
    /// Whether figures are wanted of it.
    wanted: bool,
}

/// All scopes that the directory or an event has named.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    index: HashMap<Scope, ScopeId>,
    /// The wanted scopes above each cell, by partition.
    above: BTreeMap<i32, Vec<Vec<ScopeId>>>,
    only: Option<HashSet<Scope>>,
}

impl Tree {
    /// The scopes of the directory; figures are kept `only` of those, where
    /// some are named.
    pub(crate) fn new(directory: &Directory, only: Option<&[Scope]>) -> Self {
        let mut tree = Tree {
            only: only.map(|scopes| scopes.iter().cloned().collect()),
            ..Tree::default()
        };
        for (scope, name) in directory.scopes() {
            tree.insert(scope, Some(name), directory);
        }
        // What was asked for by name has a view, of zeros if need be.
        for scope in only.unwrap_or_default() {
            tree.insert(scope.clone(), None, directory);
        }
        tree
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..self.nodes.len()).map(ScopeId)
    }

    pub(crate) fn find(&self, scope: &Scope) -> Option<ScopeId> {
        self.index.get(scope).copied()
    }

    pub(crate) fn node(&self, id: ScopeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The wanted scopes above a cell.
    pub(crate) fn scopes_above(&self, partition: i32, cell: CellId) -> &[ScopeId] {
        &self.above[&partition][cell.0 as usize]
    }

    pub(crate) fn forget_cells(&mut self) {
        self.above.clear();
        for node in &mut self.nodes {
            node.cells.clear();
        }
    }

    /// Places the cells of a partition that are not placed yet.
    pub(crate) fn place_cells(
        &mut self,
        number: i32,
        partition: &Partition,
        directory: &Directory,
    ) {
        let placed = self.above.entry(number).or_default().len();
        for (at, cell) in partition.cells().iter().enumerate().skip(placed) {
            let names = partition.names_of(cell.key);
            let mut wanted = Vec::new();
            let scopes = match cell.key.kind {
                CellKind::Calls => scopes_of(names, directory),
                CellKind::Duty => scopes_of_duty(names, directory),
            };
            for scope in scopes {
                let id = self.insert(scope, None, directory);
                let node = &mut self.nodes[id.0];
                if node.wanted {
                    node.cells.push((number, CellId(at as u32)));
                    wanted.push(id);
                }
            }
            self.above.entry(number).or_default().push(wanted);
        }
    }

    /// Whether figures of a scope are kept: it was asked for, or is an agency of
    /// a scope that was, for the spread.
    fn is_wanted(&self, scope: &Scope) -> bool {
        let Some(only) = &self.only else {
            return true;
        };
        only.contains(scope)
            || std::iter::successors(parent(scope), parent)
                .any(|above| matches!(scope, Scope::Agency(..)) && only.contains(&above))
    }

    /// The agencies below a scope of the organisation above agencies.
    pub(crate) fn agencies_below(&self, id: ScopeId) -> Vec<ScopeId> {
        let mut found = Vec::new();
        let mut left = match self.node(id).scope {
            Scope::All | Scope::Network(_) | Scope::Region(..) => vec![id],
            _ => Vec::new(),
        };
        while let Some(id) = left.pop() {
            for &child in &self.node(id).children {
                match self.node(child).scope {
                    Scope::Agency(..) => found.push(child),
                    _ => left.push(child),
                }
            }
        }
        found
    }

    fn insert(&mut self, scope: Scope, name: Option<String>, directory: &Directory) -> ScopeId {
        if let Some(id) = self.find(&scope) {
            return id;
        }
        let parent = parent(&scope).map(|parent| self.insert(parent, None, directory));
        let id = ScopeId(self.nodes.len());
        if let Some(parent) = parent {
            self.nodes[parent.0].children.push(id);
        }
        self.index.insert(scope.clone(), id);
        self.nodes.push(Node {
            known: name.is_some(),
            name: name.unwrap_or_else(|| default_name(&scope, directory)),
            parent,
            children: Vec::new(),
            cells: Vec::new(),
            wanted: self.is_wanted(&scope),
            scope,
        });
        id
    }
}

/// The scope that agents of a queue, or the scopes that those of a line, count
/// in beside those of their agency.
fn scopes_of_duty(
    (agency, queue, line): (Option<&str>, Option<&str>, Option<&str>),
    directory: &Directory,
) -> Vec<Scope> {
    let own = |text: &str| text.to_owned();
    let Some(agency) = agency else {
        return Vec::new();
    };
    let (network, region) = directory.place_of(agency);
    match (queue, line) {
        (Some(queue), _) => vec![Scope::Queue(
            own(network),
            own(region),
            own(agency),
            own(queue),
        )],
        (None, Some(line)) => vec![
            Scope::Line(own(line)),
            Scope::LineRegion(own(line), own(region)),
        ],
        (None, None) => Vec::new(),
    }
}

/// The scopes that a cell counts in.
fn scopes_of(
    (agency, queue, line): (Option<&str>, Option<&str>, Option<&str>),
    directory: &Directory,
) -> Vec<Scope> {
    let own = |text: &str| text.to_owned();
    let mut scopes = vec![Scope::All];
    let region = match agency {
        Some(agency) => {
            let (network, region) = directory.place_of(agency);
            scopes.push(Scope::Network(own(network)));
            scopes.push(Scope::Region(own(network), own(region)));
            scopes.push(Scope::Agency(own(network), own(region), own(agency)));
            if let Some(queue) = queue {
                let queue = Scope::Queue(own(network), own(region), own(agency), own(queue));
                scopes.push(queue);
            }
            Some(region)
        }
        None => {
            let network = line.map_or(UNASSIGNED, |line| directory.network_of_line(line));
            scopes.push(Scope::Network(own(network)));
            None
        }
    };
    if let Some(line) = line {
        scopes.push(Scope::Line(own(line)));
        if let Some(region) = region {
            scopes.push(Scope::LineRegion(own(line), own(region)));
        }
    }
    scopes
}

fn parent(scope: &Scope) -> Option<Scope> {
    Some(match scope.clone() {
        Scope::All | Scope::Line(_) => return None,
        Scope::Network(_) => Scope::All,
        Scope::Region(network, _) => Scope::Network(network),
        Scope::Agency(network, region, _) => Scope::Region(network, region),
        Scope::Queue(network, region, agency, _) => Scope::Agency(network, region, agency),
        Scope::LineRegion(line, _) => Scope::Line(line),
    })
}

/// What a scope is called that the directory does not list: its last code, or
/// the name of its region.
fn default_name(scope: &Scope, directory: &Directory) -> String {
    match scope {
        Scope::All => "all".to_owned(),
        Scope::Region(_, region) | Scope::LineRegion(_, region) => directory.region_name(region),
        Scope::Network(code) | Scope::Line(code) => code.clone(),
        Scope::Agency(_, _, code) | Scope::Queue(_, _, _, code) => code.clone(),
    }
}
