//! The definition of a figure as it is served, and those of all figures.

use serde::Serialize;

use super::callers::CALLERS;
use super::closing::{CLOSING, CLOSING_SCORE};
use super::estimated::{ESTIMATE, RECORD};
use super::figure::Figure;
use super::formula::WrittenFormula;
use super::judgements::JUDGED;
use super::now::NOW;
use super::place::{Level, Windowed};
use super::windowed::WINDOWED;
use crate::indicator::{Direction, INDICATORS, Indicator, Kind, Text, Unit, text};

/// What the bound is that a rate comes with.
const BOUND: Text = text(
    "borne haute de l’intervalle de Wilson à 90 % : (p + z²/2n + z √(p (1 − p)/n + z²/4n²)) ÷ (1 + z²/n), où p est le taux, n son dénominateur et z = 1,6449 ; dans « upper »",
    "upper end of the 90% Wilson interval: (p + z²/2n + z √(p (1 − p)/n + z²/4n²)) ÷ (1 + z²/n), with p the rate, n its denominator and z = 1.6449; in “upper”",
);

/// What a figure of a view is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    /// Its name: its first field.
    pub name: String,
    /// The fields of a view that show it, the window left out: `rates.pick_up_agent` is
    /// `windows.15m.rates.pick_up_agent`, and likewise in `handled` and `quarters`.
    pub fields: Vec<String>,
    /// Which part of a view has it.
    pub kind: Kind,
    /// The version of the definition.
    pub version: u16,
    /// What it is called.
    pub title: Text,
    /// What it is, in a sentence or two.
    pub sentence: Text,
    /// How it is computed.
    pub formula: WrittenFormula,
    /// The bound that it comes with; `None` where it has none.
    pub bound: Option<Text>,
    /// The unit in which it is measured; `None` where it is no number.
    pub unit: Option<Unit>,
    /// What it is over.
    pub windows: &'static [Windowed],
    /// The levels of the scopes that have it.
    pub scopes: &'static [Level],
    /// Which way it gets better.
    pub direction: Direction,
    /// What one has to know to read it right.
    pub note: Option<Text>,
    /// Who publishes it, or asked for it.
    pub source: Option<Text>,
}

/// What every figure of a view is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definitions {
    /// Each, in the order of the fields of a view: those of a window first.
    pub indicators: Vec<Definition>,
}

impl Definitions {
    /// The definitions of all figures.
    pub fn all() -> Self {
        let others = [
            WINDOWED,
            NOW,
            ESTIMATE,
            RECORD,
            CALLERS,
            CLOSING,
            CLOSING_SCORE,
            JUDGED,
        ];
        let others = others.into_iter().flatten().map(Definition::from);
        Self {
            indicators: INDICATORS
                .iter()
                .map(Definition::from)
                .chain(others)
                .collect(),
        }
    }
}

/// The fields of a view that show something of a name, by the part that has it.
fn fields(kind: Kind, name: &str) -> Vec<String> {
    let places = kind.places().iter();
    let fields = places.map(|&place| match place {
        "" => name.to_owned(),
        place => format!("{place}.{name}"),
    });
    fields.collect()
}

impl From<&Indicator> for Definition {
    fn from(indicator: &Indicator) -> Self {
        let fields = fields(indicator.kind, indicator.name);
        let words = indicator.words;
        Self {
            name: fields[0].clone(),
            fields,
            kind: indicator.kind,
            version: indicator.version,
            title: words.title,
            sentence: words.sentence,
            formula: WrittenFormula::of(indicator),
            bound: (indicator.kind == Kind::Rate).then_some(BOUND),
            unit: Some(indicator.unit),
            windows: Windowed::of(indicator.windows),
            scopes: Level::of(indicator.scopes),
            direction: indicator.direction,
            note: words.note,
            source: words.source,
        }
    }
}

impl From<&Figure> for Definition {
    fn from(figure: &Figure) -> Self {
        let fields = fields(figure.kind, figure.name);
        let words = figure.words;
        Self {
            name: fields[0].clone(),
            fields,
            kind: figure.kind,
            version: figure.version,
            title: words.title,
            sentence: words.sentence,
            formula: WrittenFormula::told(figure.formula),
            bound: figure.has_bound.then_some(BOUND),
            unit: figure.unit,
            windows: figure.windows,
            scopes: figure.levels,
            direction: figure.direction,
            note: words.note,
            source: words.source,
        }
    }
}
