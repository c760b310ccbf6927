//! The key of the hashes of pseudonyms: the one given, else one made at the first
//! start and kept beside the snapshots, which hold those hashes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::Context;
use vigie_model::Pseudonyms;

use super::key::{KEY_BYTES, read, written};

/// Name of the file in the folder of the snapshots.
const NAME: &str = "pseudonyms.key";

/// The permissions of the file: its owner may read and write it, nobody else
/// anything.
const OWNER_ALONE: u32 = 0o600;

/// The key to fold with: the one given, else the one kept in the folder of the
/// snapshots.
pub fn key(given: Option<Pseudonyms>, folder: Option<&Path>) -> anyhow::Result<Pseudonyms> {
    match (given, folder) {
        (Some(given), _) => Ok(given),
        (None, Some(folder)) => kept_in(folder),
        // Nothing is kept: the next start makes another.
        (None, None) => Ok(Pseudonyms::new(new_key()?)),
    }
}

fn kept_in(folder: &Path) -> anyhow::Result<Pseudonyms> {
    let file = folder.join(NAME);
    match fs::metadata(&file) {
        Ok(known) => {
            if known.permissions().mode() & 0o077 != 0 {
                let file = file.display();
                tracing::warn!(%file, "others than its owner may use the key of pseudonyms");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(folder, &file)
                .with_context(|| format!("cannot make the key of pseudonyms {}", file.display()))?;
        }
        Err(_) => {} // told by the reading
    }
    read(&file).map_err(|problem| {
        anyhow::anyhow!("the key of pseudonyms cannot be used: {problem}; without the file a new one is made, and the snapshot is not used")
    })
}

fn make(folder: &Path, file: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    // Under another name first: at no moment is there half a key.
    let fresh = folder.join(format!("{NAME}.new"));
    let _gone = fs::remove_file(&fresh);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(OWNER_ALONE);
    let mut written_to = options.open(&fresh)?;
    written_to.write_all(written(new_key()?).as_bytes())?;
    written_to.sync_all()?;
    fs::rename(&fresh, file)?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn new_key() -> anyhow::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).context("no random numbers for the key of pseudonyms")?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("made/for/it");
        let first = kept_in(&folder).unwrap();
        assert_eq!(kept_in(&folder).unwrap(), first);
        let mode = fs::metadata(folder.join(NAME))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, OWNER_ALONE);
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "nothing else is left"
        );
        fs::remove_file(folder.join(NAME)).unwrap();
        assert_ne!(kept_in(&folder).unwrap(), first);
    }

    #[test]
    fn a_damaged_key_is_told_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "half a ke").unwrap();
        let problem = kept_in(folder.path()).unwrap_err().to_string();
        assert!(problem.contains("not a key of 32"), "{problem}");
        assert!(!problem.contains("half a ke"), "{problem}");
    }
}
