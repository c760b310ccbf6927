//! The rules on small made-up checkouts.

use std::fs;

use vigie_structure::findings;

/// What is told of a checkout of these files, without lines. Every crate that
/// has a file gets a `Cargo.toml`, unless it brings one.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let checkout = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = checkout.path().join(path);
        let folder = path.parent().expect("a folder");
        fs::create_dir_all(folder).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }
    for name in ["contract", "model", "simulator", "server"] {
        let folder = checkout.path().join("backend").join(name);
        let manifest = folder.join("Cargo.toml");
        if folder.exists() && !manifest.exists() {
            let text = format!("[package]\nname = \"vigie-{name}\"\n");
            fs::write(manifest, text).expect("the manifest is written");
        }
    }
    findings(checkout.path())
        .expect("the checkout is read")
        .iter()
        .map(|finding| finding.without_line())
        .collect()
}

/// What is told of files of the model.
fn told_of_model(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, &str)> = files
        .iter()
        .map(|(path, text)| (format!("backend/model/src/{path}"), *text))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    told(&files)
        .iter()
        .map(|told| told.replace("backend/model/src/", ""))
        .collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let told = told_of_model(&[
        ("lib.rs", "mod call; mod leg;"),
        ("call.rs", "use crate::leg::Leg; pub struct Call(Leg);"),
        (
            "leg.rs",
            "pub struct Leg; fn of(call: &crate::call::Call) {}",
        ),
    ]);
    assert_eq!(
        told,
        [
            "call.rs: in a circle with leg.rs",
            "leg.rs: in a circle with call.rs"
        ]
    );
}

#[test]
fn a_circle_is_found_in_bodies_macros_attributes_and_aliases() {
    let back = [
        "pub struct Leg; fn f() { super::call::make(); }",
        "pub struct Leg; fn f() { assert!(crate::call::make() == 1); }",
        "pub struct Leg; fn f() { odd!(if => crate::call::make()); }",
        "use crate::call as other; pub struct Leg; fn f() { other::make(); }",
        "use crate::call::{self}; pub struct Leg; fn f() { call::make(); }",
        "use crate::call::*; pub struct Leg; fn f() { make(); }",
        "pub struct Leg; fn f() { use crate::call; call::make(); }",
        "pub struct Leg { #[serde(with = \"crate::call::make\")] field: u8 }",
        "pub struct Leg; mod within { fn f() { super::super::call::make(); } }",
        "pub struct Leg; macro_rules! leg { () => { $crate::call::make() } }",
    ];
    for text in back {
        let told = told_of_model(&[
            ("lib.rs", "mod call; mod leg;"),
            ("call.rs", "use crate::leg::Leg; pub fn make() -> u8 { 1 }"),
            ("leg.rs", text),
        ]);
        assert_eq!(told.len(), 2, "{text}: {told:?}");
    }
}

#[test]
fn what_names_no_other_file_makes_no_circle() {
    let back = [
        "pub struct Leg;",
        // A module by itself is nothing that is defined somewhere.
        "use crate::call; pub struct Leg;",
        "pub(in crate::call) struct Leg;",
        "/// As [`crate::call::make`].\npub struct Leg;",
        "pub struct Leg; fn f() { call::make(); other::call::make(); self.make(); }",
        "pub struct Leg; #[cfg(test)] fn f() { crate::call::make(); }",
        "pub struct Leg; #[cfg(test)] mod tests { use crate::call::make; }",
        "pub struct Leg; impl Leg { #[cfg(test)] fn f() { crate::call::make(); } }",
    ];
    for text in back {
        let told = told_of_model(&[
            ("lib.rs", "mod call; mod leg;"),
            ("call.rs", "use crate::leg::Leg; pub fn make() -> u8 { 1 }"),
            ("leg.rs", text),
        ]);
        assert_eq!(told, NOTHING, "{text}");
    }
}

#[test]
fn a_module_that_hands_on_what_others_define_makes_no_circle() {
    let told = told_of_model(&[
        ("lib.rs", "mod call; pub use call::Call;"),
        (
            "call/mod.rs",
            "mod leg; mod state; pub use leg::Leg; pub(crate) use self::state::*;",
        ),
        ("call/leg.rs", "use super::State; pub struct Leg(State);"),
        ("call/state.rs", "pub struct State; pub struct Call;"),
        ("other.rs", "use crate::{Call, call::Leg};"),
    ]);
    assert_eq!(told, NOTHING);
}

#[test]
fn a_re_export_leads_to_the_file_that_defines() {
    let told = told_of_model(&[
        ("lib.rs", "mod call; mod leg; pub use leg::Leg as Part;"),
        ("call.rs", "use crate::Part; pub struct Call;"),
        ("leg.rs", "use crate::call::Call; pub struct Leg;"),
    ]);
    assert_eq!(
        told,
        [
            "call.rs: in a circle with leg.rs",
            "leg.rs: in a circle with call.rs"
        ]
    );
}

#[test]
fn a_file_does_not_import_from_one_that_contains_it() {
    let told = told_of_model(&[
        ("lib.rs", "mod fold; pub const MOST: u8 = 1;"),
        ("fold.rs", "mod parts; pub struct Fold;"),
        ("fold/parts.rs", "mod deep; use super::Fold; impl Fold {}"),
        ("fold/parts/deep.rs", "use crate::{MOST, fold::Fold};"),
    ]);
    assert_eq!(
        told,
        [
            "fold/parts.rs: imports from fold.rs, a module that contains it",
            "fold/parts/deep.rs: imports from fold.rs, a module that contains it",
            "fold/parts/deep.rs: imports from lib.rs, a module that contains it",
        ]
    );
}

#[test]
fn a_file_may_import_from_the_modules_it_contains_and_from_those_beside_it() {
    let told = told_of_model(&[
        ("lib.rs", "mod fold; mod time; use fold::Fold;"),
        (
            "fold.rs",
            "mod state; pub use state::Fold; fn f(_: Fold) {}",
        ),
        ("fold/state.rs", "use crate::time::Time; pub struct Fold;"),
        ("time.rs", "pub struct Time;"),
    ]);
    assert_eq!(told, NOTHING);
}

#[test]
fn a_crate_does_not_depend_on_one_above_it() {
    let told = told(&[
        (
            "backend/simulator/Cargo.toml",
            "[package]\nname = \"vigie-simulator\"\n[dependencies]\nvigie-contract = \"1\"\nvigie-model.workspace = true\n[dev-dependencies]\nvigie-server = \"1\"\n",
        ),
        ("backend/simulator/src/lib.rs", ""),
        (
            "backend/odd/Cargo.toml",
            "[package]\nname = \"vigie-odd\"\n",
        ),
        ("backend/odd/src/lib.rs", ""),
    ]);
    assert_eq!(
        told,
        [
            "backend/odd/Cargo.toml: vigie_odd has no layer",
            "backend/simulator/Cargo.toml: depends on vigie-model, which does not stand below it"
        ]
    );
}

#[test]
fn a_file_is_not_over_500_lines() {
    let [long, fits] = [501, 500].map(|lines| "// a line\n".repeat(lines));
    let told = told_of_model(&[
        ("lib.rs", "#[cfg(test)] mod golden; mod long; mod fits;"),
        ("fits.rs", &fits),
        ("fits/tests.rs", &long),
        ("golden.rs", &long),
        ("golden/part.rs", &long),
        ("long.rs", &long),
    ]);
    assert_eq!(told, ["long.rs: over 500 lines"]);
}

/// What is told of a function of the server, where the contract has two enums.
fn told_of_match(body: &str) -> Vec<String> {
    let server = format!(
        "use vigie_contract::event::{{Body, Body::Ended, Open}}; use vigie_contract::State;\n\
         fn decide() {{ {body} }}"
    );
    told(&[
        (
            "backend/contract/src/lib.rs",
            "pub mod event; pub enum State { Ready, Busy(u8), Gone }",
        ),
        (
            "backend/contract/src/event.rs",
            "pub enum Body { Begun, Ended } #[non_exhaustive] pub enum Open { One, Two }",
        ),
        ("backend/server/src/lib.rs", &server),
    ])
}

#[test]
fn a_wildcard_takes_no_variant_of_the_domain() {
    let taken = [
        "match state { State::Ready => 1, _ => 2 }",
        "match state { State::Ready => 1, other => 2 }",
        "match &state { &State::Ready => 1, _ => 2 }",
        "match state { vigie_contract::State::Busy(1) => 1, State::Ready | State::Gone => 2, _ => 3 }",
        "match state { Some(State::Ready) => 1, Some(_) => 2, None => 3 }",
        "match state { Some(State::Ready) => 1, _ => 3 }",
        "match state { Ok(State::Ready) => 1, Ok(_) => 2, Err(State::Gone) => 3, Err(_) => 4 }",
        "match (state, is_late) { (State::Ready, true) => 1, (_, true) => 2, (_, false) => 3 }",
        "match (state, is_late) { (State::Ready, true) => 1, _ => 2 }",
        "match (from, to) { (State::Ready, _) => 1, (_, State::Ready) => 2, (_, _) => 3 }",
        "match state { State::Ready if late => 1, _ => 3 }",
        "match state { State::Busy(_) | _ => 3 }",
        "match event { Event { state: State::Ready, .. } => 1, Event { .. } => 2 }",
        "view!(if => match state { State::Ready => 1, _ => 2 })",
        "assert_eq!(1, match state { State::Ready => 1, _ => 2 })",
        "while let 1 = match state { State::Ready => 1, _ => 2 } {}",
    ];
    for body in taken {
        assert_eq!(
            told_of_match(body),
            ["backend/server/src/lib.rs: wildcard over State in decide"],
            "{body}"
        );
    }
    assert_eq!(
        told_of_match("match body { Ended => 1, _ => 2 }"),
        ["backend/server/src/lib.rs: wildcard over Body in decide"]
    );
}

#[test]
fn a_match_that_a_new_variant_would_break_is_in_order() {
    let in_order = [
        "match state { State::Ready => 1, State::Busy(_) => 2, State::Gone => 3 }",
        "match state { State::Ready if late => 1, State::Ready => 1, State::Busy(_) | State::Gone => 2 }",
        "match state { Some(State::Ready | State::Gone) => 1, Some(State::Busy(_)) => 2, None => 3 }",
        "match (state, is_late) { (State::Ready | State::Gone, true) => 1, (State::Busy(_), true) => 2, (_, false) => 3 }",
        "match (number, state) { (1, State::Ready) => 1, (_, State::Ready) => 2, (_, State::Busy(_) | State::Gone) => 3 }",
        "if let State::Ready = state { 1 } else { 2 }",
        "matches!(state, State::Ready)",
        "let State::Ready = state else { return };",
        // Announced to have more.
        "match open { Open::One => 1, _ => 2 }",
        // Not the domain's.
        "match order { Ordering::Less => 1, _ => 2 }",
        "match number { 1 => 1, _ => 2 }",
        "match text { Some(\"a\") => State::Ready, _ => State::Gone }",
    ];
    for body in in_order {
        assert_eq!(told_of_match(body), NOTHING, "{body}");
    }
}

#[test]
fn an_enum_that_a_macro_writes_is_an_enum() {
    let told = told_of_model(&[
        ("lib.rs", "mod event; mod fold;"),
        (
            "event.rs",
            "macro_rules! bodies { ($($name:ident)+) => { pub enum Body { $($name,)+ } } }
             bodies! { Begun Ended }",
        ),
        (
            "fold.rs",
            "use crate::event::Body;
             fn one(body: Body) -> u8 { match body { Body::Begun => 1, _ => 2 } }
             fn two(body: Body) -> u8 { match body { Body::Begun => 1, Body::Ended => 2 } }",
        ),
    ]);
    assert_eq!(told, ["fold.rs: wildcard over Body in one"]);
}

#[test]
fn self_stands_for_the_enum_of_its_impl() {
    let told = told_of_model(&[(
        "lib.rs",
        "pub enum Side { Left, Right }
         impl Side { fn is_left(self) -> bool { match self { Self::Left => true, _ => false } } }
         impl Other { fn is_left(self) -> bool { match self { Self::Left => true, _ => false } } }",
    )]);
    assert_eq!(told, ["lib.rs: wildcard over Side in Side::is_left"]);
}

#[test]
fn a_file_that_cannot_be_parsed_is_told() {
    let told = told_of_model(&[("lib.rs", "fn")]);
    assert_eq!(told, ["lib.rs: cannot be parsed"]);
}

#[test]
fn a_finding_names_its_line_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("backend/model/src");
    fs::create_dir_all(&source).expect("the folder is made");
    let manifest = "[package]\nname = \"vigie-model\"\n";
    fs::write(source.join("../Cargo.toml"), manifest).expect("the manifest is written");
    for (name, text) in [
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "//! A.\n\nuse crate::b::B;\n\npub struct A;\n"),
        ("b.rs", "use crate::c::C;\npub struct B;\n"),
        ("c.rs", "use crate::a::A;\npub struct C;\n"),
    ] {
        fs::write(source.join(name), text).expect("the file is written");
    }
    let findings = findings(folder.path()).expect("the checkout is read");
    assert_eq!(
        findings[0].to_string(),
        "backend/model/src/a.rs:3: in a circle with backend/model/src/b.rs; it names B, and \
         b.rs → c.rs → a.rs leads back: put what both need in a file below"
    );
}
