//! A figure that is no count, rate or time of a window.

use super::place::{Level, Windowed};
use crate::indicator::{Direction, Kind, Text, Unit, Words, text};

/// A figure of a view that is no count, rate or time of a window, and that is not
/// computed from terms: its formula is told in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The field, below the place of its kind: `agents.staffed`.
    pub name: &'static str,
    /// Which part of a view has it.
    pub kind: Kind,
    /// The unit in which it is measured; `None` where it is no number.
    pub unit: Option<Unit>,
    /// What it is over.
    pub windows: &'static [Windowed],
    /// The levels of the scopes that have it.
    pub levels: &'static [Level],
    /// Which way it gets better.
    pub direction: Direction,
    /// Whether it comes with the bound of a rate.
    pub has_bound: bool,
    /// How it is computed.
    pub formula: Text,
    /// What is said of it.
    pub words: Words,
    /// The version of its definition, from 1: raised whenever the same events come to
    /// another value.
    pub version: u16,
}

/// What most figures have in common: a number of the instant.
pub(super) const NUMBER: Figure = Figure {
    name: "",
    kind: Kind::Now,
    unit: Some(Unit::Count),
    windows: &[Windowed::Now],
    levels: Level::EVERY,
    direction: Direction::Neither,
    has_bound: false,
    formula: text("", ""),
    words: Words::NOTHING,
    version: 1,
};

/// What times of the instant have in common.
pub(super) const SECONDS: Figure = Figure {
    unit: Some(Unit::Seconds),
    direction: Direction::LowerIsBetter,
    ..NUMBER
};
