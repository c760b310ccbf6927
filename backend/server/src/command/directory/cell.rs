//! What a cell of the spreadsheet holds, and how it is kept from being read as
//! something else.
//!
//! A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, which
//! may do harm, and what looks like a number or a date for one: `0331` becomes 331,
//! `MAY-0001` the first of May. Such a text has an apostrophe before it, which import
//! takes away again. Rejected: `="0331"`, which is a formula itself.

use std::borrow::Cow;

/// What formulas begin with, in letters of full width too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Words that Excel takes for a part of a date, a time or a number, in French and
/// English.
const OF_DATES_AND_NUMBERS: [&str; 62] = [
    "jan",
    "january",
    "janv",
    "janvier",
    "feb",
    "february",
    "fev",
    "fév",
    "fevr",
    "févr",
    "fevrier",
    "février",
    "mar",
    "march",
    "mars",
    "apr",
    "april",
    "avr",
    "avril",
    "may",
    "mai",
    "jun",
    "june",
    "juin",
    "jul",
    "july",
    "juil",
    "juillet",
    "aug",
    "august",
    "aou",
    "aoû",
    "aout",
    "août",
    "sep",
    "sept",
    "september",
    "septembre",
    "oct",
    "october",
    "octobre",
    "nov",
    "november",
    "novembre",
    "dec",
    "déc",
    "december",
    "decembre",
    "décembre",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "am",
    "pm",
    "h",
    "e",
    "a",
    "p",
    "samedi",
    "dimanche",
];

/// Words that are values of their own.
const TRUTHS: [&str; 4] = ["true", "false", "vrai", "faux"];

/// What Excel shows instead of a value, in French and English: somebody saved it over
/// what was there.
const ERRORS: [&str; 11] = [
    "#NOM?", "#NAME?", "#REF!", "#VALEUR!", "#VALUE!", "#DIV/0!", "#N/A", "#NUL!", "#NULL!",
    "#NOMBRE!", "#NUM!",
];

/// The most digits of a whole number that is shown as it is.
const DIGITS_SHOWN: usize = 11;

/// A text as a cell that a spreadsheet leaves as it is.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let begins = text.trim_start();
    let is_taken_for_other =
        begins.starts_with('\'') || begins.starts_with(FORMULA) || is_taken_for_value(begins);
    match is_taken_for_other {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text of a cell.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// Whether a spreadsheet would take a text for a number, a date, a time or a truth value,
/// and write it otherwise. In doubt it is: an apostrophe too many does no harm.
fn is_taken_for_value(text: &str) -> bool {
    let lower = text.trim_end().to_lowercase();
    if TRUTHS.contains(&lower.as_str()) {
        return true;
    }
    if !lower.contains(|character: char| character.is_ascii_digit()) {
        return false;
    }
    let is_whole_number = lower.len() <= DIGITS_SHOWN
        && !(lower.starts_with('0') && lower.len() > 1)
        && lower.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = lower
        .split(|character: char| !character.is_alphabetic())
        .filter(|word| !word.is_empty());
    !is_whole_number && words.all(|word| OF_DATES_AND_NUMBERS.contains(&word))
}

/// Why nothing can be made of a cell, whatever is asked of it.
pub fn problem(cell: &str) -> Option<String> {
    if ERRORS.contains(&cell) {
        return Some(format!(
            "{cell:?} is what a spreadsheet shows for an error, not what was there"
        ));
    }
    cell.contains('\u{fffd}')
        .then(|| format!("{cell:?} holds U+FFFD: a letter was lost when the file was saved"))
}

/// Texts side by side in a cell.
pub fn list_text<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

/// The texts that stand side by side in a cell: commas or line breaks between them.
pub fn list(cell: &str) -> impl Iterator<Item = &str> {
    let texts = cell.split([',', '\n']).map(str::trim);
    texts.filter(|text| !text.is_empty())
}

/// A share as percentage, digit by digit what it is: `87.5 %`.
pub fn share_text(share: f64, decimal_mark: char) -> String {
    /// No number has more digits that matter.
    const MOST_DIGITS: usize = 20;
    let percent = (0..MOST_DIGITS)
        .map(|digits| format!("{:.digits$}", share * 100.0))
        .find(|percent| format!("{percent}e-2").parse() == Ok(share));
    let text = match percent {
        Some(percent) => format!("{percent} %"),
        None => share.to_string(),
    };
    text.replace('.', &decimal_mark.to_string())
}

/// The share that a cell says: `85 %`, `87,5%`, `0,85` or `0.85`.
///
/// # Errors
/// What is wrong, with the cell.
pub fn share(cell: &str) -> Result<f64, String> {
    let (number, exponent) = match cell.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), "e-2"),
        None => (cell, ""),
    };
    let number = number.replace(',', ".");
    let is_plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    format!("{number}{exponent}")
        .parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or_else(|| format!("{cell:?} is not a share such as 85 % or 0,85"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_takes_for_something_else_is_guarded() {
        for text in [
            "=1+1",
            "+33",
            "-",
            "@SUM(A1)",
            " =1+1",
            "\t=1",
            "＝1",
            "'s",
            " 's",
            "0331",
            "123456789012",
            "1E5",
            "3-4",
            "12, 13",
            "MAY-0001",
            "1 mars",
            "août 2",
            "05 56 00 00 00",
            "(5)",
            "8:30",
            "vrai",
        ] {
            let cell = guarded(text);
            assert_eq!(cell, format!("'{text}"));
            assert_eq!(unguarded(&cell), text);
        }
        for text in [
            "",
            "3949",
            "0",
            "NAQ-0331",
            "Mérignac 2",
            "3ème arrondissement",
            "l'agence",
            "Mars",
        ] {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
    }

    #[test]
    fn shares_are_read_as_they_are_written_and_as_excel_writes_them() {
        for (share_of_one, text) in [
            (0.85, "85 %"),
            (0.875, "87,5 %"),
            (0.8735, "87,35 %"),
            (1.0, "100 %"),
            (1e-9, "0,0000001 %"),
            (0.1 + 0.2, "30,000000000000004 %"),
        ] {
            assert_eq!(share_text(share_of_one, ','), text);
            assert_eq!(share(text), Ok(share_of_one));
        }
        for (text, share_of_one) in [
            ("0,85", 0.85),
            ("0.85", 0.85),
            ("85%", 0.85),
            ("85,00%", 0.85),
            ("85\u{202f}%", 0.85),
            ("85\u{a0}%", 0.85),
        ] {
            assert_eq!(share(text), Ok(share_of_one), "{text}");
        }
        for text in [
            "", "%", "soon", "8 5", "inf", "NaN", "1e-1", "-0,5", "0,8,5",
        ] {
            assert!(share(text).is_err(), "{text}");
        }
    }
}
