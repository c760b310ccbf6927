//! What was counted in the windows of a scope.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::books::{Books, By};
use crate::tally::{Amounts, Rows, Slot, Summed, Tally};

/// The name of the window since local midnight.
pub(crate) const TODAY: &str = "today";

/// Seconds in a quarter-hour.
pub(crate) const QUARTER_SECONDS: i64 = 900;

/// A sliding window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sliding {
    /// Its name in views, such as `15m`.
    pub name: String,
    /// Its length in seconds.
    pub seconds: i64,
}

/// The sliding windows that views have where nothing else is said: 5, 15 and 60
/// minutes.
pub fn default_windows() -> Vec<Sliding> {
    [5, 15, 60].map(Sliding::minutes).into()
}

impl Sliding {
    /// A window of so many minutes.
    pub fn minutes(minutes: i64) -> Self {
        Self {
            name: format!("{minutes}m"),
            seconds: minutes * 60,
        }
    }
}

/// Which window of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WindowAt {
    /// A sliding window, by its place among them.
    Sliding(usize),
    /// Since local midnight.
    Today,
}

/// The place of a window by its name; `None` where no scope has one of that name.
pub(crate) fn place_of(sliding: &[Sliding], name: &str) -> Option<WindowAt> {
    if name == TODAY {
        return Some(WindowAt::Today);
    }
    let known = sliding.iter().position(|known| known.name == name);
    known.map(WindowAt::Sliding)
}

/// The windows that a contribution is added to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub sliding: SmallVec<[usize; 4]>,
    pub today: bool,
}

/// The sums of the windows of a scope: the sliding ones side by side; today apart,
/// since it has slots that no window has any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WindowSums {
    sliding: Rows,
    today: Tally,
}

impl WindowSums {
    /// Empty sums of so many sliding windows, and of today.
    pub(crate) fn new(sliding: usize) -> Self {
        Self {
            sliding: Rows::new(sliding),
            today: Tally::default(),
        }
    }

    /// Whether they can be decoded sums of so many sliding windows.
    pub(super) fn is_sound(&self, sliding: usize) -> bool {
        self.sliding.is_sound(sliding) && self.today.is_sound()
    }

    fn is_empty(&self) -> bool {
        self.sliding.is_empty() && self.today.is_empty()
    }

    fn window(&self, window: WindowAt) -> Cow<'_, Tally> {
        match window {
            WindowAt::Sliding(place) => Cow::Owned(self.sliding.window(place)),
            WindowAt::Today => Cow::Borrowed(&self.today),
        }
    }

    fn get(&self, window: WindowAt, slot: Slot) -> i64 {
        match window {
            WindowAt::Sliding(place) => self.sliding.get(place, slot),
            WindowAt::Today => self.today.get(slot),
        }
    }

    /// Adds amounts, in the order of their slots, to some of the windows.
    pub(crate) fn add_all(&mut self, amounts: &Amounts, wanted: &Wanted) {
        self.sliding.add_all(amounts, &wanted.sliding);
        if wanted.today {
            self.today.add_all(amounts);
        }
    }

    /// Adds a sum to today.
    pub(crate) fn add_to_today(&mut self, sum: &Tally) {
        self.today.merge(sum);
    }

    /// Today begins anew.
    pub(crate) fn forget_today(&mut self) {
        self.today = Tally::default();
    }

    /// Adds all windows of another scope.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sliding.merge(&other.sliding);
        self.today.merge(&other.today);
    }
}

impl Books<WindowSums> {
    /// The sums of a window, by one of the two books.
    pub(crate) fn of(&self, by: By, window: WindowAt) -> Cow<'_, Tally> {
        let alone = self.alone(by);
        let mut sum = self.both.window(window);
        if !alone.is_empty() {
            sum.to_mut().merge(&alone.window(window));
        }
        sum
    }

    /// The same, to look up a few of its sums: nothing is put together.
    pub(crate) fn in_place(&self, by: By, at: WindowAt) -> InPlace<'_> {
        InPlace {
            both: &self.both,
            alone: self.alone(by),
            at,
        }
    }
}

/// A window of a scope by one of the two books, read where it is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InPlace<'s> {
    both: &'s WindowSums,
    alone: &'s WindowSums,
    at: WindowAt,
}

impl Summed for InPlace<'_> {
    fn get(&self, slot: Slot) -> i64 {
        let [both, alone] = [self.both, self.alone].map(|sums| sums.get(self.at, slot));
        both.wrapping_add(alone)
    }
}
