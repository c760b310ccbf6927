//! From a spreadsheet to a directory: only what was edited changes.
//!
//! Whether the directory has a fault afterwards is said by the one reader of
//! directories; its faults are told with the row and column that they come from. So no
//! rule is written down twice.

use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::scope::Scope;
use vigie_model::Directory;

use super::agencies::Edited;
use super::cell;
use super::column::{Column, settled};
use super::faults::Faults;
use super::headings::Headings;
use super::sheet::{Row, Sheet};

/// What becomes of an agency of the directory that has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rowless {
    /// It stays as it is: the spreadsheet may hold some agencies only.
    Left,
    /// It is taken out.
    Removed,
}

/// A directory with the edits of a spreadsheet, and the codes of the agencies that they
/// are of.
#[derive(Debug)]
pub struct Imported {
    pub toml: String,
    pub changed: Vec<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// Agencies without a row that stay as they are.
    pub left: Vec<String>,
}

/// The edits of a spreadsheet, in a directory that has no fault.
///
/// # Errors
/// Every fault at once, by row and column, each with the value.
pub fn import(csv: &[u8], toml: &str, rowless: Rowless) -> Result<Imported, Vec<String>> {
    let sheet = Sheet::read(csv).map_err(|problem| vec![problem])?;
    let directory = Edited::of(toml).map_err(|error| vec![error.to_string()])?;
    let mut faults = Faults::default();
    let (headings, problems) = Headings::read(&sheet.headings, &directory);
    for (place, problem) in problems {
        match place {
            Some(place) => faults.of_cell(sheet.first, place, &headings, problem),
            None => faults.of_row(sheet.first, problem),
        }
    }
    let mut import = Import::new(directory, headings, faults);
    if import.headings.place_of(&Column::Code).is_some() {
        for row in &sheet.rows {
            import.row(row);
        }
        import.end(rowless);
    }
    import.finished()
}

/// A spreadsheet that is being read into a directory.
struct Import {
    directory: Edited,
    headings: Headings,
    faults: Faults,
    /// The agencies of the directory by their code, as a spreadsheet gives it.
    known: BTreeMap<String, usize>,
    /// The row of each agency, in the order of the directory.
    rows: Vec<Option<usize>>,
    changed: Vec<String>,
    added: Vec<String>,
    removed: Vec<String>,
    left: Vec<String>,
}

impl Import {
    fn new(directory: Edited, headings: Headings, faults: Faults) -> Self {
        let codes = directory.listed("agency", "code");
        let known: BTreeMap<String, usize> = (0..)
            .zip(&codes)
            .map(|(at, code)| (settled(code), at))
            .collect();
        let rows = vec![None; codes.len()];
        Self {
            directory,
            headings,
            faults,
            known,
            rows,
            changed: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            left: Vec::new(),
        }
    }

    fn row(&mut self, row: &Row) {
        let (cells, headings) = (row.cells.len(), self.headings.len());
        if cells < headings {
            let problem = format!("{cells} of {headings} cells: is a quote left open?");
            self.faults.of_row(row.number, problem);
            return;
        }
        let Some(at) = self.agency_of(row) else {
            return;
        };
        for (place, cell) in row.cells.iter().enumerate() {
            if !cell.is_empty() && !self.headings.has(place) {
                let problem = format!("{cell:?} stands under no heading");
                self.faults
                    .of_cell(row.number, place, &self.headings, problem);
            }
        }
        let is_new = at >= self.rows.len() - self.added.len();
        let mut is_changed = false;
        for (place, column) in self.headings.columns() {
            let cell = row.cells[place].as_str();
            let Some(agency) = self.directory.agency_mut(at) else {
                continue;
            };
            // What was there before is no fault of the spreadsheet.
            if !is_new && column.is_said(agency, cell) {
                continue;
            }
            let problem = match cell.is_empty() && column.is_required() {
                true => Some("empty, and every agency has one".to_owned()),
                false => cell::problem(cell),
            };
            let edit = match problem {
                Some(problem) => Err(problem),
                None => column.edit(agency, cell),
            };
            match edit {
                Ok(edited) => is_changed |= edited,
                Err(problem) => self
                    .faults
                    .of_cell(row.number, place, &self.headings, problem),
            }
        }
        if is_new {
            self.complete(row.number, at);
        } else if is_changed {
            self.changed.push(row.cells[self.code_place()].clone());
        }
    }

    /// The place of a row's agency in the directory: one that it has, or a new one.
    fn agency_of(&mut self, row: &Row) -> Option<usize> {
        let place = self.code_place();
        let code = row.cells.get(place).map(String::as_str).unwrap_or_default();
        let known = self.known.get(code).copied();
        let problem = match known.and_then(|at| self.rows[at]) {
            Some(before) => Some(format!("{code:?} is there twice, in row {before} too")),
            None if code.is_empty() => Some("empty, and tells which agency it is".to_owned()),
            None if known.is_some() => None,
            None => cell::problem(code),
        };
        if let Some(problem) = problem {
            self.faults
                .of_cell(row.number, place, &self.headings, problem);
            return None;
        }
        let at = known.unwrap_or_else(|| {
            self.directory.add(code);
            self.added.push(code.to_owned());
            self.known.insert(code.to_owned(), self.rows.len());
            self.rows.push(None);
            self.rows.len() - 1
        });
        self.rows[at] = Some(row.number);
        Some(at)
    }

    fn code_place(&self) -> usize {
        let place = self.headings.place_of(&Column::Code);
        place.expect("without codes no row is read")
    }

    /// Sees to it that a new agency has what every agency has. What is missing is a
    /// fault; with an empty text in its place, the others of the directory are found.
    fn complete(&mut self, row: usize, at: usize) {
        for column in [Column::Network, Column::Name] {
            if self.headings.place_of(&column).is_none() {
                let problem = format!(
                    "a new agency needs a {}, and no column has it",
                    column.field()
                );
                self.faults.of_field(row, column.field(), problem);
            }
            if let Some(agency) = self.directory.agency_mut(at)
                && agency.get(column.field()).is_none()
            {
                agency.insert(column.field(), toml_edit::value(""));
            }
        }
    }

    /// Sees to those that have no row, and to what is at fault now.
    fn end(&mut self, rowless: Rowless) {
        let codes = self.directory.listed("agency", "code");
        let without_row = codes
            .iter()
            .zip(&self.rows)
            .filter(|(_, row)| row.is_none());
        let without_row: Vec<String> = without_row.map(|(code, _)| (*code).to_owned()).collect();
        // While rows are at fault, it is not known which agencies have none.
        match rowless {
            Rowless::Removed if self.faults.is_empty() => {
                let rows = std::mem::take(&mut self.rows);
                self.directory.remove(|at| rows[at].is_none());
                self.rows = rows.into_iter().filter(Option::is_some).collect();
                self.removed = without_row;
            }
            Rowless::Removed | Rowless::Left => self.left = without_row,
        }
        if let Err(faults) = Directory::parse(&self.directory.text()) {
            let before = self.faults.fields().clone();
            for fault in faults {
                self.of_directory(&fault.place, fault.problem, &before);
            }
        }
    }

    /// Tells a fault of the directory where the spreadsheet has it, unless it follows
    /// from one that was found before.
    fn of_directory(
        &mut self,
        place: &str,
        problem: String,
        before: &BTreeSet<(usize, &'static str)>,
    ) {
        match self.origin(place) {
            Some((row, column)) => {
                // Queues are those of a network.
                let follows_from = match column {
                    Column::Queues => [Column::Queues.field(), Column::Network.field()],
                    _ => [column.field(); 2],
                };
                if follows_from
                    .iter()
                    .any(|field| before.contains(&(row, field)))
                {
                    return;
                }
                match self.headings.place_of(&column) {
                    Some(at) => self.faults.of_cell(row, at, &self.headings, problem),
                    None => self.faults.of_field(row, column.field(), problem),
                }
            }
            None => self.faults.elsewhere(place, &problem),
        }
    }

    /// The row and column that a place of the directory was taken from.
    fn origin(&self, place: &str) -> Option<(usize, Column)> {
        if let Some(of_scope) = place.strip_prefix("severity.pick_up of ") {
            let (Scope::Agency(_, _, code) | Scope::Queue(_, _, code, _)) =
                of_scope.parse().ok()?
            else {
                return None;
            };
            let at = *self.known.get(&code)?;
            return Some(((*self.rows.get(at)?)?, Column::Target));
        }
        let (at, field) = place.strip_prefix("agency[")?.split_once("].")?;
        let row = (*self.rows.get(at.parse::<usize>().ok()?)?)?;
        let column = match field.strip_prefix("line_hours.") {
            Some(line) => Column::LineHours(line.to_owned()),
            None => {
                let name = field.split('[').next().unwrap_or_default();
                let all = Column::all([]);
                all.into_iter().find(|column| column.field() == name)?
            }
        };
        Some((row, column))
    }

    fn finished(self) -> Result<Imported, Vec<String>> {
        let told = self.faults.told();
        match told.is_empty() {
            false => Err(told),
            true => Ok(Imported {
                toml: self.directory.text(),
                changed: self.changed,
                added: self.added,
                removed: self.removed,
                left: self.left,
            }),
        }
    }
}
