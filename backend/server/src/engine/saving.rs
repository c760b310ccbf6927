//! When and how the state is saved, and what is restored at the start.
//!
//! A snapshot is taken one partition at a time between two turns of the loop:
//! each state carries its own offset, so they need not be of one moment. It is
//! written once every refused message that it covers is with the broker, and
//! only then are the offsets committed.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use vigie_contract::time::{Span, Time};
use vigie_model::{Fold, Input};

use crate::ingest::Extent;
use crate::ingest::refused::wait_for;
use crate::snapshot::{PartitionState, Snapshot, Store};
use crate::telemetry::metrics as names;

/// A snapshot that was written.
#[derive(Debug)]
pub struct Written {
    /// The offsets it covers.
    pub offsets: BTreeMap<i32, i64>,
    /// Its size; `None` where it could not be written.
    pub bytes: Option<usize>,
}

/// States that are not in the fold, snapshots to come, and what the last one
/// covered.
pub struct Saving {
    topic: String,
    cluster: Option<String>,
    store: Option<Store>,
    interval: Span,
    due: Time,
    /// States of partitions that are not read here.
    shelf: BTreeMap<i32, PartitionState>,
    /// The snapshot being taken: what is still to be saved, and what was.
    taking: Option<(Vec<i32>, Snapshot)>,
    /// The snapshot being written: one at a time, they share a file.
    writing: Option<JoinHandle<()>>,
    covered: BTreeMap<i32, i64>,
    written: mpsc::Sender<Written>,
}

impl Saving {
    /// Into a store, each `interval`; what was written is told to `written`.
    pub fn new(
        topic: &str,
        store: Option<Store>,
        interval: Duration,
        written: mpsc::Sender<Written>,
    ) -> Self {
        Self {
            topic: topic.to_owned(),
            cluster: None,
            store,
            interval: Span(i64::try_from(interval.as_micros()).unwrap_or(i64::MAX)),
            due: Time::default(),
            shelf: BTreeMap::new(),
            taking: None,
            writing: None,
            covered: BTreeMap::new(),
            written,
        }
    }

    /// Restores the last snapshot, so that there are figures before the broker
    /// answers. What cannot be used is told and counted, and read anew.
    pub fn restore(&mut self, fold: &mut Fold) {
        let Some(store) = &self.store else {
            return;
        };
        let path = store.path().display().to_string();
        let snapshot = match store.read() {
            Ok(None) => {
                tracing::info!(path, "no snapshot, reading the topic from its beginning");
                return;
            }
            Ok(Some(snapshot)) => snapshot,
            Err(error) => {
                let aside = store.set_aside().ok();
                unusable(&path, &error.to_string());
                tracing::warn!(?aside, "the snapshot was put aside");
                return;
            }
        };
        if snapshot.topic != self.topic {
            let problem = format!("of topic {:?}, not {:?}", snapshot.topic, self.topic);
            return unusable(&path, &problem);
        }
        if snapshot.key_check != fold.key_check() {
            return unusable(&path, "its hashes of pseudonyms were made with another key");
        }
        self.cluster = snapshot.cluster;
        let count = snapshot.partitions.len();
        for state in snapshot.partitions {
            match fold.load(state.partition, &state.state) {
                Ok(()) => {
                    self.covered.insert(state.partition, state.next_offset);
                }
                Err(error) => {
                    unusable(&path, &format!("partition {}: {error}", state.partition));
                }
            }
        }
        if let Some(to) = snapshot.as_of {
            fold.apply(Input::Advance { to });
        }
        tracing::info!(path, partitions = count, as_of = ?snapshot.as_of.map(|t| t.to_string()), "restored");
    }

    /// The state of a partition to be read here, in the fold; answers the
    /// offset to read on from, or `None` to read it from its beginning.
    pub fn resume(
        &mut self,
        fold: &mut Fold,
        partition: i32,
        extent: Extent,
        cluster: Option<&str>,
    ) -> Option<i64> {
        if let Some(state) = self.shelf.remove(&partition)
            && let Err(error) = fold.load(partition, &state.state)
        {
            unusable("memory", &format!("partition {partition}: {error}"));
        }
        let next_offset = fold.partition(partition)?.next_offset;
        let other_cluster = match (self.cluster.as_deref(), cluster) {
            (Some(saved), Some(found)) => saved != found,
            _ => false,
        };
        if other_cluster || next_offset > extent.high {
            let problem = if other_cluster {
                format!("partition {partition}: of another cluster")
            } else {
                format!(
                    "partition {partition}: at offset {next_offset}, the topic ends at {}",
                    extent.high
                )
            };
            unusable("snapshot", &problem);
            fold.release(partition);
            return None;
        }
        if next_offset < extent.low {
            let lost = extent.low - next_offset;
            tracing::warn!(
                partition,
                next_offset,
                low = extent.low,
                lost,
                "offsets are gone"
            );
            metrics::counter!(names::OFFSET_GAPS).increment(lost.unsigned_abs());
            return Some(extent.low);
        }
        Some(next_offset)
    }

    /// The cluster that is read from, once known.
    pub fn reads_from(&mut self, cluster: Option<String>) {
        if cluster.is_some() {
            self.cluster = cluster;
        }
    }

    /// Takes a partition out of the fold, its state put aside.
    pub fn put_aside(&mut self, fold: &mut Fold, partition: i32) {
        if let Some(state) = save(fold, partition) {
            self.shelf.insert(partition, state);
        }
        fold.release(partition);
    }

    /// Begins a snapshot if one is due and anything has moved.
    pub fn tick(&mut self, fold: &Fold, now: Time) {
        if self.store.is_none() || self.taking.is_some() || self.writing.is_some() || now < self.due
        {
            return;
        }
        self.due = now + self.interval;
        let moved = fold
            .partitions()
            .any(|(partition, known)| self.covered.get(&partition) != Some(&known.next_offset));
        if moved {
            self.begin(fold);
        }
    }

    fn begin(&mut self, fold: &Fold) {
        let snapshot = Snapshot {
            topic: self.topic.clone(),
            cluster: self.cluster.clone(),
            build: env!("CARGO_PKG_VERSION").to_owned(),
            key_check: fold.key_check(),
            as_of: None, // once all partitions are saved
            partitions: self.shelf.values().cloned().collect(),
        };
        let partitions = fold.partitions().map(|(partition, _)| partition).collect();
        self.taking = Some((partitions, snapshot));
    }

    /// Whether a snapshot is being taken: [`Saving::step`] has something to do.
    pub fn is_taking(&self) -> bool {
        self.taking.is_some()
    }

    /// Saves one more partition, or writes the snapshot. `handed_in` is the
    /// last refused message handed in.
    pub fn step(&mut self, fold: &Fold, handed_in: u64, durable: watch::Receiver<u64>) {
        let Some((left, snapshot)) = &mut self.taking else {
            return;
        };
        if let Some(partition) = left.pop() {
            snapshot.partitions.extend(save(fold, partition));
            return;
        }
        let Some((_, mut snapshot)) = self.taking.take() else {
            return;
        };
        // No state saved before is of a later instant.
        snapshot.as_of = fold.as_of();
        let Some(store) = self.store.clone() else {
            return;
        };
        let written = self.written.clone();
        self.writing = Some(tokio::spawn(async move {
            let done = write(store, snapshot, handed_in, durable).await;
            // Only an engine that has ended does not listen.
            let _ = written.send(done).await;
        }));
    }

    /// Notes what was written.
    pub fn wrote(&mut self, written: &Written, now: Time) {
        self.writing = None;
        let Some(bytes) = written.bytes else {
            metrics::counter!(names::SNAPSHOTS_FAILED).increment(1);
            return;
        };
        self.covered.clone_from(&written.offsets);
        metrics::gauge!(names::SNAPSHOT_TIME).set(now.second() as f64);
        metrics::gauge!(names::SNAPSHOT_BYTES).set(bytes as f64);
        tracing::debug!(bytes, "snapshot written");
    }

    /// The last snapshot: of everything, at once. Answers the offsets it
    /// covers, if it was written.
    pub async fn finish(
        &mut self,
        fold: &Fold,
        handed_in: u64,
        durable: watch::Receiver<u64>,
    ) -> Option<BTreeMap<i32, i64>> {
        let store = self.store.clone()?;
        if let Some(running) = self.writing.take() {
            // It would write the same file; whether it did is told elsewhere.
            let _ = running.await;
        }
        self.begin(fold);
        let (left, mut snapshot) = self.taking.take()?;
        for partition in left {
            snapshot.partitions.extend(save(fold, partition));
        }
        snapshot.as_of = fold.as_of();
        let written = write(store, snapshot, handed_in, durable).await;
        written.bytes.map(|bytes| {
            tracing::info!(bytes, "last snapshot written");
            written.offsets
        })
    }
}

fn save(fold: &Fold, partition: i32) -> Option<PartitionState> {
    let next_offset = fold.partition(partition)?.next_offset;
    Some(PartitionState {
        partition,
        next_offset,
        state: fold.save(partition)?,
    })
}

/// Writes a snapshot once what it covers is safe.
async fn write(
    store: Store,
    snapshot: Snapshot,
    handed_in: u64,
    mut durable: watch::Receiver<u64>,
) -> Written {
    let offsets = snapshot
        .partitions
        .iter()
        .map(|state| (state.partition, state.next_offset))
        .collect();
    if !wait_for(&mut durable, handed_in).await {
        tracing::error!("refused messages were not taken, no snapshot is written");
        return Written {
            offsets,
            bytes: None,
        };
    }
    let path = store.path();
    let outcome = tokio::task::spawn_blocking(move || store.write(&snapshot)).await;
    let bytes = match outcome {
        Ok(Ok(bytes)) => Some(bytes),
        Ok(Err(error)) => {
            tracing::error!(path = %path.display(), %error, "cannot write a snapshot");
            None
        }
        Err(error) => {
            tracing::error!(%error, "the snapshot was not written");
            None
        }
    };
    Written { offsets, bytes }
}

fn unusable(path: &str, problem: &str) {
    tracing::warn!(
        path,
        problem,
        "a saved state cannot be used, reading from the beginning"
    );
    metrics::counter!(names::SNAPSHOTS_UNUSABLE).increment(1);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vigie_contract::read::{Reading, structured};
    use vigie_contract::scope::Scope;
    use vigie_contract::view::Clock;
    use vigie_model::{Directory, Settings};

    use super::*;

    const ALL: Extent = Extent {
        low: 0,
        high: i64::MAX,
    };

    fn fold() -> Fold {
        Fold::new(Arc::new(Directory::empty()), Settings::live(Clock::Event))
    }

    /// A fold of one call that waits, at offset 41 of partition 3.
    fn folded() -> Fold {
        let line = br#"{"specversion":"1.0","id":"a","source":"/s","type":"call.queued","time":"2026-11-23T09:00:00Z","subject":"c","data":{"line":"3949","agency":"A","queue":"q"}}"#;
        let Ok(Reading::Event(event)) = structured(line) else {
            panic!("an event");
        };
        let mut fold = fold();
        fold.apply(Input::Event {
            partition: 3,
            offset: 41,
            arrived: None,
            event: &event,
        });
        let to = event.time + Span::from_seconds(10);
        fold.apply(Input::Advance { to });
        fold
    }

    fn saving(store: Option<&Store>) -> (Saving, mpsc::Receiver<Written>) {
        let (sender, written) = mpsc::channel(1);
        let interval = Duration::from_secs(10);
        (
            Saving::new("calls", store.cloned(), interval, sender),
            written,
        )
    }

    fn waiting(fold: &Fold) -> Option<i64> {
        fold.view(&Scope::All).map(|view| view.now.waiting)
    }

    #[tokio::test]
    async fn what_was_saved_is_restored_and_read_on_from_its_offset() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (mut before, mut written) = saving(Some(&store));
        before.reads_from(Some("cluster".to_owned()));
        let fold_before = folded();
        before.tick(&fold_before, Time::from_seconds(100));
        let (_durable, nothing_refused) = watch::channel(0);
        while before.is_taking() {
            before.step(&fold_before, 0, nothing_refused.clone());
        }
        let done = written.recv().await.unwrap();
        assert_eq!(done.offsets, BTreeMap::from([(3, 42)]));
        before.wrote(&done, Time::from_seconds(100));
        before.tick(&fold_before, Time::from_seconds(200));
        assert!(!before.is_taking(), "nothing has moved since");

        let mut fold_after = fold();
        let (mut after, _written) = saving(Some(&store));
        after.restore(&mut fold_after);
        assert_eq!(fold_after.as_of(), fold_before.as_of());
        assert_eq!(waiting(&fold_after), Some(1));
        let position = after.resume(&mut fold_after, 3, ALL, Some("cluster"));
        assert_eq!(position, Some(42));
        assert_eq!(after.resume(&mut fold_after, 4, ALL, None), None);
    }

    #[test]
    fn a_state_of_another_topic_is_not_read_on_from() {
        for (extent, cluster, position) in [
            (ALL, Some("other"), None),
            (Extent { low: 0, high: 41 }, Some("cluster"), None),
            (Extent { low: 0, high: 42 }, Some("cluster"), Some(42)),
            (Extent { low: 50, high: 60 }, None, Some(50)),
        ] {
            let mut fold = folded();
            let (mut saving, _written) = saving(None);
            saving.reads_from(Some("cluster".to_owned()));
            let found = saving.resume(&mut fold, 3, extent, cluster);
            assert_eq!(found, position, "{extent:?} {cluster:?}");
            assert_eq!(fold.partition(3).is_some(), position.is_some());
        }
    }

    #[test]
    fn what_is_put_aside_comes_back() {
        let mut fold = folded();
        let (mut saving, _written) = saving(None);
        saving.put_aside(&mut fold, 3);
        assert_eq!(fold.partition(3), None);
        assert_eq!(saving.resume(&mut fold, 3, ALL, None), Some(42));
        let to = fold.as_of().unwrap();
        fold.apply(Input::Advance { to });
        assert_eq!(waiting(&fold), Some(1));
    }

    #[tokio::test]
    async fn no_snapshot_covers_a_refused_message_that_the_broker_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (mut saving, mut written) = saving(Some(&store));
        let fold = folded();
        saving.tick(&fold, Time::from_seconds(100));
        let (durable, reader) = watch::channel(6);
        while saving.is_taking() {
            saving.step(&fold, 7, reader.clone());
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert!(written.try_recv().is_err());
        assert!(store.read().unwrap().is_none());
        durable.send(7).unwrap();
        assert!(written.recv().await.unwrap().bytes.is_some());
        assert!(store.read().unwrap().is_some());
    }
}
