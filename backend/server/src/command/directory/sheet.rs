//! A spreadsheet as it was saved: rows of texts.

use std::borrow::Cow;

use csv::ReaderBuilder;
use encoding_rs::{Encoding, WINDOWS_1252};

use super::cell::unguarded;
use super::column::settled;

/// What may stand between cells: as French, as English, as any Excel saves.
const SEPARATORS: [char; 3] = [';', ',', '\t'];

/// A spreadsheet: its headings, and the rows below.
#[derive(Debug)]
pub struct Sheet {
    pub headings: Vec<String>,
    /// The number of their row.
    pub first: usize,
    /// The rows below.
    pub rows: Vec<Row>,
}

/// A row that is not empty.
#[derive(Debug)]
pub struct Row {
    /// Its number as spreadsheets show it: the first is 1.
    pub number: usize,
    pub cells: Vec<String>,
}

impl Sheet {
    /// Reads a file as Excel and others save it: semicolons, commas or tabs, with or
    /// without a byte order mark.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = decoded(bytes)?;
        let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut reader = ReaderBuilder::new()
            .delimiter(separator(&text))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        // Lines that are within cells, and so no rows of their own.
        let mut within = 0;
        let mut number = 0;
        let mut record = csv::StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|error| error.to_string())?
        {
            within += record
                .iter()
                .map(|cell| cell.matches('\n').count())
                .sum::<usize>();
            // The reader passes over empty lines, which are rows: so lines are counted.
            let lines = reader.position().line() as usize - 1;
            let cells: Vec<String> = record
                .iter()
                .map(|cell| settled(unguarded(&settled(cell))))
                .collect();
            // A quote that is left open takes the last line break in, which ends the row.
            number = (lines - within).max(number + 1);
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row { number, cells });
            }
        }
        if rows.is_empty() {
            return Err("there is nothing in it".to_owned());
        }
        let Row { number, cells } = rows.remove(0);
        Ok(Self {
            headings: cells,
            first: number,
            rows,
        })
    }
}

/// What stands between the cells of the first line most often.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.is_empty());
    let first = first.unwrap_or_default();
    let number_of = |separator: &char| first.matches(*separator).count();
    // Of two as frequent, the last is taken: the order is turned for the first to win.
    let most = SEPARATORS.into_iter().rev().max_by_key(number_of);
    most.unwrap_or(SEPARATORS[0]) as u8
}

/// The text of a file: UTF-8, or UTF-16 with its mark. Anything else is told, and not
/// guessed.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let bytes = &bytes[mark..];
    if encoding != encoding_rs::UTF_8 {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        return text.ok_or_else(|| format!("it is not whole {}", encoding.name()));
    }
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|error| not_utf8(bytes, error.valid_up_to()))
}

fn not_utf8(bytes: &[u8], at: usize) -> String {
    let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    let is_between = |byte: &u8| SEPARATORS.contains(&char::from(*byte)) || byte.is_ascii_control();
    let from = bytes[..at]
        .iter()
        .rposition(is_between)
        .map_or(0, |last| last + 1);
    let to = bytes[at..]
        .iter()
        .position(is_between)
        .map_or(bytes.len(), |next| at + next);
    let (cell, _) = WINDOWS_1252.decode_without_bom_handling(&bytes[from..to]);
    format!(
        "line {line}: the byte 0x{:02X} is not UTF-8; the file seems to be Windows-1252, where \
         this cell is {:?}: save it as \"CSV UTF-8\"",
        bytes[at],
        cell.chars().take(60).collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the rows, with their cells.
    fn rows(bytes: &[u8]) -> Vec<String> {
        let sheet = Sheet::read(bytes).unwrap();
        let row = |row: &Row| format!("{} {}", row.number, row.cells.join("|"));
        sheet.rows.iter().map(row).collect()
    }

    #[test]
    fn a_file_is_read_as_any_spreadsheet_saves_it() {
        let text = "Code;Nom\r\nA;é\r\n;\r\n\r\n\"B\";\"x;\"\"y\"\"\r\nz\"\r\nC;c";
        let expected = ["2 A|é", "5 B|x;\"y\"\nz", "6 C|c"];
        assert_eq!(rows(text.as_bytes()), expected);
        assert_eq!(rows(format!("\u{feff}{text}").as_bytes()), expected);
        assert_eq!(rows(text.replace("\r\n", "\n").as_bytes()), expected);
        assert_eq!(rows(text.replace("\r\n", "\r").as_bytes()), expected);
        let wide: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(rows(&wide), expected);
        assert_eq!(rows(b"Code,Nom\nA,\"b, c\"\n"), ["2 A|b, c"]);
        assert_eq!(rows(b"Code\tNom\nA\tb, c\n"), ["2 A|b, c"]);
        assert_eq!(rows(b"Code\n'0331\n"), ["2 0331"]);
    }

    #[test]
    fn what_is_not_unicode_is_told_and_not_guessed() {
        for (bytes, says) in [
            (&b""[..], "there is nothing in it"),
            (b"\n;;\n", "there is nothing in it"),
            (
                b"Code;Nom\r\nA;Bordeaux M\xe9riadeck;x\r\n",
                "line 2: the byte 0xE9 is not UTF-8; the file seems to be Windows-1252, where \
                 this cell is \"Bordeaux Mériadeck\": save it as \"CSV UTF-8\"",
            ),
            (b"\xff\xfeA", "it is not whole UTF-16LE"),
        ] {
            assert_eq!(Sheet::read(bytes).unwrap_err(), says);
        }
    }
}
