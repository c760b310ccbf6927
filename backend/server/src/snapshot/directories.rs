//! The versions of the directory that anything is counted by, as they are saved: so that
//! a restart counts yesterday by the rules of yesterday.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;
use vigie_model::{Directory, Fold, Version};

/// A version of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedDirectory {
    /// The file as it was read; `None` of the directory that knows nothing.
    pub text: Option<String>,
    /// No event after this instant had been counted when it was read.
    pub after: Time,
}

/// The versions that a fold counts by, in the order in which they were read.
pub fn saved(fold: &Fold) -> Vec<SavedDirectory> {
    let versions = fold.directory().iter();
    let saved = versions.map(|version| SavedDirectory {
        text: version.directory.text().map(str::to_owned),
        after: version.after,
    });
    saved.collect()
}

/// The versions as they were saved; none where one cannot be read any more, since another
/// build of the service wrote it: then all is counted by the file as it is now.
pub fn restored(saved: Vec<SavedDirectory>) -> Vec<Version> {
    let versions = saved.into_iter().map(|saved| {
        let directory = match &saved.text {
            Some(text) => Directory::parse(text)?,
            None => Directory::empty(),
        };
        Ok(Version {
            directory: Arc::new(directory),
            after: saved.after,
        })
    });
    versions
        .collect::<Result<_, Vec<_>>>()
        .unwrap_or_else(|faults| {
            let first = faults.first().map(ToString::to_string);
            tracing::warn!(
                faults = faults.len(),
                first,
                "a directory that was saved cannot be read any more"
            );
            Vec::new()
        })
}

/// The directory of a file that was read last; `None` where none was, or it cannot be
/// read any more.
pub fn newest(saved: Vec<SavedDirectory>) -> Option<Arc<Directory>> {
    let newest = restored(saved).pop()?.directory;
    newest.text().is_some().then_some(newest)
}

#[cfg(test)]
mod tests {
    use vigie_contract::view::Clock;
    use vigie_model::{Input, Settings};

    use super::*;

    #[test]
    fn versions_come_back_as_they_were_read() {
        let first = Arc::new(Directory::empty());
        let mut fold = Fold::new(first.clone(), Settings::live(Clock::Event));
        for (text, after) in [("version = 1 # a", 1_000), ("version = 1 # b", 2_000)] {
            fold.apply(Input::Directory {
                directory: &Arc::new(Directory::parse(text).unwrap()),
                after: Time::from_seconds(after * 86_400),
            });
        }
        let saved = saved(&fold);
        let texts: Vec<Option<&str>> = saved.iter().map(|one| one.text.as_deref()).collect();
        assert_eq!(
            texts,
            [None, Some("version = 1 # a"), Some("version = 1 # b")]
        );
        let mut next = Fold::new(first, Settings::live(Clock::Event));
        next.resume_directory(restored(saved.clone()));
        assert_eq!(super::saved(&next), saved);
    }

    #[test]
    fn what_another_build_wrote_and_this_one_cannot_read_is_left_out() {
        let saved = ["version = 1", "version = 2"].map(|text| SavedDirectory {
            text: Some(text.to_owned()),
            after: Time(i64::MIN),
        });
        assert!(restored(saved.to_vec()).is_empty());
    }
}
