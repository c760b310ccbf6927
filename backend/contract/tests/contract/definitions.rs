//! The definitions of figures against the view that shows them, the schema that
//! describes them and the page that tells them.
//!
//! `UPDATE_GOLDEN=1` writes the golden file and the table of the page anew. It does not
//! where a definition has changed and its version has not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use vigie_contract::definition::{Definition, Definitions};
use vigie_contract::indicator::Kind;

use crate::schema::validator;
use crate::view_samples;

fn all() -> Vec<Definition> {
    Definitions::all().indicators
}

fn path(parts: &[&str]) -> PathBuf {
    let root = [env!("CARGO_MANIFEST_DIR")];
    root.iter().chain(parts).collect()
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// The fields of a view that are no figures: of when and whose it is, what is listed
/// one by one, and why there is no estimate.
const NO_FIGURES: [&str; 8] = [
    "as_of",
    "scope",
    "clock",
    "now.levers",
    "estimate.reason",
    "closing.basis",
    "closing.reason",
    "quarters.start",
];

/// The figures below a field of a view, as definitions name fields.
fn figures(value: &Value, field: &str, found: &mut BTreeSet<String>) {
    let below = |name: &str| match field {
        "" => name.to_owned(),
        field => format!("{field}.{name}"),
    };
    match value {
        _ if NO_FIGURES.contains(&field) => {}
        // A window has its figures by name, whichever it is.
        Value::Object(windows) if ["windows", "handled"].contains(&field) => {
            for window in windows.values() {
                figures(window, "", found);
            }
        }
        Value::Array(quarters) if field == "quarters" => {
            for quarter in quarters {
                for name in ["window", "handled"] {
                    figures(&quarter[name], "", found);
                }
                figures(&quarter["cohort"], "cohort", found);
            }
        }
        // A rate, a mean, a judgement and the pauses by reason are one figure each.
        Value::Object(fields)
            if !["of", "upper"]
                .iter()
                .any(|part| fields.contains_key(*part))
                && field != "now.agents.pauses" =>
        {
            for (name, value) in fields {
                figures(value, &below(name), found);
            }
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => {
            found.insert(field.to_owned());
        }
    }
}

#[test]
fn every_figure_of_a_view_has_a_definition_and_every_definition_a_figure() {
    let view = serde_json::to_value(view_samples::full_view()).unwrap();
    let mut shown = BTreeSet::new();
    figures(&view, "", &mut shown);
    let definitions = all();
    let defined: Vec<&String> = definitions.iter().flat_map(|one| &one.fields).collect();
    let once: BTreeSet<String> = defined.iter().map(|&field| field.clone()).collect();
    assert_eq!(once.len(), defined.len(), "a field is defined twice");
    let without: Vec<_> = shown.difference(&once).collect();
    assert!(without.is_empty(), "without a definition: {without:?}");
    let nowhere: Vec<_> = once.difference(&shown).collect();
    assert!(nowhere.is_empty(), "defined and in no view: {nowhere:?}");
}

#[test]
fn what_has_a_bound_in_a_view_says_so() {
    let view = serde_json::to_value(view_samples::full_view()).unwrap();
    let window = &view["windows"]["15m"];
    for definition in all() {
        let kind = definition.kind;
        let name = &definition.name;
        let pointer = format!("/{}", name.replace('.', "/"));
        // A judgement has a bound where what is judged is a rate.
        let has_bound = match kind {
            Kind::Judged => name == "judged.pick_up" || name == "judged.callbacks_reached",
            Kind::Rate => window.pointer(&pointer).unwrap().get("upper").is_some(),
            _ => view
                .pointer(&pointer)
                .or(window.pointer(&pointer))
                .is_some_and(|figure| figure.get("upper").is_some()),
        };
        assert_eq!(definition.bound.is_some(), has_bound, "{name}");
    }
}

#[test]
fn every_term_that_is_shown_is_defined() {
    let definitions = all();
    let fields: BTreeSet<&String> = definitions.iter().flat_map(|one| &one.fields).collect();
    let mut named = 0;
    for definition in &definitions {
        let formula = &definition.formula;
        for term in formula.terms.iter().chain(&formula.divided_by) {
            if let Some(field) = &term.field {
                assert!(fields.contains(field), "{}: {field}", definition.name);
                named += 1;
            }
        }
    }
    assert!(named > 40, "{named} terms");
}

#[test]
fn formulas_are_written_with_their_terms() {
    let definitions = all();
    let of = |name: &str| definitions.iter().find(|one| one.name == name).unwrap();
    let headline = &of("rates.pick_up_agent").formula;
    assert_eq!(
        headline.text.fr,
        "(appels traités + rappels tenus) ÷ (demandes d’agent − rappels acceptés + rappels tenus \
         + rappels manqués)\u{a0}; moins les abandons courts au dénominateur, là où le réseau les \
         excuse"
    );
    let names = |terms: &[vigie_contract::definition::WrittenTerm]| {
        let each = terms.iter().map(|term| (term.sign, term.name));
        each.collect::<Vec<_>>()
    };
    assert_eq!(
        names(&headline.terms),
        [(1, "answered"), (1, "promises_kept")]
    );
    assert_eq!(
        names(&headline.divided_by),
        [
            (1, "asked"),
            (-1, "callbacks_accepted"),
            (1, "promises_kept"),
            (1, "promises_broken")
        ]
    );
    // A sum that no view shows is written out, and the legs are those of the formula.
    let second = &of("rates.second_level_pick_up").formula;
    assert_eq!(
        second.text.en,
        "calls answered ÷ (calls answered + calls abandoned + calls cut off + calls lost)"
    );
    assert_eq!(
        second.terms[0].field.as_deref(),
        Some("second_level.answered")
    );
    let mean = &of("times.answer_mean_seconds").formula;
    assert_eq!(mean.divided_by[0].field, None);
    assert_eq!(
        of("times.answer_p90_seconds").formula.text.en,
        "90th percentile, by nearest rank: waits of the calls answered"
    );
}

/// Every text of a definition, by language.
fn texts(definition: &Definition) -> [Vec<String>; 2] {
    let fixed = [definition.title, definition.sentence].into_iter();
    let optional = [definition.note, definition.source, definition.bound];
    let terms = definition.formula.terms.iter();
    let terms = terms.chain(&definition.formula.divided_by);
    let (mut french, mut english) = (Vec::new(), Vec::new());
    let texts = fixed.chain(optional.into_iter().flatten());
    for text in texts.chain(terms.map(|term| term.title)) {
        french.push(text.fr.to_owned());
        english.push(text.en.to_owned());
    }
    french.push(definition.formula.text.fr.clone());
    english.push(definition.formula.text.en.clone());
    [french, english]
}

#[test]
fn words_are_complete_and_set_as_each_language_sets_them() {
    let mut titles: BTreeMap<(String, String), String> = BTreeMap::new();
    for definition in all() {
        let name = &definition.name;
        assert!(definition.version > 0, "{name}");
        for (language, texts) in ["fr", "en"].iter().zip(texts(&definition)) {
            for text in texts {
                let told = format!("{name}, {language}: {text:?}");
                assert_eq!(text.trim(), text, "{told}");
                assert!(!text.is_empty(), "{told}");
                assert!(!text.contains('\''), "{told}: a straight apostrophe");
                assert!(!text.contains("  "), "{told}: two spaces");
            }
        }
        let [french, english] = texts(&definition);
        for text in french {
            for mark in [':', ';', '?', '!', '%', '»'] {
                for (at, _) in text.match_indices(mark) {
                    let before = text[..at].chars().next_back();
                    assert_eq!(before, Some('\u{a0}'), "{name}: before {mark} in {text:?}");
                }
            }
            for (at, mark) in text.match_indices('«') {
                let after = text[at + mark.len()..].chars().next();
                assert_eq!(after, Some('\u{a0}'), "{name}: after « in {text:?}");
            }
        }
        for text in english {
            assert!(!text.contains('\u{a0}'), "{name}: {text:?}");
        }
        for text in [definition.sentence.fr, definition.sentence.en] {
            assert!(text.ends_with('.'), "{name}: {text:?} is no sentence");
        }
        for title in [definition.title.fr, definition.title.en] {
            assert!(!title.ends_with('.'), "{name}: {title:?} is no title");
            let key = (format!("{:?}", definition.kind), title.to_owned());
            if let Some(other) = titles.insert(key, name.clone()) {
                assert_eq!(&other, name, "both are called {title:?}");
            }
        }
    }
}

/// What makes a definition another one: what it is computed from, and over what.
fn substance(definition: &Value) -> Value {
    let formula = &definition["formula"];
    let terms = |side: &str| {
        let terms = formula[side].as_array().into_iter().flatten();
        let each = terms.map(|term| format!("{} {}", term["sign"], term["name"]));
        each.collect::<Vec<_>>()
    };
    serde_json::json!([
        terms("terms"),
        terms("divided_by"),
        formula["short_abandons"],
        definition["unit"],
        definition["windows"],
        definition["scopes"],
    ])
}

fn by_name(definitions: &Value) -> BTreeMap<String, &Value> {
    let listed = definitions["indicators"].as_array().unwrap().iter();
    let named = listed.map(|one| (one["name"].as_str().unwrap().to_owned(), one));
    named.collect()
}

/// The definitions that are computed from something else than before under the version
/// that they had.
fn changed_in_silence(before: &Value, after: &Value) -> Vec<String> {
    let before = by_name(before);
    let changed = by_name(after).into_iter().filter(|(name, one)| {
        before.get(name).is_some_and(|known| {
            known["version"] == one["version"] && substance(known) != substance(one)
        })
    });
    changed.map(|(name, _)| name).collect()
}

#[test]
fn definitions_are_written_as_the_golden_says_and_change_with_their_version() {
    let written = serde_json::to_value(Definitions::all()).unwrap();
    let golden_path = path(&["tests", "golden", "definitions", "indicators.json"]);
    if let Ok(text) = std::fs::read_to_string(&golden_path) {
        let golden: Value = serde_json::from_str(&text).unwrap();
        let silent = changed_in_silence(&golden, &written);
        assert!(silent.is_empty(), "raise the version of {silent:?}");
    }
    let text = serde_json::to_string_pretty(&Definitions::all()).unwrap() + "\n";
    if is_update() {
        std::fs::create_dir_all(golden_path.parent().unwrap()).unwrap();
        std::fs::write(&golden_path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&golden_path).unwrap();
    assert!(golden == text, "golden/definitions/indicators.json differs");
}

#[test]
fn a_definition_that_changes_under_its_version_is_found() {
    let before = serde_json::to_value(Definitions::all()).unwrap();
    assert_eq!(changed_in_silence(&before, &before), [""; 0]);
    let at = |definitions: &Value, name: &str| {
        let listed = definitions["indicators"].as_array().unwrap();
        listed.iter().position(|one| one["name"] == name).unwrap()
    };
    let place = at(&before, "rates.pick_up_agent");
    let mut after = before.clone();
    after["indicators"][place]["formula"]["divided_by"][1]["sign"] = 1.into();
    assert_eq!(changed_in_silence(&before, &after), ["rates.pick_up_agent"]);
    after["indicators"][place]["version"] = 2.into();
    assert_eq!(changed_in_silence(&before, &after), [""; 0]);
    // Words may be better said without being another definition.
    let mut reworded = before.clone();
    reworded["indicators"][place]["title"]["fr"] = "Décroché".into();
    assert_eq!(changed_in_silence(&before, &reworded), [""; 0]);
}

#[test]
fn the_schema_takes_the_definitions_and_nothing_else() {
    let schema = validator("indicators.schema.json");
    let written = serde_json::to_value(Definitions::all()).unwrap();
    if let Err(error) = schema.validate(&written) {
        panic!("{error} at {}", error.instance_path());
    }
    let first = written["indicators"][0].as_object().unwrap();
    for name in first.keys() {
        let mut without = written.clone();
        let fields = without["indicators"][0].as_object_mut().unwrap();
        fields.remove(name);
        assert!(!schema.is_valid(&without), "it takes one without {name}");
        let mut other = written.clone();
        other["indicators"][0][name] = serde_json::json!({"later": 1});
        assert!(!schema.is_valid(&other), "it takes any {name}");
    }
    let mut more = written.clone();
    more["indicators"][0]["later"] = 1.into();
    assert!(!schema.is_valid(&more), "it takes more");
}

/// Where the table of the page begins and ends.
const FROM: &str = "<!-- from the catalogue: UPDATE_GOLDEN=1 writes it anew -->\n";
const TO: &str = "<!-- end of the catalogue -->\n";

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The table of the page.
fn table() -> String {
    let head = "| figure | title | titre | formula | over | version |\n|---|---|---|---|---|---|\n";
    let rows = all().into_iter().map(|one| {
        let windows = serde_json::to_value(one.windows).unwrap();
        let windows = windows.as_array().unwrap().iter();
        let windows: Vec<&str> = windows.map(|name| name.as_str().unwrap()).collect();
        let cells = [
            format!("`{}`", one.name),
            cell(one.title.en),
            cell(one.title.fr),
            cell(&one.formula.text.en),
            windows.join(", "),
            one.version.to_string(),
        ];
        format!("| {} |\n", cells.join(" | "))
    });
    head.to_owned() + &rows.collect::<String>()
}

#[test]
fn the_page_tells_the_words_of_the_catalogue() {
    let page_path = path(&["..", "..", "docs", "indicators.md"]);
    let page = std::fs::read_to_string(&page_path).unwrap();
    let (before, rest) = page.split_once(FROM).expect(FROM);
    let (told, after) = rest.split_once(TO).expect(TO);
    if is_update() {
        let page = format!("{before}{FROM}{}{TO}{after}", table());
        std::fs::write(&page_path, page).unwrap();
        return;
    }
    assert!(
        told == table(),
        "docs/indicators.md does not tell the catalogue: UPDATE_GOLDEN=1 writes it anew"
    );
}
