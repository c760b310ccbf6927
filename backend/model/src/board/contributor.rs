//! What the sums of scopes are made from.

use std::borrow::Cow;

use vigie_contract::time::Time;

use crate::books::Books;
use crate::contribution::{CellId, CellKind, Contribution};
use crate::directory::ZoneSince;
use crate::names::NameId;
use crate::sums::{Ever, Present};
use crate::tally::Tally;

/// Agency, queue and line.
pub(crate) type Codes<'n> = (Option<&'n str>, Option<&'n str>, Option<&'n str>);

/// What changed among the cells of a contributor.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Cells made.
    pub made: Vec<CellId>,
    /// Cells forgotten.
    pub freed: Vec<CellId>,
    /// Whether counts since the beginning, or sources, went from one cell to another,
    /// or are gone.
    pub handed_over: bool,
}

/// What makes contributions to the sums of scopes: it has cells, each with a place in
/// the two trees, and says what happened there, second by second.
///
/// The board knows nothing else of those whose sums it keeps.
pub(crate) trait Contributor {
    /// What changed among its cells since this was last asked.
    fn take_changes(&mut self) -> Changes;

    /// How many cells it has, forgotten ones included.
    fn cells(&self) -> usize;

    /// The kind of a cell and its codes, which decide in which scopes it counts.
    fn place(&self, cell: CellId) -> (CellKind, Codes<'_>);

    /// The time zone by which the days of a cell begin and end at an instant.
    fn zone(&self, cell: CellId, at: Time) -> ZoneSince;

    /// A name that a contribution gives by its number.
    fn name(&self, name: NameId) -> &str;

    /// What happened from one second (included) to another (excluded).
    fn between(&self, from: i64, to: i64) -> impl Iterator<Item = Contribution>;

    /// The contributions to seconds that had passed already, since they were last
    /// taken.
    fn take_corrections(&mut self) -> Vec<Contribution>;

    /// What a cell has counted since an instant, by quarter-hour since 1970.
    fn quarters(
        &self,
        cell: CellId,
        since: Time,
    ) -> impl Iterator<Item = (i64, Cow<'_, Books<Tally>>)>;

    /// Adds what is going on in a cell, and what it counted ever. `midnight`: the
    /// last of its zone.
    fn add_standing(&self, cell: CellId, midnight: Time, present: &mut Present, ever: &mut Ever);
}
