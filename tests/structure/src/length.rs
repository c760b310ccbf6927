//! No file is longer than can be read in one go.

use crate::finding::Finding;
use crate::source::Source;

/// Lines that a file may have; tests may have more.
pub const LINES: usize = 500;

/// The files of a crate that are too long.
pub fn findings(source: &Source) -> impl Iterator<Item = Finding> {
    let long = |file: &&crate::source::File| file.lines > LINES && !file.is_test;
    source.files.iter().filter(long).map(|file| Finding {
        file: file.path.clone(),
        line: LINES + 1,
        what: format!("over {LINES} lines"),
        mend: format!("it has {}: cut it by its nouns", file.lines),
    })
}
