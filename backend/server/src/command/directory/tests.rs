//! There and back again, and every fault on the way.

use proptest::prelude::*;

use super::import::Rowless;
use super::*;

const DIRECTORY: &str = r#"# Kept by the region's supervisors.
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

[[hours]]
name = "office"
monday = ["08:30-12:30"]

[[hours]]
name = "saturday too"
saturday = ["09:00-12:00"]

[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"

[[line]]
number = "3995"
name = "Entreprises"
network = "ft"

[[queue]]
code = "indemnisation"
network = "ft"
line = "3949"
name = "Indemnisation"

[[queue]]
code = "placement"
network = "ft"
line = "3949"
name = "Placement"

# Moved in 2024.
[[agency]]
code = "NAQ-0331"
name = "Bordeaux Mériadeck"
desk_number = "0556001122"
network = "ft"
region = "NAQ" # since the merger
hours = "office"
queues = [
    "indemnisation", # their own
    "placement",
]
target = 0.8
line_hours = { "3995" = "saturday too" }

[agency.severity.cut_off]
release_seconds = 600

[[agency]]
code = "0332"
name = "=cmd|'/C calc'!A0"
network = "ft"
target = 1

[[closure]]
date = "2026-12-25"
agencies = ["0332"]
"#;

/// The spreadsheet of the directory, without its byte order mark.
fn exported(language: Language) -> String {
    let csv = export::export(DIRECTORY, language).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    csv.strip_prefix('\u{feff}').unwrap().to_owned()
}

/// The directory after the import of a spreadsheet.
fn imported(csv: &str) -> Imported {
    import::import(csv.as_bytes(), DIRECTORY, Rowless::Left).unwrap()
}

/// The faults of a spreadsheet.
fn faults(csv: &str) -> Vec<String> {
    import::import(csv.as_bytes(), DIRECTORY, Rowless::Left).unwrap_err()
}

#[test]
fn the_spreadsheet_is_as_french_excel_saves_one() {
    assert_eq!(
        exported(Language::French),
        "Réseau;Région;Code;Nom;Téléphone;Files;Fuseau horaire;Horaires;Horaires 3949;Horaires 3995;\
         Objectif\r\n\
         ft;NAQ;NAQ-0331;Bordeaux Mériadeck;'0556001122;indemnisation, placement;;office;;saturday too;\
         80 %\r\n\
         ft;;'0332;'=cmd|'/C calc'!A0;;;;;;;100 %\r\n"
    );
    assert!(
        exported(Language::English).starts_with("Network,Region,Code,Name,Desk number,Queues,")
    );
}

#[test]
fn what_is_not_edited_keeps_every_byte() {
    for language in [Language::French, Language::English] {
        let csv = exported(language);
        let empty = char::from(language.separator()).to_string();
        let as_excel_writes = match language {
            Language::French => "80,00%",
            Language::English => "80.00%",
        };
        let variants = [
            csv.clone(),
            format!("\u{feff}{csv}"),
            csv.replace("\r\n", "\n"),
            csv.replace("80 %", as_excel_writes),
            // Once somebody typed over a cell.
            csv.replace("'0332", "0332"),
            // Excel goes on beside and below.
            csv.replace("\r\n", &format!("{empty}\r\n")) + &empty.repeat(11) + "\r\n",
        ];
        for variant in variants {
            let imported = imported(&variant);
            assert_eq!(imported.toml, DIRECTORY, "{variant}");
            assert_eq!(told(&imported), "nothing changed");
        }
    }
}

#[test]
fn an_edit_changes_its_field_and_nothing_else() {
    let csv = exported(Language::French);
    let edited = csv
        .replace("Bordeaux Mériadeck", "\"Bordeaux; centre\"")
        .replace(";NAQ;", ";;")
        .replace("80 %", "82,5%")
        .replace("saturday too", "office")
        .replace(";100 %", ";");
    // As French Excel saves it: with the mark, semicolons and CRLF.
    let imported = imported(&format!("\u{feff}{edited}"));
    let expected = DIRECTORY
        .replace("Bordeaux Mériadeck", "Bordeaux; centre")
        .replace("region = \"NAQ\" # since the merger\n", "")
        .replace("target = 0.8", "target = 0.825")
        .replace("\"3995\" = \"saturday too\"", "\"3995\" = \"office\"")
        .replace("target = 1\n", "");
    assert_eq!(imported.toml, expected);
    assert_eq!(told(&imported), "2 changed: NAQ-0331, 0332");
}

#[test]
fn agencies_are_added_and_taken_out() {
    let csv = "code;name;network;queues;hours 3949;target\n\
               NEW-1;Neuve;ft;placement;office;0,9\n";
    let added = imported(csv);
    let new = "[[agency]]\ncode = \"NEW-1\"\nname = \"Neuve\"\nnetwork = \"ft\"\n\
               queues = [\"placement\"]\nline_hours = { 3949 = \"office\" }\ntarget = 0.9\n";
    let closure = "\n[[closure]]";
    assert_eq!(
        added.toml,
        DIRECTORY.replace(closure, &format!("\n{new}{closure}"))
    );
    assert_eq!(
        told(&added),
        "1 added: NEW-1; 2 without a row, left as they are (--remove takes them out): \
         NAQ-0331, 0332"
    );
    let csv = exported(Language::French);
    let fewer: String = csv
        .lines()
        .filter(|line| !line.contains("NAQ-0331"))
        .collect::<Vec<_>>()
        .join("\n");
    let removed = import::import(fewer.as_bytes(), DIRECTORY, Rowless::Removed).unwrap();
    let (before, after) = DIRECTORY.split_once("\n# Moved").unwrap();
    let (_, after) = after.split_once("release_seconds = 600\n").unwrap();
    assert_eq!(removed.toml, format!("{before}{after}"));
    assert_eq!(told(&removed), "1 taken out: NAQ-0331");
    let none = "code\nNAQ-0331\n";
    assert_eq!(
        import::import(none.as_bytes(), DIRECTORY, Rowless::Removed).unwrap_err(),
        ["in the directory, closure[0].agencies[0]: \"0332\" is not an agency"]
    );
}

#[test]
fn every_fault_is_told_with_row_and_column() {
    let csv = "\
Code;Nom;Réseau;Région;Files;Fuseau horaire;Horaires;Horaires 3995;Objectif;Nmo\n\
NAQ-0331;Bordeaux;ft;NAX;indemnisation, plcement, autre;Europe/Pariss;bureau;matin;85;\n\
NAQ-0331;Encore;ft;;;;;;;\n\
\n\
;Sans code;ft;;;;;;;\n\
A/B;;nulle part;;placement;;;;beaucoup;\n\
0332;#NOM?;ft;;;;;;\n\
C-1;C;;;placement;;;;;;de trop\n";
    assert_eq!(
        faults(csv),
        [
            "row 1, column J (Nmo): \"Nmo\" is not the heading of a column: did you mean \"Nom\"?",
            "row 2, column D (Région): \"NAX\" is not a region",
            "row 2, column E (Files): \"plcement\" is not a queue of network \"ft\"",
            "row 2, column E (Files): \"autre\" is not a queue of network \"ft\"",
            "row 2, column F (Fuseau horaire): \"Europe/Pariss\" is not an IANA time zone",
            "row 2, column G (Horaires): \"bureau\" is not the name of hours",
            "row 2, column H (Horaires 3995): \"matin\" is not the name of hours",
            "row 2, column I (Objectif): 85 is not a share between 0 and 1",
            "row 3, column A (Code): \"NAQ-0331\" is there twice, in row 2 too",
            "row 5, column A (Code): empty, and tells which agency it is",
            "row 6, column A (Code): not a code: \"A/B\" holds a slash",
            "row 6, column B (Nom): empty, and every agency has one",
            "row 6, column C (Réseau): \"nulle part\" is not a network",
            "row 6, column E (Files): \"placement\" is not a queue of network \"nulle part\"",
            "row 6, column I (Objectif): \"beaucoup\" is not a share such as 85 % or 0,85",
            "row 7: 9 of 10 cells: is a quote left open?",
            "row 8, column C (Réseau): empty, and every agency has one",
            "row 8, column K: \"de trop\" stands under no heading",
        ]
    );
    assert_eq!(
        faults("Code;Nom\n\"NAQ-0331;x\n"),
        ["row 2: 1 of 2 cells: is a quote left open?"]
    );
    assert_eq!(
        faults("Nom;Nom;Horaires 3646\nA;B;office\n"),
        [
            "row 1: no heading \"Code\", which tells agencies apart",
            "row 1, column B (Nom): \"Nom\" is there twice",
            "row 1, column C (Horaires 3646): \"Horaires 3646\" is not the heading of a column: \
             did you mean \"Horaires 3949\"?",
        ]
    );
    assert_eq!(
        faults("Code;Objectif\nNEW;85 %\nNAQ-0331;60 %\n"),
        [
            "row 2: network: a new agency needs a network, and no column has it",
            "row 2: name: a new agency needs a name, and no column has it",
            "row 3, column B (Objectif): critical at 0.7, which is before the warning at 0.6",
        ]
    );
}

#[test]
fn agencies_within_a_line_are_edited_too() {
    let toml = "agency = [{ code = \"A\", name = \"a\", network = \"n\" }] # few\r\n\
                version = 1\r\nnetwork = [{ code = \"n\", name = \"N\" }]\r\n";
    let csv = "Code;Nom;Réseau;Objectif\nA;aa;n;90 %\nB;b;n;\n";
    let imported = import::import(csv.as_bytes(), toml, Rowless::Left).unwrap();
    assert_eq!(
        imported.toml,
        "agency = [{ code = \"A\", name = \"aa\", network = \"n\" , target = 0.9 }, \
         { code = \"B\", name = \"b\", network = \"n\" }] # few\r\n\
         version = 1\r\nnetwork = [{ code = \"n\", name = \"N\" }]\r\n"
    );
}

#[test]
fn a_file_is_replaced_whole_and_stays_what_it_is() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("real.toml"), DIRECTORY).unwrap();
    fs::set_permissions(at("real.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", at("directory.toml")).unwrap();
    fs::write(at("agencies.csv"), "Code;Nom\nNAQ-0331;Bordeaux\n").unwrap();
    let import = |out: &str| {
        super::import(
            &at("agencies.csv"),
            &at("directory.toml"),
            &at(out),
            Rowless::Left,
        )
        .unwrap();
    };
    import("other.toml");
    assert_eq!(fs::read_to_string(at("real.toml")).unwrap(), DIRECTORY);
    import("directory.toml");
    assert!(at("directory.toml").is_symlink());
    let text = fs::read_to_string(at("real.toml")).unwrap();
    assert_eq!(text, DIRECTORY.replace("Bordeaux Mériadeck", "Bordeaux"));
    assert_eq!(fs::read_to_string(at("other.toml")).unwrap(), text);
    let mode = at("real.toml").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn lines_that_differ_by_case_or_blanks_have_columns_of_their_own() {
    let mut toml = "version = 1\n[[network]]\ncode = \"n\"\nname = \"N\"\n".to_owned();
    for (number, hours) in [("A", "early"), ("a", "late"), ("b ", "never")] {
        toml += &format!(
            "[[hours]]\nname = \"{hours}\"\n\
             [[line]]\nnumber = \"{number}\"\nname = \"L\"\nnetwork = \"n\"\n"
        );
    }
    toml += "[[agency]]\ncode = \"X\"\nname = \"x\"\nnetwork = \"n\"\n\
             line_hours = { A = \"early\", a = \"late\", \"b \" = \"never\" }\n";
    let csv = export::export(&toml, Language::French).unwrap();
    let imported = import::import(&csv, &toml, Rowless::Removed).unwrap();
    assert_eq!(imported.toml, toml);
    let edited = String::from_utf8(csv).unwrap().replace("late", "early");
    let imported = import::import(edited.as_bytes(), &toml, Rowless::Removed).unwrap();
    assert_eq!(imported.toml, toml.replace("a = \"late\"", "a = \"early\""));
}

/// Any text that TOML holds, harmful ones more often.
fn text() -> impl Strategy<Value = String> {
    let harmful = "[=+\\-@']?[ ;,\"\n\r\t0-9A-Za-zé/.%]{0,12}";
    prop_oneof![harmful.prop_map(|text: String| text), any::<String>()]
}

proptest! {
    /// Whatever agencies are called: what comes back unedited changes nothing, and no
    /// cell begins as formulas do.
    #[test]
    fn any_names_come_back_as_they_were(
        names in prop::collection::vec(text(), 1..6),
        target in 0.01_f64..=1.0,
        is_french: bool,
    ) {
        let mut toml = "version = 1\n[[network]]\ncode = \"n\"\nname = \"N\"\n".to_owned();
        for (at, name) in names.iter().enumerate() {
            let name = toml_edit::Value::from(name.as_str());
            toml += &format!(
                "[[agency]]\ncode = \"A{at}\"\nname ={name}\nnetwork = \"n\"\n\
                 target = {target:?}\n\
                 severity.pick_up.critical = 0.001 # {at}\n"
            );
        }
        let language = if is_french { Language::French } else { Language::English };
        let csv = export::export(&toml, language).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(language.separator())
            .has_headers(false)
            .from_reader(csv.as_slice());
        for record in reader.records() {
            for cell in record.unwrap().iter() {
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?}");
            }
        }
        let imported = import::import(&csv, &toml, Rowless::Removed);
        prop_assert_eq!(imported.map(|imported| imported.toml), Ok(toml));
    }

    /// Whatever bytes a spreadsheet is: an answer, and a directory without fault.
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, rows in "(Code|Nom|Réseau|Files|[;,\n\"'=A0-9%é]){0,40}") {
        for csv in [bytes, rows.clone().into_bytes(), format!("Code;Nom;Réseau\n{rows}").into_bytes()] {
            if let Ok(imported) = import::import(&csv, DIRECTORY, Rowless::Left) {
                prop_assert!(Directory::parse(&imported.toml).is_ok());
            }
        }
    }
}
