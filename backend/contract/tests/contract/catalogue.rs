//! The catalogue of indicators against the structs and the schema of the view,
//! and against the page that says what holds each of them.

use serde_json::{Value, json};
use vigie_contract::indicator::{
    Derived, Formula, INDICATORS, Indicator, Kind, Legs, Operand, Sign, Term, Unit,
};
use vigie_contract::view::{Counts, Rate, Rates, Times};

use crate::schema::{DOCUMENTS, Node};

const PAGE: &str = include_str!("../../../../docs/indicators.md");

fn names(kind: Kind) -> Vec<&'static str> {
    let of_kind = INDICATORS.iter().filter(|entry| entry.kind == kind);
    of_kind.map(|entry| entry.name).collect()
}

/// The structs of a window that are made of the catalogue.
const STRUCTS: [(Kind, &str); 3] = [
    (Kind::Count, "Counts"),
    (Kind::Rate, "Rates"),
    (Kind::Time, "Times"),
];

/// The struct of a window that has the indicators of a kind.
fn struct_of(kind: Kind) -> &'static str {
    let found = STRUCTS.iter().find(|(of, _)| *of == kind);
    found.map(|(_, name)| *name).unwrap()
}

#[test]
fn the_indicators_are_the_fields_of_the_structs_in_their_order() {
    for (kind, name) in STRUCTS {
        let required = &DOCUMENTS["view.schema.json"]["$defs"][name]["required"];
        assert_eq!(required, &json!(names(kind)), "{name}");
    }
}

#[test]
fn each_field_is_computed_from_the_entry_of_its_name() {
    let place = |wanted: &Indicator| {
        let at = INDICATORS.iter().position(|entry| entry == wanted);
        at.unwrap() as i64
    };
    let rates = Rates::computed(|entry| Rate::of(place(entry), 1_000));
    let times = Times::computed(|entry| Some(place(entry) as f64));
    let [rates, times] = [serde_json::to_value(rates), serde_json::to_value(times)];
    let (rates, times) = (rates.unwrap(), times.unwrap());
    for (at, entry) in INDICATORS.iter().enumerate() {
        match entry.kind {
            Kind::Rate => assert_eq!(rates[entry.name]["of"][0], json!(at), "{}", entry.name),
            Kind::Time => assert_eq!(times[entry.name], json!(at as f64), "{}", entry.name),
            other => assert_eq!(other, Kind::Count, "{}", entry.name),
        }
    }
}

#[test]
fn units_are_those_of_the_fields() {
    let counts = serde_json::to_value(Counts::default()).unwrap();
    for entry in INDICATORS {
        let is_in_seconds = entry.name.ends_with("_seconds");
        assert_eq!(is_in_seconds, entry.unit == Unit::Seconds, "{}", entry.name);
        assert_eq!(
            entry.kind == Kind::Rate,
            entry.unit == Unit::Ratio,
            "{}",
            entry.name
        );
        assert_eq!(
            entry.kind == Kind::Count,
            !counts[entry.name].is_null() || entry.name == "left_in_ivr",
            "{}",
            entry.name
        );
    }
}

/// A sum as the definitions write it; `None` where it is of more than counts.
fn written(terms: &[Term]) -> Option<String> {
    let mut text = String::new();
    for Term { sign, operand } in terms {
        if !text.is_empty() {
            text.push_str(match sign {
                Sign::Plus => " + ",
                Sign::Less => " − ",
            });
        }
        match operand {
            Operand::Count(_) | Operand::Derived(Derived::Offered | Derived::Asked) => {
                text.push_str(operand.name());
            }
            Operand::Derived(Derived::LeftQueue) => {
                text.push_str(&written(Derived::LeftQueue.terms())?);
            }
            Operand::Quantity(_) => return None,
        }
    }
    Some(text)
}

fn in_brackets(text: String) -> String {
    match text.contains(' ') {
        true => format!("({text})"),
        false => text,
    }
}

#[test]
fn the_schema_tells_the_formulas_of_the_catalogue() {
    let mut told = 0;
    for entry in INDICATORS {
        let formula = match entry.formula {
            Formula::Sum(terms) => written(terms),
            Formula::Quotient {
                numerator,
                denominator,
                parts: _,
            } if entry.legs == Legs::First => {
                written(numerator)
                    .zip(written(denominator))
                    .map(|(numerator, denominator)| {
                        format!("{} ÷ {}", in_brackets(numerator), in_brackets(denominator))
                    })
            }
            Formula::Quotient { .. }
            | Formula::Counted(_)
            | Formula::Percentile { .. }
            | Formula::LongestAnswerWait => None,
        };
        let Some(formula) = formula else { continue };
        let name = struct_of(entry.kind);
        let description = Node::of("view.schema.json", name).shape().properties[entry.name]
            .description()
            .to_owned();
        assert!(
            description.starts_with(&formula),
            "{}: {formula} is told as {description}",
            entry.name
        );
        told += 1;
    }
    assert!(told >= 9, "{told} formulas are told");
}

/// The fields that a row of the page names in its second column: each a path,
/// of which the last part may end, or begin, with a star.
fn rows() -> Vec<(&'static str, Vec<&'static str>)> {
    let rows = PAGE
        .split("\n| indicator | field |")
        .nth(1)
        .expect("the table of the indicators")
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut cells = row.split(" | ");
        let title = cells.next().unwrap();
        let fields = cells.next().unwrap().split('`').skip(1).step_by(2);
        (title, fields.collect())
    })
    .collect()
}

/// Whether a path is one that a row names.
fn is_named(path: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => path == pattern,
        Some((before, after)) => {
            path.len() >= before.len() + after.len()
                && path.starts_with(before)
                && path.ends_with(after)
        }
    }
}

#[test]
fn every_indicator_has_a_row_and_every_row_an_indicator() {
    let paths: Vec<String> = INDICATORS
        .iter()
        .map(|entry| format!("{}.{}", entry.kind.places()[0], entry.name))
        .collect();
    let rows = rows();
    assert!(rows.len() > 30, "{} rows", rows.len());
    for path in &paths {
        let mut fields = rows.iter().flat_map(|(_, fields)| fields);
        assert!(
            fields.any(|field| is_named(path, field)),
            "{path} has no row in docs/indicators.md"
        );
    }
    // What is no indicator of a window is looked for in a view that has everything.
    let view: Value = serde_json::from_str(include_str!("../golden/views/full.json")).unwrap();
    for (title, fields) in &rows {
        assert!(!fields.is_empty(), "{title} names no field");
        for field in fields {
            let (place, name) = field.split_once('.').unwrap_or((field, ""));
            let is_known = match place {
                "counts" | "rates" | "times" => paths.iter().any(|path| is_named(path, field)),
                "now" | "estimate" => {
                    let mut keys = view[place].as_object().unwrap().keys();
                    keys.any(|key| is_named(key, name))
                }
                // An address, a type, or a part of every window.
                _ => true,
            };
            assert!(is_known, "{title}: there is no {field}");
        }
    }
}
