//! What may have been the cause, should the engine panic.
//!
//! A panic ends the service, and whoever looks after it starts it again. If it was
//! the folding of one message, or the state that was restored, the same would
//! happen again, for ever. So both are known at each moment, outside the engine:
//! the message is then refused at the next start, and the state put aside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, Ordering};

use crate::snapshot::{MessagePlace, Store};

/// How many messages must end the service, one after another, to speak against the
/// state that they are folded into.
const TOO_MANY: usize = 3;

/// The offset that stands for no message being folded.
const NONE: i64 = -1;

/// What the engine is at. Copies tell of the same engine.
#[derive(Clone, Debug, Default)]
pub struct Suspects(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    partition: AtomicI32,
    offset: AtomicI64,
    /// Whether the state was restored, and not saved since.
    is_restored: AtomicBool,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            partition: AtomicI32::new(0),
            offset: AtomicI64::new(NONE),
            is_restored: AtomicBool::new(false),
        }
    }
}

impl Suspects {
    /// Notes that a message is being folded.
    pub fn folding(&self, place: MessagePlace) {
        self.0.partition.store(place.partition, Ordering::Relaxed);
        self.0.offset.store(place.offset, Ordering::Relaxed);
    }

    /// Notes that the message is folded.
    pub fn folded(&self) {
        self.0.offset.store(NONE, Ordering::Relaxed);
    }

    /// Notes that the state was restored from a snapshot.
    pub fn restored(&self) {
        self.0.is_restored.store(true, Ordering::Relaxed);
    }

    /// Notes that the state was saved, by which it has proved itself.
    pub fn saved(&self) {
        self.0.is_restored.store(false, Ordering::Relaxed);
    }

    /// Takes note of a panic, so that the next start does not meet it again.
    pub fn panicked(&self, store: &Store) {
        let offset = self.0.offset.load(Ordering::Relaxed);
        let place = (offset != NONE).then(|| MessagePlace {
            partition: self.0.partition.load(Ordering::Relaxed),
            offset,
        });
        let suspects_state = match place.map(|place| (place, store.add_poison(place))) {
            Some((place, Ok(known))) => {
                tracing::error!(
                    ?place,
                    "a message cannot be folded: the next start refuses it"
                );
                known >= TOO_MANY
            }
            Some((place, Err(error))) => {
                tracing::error!(?place, %error, "a message cannot be folded, nor that be noted");
                true
            }
            None => true,
        };
        if suspects_state
            && self.0.is_restored.load(Ordering::Relaxed)
            && let Ok(aside) = store.set_aside()
        {
            tracing::error!(
                ?aside,
                "the snapshot was put aside: the next start reads the topic anew"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(offset: i64) -> MessagePlace {
        MessagePlace {
            partition: 1,
            offset,
        }
    }

    fn store_with_snapshot(folder: &std::path::Path) -> Store {
        let store = Store::open(folder).unwrap();
        std::fs::write(store.path(), b"a snapshot").unwrap();
        store
    }

    #[test]
    fn the_message_that_was_being_folded_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_with_snapshot(folder.path());
        let suspects = Suspects::default();
        suspects.restored();
        suspects.folding(place(7));
        suspects.panicked(&store);
        assert_eq!(store.poison(), [place(7)].into());
        assert!(store.path().exists());
        for offset in [8, 9] {
            suspects.folding(place(offset));
            suspects.panicked(&store);
        }
        assert!(!store.path().exists(), "so many: it is the state");
    }

    #[test]
    fn a_restored_state_that_was_not_saved_since_is_put_aside() {
        for (restored, saved, kept) in [
            (true, false, false),
            (true, true, true),
            (false, false, true),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let store = store_with_snapshot(folder.path());
            let suspects = Suspects::default();
            if restored {
                suspects.restored();
            }
            if saved {
                suspects.saved();
            }
            suspects.folding(place(7));
            suspects.folded();
            suspects.panicked(&store);
            assert_eq!(store.path().exists(), kept, "{restored} {saved}");
            assert!(store.poison().is_empty());
        }
    }
}
