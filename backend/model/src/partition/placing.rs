//! Which cell a place has, and what has none of its own.

use vigie_contract::time::Time;
use vigie_contract::unknown::OverKind;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::cell::{Cell, CellKey};
use super::register::Takes;
use super::rules::Place;
use super::state::Partition;
use crate::board::Codes;
use crate::contribution::{CellId, CellKind};
use crate::directory::Directory;
use crate::limits::{NAMED_FOR, OTHER};
use crate::names::NameId;
use crate::terms::Terms;

/// Which of some codes the directory does not know; [`OTHER`] is not among them.
fn invented((agency, queue, line): Codes<'_>, directory: &Directory) -> Takes {
    let is_other = |code: &str| code == OTHER;
    Takes {
        agency: agency.is_some_and(|code| !is_other(code) && !directory.knows_agency(code)),
        queue: queue.is_some_and(|code| {
            !is_other(code) && !agency.is_some_and(|agency| directory.knows_queue(agency, code))
        }),
        line: line.is_some_and(|code| !is_other(code) && !directory.knows_line(code)),
    }
}

/// Whether a place is one of those that the directory lists: it is never forgotten.
fn is_listed((agency, queue, line): Codes<'_>, directory: &Directory) -> bool {
    // A line that the directory knows keeps what agencies that are gone left to it.
    let is_left_to_line = agency == Some(OTHER) && queue.is_none() && line.is_some();
    let is_known = (is_left_to_line || agency.is_none_or(|code| directory.knows_agency(code)))
        && line.is_none_or(|code| directory.knows_line(code));
    let on_its_line = match (agency, queue) {
        (Some(agency), Some(queue)) => {
            directory.knows_queue(agency, queue)
                && (line.is_none() || line == directory.line_of_queue(agency, queue))
        }
        (None, Some(_)) => false,
        (_, None) => true,
    };
    is_known && on_its_line
}

impl Partition {
    /// The cell of some codes, made if there is none. If the codes have no place and
    /// there is no room for one more, it is the cell of [`OTHER`].
    pub(super) fn cell(&mut self, codes: Codes<'_>, kind: CellKind, terms: &Terms) -> CellId {
        let hash = cell_hash(codes, kind);
        // Known by 64 bits, as calls and names are: no text is touched.
        if let Some(cell) = self.find_cell(hash) {
            return cell;
        }
        let placed = self.placed(codes, terms);
        let hash = cell_hash(placed, kind);
        match self.find_cell(hash) {
            Some(cell) => cell,
            None => self.add_cell(placed, kind, hash, terms),
        }
    }

    fn find_cell(&mut self, hash: u64) -> Option<CellId> {
        let &(_, cell) = self.cell_index.find(hash, |&(known, _)| known == hash)?;
        let last = &mut self.stirred[cell.0 as usize].1;
        *last = self.clock.max(*last);
        Some(cell)
    }

    /// Replaces by [`OTHER`] the codes that have no place.
    fn placed<'n>(
        &mut self,
        (mut agency, mut queue, mut line): Codes<'n>,
        terms: &Terms,
    ) -> Codes<'n> {
        let directory = &terms.directory;
        let takes = invented((agency, queue, line), directory);
        let id = |code: Option<&str>| code.and_then(|code| self.names.find(code));
        if let Some(code) = agency
            && takes.agency
            && !self.register.takes_agency(id(agency))
        {
            self.register.over(OverKind::Agency, code, None, self.clock);
            agency = Some(OTHER);
            queue = queue.map(|_| OTHER);
        } else if let Some(code) = queue
            && takes.queue
            && !self.register.takes_queue(id(agency), id(queue))
        {
            self.register
                .over(OverKind::Queue, code, agency, self.clock);
            queue = Some(OTHER);
        }
        if let Some(code) = line
            && takes.line
            && !self.register.takes_line(self.names.find(code))
        {
            self.register.over(OverKind::Line, code, None, self.clock);
            line = Some(OTHER);
        }
        self.within_places((agency, queue, line), directory)
    }

    /// Replaces codes that each have a place by [`OTHER`], if together they would be
    /// one more queue, or one more line of a queue, than there may be.
    ///
    /// A queue that has a place keeps it on whatever line an event names, or names
    /// none: its calls are matched by the queue.
    fn within_places<'n>(&mut self, codes: Codes<'n>, directory: &Directory) -> Codes<'n> {
        let (agency, queue, line) = codes;
        let takes = invented(codes, directory);
        let taken = (self.cells.len() - self.vacant.len()) as u64;
        if taken < self.register.limits.places || takes == Takes::default() {
            return codes;
        }
        let id = |code: Option<&str>| code.and_then(|code| self.names.find(code));
        // A code that has no number has been given no place.
        let is_named = queue.is_none() || id(queue).is_some();
        let has_place = is_named && self.register.has_queue(id(agency), id(queue));
        if has_place && !takes.line {
            return codes;
        }
        let code = queue.or(agency).or(line).unwrap_or(OTHER);
        self.register
            .over(OverKind::Place, code, agency, self.clock);
        let is_gone = |takes: bool| takes && !has_place;
        (
            agency.map(|code| if is_gone(takes.agency) { OTHER } else { code }),
            queue.map(|code| {
                if is_gone(takes.agency || takes.queue) {
                    OTHER
                } else {
                    code
                }
            }),
            line.map(|code| if takes.line { OTHER } else { code }),
        )
    }

    fn add_cell(&mut self, codes: Codes<'_>, kind: CellKind, hash: u64, terms: &Terms) -> CellId {
        let (agency, queue, line) = codes;
        let mut id = |name: Option<&str>| name.map(|name| self.names.id(name));
        let key = CellKey {
            agency: id(agency),
            queue: id(queue),
            line: id(line),
            kind,
        };
        let cell = self.vacant.pop_first().unwrap_or_else(|| {
            self.cells.push(Cell::new(key));
            self.rules.push_vacant();
            self.stirred.push((self.clock, self.clock));
            CellId(self.cells.len() as u32 - 1)
        });
        let at = cell.0 as usize;
        self.cells[at] = Cell::new(key);
        self.stirred[at] = (self.clock, self.clock);
        self.cell_index
            .insert_unique(hash, (hash, cell), |&(hash, _)| hash);
        self.register.enter(key, invented(codes, &terms.directory));
        self.place_cell(cell, key, terms);
        self.unplaced.push(cell);
        cell
    }

    /// Makes anew what is not part of the state: after a load, or when the
    /// directory has changed.
    pub(crate) fn resolve(&mut self, terms: &Terms) {
        self.cell_index.clear();
        self.rules.clear();
        self.vacant.clear();
        self.register.begin(terms.limits);
        for at in 0..self.cells.len() {
            let key = self.cells[at].key;
            let cell = CellId(at as u32);
            self.rules.push_vacant();
            if key.kind == CellKind::Vacant {
                self.vacant.insert(cell);
                continue;
            }
            let hash = cell_hash(self.names_of(key), key.kind);
            self.cell_index
                .insert_unique(hash, (hash, cell), |&(hash, _)| hash);
            let takes = invented(self.names_of(key), &terms.directory);
            self.register.enter(key, takes);
            self.place_cell(cell, key, terms);
        }
        self.count_agents();
        self.number_duties();
        self.follow_promises();
        self.learning.resolve();
    }

    /// Looks up what the directory says of a cell.
    fn place_cell(&mut self, cell: CellId, key: CellKey, terms: &Terms) {
        let name = |id: Option<NameId>| id.map(|id| self.names.name(id));
        let codes = (name(key.agency), name(key.queue), name(key.line));
        let (agency, queue, _) = codes;
        let place = Place {
            is_listed: is_listed(codes, &terms.directory),
            holds_others: agency == Some(OTHER) || queue == Some(OTHER),
        };
        self.rules.set(cell, codes, place, &terms.versions);
    }

    /// Whether a cell is of a place that the directory lists, or that somebody
    /// has named of late, as of an instant: one that is not is forgotten sooner or
    /// later, and must not show whether it has been.
    pub(crate) fn is_current(&self, cell: CellId, as_of: Time) -> bool {
        let at = cell.0 as usize;
        self.rules.place(cell).is_listed || as_of - self.stirred[at].1 <= NAMED_FOR
    }

    /// Whether the directory lists the place of a cell; and when it was first and
    /// last named, or something last happened there.
    pub(crate) fn naming(&self, cell: CellId) -> (bool, Time, Time) {
        let (since, last) = self.stirred[cell.0 as usize];
        (self.rules.place(cell).is_listed, since, last)
    }

    /// The name of a source, or [`OTHER`] if it has no place; and whether it is
    /// [`OTHER`].
    pub(super) fn source(&mut self, code: &str) -> (NameId, bool) {
        let has_place = self.register.takes_source(self.names.find(code));
        if !has_place {
            self.register.over(OverKind::Source, code, None, self.clock);
        }
        let name = self.names.id(if has_place { code } else { OTHER });
        self.register.hear(name, self.clock);
        (name, !has_place || code == OTHER)
    }

    /// The name of the reason of a pause in an agency, or [`OTHER`] if it has no
    /// place.
    pub(super) fn reason(&mut self, agency: CellId, reason: &str) -> NameId {
        let of = self.cells[agency.0 as usize].key.agency;
        let of = of.unwrap_or_else(|| self.names.id(OTHER));
        let reason = match self.names.find(reason) {
            known if self.register.takes_reason(of, known) => reason,
            _ => {
                let agency = self.names.name(of);
                self.register
                    .over(OverKind::PauseReason, reason, Some(agency), self.clock);
                OTHER
            }
        };
        let name = self.names.id(reason);
        self.register.pause(of, name, self.clock);
        name
    }
}

/// The hash of what a cell is about.
pub(super) fn cell_hash((agency, queue, line): Codes<'_>, kind: CellKind) -> u64 {
    let seed = kind as u64;
    [agency, queue, line].iter().fold(seed, |seed, name| {
        // No code is empty.
        xxh3_64_with_seed(name.unwrap_or_default().as_bytes(), seed)
    })
}
