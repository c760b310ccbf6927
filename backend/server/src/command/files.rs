//! What a command reads: files of events, a directory.

use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use vigie_model::Directory;

use super::progress::Progress;
use crate::config::{Faulty, read_directory};
use crate::events::lines::{Lines, Unreadable};

/// The directory of a file; without one, the directory that knows nothing.
pub fn directory(path: Option<&Path>) -> Result<Directory, Faulty> {
    match path {
        None => Ok(Directory::empty()),
        Some(path) => read_directory(path).map_err(|faults| Faulty {
            source: path.display().to_string(),
            faults,
        }),
    }
}

/// Opens files of events; what is read of them counts as progress.
pub fn open(paths: &[PathBuf], progress: &Progress) -> anyhow::Result<Vec<Lines>> {
    let standard_input = paths.iter().filter(|path| *path == Path::new("-"));
    ensure!(
        standard_input.count() <= 1,
        "-: standard input is given twice"
    );
    let lines = paths
        .iter()
        .map(|path| Lines::open_through(path, |input| progress.counting(input)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(lines)
}

/// Fails where not all was read.
pub fn all_read(broken: &[Unreadable]) -> anyhow::Result<()> {
    match broken {
        [] => Ok(()),
        [only] => bail!("{only}"),
        [first, others @ ..] => bail!("{first}, and {} other files", others.len()),
    }
}
