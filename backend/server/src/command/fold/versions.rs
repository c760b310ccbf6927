//! The versions of the directory that a fold goes by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use vigie_contract::time::Time;
use vigie_model::{Directory, Version};

use crate::command::files;

/// A version, as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    file: PathBuf,
    /// The instant after which a service read it; the first has always been in force.
    after: Option<Time>,
}

/// Reads `FILE` or `FILE@T`. A file may have an @ in its name.
pub fn given(text: &str) -> Result<Given, String> {
    if let Some((file, after)) = text.rsplit_once('@')
        && !Path::new(text).exists()
    {
        let after = after
            .parse()
            .map_err(|error| format!("{after:?} is not an instant: {error}"))?;
        return Ok(Given {
            file: file.into(),
            after: Some(after),
        });
    }
    Ok(Given {
        file: text.into(),
        after: None,
    })
}

/// The versions of some files, the first of them in force from the beginning; without
/// a file, the directory that knows nothing.
pub fn read(given: &[Given]) -> anyhow::Result<(Arc<Directory>, Vec<Version>)> {
    let (first, later) = match given {
        [] => (None, given),
        [first, later @ ..] => (Some(first), later),
    };
    if let Some(Given {
        file,
        after: Some(_),
    }) = first
    {
        let file = file.display();
        anyhow::bail!("--directory {file}: the first has always been in force, and takes no @T");
    }
    let mut versions: Vec<Version> = Vec::new();
    for Given { file, after } in later {
        let shown = file.display();
        let after = after.with_context(|| {
            format!("--directory {shown}: after which instant was it read? {shown}@T")
        })?;
        let before = versions.last().map(|before| before.after);
        ensure!(
            before.is_none_or(|before| before <= after),
            "--directory {shown}@{after}: was read before the one before it"
        );
        let directory = Arc::new(files::directory(Some(file))?);
        versions.push(Version { directory, after });
    }
    let first = files::directory(first.map(|first| &*first.file))?;
    Ok((Arc::new(first), versions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_file_and_the_instant_after_which_it_was_read() {
        let read = |text: &str| given(text).map(|given| (given.file, given.after));
        let after: Time = "2026-11-23T10:00:00Z".parse().unwrap();
        assert_eq!(read("a.toml"), Ok(("a.toml".into(), None)));
        let with = read("here@home/a.toml@2026-11-23T10:00:00Z");
        assert_eq!(with, Ok(("here@home/a.toml".into(), Some(after))));
        assert!(
            read("a.toml@noon")
                .unwrap_err()
                .starts_with("\"noon\" is not")
        );
    }

    #[test]
    fn the_first_has_no_instant_and_the_others_have_one_each_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "version = 1").unwrap();
        let all = |afters: &[Option<i64>]| {
            let given = afters.iter().map(|after| Given {
                file: file.clone(),
                after: after.map(Time::from_seconds),
            });
            let given: Vec<Given> = given.collect();
            read(&given).map(|(_, versions)| versions.len())
        };
        assert_eq!(all(&[]).unwrap(), 0);
        assert_eq!(all(&[None, Some(5), Some(5), Some(7)]).unwrap(), 3);
        for (afters, says) in [
            (&[Some(5)][..], "always been in force"),
            (&[None, None], "after which instant"),
            (&[None, Some(7), Some(5)], "before the one before"),
        ] {
            let error = all(afters).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
