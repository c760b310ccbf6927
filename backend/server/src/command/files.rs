//! What a command reads: files of events, a directory; and what it must not
//! write over.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::ops::ControlFlow;
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use vigie_model::Directory;

use super::progress::Progress;
use crate::config::{Faulty, read_directory};
use crate::events::lines::{LinePlace, Lines, Unreadable};
use crate::events::merge::{ReadLine, merge};
use crate::events::sort::sort;

/// The directory of a file; without one, the directory that knows nothing.
pub fn directory(path: Option<&Path>) -> Result<Directory, Faulty> {
    match path {
        None => Ok(Directory::empty()),
        Some(path) => read_directory(path).map_err(|faults| Faulty {
            source: path.display().to_string(),
            of: "configuration",
            faults,
        }),
    }
}

/// Opens files of events, and says which hold none; what is read of them counts
/// as progress.
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
    for (path, lines) in paths.iter().zip(&lines) {
        if let Some(emptiness) = lines.emptiness() {
            progress.say(&format!("{}: no event in it: {emptiness}", path.display()));
        }
    }
    Ok(lines)
}

/// In which order the lines of files are taken.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)] // its name would be that of the command that has it
pub struct Order {
    /// Sort the events by time first, where files are in another order than that
    /// of arrival, such as call after call. Takes about 256 MiB of memory, and of a
    /// temporary folder as much as the files hold uncompressed.
    #[arg(long)]
    sort: bool,
}

impl Order {
    /// Hands every line of the files to `take`, until it fails, and fails with it.
    /// Answers the files that could not be read to their end.
    pub fn each_line<E: Into<anyhow::Error>>(
        self,
        files: Vec<Lines>,
        mut take: impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> Result<(), E>,
    ) -> anyhow::Result<Vec<Unreadable>> {
        let mut failed = None;
        let take =
            |bytes: &[u8], place: LinePlace<'_>, line: ReadLine<'_>| match take(bytes, place, line)
            {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            };
        let broken = if self.sort {
            sort(files, take).context("--sort: cannot keep lines in a temporary file")?
        } else {
            merge(files, take)
        };
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(broken),
        }
    }
}

/// Fails where not all was read.
pub fn all_read(broken: &[Unreadable]) -> anyhow::Result<()> {
    match broken {
        [] => Ok(()),
        [only] => bail!("{only}"),
        [first, others @ ..] => bail!("{first}, and {} other files", others.len()),
    }
}

/// Fails where a file that is to be written is read as well, or is written
/// twice, under whatever name: what is in it would be lost.
pub fn keep_apart<'p>(
    read: impl IntoIterator<Item = &'p Path>,
    written: impl IntoIterator<Item = &'p Path>,
) -> anyhow::Result<()> {
    let inputs = read
        .into_iter()
        .filter_map(|path| Some((identity_read(path)?, "input", path)));
    let mut taken: Vec<_> = inputs.collect();
    for path in written {
        let Some(identity) = identity_written(path) else {
            continue;
        };
        if let Some((_, role, other)) = taken.iter().find(|(other, ..)| *other == identity) {
            let (path, other) = (path.display(), other.display());
            bail!("{path}: cannot be written: it is the {role} {other}");
        }
        taken.push((identity, "output", path));
    }
    Ok(())
}

/// Tells a file from all others, whatever names it has.
#[derive(PartialEq)]
enum Identity {
    /// Device and inode.
    There(u64, u64),
    /// Those of its folder, and its name there.
    ToCome(u64, u64, OsString),
}

impl Identity {
    /// Of what can be written over: devices and pipes hold nothing.
    fn of(metadata: &Metadata) -> Option<Self> {
        let is_file = metadata.is_file();
        is_file.then(|| Self::There(metadata.dev(), metadata.ino()))
    }
}

/// Of a file that is read, standard input among them: it may be a file too.
fn identity_read(path: &Path) -> Option<Identity> {
    let metadata = if path == Path::new("-") {
        let input = io::stdin().as_fd().try_clone_to_owned().ok()?;
        File::from(input).metadata()
    } else {
        path.metadata()
    };
    Identity::of(&metadata.ok()?)
}

fn identity_written(path: &Path) -> Option<Identity> {
    if path == Path::new("-") {
        return None;
    }
    match path.metadata() {
        Ok(metadata) => Identity::of(&metadata),
        Err(_) => {
            let folder = match path.parent()? {
                folder if folder == Path::new("") => Path::new("."),
                folder => folder,
            };
            let folder = folder.metadata().ok()?;
            let name = path.file_name()?.to_owned();
            Some(Identity::ToCome(folder.dev(), folder.ino(), name))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Why files of a folder cannot be read and written.
    fn refusal(folder: &Path, read: &[&str], written: &[&str]) -> Option<String> {
        let at = |names: &[&str]| -> Vec<PathBuf> {
            names.iter().map(|name| folder.join(name)).collect()
        };
        let (read, written) = (at(read), at(written));
        let read = read.iter().map(PathBuf::as_path);
        let refusal = keep_apart(read, written.iter().map(PathBuf::as_path)).err()?;
        let prefix = format!("{}/", folder.display());
        Some(refusal.to_string().replace(&prefix, ""))
    }

    #[test]
    fn a_file_that_is_read_is_not_written_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join("a"), "one").unwrap();
        fs::write(folder.join("b"), "other").unwrap();
        fs::hard_link(folder.join("a"), folder.join("hard")).unwrap();
        std::os::unix::fs::symlink("a", folder.join("soft")).unwrap();
        for name in ["a", "hard", "soft"] {
            let refusal = refusal(folder, &["b", "a"], &["new", name]);
            let says = format!("{name}: cannot be written: it is the input a");
            assert_eq!(refusal, Some(says));
        }
        assert_eq!(refusal(folder, &["a", "absent"], &["b", "new"]), None);
    }

    #[test]
    fn no_file_is_written_twice() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("sub")).unwrap();
        for name in ["new", "sub/../new"] {
            let refusal = refusal(folder, &[], &["other", "new", name]);
            let says = format!("{name}: cannot be written: it is the output new");
            assert_eq!(refusal, Some(says));
        }
        assert_eq!(refusal(folder, &[], &["new", "sub/new"]), None);
    }

    #[test]
    fn what_holds_nothing_is_read_and_written_at_once() {
        let nothing = Path::new("/dev/null");
        assert!(keep_apart([nothing], [nothing, nothing]).is_ok());
        let standard = Path::new("-");
        assert!(keep_apart([standard], [standard, standard]).is_ok());
    }
}
