//! Whom a closure closes, and every fault of one.

use jiff::civil::Date;

use crate::directory::{Directory, Fault};

/// Two networks with a line each; agencies in a region, without one, and with
/// hours of their own on a line.
const PLACES: &str = r#"
version = 1
[[network]]
code = "ft"
name = "France Travail"
[[network]]
code = "caf"
name = "Caf"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[region]]
code = "REU"
name = "La Réunion"
time_zone = "Indian/Reunion"
[[hours]]
name = "office"
friday = ["08:30-16:30"]
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[line]]
number = "3995"
name = "Entreprises"
network = "ft"
hours = "office"
[[line]]
number = "3230"
name = "Caf"
network = "caf"
[[agency]]
code = "NAQ-1"
name = "Bordeaux"
network = "ft"
region = "NAQ"
line_hours = { "3995" = "office" }
[[agency]]
code = "NAQ-2"
name = "Pau"
network = "caf"
region = "NAQ"
hours = "office"
[[agency]]
code = "REU-1"
name = "Saint-Denis"
network = "ft"
region = "REU"
[[agency]]
code = "PLATFORM"
name = "A contractor's"
network = "ft"
"#;

fn directory(closures: &str) -> Directory {
    Directory::parse(&format!("{PLACES}{closures}")).unwrap()
}

/// The places that a closure of Friday 2026-12-25 closes, of all kinds there
/// are: `AGENCY LINE`, `-` where there is none, `?` where it is unknown.
fn closed(filters: &str) -> Vec<String> {
    let date: Date = "2026-12-25".parse().unwrap();
    let directory = directory(&format!("[[closure]]\ndate = \"{date}\"\n{filters}"));
    let agencies = ["NAQ-1", "NAQ-2", "REU-1", "PLATFORM", "?", "-"];
    let places = agencies
        .iter()
        .flat_map(|&agency| ["3949", "3995", "3230", "?", "-"].map(|line| (agency, line)));
    let named = |code| Some(code).filter(|&code| code != "-");
    places
        .filter(|&(agency, line)| {
            let hours = directory.hours(named(agency), named(line));
            hours.is_some_and(|hours| directory.schedule(hours).on(date).is_empty())
        })
        .map(|(agency, line)| format!("{agency} {line}"))
        .collect()
}

fn every_line_of(agencies: &[&str]) -> Vec<String> {
    agencies
        .iter()
        .flat_map(|agency| {
            ["3949", "3995", "3230", "?", "-"].map(|line| format!("{agency} {line}"))
        })
        .collect()
}

#[test]
fn a_closure_without_lists_closes_every_place() {
    let all = every_line_of(&["NAQ-1", "NAQ-2", "REU-1", "PLATFORM", "?", "-"]);
    assert_eq!(closed(""), all);
}

#[test]
fn a_closure_of_a_region_or_agency_closes_agencies_alone() {
    let regions = closed(r#"regions = ["NAQ"]"#);
    assert_eq!(regions, every_line_of(&["NAQ-1", "NAQ-2"]));
    let agencies = closed(r#"agencies = ["PLATFORM", "REU-1"]"#);
    assert_eq!(agencies, every_line_of(&["REU-1", "PLATFORM"]));
}

#[test]
fn a_closure_of_a_network_closes_its_agencies_and_its_lines() {
    let mut expected = every_line_of(&["NAQ-1", "REU-1", "PLATFORM"]);
    expected.extend(["- 3949".to_owned(), "- 3995".to_owned()]);
    assert_eq!(closed(r#"networks = ["ft"]"#), expected);
}

#[test]
fn a_closure_of_a_line_closes_it_for_agencies_and_alone() {
    let expected = ["NAQ-1", "NAQ-2", "REU-1", "PLATFORM", "?", "-"].map(|a| format!("{a} 3949"));
    assert_eq!(closed(r#"lines = ["3949"]"#), expected);
}

#[test]
fn places_in_any_of_the_lists_close_on_the_lines() {
    assert_eq!(
        closed("networks = [\"caf\"]\nregions = [\"REU\"]\nlines = [\"3949\", \"3230\"]"),
        [
            "NAQ-2 3949",
            "NAQ-2 3230",
            "REU-1 3949",
            "REU-1 3230",
            "- 3230",
        ]
    );
}

#[test]
fn weekly_hours_are_looked_up_as_before() {
    let directory = directory("[[closure]]\ndate = \"2026-12-25\"\nagencies = [\"REU-1\"]");
    let hours = |agency, line| directory.hours(agency, line);
    let office = hours(Some("NAQ-2"), None);
    for (agency, line, expected) in [
        (Some("NAQ-1"), Some("3995"), office),
        (Some("NAQ-1"), Some("3949"), None),
        (Some("NAQ-1"), None, None),
        (Some("NAQ-2"), Some("3949"), office),
        // The line's, where the agency has none or is unknown.
        (Some("PLATFORM"), Some("3995"), office),
        (Some("?"), Some("3995"), office),
        (None, Some("3995"), office),
        (Some("?"), Some("3949"), None),
        (None, None, None),
    ] {
        assert_eq!(hours(agency, line), expected, "{agency:?} {line:?}");
    }
    assert_ne!(office, None);
    // Closed on a date, with and without the line's hours.
    assert_ne!(hours(Some("REU-1"), Some("3995")), office);
    assert_ne!(hours(Some("REU-1"), None), None);
}

#[test]
fn equal_schedules_have_one_id() {
    // The same days, put otherwise: twice overlapping, and in one piece.
    let directory = directory(
        r#"
        [[closure]]
        from = "2026-12-25"
        to = "2026-12-27"
        agencies = ["NAQ-1"]
        [[closure]]
        from = "2026-12-26"
        to = "2026-12-28"
        agencies = ["NAQ-1"]
        [[closure]]
        from = "2026-12-25"
        to = "2026-12-28"
        agencies = ["PLATFORM"]
        "#,
    );
    for line in [None, Some("3949"), Some("3995")] {
        let platform = directory.hours(Some("PLATFORM"), line);
        assert_eq!(directory.hours(Some("NAQ-1"), line), platform, "{line:?}");
    }
    let schedule = directory.schedule(directory.hours(Some("NAQ-1"), None).unwrap());
    for (date, is_closed) in [
        ("2026-12-24", false),
        ("2026-12-25", true),
        ("2026-12-27", true),
        ("2026-12-28", true),
        ("2026-12-29", false),
    ] {
        let openings = schedule.on(date.parse().unwrap());
        assert_eq!(openings.is_empty(), is_closed, "{date}");
    }
}

fn faults(closures: &str) -> Vec<String> {
    let faults = Directory::parse(&format!("{PLACES}{closures}")).unwrap_err();
    faults.iter().map(Fault::to_string).collect()
}

#[test]
fn faults_of_dates() {
    for (dates, expected) in [
        (
            r#"date = "25/12/2026""#,
            r#"closure[0].date: "25/12/2026" is not of the form 2026-12-25"#,
        ),
        (
            r#"date = "2026-12-25T00:00""#,
            r#"closure[0].date: "2026-12-25T00:00" is not of the form 2026-12-25"#,
        ),
        (
            r#"date = "2026-02-29""#,
            r#"closure[0].date: "2026-02-29" is not a day of the calendar"#,
        ),
        (
            "date = 2026-12-25",
            r#"closure[0].date: 2026-12-25 is not a date in quotes: "2026-12-25""#,
        ),
        (
            r#"name = "Noël""#,
            "closure[0]: needs either date or both from and to",
        ),
        (
            r#"from = "2026-12-25""#,
            "closure[0]: needs either date or both from and to",
        ),
        (
            "date = \"2026-12-25\"\nto = \"2026-12-26\"",
            "closure[0]: needs either date or both from and to",
        ),
        (
            "from = \"2026-12-25\"\nto = \"2026-12-24\"",
            "closure[0].to: 2026-12-24 is before 2026-12-25",
        ),
        (
            "from = \"2027-01-01\"\nto = \"2028-01-02\"",
            "closure[0].to: 2028-01-02 is the last of 367 days, more than 366",
        ),
    ] {
        assert_eq!(faults(&format!("[[closure]]\n{dates}\n")), [expected]);
    }
    // 366 days are well.
    directory("[[closure]]\nfrom = \"2027-01-01\"\nto = \"2028-01-01\"");
}

#[test]
fn faults_of_lists_are_told_at_once() {
    let closures = r#"
        [[closure]]
        date = "2026-12-25"
        networks = ["ft", "unassigned"]
        regions = ["NAQ", "NAQ"]
        agencies = ["NAQ-9"]
        lines = []
        [[closure]]
        from = "2026-13-01"
        to = "2026-12-32"
        lines = ["3999"]
    "#;
    assert_eq!(
        faults(closures),
        [
            r#"closure[0].networks[1]: "unassigned" is not a network"#,
            r#"closure[0].regions[1]: "NAQ" is there twice"#,
            r#"closure[0].agencies[0]: "NAQ-9" is not an agency"#,
            "closure[0].lines: is empty; left out, it narrows nothing",
            r#"closure[1].from: "2026-13-01" is not a day of the calendar"#,
            r#"closure[1].to: "2026-12-32" is not a day of the calendar"#,
            r#"closure[1].lines[0]: "3999" is not a line"#,
        ]
    );
}

#[test]
fn a_closure_that_is_there_twice_is_a_fault() {
    let closures = r#"
        [[closure]]
        name = "Noël"
        date = "2026-12-25"
        regions = ["NAQ", "REU"]
        [[closure]]
        date = "2026-12-25"
        regions = ["NAQ"]
        [[closure]]
        name = "Christmas"
        from = "2026-12-25"
        to = "2026-12-25"
        regions = ["REU", "NAQ"]
    "#;
    assert_eq!(
        faults(closures),
        [r#"closure[2]: is the same as closure[0] ("Noël")"#]
    );
}
