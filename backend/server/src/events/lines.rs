//! The lines of one file, one at a time in one buffer.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;
use vigie_contract::read::ends_in_the_middle;

/// Read from the disk, and out of a decompressor, in pieces of this size.
const BUFFER: usize = 256 * 1024;

/// A line longer than this is no event: memory stays bounded.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A file that cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file cannot be opened.
    #[error("{}: {error}", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        error: io::Error,
    },
    /// The file holds events, but not one a line.
    #[error("{}: not one event a line but {form}", path.display())]
    NotLines {
        /// The file.
        path: PathBuf,
        /// What it holds instead, and how to mend it.
        form: &'static str,
    },
    /// The file ends in the middle, or is damaged there.
    #[error("{}: line {line}: {error}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line that could not be read.
        line: u64,
        /// Why it cannot be read.
        error: io::Error,
    },
}

/// A file, read line by line.
pub struct Lines {
    path: PathBuf,
    input: Box<dyn BufRead>,
    line: Vec<u8>,
    number: u64,
    /// What came of going to the first line, until somebody goes there: it was
    /// looked at when the file was opened.
    first: Option<Result<bool, Unreadable>>,
}

impl Lines {
    /// Opens a file; what it is compressed with, and how its text is encoded, is
    /// told by how it starts. `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        Self::open_through(path, |input| input)
    }

    /// Opens a file as [`Self::open`] does; the bytes as they are stored go through a
    /// reader that counts them.
    pub fn open_through(
        path: &Path,
        through: impl FnOnce(Box<dyn Read>) -> Box<dyn Read>,
    ) -> Result<Self, Unreadable> {
        let input: Box<dyn Read> = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path).map_err(|error| Unreadable::Closed {
                path: path.to_owned(),
                error,
            })?)
        };
        Self::new(path, through(input))
    }

    /// Reads what may be compressed; `path` is for messages.
    pub fn new(path: &Path, input: impl Read + 'static) -> Result<Self, Unreadable> {
        let input = decompressed(input)
            .and_then(decoded)
            .map_err(|error| Unreadable::Closed {
                path: path.to_owned(),
                error,
            })?;
        let mut lines = Self {
            path: path.to_owned(),
            input,
            line: Vec::new(),
            number: 0,
            first: None,
        };
        let first = lines.go_on();
        if let (Ok(true), Some(form)) = (&first, form_without_lines(&lines.line)) {
            let path = lines.path;
            return Err(Unreadable::NotLines { path, form });
        }
        lines.first = Some(first);
        Ok(lines)
    }

    /// Why there is no line to be read, while none was: the file is empty, or as
    /// good as that.
    pub fn emptiness(&self) -> Option<&'static str> {
        match self.first {
            Some(Ok(false)) if self.number == 1 => Some("empty"),
            Some(Ok(false)) => Some("nothing but blank lines"),
            _ => None,
        }
    }

    /// Goes to the next line that is not blank; `false` at the end.
    pub fn advance(&mut self) -> Result<bool, Unreadable> {
        match self.first.take() {
            Some(first) => first,
            None => self.go_on(),
        }
    }

    fn go_on(&mut self) -> Result<bool, Unreadable> {
        loop {
            self.line.clear();
            self.number += 1;
            let mut limited = (&mut self.input).take(LONGEST_LINE);
            let outcome = match limited.read_until(b'\n', &mut self.line) {
                Ok(0) => return Ok(false),
                Ok(length) if length as u64 == LONGEST_LINE => {
                    Err(io::Error::other("longer than any event"))
                }
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            outcome.map_err(|error| self.broken(error))?;
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn broken(&self, error: io::Error) -> Unreadable {
        Unreadable::Broken {
            path: self.path.clone(),
            line: self.number,
            error,
        }
    }

    /// What is wrong with the file where it ends within this line: what is there
    /// of it is not the line that was written.
    pub fn cut_short(&self) -> Option<Unreadable> {
        let is_cut = !self.line.ends_with(b"\n") && ends_in_the_middle(&self.line);
        is_cut.then(|| {
            let error = io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file ends in the middle of this line",
            );
            self.broken(error)
        })
    }

    /// The line, its line feed included.
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// Where the line is.
    pub fn place(&self) -> LinePlace<'_> {
        LinePlace {
            path: &self.path,
            line: self.number,
        }
    }
}

/// What comes out of a compressed file; any other as it is.
fn decompressed(input: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let start = input.fill_buf()?;
    if start.starts_with(GZIP) {
        let decoder = MultiGzDecoder::new(input);
        Ok(Box::new(BufReader::with_capacity(BUFFER, decoder)))
    } else if start.starts_with(ZSTD) {
        let decoder = zstd::stream::read::Decoder::with_buffer(input)?;
        Ok(Box::new(BufReader::with_capacity(BUFFER, decoder)))
    } else {
        Ok(Box::new(input))
    }
}

/// The text as UTF-8 without a byte order mark. UTF-16 is told by its mark, or
/// by a first character that has the width of two.
fn decoded(mut input: Box<dyn BufRead>) -> io::Result<Box<dyn BufRead>> {
    let encoding: Option<&'static Encoding> = match input.fill_buf() {
        Ok([0xff, 0xfe, ..] | [b'{', 0, ..]) => Some(UTF_16LE),
        Ok([0xfe, 0xff, ..] | [0, b'{', ..]) => Some(UTF_16BE),
        Ok([0xef, 0xbb, 0xbf, ..]) => {
            input.consume(3);
            None
        }
        // A file that is damaged here is so for whoever reads its first line.
        _ => None,
    };
    let Some(encoding) = encoding else {
        return Ok(input);
    };
    let decoder = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .bom_override(true)
        .build(input);
    Ok(Box::new(BufReader::with_capacity(BUFFER, decoder)))
}

/// What a file is whose first line that is not blank is this one, where it is
/// JSON that is not one event a line.
fn form_without_lines(first: &[u8]) -> Option<&'static str> {
    match first.trim_ascii() {
        [b'[', ..] => Some("a JSON array: jq -c '.[]' makes lines of it"),
        b"{" => Some("events over several lines each: jq -c . makes a line of each"),
        _ => None,
    }
}

/// Where a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePlace<'p> {
    /// The file.
    pub path: &'p Path,
    /// Number of the line, from 1.
    pub line: u64,
}

impl std::fmt::Display for LinePlace<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: line {}", self.path.display(), self.line)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// All lines, and the message of the error that ended them.
    fn lines(bytes: Vec<u8>) -> (Vec<String>, Option<String>) {
        let mut lines = Lines::new(Path::new("calls"), io::Cursor::new(bytes)).unwrap();
        let mut found = Vec::new();
        loop {
            match lines.advance() {
                Ok(true) => {
                    let text = std::str::from_utf8(lines.line()).unwrap();
                    found.push(format!("{}:{}", lines.place().line, text.trim()));
                }
                Ok(false) => return (found, None),
                Err(error) => return (found, Some(error.to_string())),
            }
        }
    }

    fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_ref()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compressed_or_not_the_lines_are_the_same() {
        let text = "a\n\n  \nb\r\nc";
        let expected = (
            vec!["1:a".to_owned(), "4:b".to_owned(), "5:c".to_owned()],
            None,
        );
        assert_eq!(lines(text.as_bytes().to_vec()), expected);
        assert_eq!(lines(gzip(text)), expected);
        let zstd = zstd::stream::encode_all(text.as_bytes(), 1).unwrap();
        assert_eq!(lines(zstd), expected);
        let both = [gzip("a\n\n  \n"), gzip("b\r\nc")].concat();
        assert_eq!(lines(both), expected);
        assert_eq!(lines(Vec::new()), (Vec::new(), None));
    }

    #[test]
    fn text_is_read_in_whatever_encoding_it_is_told_to_be() {
        let text = "{\"queue\":\"été ☎ 𝄞\"}\r\n\r\n{}\r\n";
        let expected = lines(text.as_bytes().to_vec());
        assert_eq!(expected.0, ["1:{\"queue\":\"été ☎ 𝄞\"}", "3:{}"]);
        let wide = |bytes: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
            let marked = format!("{mark}{text}");
            marked.encode_utf16().flat_map(bytes).collect()
        };
        for mark in ["\u{feff}", ""] {
            assert_eq!(lines(format!("{mark}{text}").into_bytes()), expected);
            assert_eq!(lines(wide(u16::to_le_bytes, mark)), expected);
            assert_eq!(lines(wide(u16::to_be_bytes, mark)), expected);
            let packed = gzip(wide(u16::to_le_bytes, mark));
            assert_eq!(lines(packed), expected);
        }
    }

    #[test]
    fn what_is_not_one_event_a_line_says_how_to_make_it_so() {
        for (text, says) in [
            ("[", "a JSON array: jq -c '.[]' makes lines of it"),
            (
                "\n[{\"a\":1},\n",
                "a JSON array: jq -c '.[]' makes lines of it",
            ),
            (
                "{\r\n  \"a\": 1\r\n}\r\n",
                "events over several lines each: jq -c . makes a line of each",
            ),
        ] {
            let input = io::Cursor::new(text);
            let error = Lines::new(Path::new("calls"), input).err().unwrap();
            assert_eq!(
                error.to_string(),
                format!("calls: not one event a line but {says}")
            );
        }
    }

    #[test]
    fn a_file_without_a_line_says_so_until_it_is_read() {
        for (text, says) in [
            ("", Some("empty")),
            ("\u{feff}", Some("empty")),
            ("\n \r\n\n", Some("nothing but blank lines")),
            ("\n{}", None),
        ] {
            let input = io::Cursor::new(text);
            let mut lines = Lines::new(Path::new("calls"), input).unwrap();
            assert_eq!(lines.emptiness(), says, "{text:?}");
            assert_eq!(lines.advance().unwrap(), says.is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_last_line_is_cut_short_where_more_must_have_followed() {
        for (text, is_cut) in [
            ("{\"a\":", true),
            ("{\"a\":\"Zo", true),
            ("{\"a\":1", true),
            ("{\"a\":1}", false),
            ("{\"a\":\n", false),
            ("garbage", false),
        ] {
            let input = io::Cursor::new(format!("{{}}\n{text}"));
            let mut lines = Lines::new(Path::new("calls"), input).unwrap();
            assert!(lines.advance().unwrap() && lines.cut_short().is_none());
            assert!(lines.advance().unwrap());
            let says = is_cut
                .then(|| "calls: line 2: the file ends in the middle of this line".to_owned());
            assert_eq!(
                lines.cut_short().map(|error| error.to_string()),
                says,
                "{text:?}"
            );
        }
    }

    #[test]
    fn of_a_truncated_file_the_whole_lines_are_read() {
        let text: String = (0..50_000)
            .map(|i| format!("line {}\n", i * 7919))
            .collect();
        let mut bytes = gzip(text);
        bytes.truncate(bytes.len() / 2);
        let (found, error) = lines(bytes);
        assert!(found.len() > 1_000, "{}", found.len());
        let message = error.unwrap();
        let line = format!("calls: line {}: ", found.len() + 1);
        assert!(message.starts_with(&line), "{message}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Lines::open(Path::new("no/such/file")).err().unwrap();
        assert!(error.to_string().starts_with("no/such/file: "), "{error}");
    }
}
