//! When and how the state is saved, and what is restored at the start.
//!
//! A snapshot is taken one partition at a time, and each of them in parts, between
//! turns of the loop: each state carries its own offset, so they need not be of one
//! moment. Refused
//! messages that the broker has not taken by then are part of it, so that none is
//! lost and no snapshot waits for a broker.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use vigie_contract::frame::Lost;
use vigie_contract::time::{Span, Time};
use vigie_model::{Fold, Input};

use super::suspects::Suspects;
use crate::ingest::letter::Letter;
use crate::ingest::news::TopicIdentity;
use crate::panics::caught;
use crate::snapshot::{LostMessages, PartitionState, Snapshot, Store, directories};
use crate::telemetry::metrics as names;

/// How long messages that were lost unread are told: no window and no open day holds
/// them any longer.
const LOST_FOR: Span = Span::from_seconds(26 * 3_600);

/// A snapshot that was written.
#[derive(Debug)]
pub struct Written {
    /// The offsets it covers.
    pub offsets: BTreeMap<i32, i64>,
    /// Its size; `None` where it could not be written.
    pub bytes: Option<usize>,
    /// Whether writing it panicked: a fault of this program, not of the disk.
    pub panicked: bool,
}

/// A snapshot that is being taken.
#[derive(Default)]
struct Taking {
    /// The partitions that are still to be saved.
    left: Vec<i32>,
    /// The partition that is being saved.
    partition: Option<vigie_model::Saving>,
    saved: Vec<vigie_model::Saving>,
}

impl Taking {
    /// Saves one more part; answers whether that was all.
    fn step(&mut self, fold: &Fold) -> bool {
        let Some(saving) = &mut self.partition else {
            let next = self.left.pop();
            self.partition = next.and_then(|partition| fold.begin_saving(partition));
            return next.is_none();
        };
        match fold.save_on(saving) {
            Some(false) => {}
            Some(true) => self.saved.extend(self.partition.take()),
            // It is not read any more.
            None => self.partition = None,
        }
        false
    }
}

/// Snapshots to come, what the last one covered, and what the state lacks.
pub struct Saving {
    topic: String,
    identity: TopicIdentity,
    store: Option<Store>,
    interval: Span,
    due: Time,
    /// Whether there is something to save, wherever the partitions are.
    is_other: bool,
    /// The snapshot being taken.
    taking: Option<Taking>,
    /// The snapshot being written: one at a time, they share a file.
    writing: Option<JoinHandle<()>>,
    covered: BTreeMap<i32, i64>,
    written: mpsc::Sender<Written>,
    lost: Vec<LostMessages>,
    suspects: Suspects,
}

impl Saving {
    /// Saves into a store at each `interval`. What was written is told to `written`.
    pub fn new(
        topic: &str,
        store: Option<Store>,
        interval: Duration,
        written: mpsc::Sender<Written>,
        suspects: Suspects,
    ) -> Self {
        Self {
            topic: topic.to_owned(),
            identity: TopicIdentity::default(),
            store,
            interval: Span(i64::try_from(interval.as_micros()).unwrap_or(i64::MAX)),
            due: Time::default(),
            is_other: false,
            taking: None,
            writing: None,
            covered: BTreeMap::new(),
            written,
            lost: Vec::new(),
            suspects,
        }
    }

    /// The state of the last snapshot, so that there are figures before the broker
    /// answers, and the refused messages that it holds. What cannot be used is told
    /// and counted, put aside, and read anew. `empty` makes a state of nothing;
    /// figures are as of `latest` at the latest.
    pub fn restore(
        &mut self,
        empty: impl Fn() -> Fold,
        latest: Option<Time>,
    ) -> (Fold, Vec<Letter>) {
        let Some(store) = self.store.clone() else {
            return (empty(), Vec::new());
        };
        let path = store.path().display().to_string();
        let problem = match store.read() {
            Ok(None) => {
                tracing::info!(path, "no snapshot, reading the topic from its beginning");
                return (empty(), Vec::new());
            }
            Ok(Some(snapshot)) => match self.take(snapshot, empty(), latest) {
                Ok(restored) => return restored,
                Err(problem) => problem,
            },
            Err(error) => error.to_string(),
        };
        unusable(&path, &problem);
        let aside = store.set_aside().ok();
        tracing::warn!(?aside, "the snapshot was put aside");
        self.forget();
        (empty(), Vec::new())
    }

    /// The state of a snapshot, or why it is none to go on from.
    fn take(
        &mut self,
        snapshot: Snapshot,
        mut fold: Fold,
        latest: Option<Time>,
    ) -> Result<(Fold, Vec<Letter>), String> {
        if snapshot.key_check != fold.key_check() {
            return Err("its hashes of pseudonyms were made with another key".to_owned());
        }
        if snapshot.topic != self.topic {
            return Err(format!(
                "of topic {:?}, not {:?}",
                snapshot.topic, self.topic
            ));
        }
        if let (Some(as_of), Some(latest)) = (snapshot.as_of, latest)
            && as_of > latest
        {
            return Err(format!(
                "as of {as_of}, which is to come: the clock was ahead"
            ));
        }
        self.identity = TopicIdentity {
            id: snapshot.topic_id,
            cluster: snapshot.cluster,
        };
        self.lost = snapshot.lost;
        let versions = directories::restored(snapshot.directories);
        let count = snapshot.partitions.len();
        let loaded = caught(|| -> Result<Fold, String> {
            fold.resume_directory(versions);
            for state in &snapshot.partitions {
                fold.load(state.partition, &state.state)
                    .map_err(|error| error.to_string())?;
            }
            fold.load_judged(&snapshot.judged)
                .map_err(|error| error.to_string())?;
            if let Some(to) = snapshot.as_of {
                fold.apply(Input::Advance { to });
            }
            Ok(fold)
        });
        let fold = loaded.ok_or("folding on from it panics")??;
        for state in snapshot.partitions {
            self.covered.insert(state.partition, state.next_offset);
        }
        self.suspects.restored();
        let as_of = snapshot.as_of.map(|as_of| as_of.to_string());
        tracing::info!(partitions = count, ?as_of, "restored");
        Ok((fold, snapshot.refused))
    }

    /// Takes note of the topic that is read from now on. Answers why the state is
    /// not of it, where it is not.
    pub fn reads_from(&mut self, topic: TopicIdentity) -> Result<(), String> {
        let differs = |saved: &Option<String>, found: &Option<String>| matches!((saved, found), (Some(saved), Some(found)) if saved != found);
        let before = std::mem::replace(&mut self.identity, topic);
        if differs(&before.cluster, &self.identity.cluster) {
            return Err("of another cluster".to_owned());
        }
        if differs(&before.id, &self.identity.id) {
            return Err("of a topic that was made anew since".to_owned());
        }
        self.identity.id = self.identity.id.take().or(before.id);
        self.identity.cluster = self.identity.cluster.take().or(before.cluster);
        Ok(())
    }

    /// Forgets what was read: all is read anew.
    pub fn forget(&mut self) {
        self.covered.clear();
        self.taking = None;
        self.lost.clear();
    }

    /// Forgets which messages ended the service: they were of another topic.
    pub fn clear_poison(&self) {
        if let Some(store) = &self.store {
            store.clear_poison();
        }
    }

    /// Takes note of messages that the broker had thrown away before they were read.
    pub fn lost(&mut self, messages: u64, now: Time) {
        metrics::counter!(names::OFFSET_GAPS).increment(messages);
        self.lost.push(LostMessages {
            noticed: now,
            messages,
        });
    }

    /// What was lost unread over the last 26 hours.
    pub fn all_lost(&mut self, now: Time) -> Option<Lost> {
        self.lost.retain(|lost| now - lost.noticed < LOST_FOR);
        Some(Lost {
            messages: self.lost.iter().map(|lost| lost.messages).sum(),
            noticed: self.lost.iter().map(|lost| lost.noticed).max()?,
        })
    }

    /// Begins a snapshot if one is due and anything has moved.
    pub fn tick(&mut self, fold: &Fold, now: Time) {
        // A clock that was put back must not put snapshots off.
        self.due = self.due.min(now + self.interval);
        if self.store.is_none() || self.taking.is_some() || self.writing.is_some() || now < self.due
        {
            return;
        }
        self.due = now + self.interval;
        let moved = fold
            .partitions()
            .any(|(partition, known)| self.covered.get(&partition) != Some(&known.next_offset));
        if std::mem::take(&mut self.is_other) || moved {
            self.begin(fold);
        }
    }

    /// Has a snapshot taken soon, whether or not anything was read: what is counted by
    /// has changed, and a restart must find since when.
    pub fn hurry(&mut self) {
        self.is_other = true;
        self.due = Time(i64::MIN);
    }

    fn begin(&mut self, fold: &Fold) {
        let partitions = fold.partitions().map(|(partition, _)| partition);
        self.taking = Some(Taking {
            left: partitions.collect(),
            ..Taking::default()
        });
    }

    /// Whether a snapshot is being taken: [`Saving::step`] has something to do.
    pub fn is_taking(&self) -> bool {
        self.taking.is_some()
    }

    /// Saves one more part of a partition, or writes the snapshot. `refused`: the
    /// messages that the broker has not taken yet.
    pub fn step(&mut self, fold: &Fold, refused: impl FnOnce() -> Vec<Letter>) {
        if !self.taking.as_mut().is_some_and(|taking| taking.step(fold)) {
            return;
        }
        let Some(Taking { saved, .. }) = self.taking.take() else {
            return;
        };
        let Some(store) = self.store.clone() else {
            return;
        };
        let taken = self.snapshot(fold, saved, refused());
        let written = self.written.clone();
        self.writing = Some(tokio::spawn(async move {
            let done = write(store, taken).await;
            // Only an engine that has ended does not listen.
            let _ = written.send(done).await;
        }));
    }

    /// Makes a snapshot that is complete but for putting its partitions together,
    /// which is done by whoever writes it.
    fn snapshot(
        &self,
        fold: &Fold,
        partitions: Vec<vigie_model::Saving>,
        refused: Vec<Letter>,
    ) -> TakenSnapshot {
        let snapshot = Snapshot {
            topic: self.topic.clone(),
            topic_id: self.identity.id.clone(),
            cluster: self.identity.cluster.clone(),
            build: env!("CARGO_PKG_VERSION").to_owned(),
            key_check: fold.key_check(),
            // No state saved before is of a later instant.
            as_of: fold.as_of(),
            directories: directories::saved(fold),
            partitions: Vec::new(),
            judged: fold.save_judged(),
            refused,
            lost: self.lost.clone(),
        };
        TakenSnapshot {
            snapshot,
            partitions,
        }
    }

    /// Notes what was written.
    pub fn wrote(&mut self, written: &Written, now: Time) {
        self.writing = None;
        let Some(bytes) = written.bytes else {
            metrics::counter!(names::SNAPSHOTS_FAILED).increment(1);
            return;
        };
        self.covered.clone_from(&written.offsets);
        self.suspects.saved();
        metrics::gauge!(names::SNAPSHOT_TIME).set(now.second() as f64);
        metrics::gauge!(names::SNAPSHOT_BYTES).set(bytes as f64);
        tracing::debug!(bytes, "snapshot written");
    }

    /// Whether states are kept at all.
    pub fn is_wanted(&self) -> bool {
        self.store.is_some()
    }

    /// The last snapshot: of everything, at once. Answers the offsets it
    /// covers, if it was written.
    pub async fn finish(
        &mut self,
        fold: &Fold,
        refused: Vec<Letter>,
    ) -> Option<BTreeMap<i32, i64>> {
        let store = self.store.clone()?;
        if let Some(running) = self.writing.take() {
            // It would write the same file; whether it did is told elsewhere.
            let _ = running.await;
        }
        self.begin(fold);
        let mut taking = self.taking.take().unwrap_or_default();
        while !taking.step(fold) {}
        let taken = self.snapshot(fold, taking.saved, refused);
        let written = write(store, taken).await;
        written.bytes.map(|bytes| {
            tracing::info!(bytes, "last snapshot written");
            written.offsets
        })
    }
}

fn state(saving: vigie_model::Saving) -> PartitionState {
    PartitionState {
        partition: saving.partition(),
        next_offset: saving.next_offset(),
        state: saving.into_bytes(),
    }
}

/// A snapshot that was taken, with its partitions still apart.
struct TakenSnapshot {
    snapshot: Snapshot,
    partitions: Vec<vigie_model::Saving>,
}

impl TakenSnapshot {
    fn whole(self) -> Snapshot {
        let partitions = self.partitions.into_iter().map(state).collect();
        Snapshot {
            partitions,
            ..self.snapshot
        }
    }
}

async fn write(store: Store, taken: TakenSnapshot) -> Written {
    let offsets = taken
        .partitions
        .iter()
        .map(|saving| (saving.partition(), saving.next_offset()))
        .collect();
    let path = store.path();
    let outcome = tokio::task::spawn_blocking(move || store.write(&taken.whole())).await;
    let (bytes, panicked) = match outcome {
        Ok(Ok(bytes)) => (Some(bytes), false),
        Ok(Err(error)) => {
            tracing::error!(path = %path.display(), %error, "cannot write a snapshot");
            (None, false)
        }
        Err(error) => {
            tracing::error!(%error, "the snapshot was not written");
            (None, error.is_panic())
        }
    };
    Written {
        offsets,
        bytes,
        panicked,
    }
}

/// Tells that a saved state cannot be used, and counts it.
pub fn unusable(path: &str, problem: &str) {
    tracing::warn!(
        path,
        problem,
        "a saved state cannot be used, reading from the beginning"
    );
    metrics::counter!(names::SNAPSHOTS_UNUSABLE).increment(1);
}

#[cfg(test)]
mod tests;
