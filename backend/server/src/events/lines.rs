//! The lines of one file, one at a time in one buffer.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

/// Read from the disk, and out of a decompressor, in pieces of this size.
const BUFFER: usize = 256 * 1024;

/// A line longer than this is no event: memory stays bounded.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A file that cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It cannot be opened.
    #[error("{}: {error}", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It ends in the middle, or is damaged there.
    #[error("{}: line {line}: {error}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line that could not be read.
        line: u64,
        /// Why.
        error: io::Error,
    },
}

/// A file, read line by line.
pub struct Lines {
    path: PathBuf,
    input: Box<dyn BufRead>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Opens a file; what it is compressed with is told by how it starts. `-`
    /// is standard input.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        Self::open_through(path, |input| input)
    }

    /// The same, where the bytes as they are stored go through a reader that
    /// counts them.
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
        Self::new(path, through(input)).map_err(|error| Unreadable::Closed {
            path: path.to_owned(),
            error,
        })
    }

    /// Reads what may be compressed; `path` is for messages.
    pub fn new(path: &Path, input: impl Read + 'static) -> io::Result<Self> {
        let mut input = BufReader::with_capacity(BUFFER, input);
        let start = input.fill_buf()?;
        let input: Box<dyn BufRead> = if start.starts_with(GZIP) {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input)))
        } else if start.starts_with(ZSTD) {
            let decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        } else {
            Box::new(input)
        };
        Ok(Self {
            path: path.to_owned(),
            input,
            line: Vec::new(),
            number: 0,
        })
    }

    /// Goes to the next line that is not blank; `false` at the end.
    pub fn advance(&mut self) -> Result<bool, Unreadable> {
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
            if let Err(error) = outcome {
                return Err(Unreadable::Broken {
                    path: self.path.clone(),
                    line: self.number,
                    error,
                });
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    /// The line, its line feed included.
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// Where the line is.
    pub fn place(&self) -> Place<'_> {
        Place {
            path: &self.path,
            line: self.number,
        }
    }
}

/// Where a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'p> {
    /// The file.
    pub path: &'p Path,
    /// Number of the line, from 1.
    pub line: u64,
}

impl std::fmt::Display for Place<'_> {
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

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
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
    fn of_a_truncated_file_the_whole_lines_are_read() {
        let text: String = (0..50_000)
            .map(|i| format!("line {}\n", i * 7919))
            .collect();
        let mut bytes = gzip(&text);
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
