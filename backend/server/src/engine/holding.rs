//! Batches in memory, weighed.
//!
//! One message that is held back keeps its whole batch, whose other messages may be
//! large and long folded. So it is batches that are weighed, each once, for as long
//! as anything of it is held.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::ingest::batch::{Batch, Record};

/// Adds up the bytes of the batches that are in memory. Copies are of one scale.
#[derive(Clone, Debug, Default)]
pub struct Scale(Arc<AtomicUsize>);

impl Scale {
    /// Puts a batch on the scale until nobody has the batch any more.
    pub fn put(&self, batch: Batch) -> Arc<Weighed> {
        let weight = batch.size() + batch.len() * size_of::<Record>();
        self.0.fetch_add(weight, Ordering::Relaxed);
        Arc::new(Weighed {
            batch,
            weight,
            scale: self.clone(),
        })
    }

    /// The bytes of all batches on the scale.
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A batch that is on a scale.
#[derive(Debug)]
pub struct Weighed {
    batch: Batch,
    weight: usize,
    scale: Scale,
}

impl Deref for Weighed {
    type Target = Batch;

    fn deref(&self) -> &Batch {
        &self.batch
    }
}

impl Drop for Weighed {
    fn drop(&mut self) {
        self.scale.0.fetch_sub(self.weight, Ordering::Relaxed);
    }
}

/// A message that is held back: its batch, and its number in it.
pub type HeldMessage = (Arc<Weighed>, usize);

/// A batch that is being folded. Nothing else is taken from the reader before its
/// end, so that whatever comes behind it finds it folded.
#[derive(Debug)]
pub struct Unfolded {
    /// The batch that is being folded.
    pub batch: Arc<Weighed>,
    /// The number of the message that is folded next.
    pub next: usize,
    /// When the batch was read.
    pub read: Instant,
}
