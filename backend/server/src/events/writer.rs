//! Lines into a file, compressed as its name says.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;

/// A file being written; it is whole once [`Writer::finish`] says so.
pub struct Writer {
    path: PathBuf,
    out: Out,
}

enum Out {
    Plain(Box<dyn Write>),
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<File>>),
}

impl Writer {
    /// Creates the file: `.gz` and `.zst` are compressed, `-` is standard
    /// output.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        Self::open(path)
            .map(|out| Self {
                path: path.to_owned(),
                out,
            })
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
    }

    fn open(path: &Path) -> io::Result<Out> {
        if path == Path::new("-") {
            return Ok(Out::Plain(Box::new(BufWriter::new(io::stdout()))));
        }
        let file = BufWriter::new(File::create(path)?);
        Ok(match path.extension().and_then(|name| name.to_str()) {
            Some("gz") => Out::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            Some("zst") => Out::Zstd(zstd::stream::write::Encoder::new(file, 3)?),
            _ => Out::Plain(Box::new(file)),
        })
    }

    /// Writes a line, and its line feed.
    pub fn line(&mut self, line: &[u8]) -> anyhow::Result<()> {
        self.write_all(line)
            .and_then(|()| self.write_all(b"\n"))
            .map_err(|error| self.named(error))
    }

    /// Writes what is left, down to the file.
    pub fn finish(self) -> anyhow::Result<()> {
        let path = self.path;
        let outcome = match self.out {
            Out::Plain(mut out) => out.flush(),
            Out::Gzip(out) => out.finish().and_then(|mut out| out.flush()),
            Out::Zstd(out) => out.finish().and_then(|mut out| out.flush()),
        };
        outcome.map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
    }

    /// The error with the file, but for a reader of standard output that left.
    fn named(&self, error: io::Error) -> anyhow::Error {
        if error.kind() == io::ErrorKind::BrokenPipe {
            error.into()
        } else {
            anyhow::anyhow!("{}: {error}", self.path.display())
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Out::Plain(out) => out.write(bytes),
            Out::Gzip(out) => out.write(bytes),
            Out::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Plain(out) => out.flush(),
            Out::Gzip(out) => out.flush(),
            Out::Zstd(out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::Lines;
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        for (name, magic) in [("a.ndjson", "on"), ("a.ndjson.gz", "\x1f"), ("a.zst", "(")] {
            let path = folder.path().join(name);
            let mut writer = Writer::create(&path).unwrap();
            writer.line(b"one").unwrap();
            writer.line(b"two").unwrap();
            writer.finish().unwrap();
            assert!(
                std::fs::read(&path).unwrap().starts_with(magic.as_bytes()),
                "{name}"
            );
            let mut lines = Lines::open(&path).unwrap();
            assert!(lines.advance().unwrap());
            assert_eq!(lines.line(), b"one\n");
            assert!(lines.advance().unwrap());
            assert_eq!(lines.line(), b"two\n");
            assert!(!lines.advance().unwrap());
        }
    }
}
