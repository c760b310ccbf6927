//! Views as a table, CSV as RFC 4180 has it.
//!
//! A column is named by the path of its figure in the JSON of a view, and holds
//! what the JSON holds, digit by digit. The columns of indicators are those of the
//! catalogue, all others are read off the types: so a figure that is added is a
//! column, and the two formats cannot come to differ.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use vigie_contract::indicator::{INDICATORS, Kind, Unit};
use vigie_contract::view::{
    Callers, Closing, ClosingRecord, Cohort, Estimate, Judged, Judgement, Mean, NoEstimate, Now,
    PredictionRecord, Promises, Quarter, Rate, Record, Severity, Spread, View, Window,
};

/// What tells the rows of a table apart.
const KEYS: [&str; 4] = ["as_of", "scope", "book", "window"];

/// The object of which the keys are made up by events: it stays JSON.
const PAUSES: &str = "now.agents.pauses";

/// Where a window has its indicators, in the order of its fields.
const PLACES: [(&str, Kind); 5] = [
    ("counts", Kind::Count),
    ("second_level", Kind::Count),
    ("callback", Kind::Count),
    ("rates", Kind::Rate),
    ("times", Kind::Time),
];

/// What a rate is told by, a column each.
const PARTS_OF_A_RATE: [&str; 4] = ["value", "numerator", "denominator", "upper"];

/// Views as rows.
pub struct Table<W: Write> {
    out: csv::Writer<W>,
    columns: HashMap<String, usize>,
}

/// Figures of a window, or of a quarter-hour by one of the two books.
#[derive(Serialize)]
struct WindowRow<'v> {
    #[serde(flatten)]
    window: &'v Window,
    cohort: Option<&'v Cohort>,
}

/// What a window, or a quarter-hour, has beside indicators.
#[derive(Serialize)]
struct BesideIndicators {
    complete: f64,
    spread: Spread,
    cohort: Cohort,
}

/// Figures of the present instant.
#[derive(Serialize)]
struct NowRow<'v> {
    now: &'v Now,
    estimate: &'v Estimate,
    callers: Option<Callers>,
    closing: Option<&'v Closing>,
    closing_record: Option<ClosingRecord>,
    severity: serde_json::Value,
    judged: Option<Judged>,
    clock: serde_json::Value,
}

impl<W: Write> Table<W> {
    /// Writes the header.
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let names = columns()?;
        out.write_record(&names)?;
        let columns = names.into_iter().enumerate();
        let columns = columns.map(|(at, name)| (name, at)).collect();
        Ok(Self { out, columns })
    }

    /// Writes the rows of a view: the present instant, the windows by origin and
    /// by handler, the quarter-hours likewise.
    pub fn write(&mut self, view: &View) -> io::Result<()> {
        let now = NowRow {
            now: &view.now,
            estimate: &view.estimate,
            callers: view.callers,
            closing: view.closing.as_ref(),
            closing_record: view.closing_record,
            severity: serde_json::to_value(view.severity)?,
            judged: view.judged,
            clock: serde_json::to_value(view.clock)?,
        };
        self.row(view, "", "now", &now)?;
        for (book, windows) in [("origin", &view.windows), ("handler", &view.handled)] {
            for (name, window) in windows {
                let row = WindowRow {
                    window,
                    cohort: None,
                };
                self.row(view, book, name, &row)?;
            }
        }
        for quarter in view.quarters.iter().flatten() {
            let Quarter {
                start,
                window,
                handled,
                cohort,
            } = quarter;
            let start = start.to_string();
            let row = WindowRow {
                window,
                cohort: None,
            };
            self.row(view, "origin", &start, &row)?;
            let cohort = Some(cohort);
            let row = WindowRow {
                window: handled,
                cohort,
            };
            self.row(view, "handler", &start, &row)?;
        }
        Ok(())
    }

    /// Hands on what is still held.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn row(
        &mut self,
        view: &View,
        book: &str,
        window: &str,
        figures: &impl Serialize,
    ) -> io::Result<()> {
        let mut cells = vec![String::new(); self.columns.len()];
        let keys = [
            view.as_of.to_string(),
            view.scope.to_string(),
            book.to_owned(),
            window.to_owned(),
        ];
        for (cell, key) in cells.iter_mut().zip(keys) {
            *cell = key;
        }
        let columns = &self.columns;
        visit(figures, &mut |path, text| match columns.get(path) {
            Some(at) => cells[*at] = text,
            // What is absent leaves its columns empty.
            None => debug_assert!(text.is_empty(), "no column for {path}"),
        })?;
        self.out.write_record(&cells)?;
        Ok(())
    }
}

/// The names of all columns, in the order of the fields of the types.
fn columns() -> serde_json::Result<Vec<String>> {
    let mut names: Vec<String> = KEYS.map(str::to_owned).into();
    for (place, kind) in PLACES {
        for indicator in INDICATORS.iter().filter(|indicator| indicator.kind == kind) {
            let path = format!("{place}.{}", indicator.name);
            match indicator.unit {
                Unit::Ratio => names.extend(PARTS_OF_A_RATE.map(|part| format!("{path}.{part}"))),
                Unit::Count | Unit::Seconds | Unit::Score => names.push(path),
            }
        }
    }
    let beside = BesideIndicators {
        complete: 0.0,
        spread: Spread {
            agencies: 0,
            best: 0.0,
            worst: 0.0,
            interquartile_range: 0.0,
        },
        cohort: Cohort::default(),
    };
    let now = NowRow {
        now: &Now {
            promises: Promises {
                record_60m: every_prediction(),
                record_today: every_prediction(),
                ..Promises::default()
            },
            ..Now::default()
        },
        estimate: &Estimate {
            record_60m: every_record(),
            record_today: every_record(),
            ..Estimate::absent(NoEstimate::TooLittleHistory)
        },
        callers: Some(every_figure_of_callers()),
        closing: Some(&every_closing()),
        closing_record: Some(ClosingRecord::default()),
        severity: serde_json::Value::Null,
        judged: Some(every_judgement()),
        clock: serde_json::Value::Null,
    };
    visit(&beside, &mut |path, _| names.push(path.to_owned()))?;
    visit(&now, &mut |path, _| names.push(path.to_owned()))?;
    Ok(names)
}

/// Closings of which every part is there.
fn every_closing() -> Closing {
    Closing {
        queues: 0,
        untold: 0,
        closes_at: None,
        expected_cut_off: None,
        latest_entry: None,
        promises_due_after: 0,
        basis: None,
        reason: None,
    }
}

/// Judgements of which every part is there.
fn every_judgement() -> Judged {
    Judged::each_of(|_| Judgement {
        state: Severity::Ok,
        since: None,
        value: None,
        upper: None,
        warning: 0.0,
        critical: 0.0,
        suppressed: None,
    })
}

/// Figures of callers of which none is absent.
fn every_figure_of_callers() -> Callers {
    let rate = Rate::of(0, 1);
    Callers {
        lived: rate,
        ended_by_promise: rate,
        attempts_per_episode: Mean::of(0, 1),
        without_caller: rate,
        repeat_calls: rate,
        satisfied_and_back: rate,
        satisfied_and_back_so_far: rate,
    }
}

/// A record of which nothing is absent.
fn every_record() -> Record {
    Record {
        held: Rate::of(0, 1),
        ..Record::NONE
    }
}

/// A record of predictions of which nothing is absent.
fn every_prediction() -> PredictionRecord {
    PredictionRecord {
        precision: Rate::of(0, 1),
        recall: Rate::of(0, 1),
    }
}

/// Hands every figure to `take` with its path, as the JSON has it, without
/// quotes; what is absent as an empty text.
fn visit(figures: &impl Serialize, take: &mut impl FnMut(&str, String)) -> serde_json::Result<()> {
    let json = serde_json::value::to_raw_value(figures)?;
    visit_value(&mut String::new(), &json, take)
}

fn visit_value(
    path: &mut String,
    value: &RawValue,
    take: &mut impl FnMut(&str, String),
) -> serde_json::Result<()> {
    let text = value.get();
    let length = path.len();
    if path.ends_with(".of") {
        let of: [i64; 2] = serde_json::from_str(text)?;
        path.truncate(length - "of".len());
        for (name, number) in PARTS_OF_A_RATE[1..].iter().zip(of) {
            take(&format!("{path}{name}"), number.to_string());
        }
        path.push_str("of");
    } else if text.starts_with('{') && path != PAUSES {
        let Fields(fields) = serde_json::from_str(text)?;
        for (name, value) in fields {
            if length > 0 {
                path.push('.');
            }
            path.push_str(&name);
            visit_value(path, &value, take)?;
            path.truncate(length);
        }
    } else if text.starts_with('"') {
        take(path, serde_json::from_str(text)?);
    } else if text == "null" {
        take(path, String::new());
    } else {
        take(path, text.to_owned());
    }
    Ok(())
}

/// The fields of a JSON object in their order, which a map would lose.
struct Fields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::scope::Scope;
    use vigie_contract::view::{Clock, Rates};

    use super::*;

    fn rows(view: &View) -> Vec<HashMap<String, String>> {
        let mut table = Table::new(Vec::new()).unwrap();
        table.write(view).unwrap();
        let text = table.out.into_inner().unwrap();
        let mut reader = csv::Reader::from_reader(&text[..]);
        reader.deserialize().map(Result::unwrap).collect()
    }

    #[test]
    fn every_figure_has_its_column_and_what_is_absent_is_empty() {
        let window = Window {
            rates: Rates {
                pick_up_agent: Rate::of(3, 4),
                ..Rates::default()
            },
            ..Window::default()
        };
        let view = View {
            as_of: "2026-11-21T09:30:00Z".parse().unwrap(),
            scope: Scope::All.into(),
            clock: Clock::Event,
            now: Now {
                levers: Some(Vec::new()),
                longest_wait_seconds: Some(41.5),
                promises: Promises {
                    record_60m: PredictionRecord {
                        precision: None,
                        recall: Rate::of(3, 4),
                    },
                    ..Promises::default()
                },
                ..Now::default()
            },
            windows: [("5m".to_owned(), window)].into(),
            handled: Default::default(),
            quarters: Some(vec![Quarter {
                start: "2026-11-21T09:15:00Z".parse().unwrap(),
                window: Window::default(),
                handled: Window::default(),
                cohort: Cohort::default(),
            }]),
            estimate: Estimate::absent(NoEstimate::TooLittleHistory),
            callers: Some(Callers {
                repeat_calls: None,
                ..every_figure_of_callers()
            }),
            closing: Some(Closing {
                queues: 2,
                ..every_closing()
            }),
            closing_record: None,
            severity: None,
            judged: None,
        };
        let rows = rows(&view);
        let keys: Vec<[&str; 2]> = rows
            .iter()
            .map(|row| [&row["book"][..], &row["window"][..]])
            .collect();
        let quarter = "2026-11-21T09:15:00Z";
        assert_eq!(
            keys,
            [
                ["", "now"],
                ["origin", "5m"],
                ["origin", quarter],
                ["handler", quarter]
            ]
        );
        for (row, column, expected) in [
            (0, "as_of", "2026-11-21T09:30:00Z"),
            (0, "now.longest_wait_seconds", "41.5"),
            (0, "now.levers", "[]"),
            (0, "estimate.reason", "too_little_history"),
            (0, "estimate.record_60m.held.value", ""),
            (0, "now.promises.record_60m.precision.value", ""),
            (0, "now.promises.record_60m.recall.value", "0.75"),
            (0, "callers.lived.denominator", "1"),
            (0, "callers.attempts_per_episode.numerator", "0"),
            (0, "callers.repeat_calls.value", ""),
            (0, "closing.queues", "2"),
            (0, "closing.expected_cut_off", ""),
            (0, "closing_record.before_60m.closings", ""),
            (0, "counts.offered", ""),
            (1, "counts.offered", "0"),
            (1, "rates.pick_up_agent.value", "0.75"),
            (1, "rates.pick_up_agent.denominator", "4"),
            (1, "rates.occupancy.denominator", ""),
            (1, "spread.best", ""),
            (2, "cohort.entered", ""),
            (3, "cohort.entered", "0"),
        ] {
            assert_eq!(rows[row][column], expected, "{column} of row {row}");
        }
    }
}
