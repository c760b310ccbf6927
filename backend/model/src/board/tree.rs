//! The two trees of scopes, and which cells lie below each.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use vigie_contract::frame::Crumb;
use vigie_contract::scope::{Scope, UNASSIGNED};

use super::contributor::{Changes, Codes, Contributor};
use crate::contribution::{CellId, CellKind};
use crate::directory::Directory;

/// Index of a scope in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScopeId(pub usize);

/// A scope, with its place in the tree and the cells below it.
#[derive(Debug)]
pub(crate) struct Node {
    pub scope: Scope,
    /// Its name in the directory, else its code.
    pub name: String,
    /// Whether the directory has it.
    pub known: bool,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    /// The cells below it, by contributor.
    pub cells: BTreeMap<i32, Vec<CellId>>,
    /// How many cells name it, whether or not figures are wanted of it.
    named_by: usize,
    /// Whether figures are wanted of it.
    wanted: bool,
}

impl Node {
    /// The scope with its name.
    pub(crate) fn crumb(&self) -> Crumb {
        Crumb {
            scope: self.scope.clone(),
            name: self.name.clone(),
        }
    }
}

/// The scopes above a cell.
#[derive(Debug, Default)]
struct Above {
    wanted: Vec<ScopeId>,
    others: Vec<ScopeId>,
}

/// All scopes that the directory or an event has named.
///
/// One that the directory does not have goes with the last cell that names it.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    index: HashMap<Scope, ScopeId>,
    /// Numbers of scopes that are gone.
    free: BTreeSet<ScopeId>,
    /// The scopes above each cell, by contributor.
    above: BTreeMap<i32, Vec<Above>>,
    only: Option<HashSet<Scope>>,
    /// Changes with every change of the scopes and of the cells below them.
    version: u64,
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

    /// Whether there is a scope of a number: it may be one that is gone.
    pub(crate) fn has(&self, id: ScopeId) -> bool {
        id.0 < self.nodes.len() && !self.free.contains(&id)
    }

    /// A number that is another once scopes, or the cells below them, have changed.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        let free = self.free.clone();
        (0..self.nodes.len())
            .map(ScopeId)
            .filter(move |id| !free.contains(id))
    }

    pub(crate) fn find(&self, scope: &Scope) -> Option<ScopeId> {
        self.index.get(scope).copied()
    }

    pub(crate) fn node(&self, id: ScopeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The wanted scopes above a cell.
    pub(crate) fn scopes_above(&self, partition: i32, cell: CellId) -> &[ScopeId] {
        &self.above[&partition][cell.0 as usize].wanted
    }

    pub(super) fn forget_cells(&mut self) {
        self.version += 1;
        self.above.clear();
        for node in &mut self.nodes {
            node.cells.clear();
            node.named_by = 0;
        }
    }

    /// Places the cells of a contributor, all of them where none is placed yet, else
    /// those that were made, and takes out those that were forgotten; scopes that
    /// are gone for it are told.
    pub(super) fn place_cells(
        &mut self,
        number: i32,
        contributor: &impl Contributor,
        changes: &Changes,
        directory: &Directory,
        mut gone: impl FnMut(ScopeId),
    ) {
        let is_new = !self.above.contains_key(&number);
        if is_new || !changes.made.is_empty() || !changes.freed.is_empty() {
            self.version += 1;
        }
        let above = self.above.entry(number).or_default();
        above.resize_with(contributor.cells(), Above::default);
        if is_new {
            for at in 0..contributor.cells() {
                self.place(number, CellId(at as u32), contributor, directory);
            }
            return;
        }
        self.take_out(number, &changes.freed, &mut gone);
        // A number may have been given out, taken back and given out again since.
        let mut placed = HashSet::new();
        for &cell in &changes.made {
            if placed.insert(cell) {
                self.place(number, cell, contributor, directory);
            }
        }
    }

    fn place(
        &mut self,
        number: i32,
        cell: CellId,
        contributor: &impl Contributor,
        directory: &Directory,
    ) {
        let (kind, names) = contributor.place(cell);
        let scopes = match kind {
            CellKind::Calls => scopes_of(names, directory),
            CellKind::Duty => scopes_of_duty(names, directory),
            CellKind::Vacant => Vec::new(),
        };
        let mut above = Above::default();
        for scope in scopes {
            let id = self.insert(scope, None, directory);
            let node = &mut self.nodes[id.0];
            node.named_by += 1;
            if node.wanted {
                node.cells.entry(number).or_default().push(cell);
                above.wanted.push(id);
            } else {
                above.others.push(id);
            }
        }
        let of_partition = self.above.entry(number).or_default();
        of_partition[cell.0 as usize] = above;
    }

    fn take_out(&mut self, number: i32, freed: &[CellId], gone: &mut impl FnMut(ScopeId)) {
        let mut touched: BTreeSet<ScopeId> = BTreeSet::new();
        for cell in freed {
            let of_partition = self.above.entry(number).or_default();
            let above = std::mem::take(&mut of_partition[cell.0 as usize]);
            for id in above.wanted.into_iter().chain(above.others) {
                self.nodes[id.0].named_by -= 1;
                touched.insert(id);
            }
        }
        let freed: HashSet<CellId> = freed.iter().copied().collect();
        for &id in &touched {
            if let Some(cells) = self.nodes[id.0].cells.get_mut(&number) {
                cells.retain(|cell| !freed.contains(cell));
            }
        }
        self.let_go(touched, gone);
    }

    /// Removes the scopes that nothing names any more.
    pub(crate) fn let_go_of_unnamed(&mut self, mut gone: impl FnMut(ScopeId)) {
        let all: BTreeSet<ScopeId> = self.ids().collect();
        self.let_go(all, &mut gone);
    }

    /// Removes those of some scopes that nothing names, and then the scopes above
    /// that nothing names any more.
    fn let_go(&mut self, mut scopes: BTreeSet<ScopeId>, gone: &mut impl FnMut(ScopeId)) {
        while !scopes.is_empty() {
            scopes.retain(|&id| self.is_unnamed(id));
            let mut left: BTreeMap<ScopeId, HashSet<ScopeId>> = BTreeMap::new();
            for id in scopes {
                let node = &self.nodes[id.0];
                if let Some(parent) = node.parent {
                    left.entry(parent).or_default().insert(id);
                }
                self.index.remove(&node.scope);
                self.free.insert(id);
                gone(id);
            }
            for (parent, children) in &left {
                let known = &mut self.nodes[parent.0].children;
                known.retain(|child| !children.contains(child));
            }
            scopes = left.into_keys().collect();
        }
    }

    fn is_unnamed(&self, id: ScopeId) -> bool {
        let node = &self.nodes[id.0];
        let is_asked_for = self
            .only
            .as_ref()
            .is_some_and(|only| only.contains(&node.scope));
        let is_named = node.known || node.named_by > 0 || !node.children.is_empty();
        !is_asked_for && !is_named && !self.free.contains(&id)
    }

    /// Whether figures of a scope are kept: it was asked for, or is an agency of
    /// a scope that was, for the spread.
    fn is_wanted(&self, scope: &Scope) -> bool {
        let Some(only) = &self.only else {
            return true;
        };
        only.contains(scope)
            || std::iter::successors(scope.parent(), Scope::parent)
                .any(|above| matches!(scope, Scope::Agency(..)) && only.contains(&above))
    }

    /// The agencies below a scope of the organisation above agencies.
    pub(crate) fn agencies_below(&self, id: ScopeId) -> Vec<ScopeId> {
        let mut found = Vec::new();
        let mut left = match self.node(id).scope {
            Scope::All | Scope::Network(_) | Scope::Region(..) => vec![id],
            Scope::Agency(..) | Scope::Queue(..) | Scope::Line(_) | Scope::LineRegion(..) => {
                Vec::new()
            }
        };
        while let Some(id) = left.pop() {
            for &child in &self.node(id).children {
                if let Scope::Agency(..) = self.node(child).scope {
                    found.push(child);
                } else {
                    left.push(child);
                }
            }
        }
        found
    }

    fn insert(&mut self, scope: Scope, name: Option<String>, directory: &Directory) -> ScopeId {
        if let Some(id) = self.find(&scope) {
            return id;
        }
        let parent = scope.parent();
        let parent = parent.map(|parent| self.insert(parent, None, directory));
        let id = self.free.pop_first();
        let id = id.unwrap_or(ScopeId(self.nodes.len()));
        if let Some(parent) = parent {
            self.nodes[parent.0].children.push(id);
        }
        self.index.insert(scope.clone(), id);
        let node = Node {
            known: name.is_some(),
            name: name.unwrap_or_else(|| default_name(&scope, directory)),
            parent,
            children: Vec::new(),
            cells: BTreeMap::new(),
            named_by: 0,
            wanted: self.is_wanted(&scope),
            scope,
        };
        match self.nodes.get_mut(id.0) {
            Some(place) => *place = node,
            None => self.nodes.push(node),
        }
        id
    }
}

/// The scope that agents of a queue, or the scopes that those of a line, count
/// in beside those of their agency.
fn scopes_of_duty((agency, queue, line): Codes<'_>, directory: &Directory) -> Vec<Scope> {
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
fn scopes_of((agency, queue, line): Codes<'_>, directory: &Directory) -> Vec<Scope> {
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
