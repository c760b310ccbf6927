//! A directory that reads, and every fault of one that does not.

use super::*;

const SMALL: &str = r#"
version = 1
[[network]]
code = "ft"
name = "France Travail"
[[region]]
code = "REU"
name = "La Réunion"
time_zone = "Indian/Reunion"
[[hours]]
name = "office"
monday = ["08:30-12:30", "13:30-16:30"]
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[queue]]
code = "indemnisation"
network = "ft"
line = "3949"
name = "Indemnisation"
answer_within_seconds = 60
[[agency]]
code = "REU-0001"
name = "Saint-Denis"
network = "ft"
region = "REU"
queues = ["indemnisation"]
hours = "office"
"#;

#[test]
fn a_small_directory_answers() {
    let directory = parse(SMALL).unwrap();
    assert_eq!(directory.place_of("REU-0001"), ("ft", "REU"));
    assert_eq!(directory.place_of("X"), (UNASSIGNED, UNASSIGNED));
    assert_eq!(
        directory.line_of_queue("REU-0001", "indemnisation"),
        Some("3949")
    );
    assert_eq!(
        directory.answer_within(Some("REU-0001"), Some("indemnisation")),
        Span::from_seconds(60)
    );
    assert_eq!(
        directory.answer_within(Some("REU-0001"), Some("autre")),
        Span::from_seconds(180)
    );
    assert_eq!(directory.network_of_line("3949"), "ft");
    assert_ne!(
        directory.zone(Some("REU-0001"), None),
        directory.zone(Some("X"), Some("3949"))
    );
    let scopes: Vec<String> = directory
        .scopes()
        .iter()
        .map(|(scope, name)| format!("{scope} {name}"))
        .collect();
    assert_eq!(
        scopes,
        [
            "all all",
            "ft France Travail",
            "ft/REU La Réunion",
            "ft/REU/REU-0001 Saint-Denis",
            "ft/REU/REU-0001/indemnisation Indemnisation",
            "line/3949 Demandeurs d'emploi",
            "line/3949/REU La Réunion",
        ]
    );
}

#[test]
fn every_fault_is_listed_with_its_place() {
    let faults = parse(
        &SMALL
            .replace("Indian/Reunion", "Indian/Atlantis")
            .replace("08:30-12:30", "08:30-14:30")
            .replace("region = \"REU\"", "region = \"REUNION\"")
            .replace("hours = \"office\"", "hours = \"bureau\"")
            .replace("answer_within_seconds = 60", "answer_within_seconds = -60")
            .replace("line = \"3949\"", "line = \"3999\""),
    )
    .unwrap_err();
    let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert_eq!(
        faults,
        [
            "hours[0].monday[1]: \"13:30-16:30\" begins before the one before it ends",
            "region[0].time_zone: \"Indian/Atlantis\" is not an IANA time zone",
            "queue[0].line: \"3999\" is not a line",
            "queue[0].answer_within_seconds: -60 is not a number of seconds, 0 or more",
            "agency[0].region: \"REUNION\" is not a region",
            "agency[0].hours: \"bureau\" is not the name of hours",
        ]
    );
}

#[test]
fn a_file_that_is_no_directory_says_where() {
    let faults = parse("version = 1\n[[agency]]\ncode = 3\n").unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].place, "line 3");
    let faults = parse("version = 1\nagencies = []\n").unwrap_err();
    assert!(faults[0].problem.contains("agencies"), "{}", faults[0]);
}
