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
fn the_number_of_a_desk_is_any_text_of_a_line() {
    let of = |number: &str| parse(&format!("{SMALL}desk_number = {number}\n"));
    let directory = of("\"05 56 00 11 22 (poste 12)\"").unwrap();
    assert_eq!(
        directory.desk_number("REU-0001"),
        Some("05 56 00 11 22 (poste 12)")
    );
    assert_eq!(parse(SMALL).unwrap().desk_number("REU-0001"), None);
    for number in [
        "\"\"",
        "\" \"",
        "\"1\\n2\"",
        &format!("\"{}\"", "1".repeat(41)),
    ] {
        let faults = of(number).unwrap_err();
        assert_eq!(faults.len(), 1, "{number}");
        assert_eq!(faults[0].place, "agency[0].desk_number");
    }
}

#[test]
fn a_network_is_called_nothing_that_means_something_in_a_path() {
    let of = |code: &str| {
        let ft = "code = \"ft\"";
        assert!(SMALL.contains(ft));
        parse(&SMALL.replace(ft, &format!("code = \"{code}\"")))
    };
    for code in ["all", "line", "pick", "unassigned", "+", "+ft"] {
        let faults = of(code).unwrap_err();
        assert_eq!(faults[0].place, "network[0].code", "{code}");
    }
    for code in ["picks", "ft+", "alle"] {
        let faults = of(code).err().unwrap_or_default();
        let of_code = faults.iter().find(|fault| fault.place == "network[0].code");
        assert_eq!(of_code, None, "{code}");
    }
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

#[test]
fn the_date_from_which_counting_holds_is_a_day_in_quotes() {
    let read = |date: &str| parse(&format!("version = 1\nvalid_from = {date}"));
    let directory = read("\"2026-12-01\"").unwrap();
    assert_eq!(directory.valid_from, Some(jiff::civil::date(2026, 12, 1)));
    for (date, problem) in [
        ("2026-12-01", "is not a date in quotes"),
        ("\"2026-12-1\"", "is not of the form 2026-12-25"),
        ("\"2026-02-29\"", "is not a day of the calendar"),
        ("7", "is not a date in quotes"),
    ] {
        let faults = read(date).unwrap_err();
        assert_eq!((faults.len(), &*faults[0].place), (1, "valid_from"));
        assert!(faults[0].problem.contains(problem), "{}", faults[0]);
    }
}

/// The page for whoever writes a directory.
const PAGE: &str = include_str!("../../../../../docs/directory.md");

/// Its example, the only block of TOML.
fn example() -> &'static str {
    let (_, after) = PAGE.split_once("```toml\n").unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_example_of_the_page_reads() {
    let directory = parse(example()).unwrap();
    for (agency, line, date, is_closed) in [
        ("REU-0001", "3949", "2026-12-20", true),
        ("REU-0001", "3995", "2026-12-25", true),
        // Saturday, of a move that ends on the day before.
        ("NAQ-0331", "3995", "2026-12-05", false),
        ("NAQ-0331", "3949", "2026-12-04", true),
        ("NAQ-0331", "3949", "2026-12-07", false),
    ] {
        let hours = directory.hours(Some(agency), Some(line));
        let openings = hours.map(|hours| directory.schedule(hours).on(date.parse().unwrap()));
        let closed = openings.is_some_and(<[_]>::is_empty);
        assert_eq!(closed, is_closed, "{agency} {line} on {date}");
    }
}

/// The fields of each table, from what the reader says it would have taken.
#[test]
fn the_page_lists_and_shows_every_field() {
    let example: toml::Table = example().parse().unwrap();
    let tables = fields("nonsense = 1");
    assert_eq!(tables.len(), 11, "{tables:?}");
    for table in &tables {
        let heading = match table.as_str() {
            field @ ("version" | "valid_from") => {
                assert!(PAGE.contains(&format!("\n### `{field}`\n")), "{field}");
                assert!(example.contains_key(field), "the example has no {field}");
                continue;
            }
            "defaults" => "[defaults]".to_owned(),
            table => format!("[[{table}]]"),
        };
        let section = PAGE
            .split_once(&format!("\n### `{heading}`\n"))
            .unwrap_or_else(|| panic!("no section for {heading}"))
            .1;
        let section = section.split("\n### ").next().unwrap();
        let listed: Vec<&str> = section
            .lines()
            .filter(|line| line.starts_with("| `"))
            .flat_map(|row| row.split('|').nth(1).unwrap().split(','))
            .map(|name| name.trim().trim_end_matches('?').trim_matches('`'))
            .collect();
        assert_eq!(
            listed,
            fields(&format!("{heading}\nnonsense = 1")),
            "{heading}"
        );
        let shown = keys(&example[table]);
        for field in listed {
            assert!(
                shown.contains(&field),
                "the example has no {field} of {heading}"
            );
        }
    }
}

/// The fields of a table, or of any in a list of tables.
fn keys(value: &toml::Value) -> Vec<&str> {
    let tables = match value {
        toml::Value::Array(tables) => tables.as_slice(),
        table => std::slice::from_ref(table),
    };
    let tables = tables.iter().filter_map(toml::Value::as_table);
    tables
        .flat_map(|table| table.keys())
        .map(String::as_str)
        .collect()
}

/// What the reader lists in place of a field that it does not know.
fn fields(toml: &str) -> Vec<String> {
    let problem = &parse(toml).unwrap_err()[0].problem;
    assert!(problem.starts_with("unknown field `nonsense`"), "{problem}");
    let expected = problem.split('`').skip(3).step_by(2);
    expected.map(str::to_owned).collect()
}
