//! The key of the hashes of pseudonyms, as it is written.

use std::path::Path;

use vigie_model::Pseudonyms;

/// Bytes of a key; written as twice as many hexadecimal digits.
pub const KEY_BYTES: usize = 16;

/// Reads a key from its file.
pub fn read(file: &Path) -> Result<Pseudonyms, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
    parse(&text).map_err(|problem| format!("{}: {problem}", file.display()))
}

/// Reads a key as written: 32 hexadecimal digits.
pub fn parse(text: &str) -> Result<Pseudonyms, String> {
    let text = text.trim();
    let problem = || format!("not a key of {} hexadecimal digits", 2 * KEY_BYTES);
    let is_hexadecimal = text.bytes().all(|digit| digit.is_ascii_hexdigit());
    if text.len() != 2 * KEY_BYTES || !is_hexadecimal {
        return Err(problem());
    }
    let number = u128::from_str_radix(text, 16).map_err(|_| problem())?;
    Ok(Pseudonyms::new(number.to_be_bytes()))
}

/// Writes a key as it is read.
pub fn written(key: [u8; KEY_BYTES]) -> String {
    format!("{:032x}\n", u128::from_be_bytes(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_written_is_read() {
        for key in [[0; 16], *b"0123456789abcdef", [0xff; 16]] {
            assert_eq!(parse(&written(key)), Ok(Pseudonyms::new(key)));
        }
    }

    #[test]
    fn a_key_that_is_none_is_told_and_not_repeated() {
        for text in [
            "",
            "secret",
            "+123456789abcdef0123456789abcdef",
            &"é".repeat(16),
        ] {
            let problem = parse(text).unwrap_err();
            assert_eq!(problem, "not a key of 32 hexadecimal digits");
        }
    }
}
