//! What is wrong with a spreadsheet: every fault at once, by row and column.

use std::collections::BTreeSet;

use super::headings::Headings;

/// The most characters that a fault is told in: a quote that is left open makes a cell
/// of all that follows.
const LONGEST_TOLD: usize = 400;

/// The faults found so far.
#[derive(Default)]
pub struct Faults {
    /// By row and place in it, those of a whole row first.
    of_rows: Vec<(usize, Option<usize>, String)>,
    /// Those of the directory that no row brought about.
    elsewhere: Vec<String>,
    /// Rows, with the fields of them that are at fault.
    fields: BTreeSet<(usize, &'static str)>,
}

impl Faults {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.of_rows.is_empty() && self.elsewhere.is_empty()
    }

    /// Notes a fault of a whole row.
    pub fn of_row(&mut self, row: usize, problem: String) {
        self.of_rows
            .push((row, None, format!("row {row}: {problem}")));
    }

    /// Notes a fault of a field that no column holds.
    pub fn of_field(&mut self, row: usize, field: &'static str, problem: String) {
        self.fields.insert((row, field));
        self.of_row(row, format!("{field}: {problem}"));
    }

    /// Notes a fault of a cell.
    pub fn of_cell(&mut self, row: usize, place: usize, headings: &Headings, problem: String) {
        if let Some(field) = headings.field_at(place) {
            self.fields.insert((row, field));
        }
        let told = format!("row {row}, {}: {problem}", headings.named(place));
        self.of_rows.push((row, Some(place), told));
    }

    /// Notes a fault of the directory that no row brought about.
    pub fn elsewhere(&mut self, place: &str, problem: &str) {
        self.elsewhere
            .push(format!("in the directory, {place}: {problem}"));
    }

    /// The rows, with the fields of them that are at fault.
    pub fn fields(&self) -> &BTreeSet<(usize, &'static str)> {
        &self.fields
    }

    /// Every fault, a line each.
    pub fn told(mut self) -> Vec<String> {
        self.of_rows.sort_by_key(|(row, place, _)| (*row, *place));
        let of_rows = self.of_rows.into_iter().map(|(.., told)| told);
        of_rows.chain(self.elsewhere).map(cut).collect()
    }
}

fn cut(told: String) -> String {
    match told.char_indices().nth(LONGEST_TOLD) {
        Some((end, _)) => format!("{}…", &told[..end]),
        None => told,
    }
}
