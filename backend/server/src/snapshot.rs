//! The state on disk, with the offsets it covers.
//!
//! One file: a magic word, the version of the format, the length and checksum
//! of what follows, then the states of the partitions, each with the offset it
//! was folded through. Written beside the old one, flushed to the disk, then
//! put in its place: at any moment there is one that is whole. A file that is
//! damaged, or of another format or topic, is refused, and the topic is read
//! from its beginning.
//!
//! A folder serves one service: it is locked for as long as that runs. Beside the
//! state lie the offsets of messages that ended the service when they were folded
//! ([`Store::poison`]): they are not folded again.

pub mod directories;
pub mod settings;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;

use self::directories::SavedDirectory;
use crate::ingest::letter::Letter;

/// What every snapshot starts with.
const MAGIC: &[u8; 8] = b"VIGIESNP";

/// Version of the format, that of the states in it included: raised whenever they
/// change.
const VERSION: u32 = 12;

/// The bytes of the header: magic word, version, length and checksum.
const HEADER: usize = 8 + 4 + 8 + 4;

/// Name of the file in its folder.
const NAME: &str = "state.vigie";

/// The file that is locked.
const LOCK: &str = "lock";

/// Places of messages that ended the service.
const POISON: &str = "poison.json";

/// The state of the whole service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Topic that the offsets are of.
    pub topic: String,
    /// Identity of the topic, where the broker said: one that is made anew has
    /// another.
    pub topic_id: Option<String>,
    /// Cluster that the topic is of, where the broker said.
    pub cluster: Option<String>,
    /// Version of the service that wrote it.
    pub build: String,
    /// A number that tells the key of its hashes of pseudonyms from other keys, and
    /// tells no more of it.
    pub key_check: u64,
    /// The instant that the figures were as of.
    pub as_of: Option<Time>,
    /// The versions of the directory that anything is counted by, in the order in which
    /// they were read.
    pub directories: Vec<SavedDirectory>,
    /// The state of each partition.
    pub partitions: Vec<PartitionState>,
    /// What was judged as of that instant, as the model saves it.
    pub judged: Vec<u8>,
    /// Refused messages before those offsets that the broker had not taken.
    pub refused: Vec<Letter>,
    /// Messages that were lost unread.
    pub lost: Vec<LostMessages>,
}

/// Messages that the broker had thrown away before they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostMessages {
    /// When the loss was noticed.
    pub noticed: Time,
    /// How many messages were lost.
    pub messages: u64,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessagePlace {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
}

/// The state of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionState {
    /// Partition of the topic.
    pub partition: i32,
    /// The first offset that is not in the state.
    pub next_offset: i64,
    /// The state as the model saves it.
    pub state: Vec<u8>,
}

/// Why a file is not a snapshot to start from.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The file is not a snapshot.
    #[error("not a snapshot of this service")]
    Foreign,
    /// The file is a snapshot of another format.
    #[error("format {0}, this version reads format {VERSION}")]
    Format(u32),
    /// The file is cut short or changed.
    #[error("damaged: {0}")]
    Damaged(&'static str),
}

impl Snapshot {
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = postcard::to_allocvec(self).expect("a snapshot has only numbers and lists");
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// Reads a snapshot from the bytes of the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        let Some((magic, rest)) = bytes.split_first_chunk::<8>() else {
            return Err(Unusable::Foreign);
        };
        if magic != MAGIC {
            return Err(Unusable::Foreign);
        }
        let cut = || Unusable::Damaged("cut short");
        let (version, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let version = u32::from_le_bytes(*version);
        if version != VERSION {
            return Err(Unusable::Format(version));
        }
        let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
        let (checksum, body) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        if body.len() as u64 != u64::from_le_bytes(*length) {
            return Err(cut());
        }
        if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(Unusable::Damaged("its checksum differs"));
        }
        postcard::from_bytes(body).map_err(|_| Unusable::Damaged("not readable"))
    }
}

/// The folder of a snapshot. Copies are of the same folder.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    /// Held for as long as the store is there; the system lets go of it when the
    /// process ends, however it does.
    _lock: Arc<File>,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Another service uses it.
    #[error("another service uses it")]
    Taken,
    /// Nothing can be written there.
    #[error("nothing can be written there: {0}")]
    Unwritable(#[from] io::Error),
}

impl Store {
    /// Opens a folder, which made if it is not there. Nobody else may use it
    /// meanwhile. Whether a snapshot can be written there is tried at once.
    pub fn open(folder: &Path) -> Result<Self, Unfit> {
        fs::create_dir_all(folder)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(Unfit::Taken),
            Err(fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        let store = Self {
            folder: folder.to_owned(),
            _lock: Arc::new(lock),
        };
        let trial = store.folder.join(format!("{NAME}.new"));
        File::create(&trial)?.write_all(MAGIC)?;
        fs::remove_file(&trial)?;
        Ok(store)
    }

    /// The path of the snapshot.
    pub fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// The messages that ended the service when they were folded.
    pub fn poison(&self) -> BTreeSet<MessagePlace> {
        let read = fs::read(self.folder.join(POISON));
        read.ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Forgets the messages that ended the service, since the topic is another.
    pub fn clear_poison(&self) {
        // It is written anew when one is found; there may be none.
        let _ = fs::remove_file(self.folder.join(POISON));
    }

    /// Takes note of one more. Answers how many are known.
    pub fn add_poison(&self, place: MessagePlace) -> io::Result<usize> {
        let mut known = self.poison();
        known.insert(place);
        fs::write(self.folder.join(POISON), serde_json::to_vec(&known)?)?;
        Ok(known.len())
    }

    /// The snapshot, if there is one.
    pub fn read(&self) -> Result<Option<Snapshot>, Unusable> {
        match fs::read(self.path()) {
            Ok(bytes) => Snapshot::from_bytes(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Unusable::Unreadable(error)),
        }
    }

    /// Puts an unusable file aside, so that it is there to look at once a new
    /// one is written.
    pub fn set_aside(&self) -> io::Result<PathBuf> {
        let aside = self.folder.join(format!("{NAME}.unusable"));
        fs::rename(self.path(), &aside)?;
        Ok(aside)
    }

    /// Writes a snapshot in place of the one before; answers its size.
    pub fn write(&self, snapshot: &Snapshot) -> io::Result<usize> {
        let bytes = snapshot.to_bytes();
        let fresh = self.folder.join(format!("{NAME}.new"));
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, self.path())?;
        // The new name must outlive a power cut as well.
        File::open(&self.folder)?.sync_all()?;
        Ok(bytes.len())
    }
}

#[cfg(test)]
mod golden;

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            topic: "calls".to_owned(),
            cluster: Some("abc".to_owned()),
            build: "0.1.0".to_owned(),
            key_check: 11,
            as_of: Some(Time::from_seconds(7)),
            topic_id: Some("id".to_owned()),
            directories: vec![SavedDirectory {
                text: Some("version = 1".to_owned()),
                after: Time(i64::MIN),
            }],
            partitions: vec![PartitionState {
                partition: 3,
                next_offset: 42,
                state: vec![1, 2, 3],
            }],
            judged: vec![4, 5],
            refused: Vec::new(),
            lost: Vec::new(),
        }
    }

    #[test]
    fn a_snapshot_reads_back_and_replaces_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("made/for/it")).unwrap();
        assert!(store.read().unwrap().is_none());
        store.write(&snapshot()).unwrap();
        let mut later = snapshot();
        later.partitions[0].next_offset = 43;
        let size = store.write(&later).unwrap();
        let read = store.read().unwrap().map(|read| read.to_bytes());
        assert_eq!(read, Some(later.to_bytes()));
        assert_eq!(fs::metadata(store.path()).unwrap().len(), size as u64);
        let names = fs::read_dir(store.path().parent().unwrap()).unwrap();
        assert_eq!(names.count(), 2, "beside the lock nothing is left there");
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_noticed() {
        let whole = snapshot().to_bytes();
        for length in 0..whole.len() {
            assert!(Snapshot::from_bytes(&whole[..length]).is_err(), "{length}");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            assert!(Snapshot::from_bytes(&changed).is_err(), "{at}");
        }
    }

    #[test]
    fn a_file_of_another_kind_is_told_from_a_damaged_one() {
        let said = |bytes: &[u8]| Snapshot::from_bytes(bytes).unwrap_err().to_string();
        assert_eq!(said(b"{\"json\": true}"), "not a snapshot of this service");
        let mut newer = snapshot().to_bytes();
        newer[8] = VERSION as u8 + 1;
        let expected = format!(
            "format {}, this version reads format {VERSION}",
            VERSION + 1
        );
        assert_eq!(said(&newer), expected);
        let whole = snapshot().to_bytes();
        assert_eq!(said(&whole[..whole.len() - 1]), "damaged: cut short");
    }

    #[test]
    fn an_unusable_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        fs::write(store.path(), b"nonsense").unwrap();
        assert!(store.read().is_err());
        let aside = store.set_aside().unwrap();
        assert_eq!(fs::read(aside).unwrap(), b"nonsense");
        assert!(store.read().unwrap().is_none());
    }

    #[test]
    fn a_folder_serves_one_service() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path()).unwrap();
        assert!(matches!(Store::open(folder.path()), Err(Unfit::Taken)));
        drop(first);
        Store::open(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        // A folder stands where the snapshot would be written.
        fs::create_dir(folder.path().join(format!("{NAME}.new"))).unwrap();
        assert!(matches!(
            Store::open(folder.path()),
            Err(Unfit::Unwritable(_))
        ));
    }

    #[test]
    fn messages_that_ended_the_service_are_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert!(store.poison().is_empty());
        let place = |offset| MessagePlace {
            partition: 2,
            offset,
        };
        for (offset, known) in [(7, 1), (9, 2), (7, 2)] {
            assert_eq!(store.add_poison(place(offset)).unwrap(), known);
        }
        assert_eq!(store.poison(), BTreeSet::from([place(7), place(9)]));
    }
}
