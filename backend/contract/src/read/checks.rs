//! What the types alone do not say: codes are parts of paths, and people have
//! pseudonyms.

use super::malformed::{Malformed, shown};
use crate::event::Body;

/// The most bytes of a code; an event with a longer one is refused, since codes are
/// keys and labels.
pub const LONGEST_CODE: usize = 128;

/// The most bytes of a pseudonym; an event with a longer one is refused. They hold
/// any hash in any notation.
pub const LONGEST_PSEUDONYM: usize = 512;

/// Looks at every text of the data of an event.
pub(super) fn check(body: &Body<'_>) -> Result<(), Malformed> {
    let mut problem = None;
    body.visit_text(&mut |field, text| {
        if problem.is_none() {
            problem = text_problem(field.name, text).map(|found| Malformed {
                field: match field.parent {
                    "" => format!("data.{}", field.name),
                    parent => format!("data.{parent}.{}", field.name),
                },
                problem: found,
            });
        }
    });
    problem.map_or(Ok(()), Err)
}

fn text_problem(field: &str, text: &str) -> Option<String> {
    match field {
        "caller" | "agent" => pseudonym_problem(text),
        // What people write is shown, and is part of no path.
        "reason" | "message" => None,
        _ => code_problem(text),
    }
}

/// Why a text is no code of an agency, a queue, a line: codes are shown, and are
/// parts of paths. `None` if it is one.
pub fn code_problem(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("empty".to_owned());
    }
    if text.len() > LONGEST_CODE {
        return Some(format!("longer than {LONGEST_CODE} bytes"));
    }
    // All of it, without a way out: several bytes are then looked at in one go.
    // Of what is not ASCII, some may not be there, so characters are looked at.
    let may_be_bad = |byte: u8| byte == b'/' || !(0x20..0x7f).contains(&byte);
    if !text.bytes().fold(false, |bad, byte| bad | may_be_bad(byte)) {
        return None;
    }
    text.chars().find_map(|character| {
        let what = bad_in_codes(character)?;
        Some(format!("{} holds {what}", shown(text)))
    })
}

/// What a character is that may not be in a code.
fn bad_in_codes(character: char) -> Option<String> {
    let number = u32::from(character);
    match character {
        '/' => Some("a slash".to_owned()),
        // C0, DEL and C1.
        _ if character.is_control() => Some(control(character)),
        // Those that Unicode calls Bidi_Control: they turn the text around them.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(format!("the direction mark U+{number:04X}"))
        }
        _ => None,
    }
}

/// What a control character is called in a reason.
pub(super) fn control(character: char) -> String {
    format!("the control character U+{:04X}", u32::from(character))
}

/// A pseudonym is opaque: it is part of no path and may hold a slash, as base64
/// does. The value itself stays out of the problem, which travels to logs and
/// topics.
fn pseudonym_problem(text: &str) -> Option<String> {
    if is_telephone_number(text) {
        Some("looks like a telephone number, a pseudonym is needed".to_owned())
    } else if text.is_empty() {
        Some("empty".to_owned())
    } else if text.len() > LONGEST_PSEUDONYM {
        Some(format!("longer than {LONGEST_PSEUDONYM} bytes"))
    } else {
        None
    }
}

/// Whether a pseudonym is a telephone number after all: spaces, dots, dashes
/// and brackets removed, `^(\+|00)?\d{9,15}$`.
pub fn is_telephone_number(text: &str) -> bool {
    let mut kept = text.chars().filter(|c| {
        !c.is_whitespace()
            && !matches!(
                c,
                '.' | '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}'
            )
            && !matches!(c, '(' | ')' | '[' | ']' | '{' | '}')
    });
    let mut digits = 0_usize;
    let mut first = true;
    let mut plus = false;
    let mut zeros = 0_usize;
    for c in &mut kept {
        if first && c == '+' {
            plus = true;
        } else if c.is_ascii_digit() {
            if zeros == digits && c == '0' {
                zeros += 1;
            }
            digits += 1;
        } else {
            return false;
        }
        first = false;
    }
    let without_prefix = if !plus && zeros >= 2 { 2 } else { 0 };
    (9..=15).contains(&digits) || (9..=15).contains(&(digits - without_prefix))
}
