//! The directory's file, watched: a version that is whole goes to the engine, one that
//! is at fault is told, and changes nothing.
//!
//! The file is looked at once a second, by its name: what it is now, wherever links
//! lead. So a link that is turned to another folder, as Kubernetes does with a
//! ConfigMap, a file put in the place of another, one written over, and one on a
//! network drive are all the same. Rejected: notices of the kernel (inotify), which
//! follow a file and not its name, never come from a network drive, and have to be
//! asked for anew after each such change.
//!
//! A file that has just changed is read once it has been the same for a second, and one
//! that is gone is missed after some: whoever writes it may not be done.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use vigie_model::Directory;

use crate::config::read_directory;
use crate::engine::request::Handle;

/// How often the file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many times in a row a file is found the same before it is read.
const SAME_FOR: u32 = 2;

/// How many times in a row none is found before it is missed.
const MISSED_AFTER: u32 = 6;

/// The most faults that the log tells of one version, a line each.
const FAULTS_TOLD: usize = 1_000;

/// What tells a file from another, or from itself before it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    place: (u64, u64),
    length: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self {
            place: (file.dev(), file.ino()),
            length: file.len(),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

/// When a file is to be read, by what is found under its name each time that one looks.
#[derive(Debug, Default)]
struct Looking {
    /// What was found last, and how many times in a row.
    found: Option<(Option<Stamp>, u32)>,
    /// What was found when it was last read.
    read: Option<Option<Stamp>>,
}

impl Looking {
    /// Takes note of what is found; answers whether it is to be read now.
    fn find(&mut self, stamp: Option<Stamp>) -> bool {
        let times = match self.found {
            Some((before, times)) if before == stamp => times.saturating_add(1),
            _ => 1,
        };
        self.found = Some((stamp, times));
        let needed = match stamp {
            Some(_) => SAME_FOR,
            None => MISSED_AFTER,
        };
        let is_due = times >= needed && self.read != Some(stamp);
        if is_due {
            self.read = Some(stamp);
        }
        is_due
    }
}

/// Watches the directory's file for as long as the engine runs. `asked`: somebody wants
/// it read now. `in_force`: the version that the service started with.
pub async fn watch(
    path: PathBuf,
    in_force: Arc<Directory>,
    mut asked: mpsc::Receiver<()>,
    engine: Handle,
) {
    let mut looking = Looking::default();
    let mut last = Ok(in_force);
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let is_asked = tokio::select! {
            _ = ticks.tick() => false,
            Some(()) = asked.recv() => true,
        };
        let stamp = found(&path).await;
        if !looking.find(stamp) && !is_asked {
            continue;
        }
        let read = read(&path).await;
        if is_asked || !is_same(&read, &last) {
            tell(&path, &read);
            if engine
                .take_directory(read.clone().map_err(|faults| faults.len()))
                .await
                .is_err()
            {
                return; // It has ended, and so does the process.
            }
        }
        last = read;
    }
}

/// What is found under a name.
async fn found(path: &Path) -> Option<Stamp> {
    // Of a network drive that may take any time.
    let owned = path.to_owned();
    let file = tokio::task::spawn_blocking(move || owned.metadata());
    let file = file.await.ok()?.ok()?;
    Some(Stamp::of(&file))
}

async fn read(path: &Path) -> Result<Arc<Directory>, Vec<String>> {
    let owned = path.to_owned();
    match tokio::task::spawn_blocking(move || read_directory(&owned)).await {
        Ok(read) => read.map(Arc::new),
        Err(error) => Err(vec![format!("{}: reading it: {error}", path.display())]),
    }
}

type Read = Result<Arc<Directory>, Vec<String>>;

fn is_same(one: &Read, other: &Read) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one.text() == other.text(),
        (Err(one), Err(other)) => one == other,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

fn tell(path: &Path, read: &Read) {
    let Err(faults) = read else {
        return; // The engine tells when it takes effect.
    };
    let path = path.display();
    let count = faults.len();
    tracing::error!(%path, faults = count, "the directory is refused, the version before stays in force");
    for fault in faults.iter().take(FAULTS_TOLD) {
        tracing::error!(fault, "at fault in the directory");
    }
    if count > FAULTS_TOLD {
        let untold = count - FAULTS_TOLD;
        tracing::error!(untold, "more is at fault in the directory");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(number: u64) -> Option<Stamp> {
        Some(Stamp {
            place: (1, number),
            length: 10,
            changed: (0, 0),
        })
    }

    #[test]
    fn a_file_is_read_once_it_has_stayed_the_same() {
        let mut looking = Looking::default();
        let found: Vec<bool> = [1, 1, 1, 2, 3, 3, 3, 1]
            .map(|number| looking.find(stamp(number)))
            .to_vec();
        let expected = [false, true, false, false, false, true, false, false];
        assert_eq!(found, expected);
        // It is as it was when it was read before the last time.
        assert!(looking.find(stamp(1)));
    }

    #[test]
    fn a_file_that_is_gone_for_a_moment_is_not_missed() {
        let mut looking = Looking::default();
        assert!(!looking.find(stamp(1)) && looking.find(stamp(1)));
        assert!((1..MISSED_AFTER).all(|_| !looking.find(None)));
        assert!(!looking.find(stamp(1)) && !looking.find(stamp(1)));
        assert!((1..MISSED_AFTER).all(|_| !looking.find(None)));
        assert!(looking.find(None));
        assert!(!looking.find(None));
        assert!(!looking.find(stamp(1)) && looking.find(stamp(1)));
    }

    #[test]
    fn faults_are_told_once() {
        let faulty = |fault: &str| -> Read { Err(vec![fault.to_owned()]) };
        let empty = || -> Read { Ok(Arc::new(Directory::empty())) };
        assert!(is_same(&faulty("a"), &faulty("a")));
        assert!(!is_same(&faulty("a"), &faulty("b")));
        assert!(!is_same(&faulty("a"), &empty()));
        assert!(is_same(&empty(), &empty()));
    }
}
