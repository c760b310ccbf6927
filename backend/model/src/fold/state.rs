//! The state of the whole, and what an input does to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashSet;
use vigie_contract::time::Time;

use super::input::{Counters, Effect, Folded, Input, Outcome, Progress};
use super::judging::Judging;
use super::settings::Settings;
use crate::board::{Board, ScopeId};
use crate::callers::Callers;
use crate::directory::calendar::Calendar;
use crate::directory::{Directory, Versions};
use crate::partition::Partition;
use crate::refusal::Refusal;
use crate::terms::Terms;

/// The state of the whole: partitions, and sums derived from them.
///
/// It knows nothing of Kafka, files, sockets or clocks: what it is told is an
/// [`Input`], what it answers is a [`Folded`] and views. The same type serves
/// the live service, the offline recomputation and every test.
#[derive(Debug)]
pub struct Fold {
    pub(super) settings: Settings,
    pub(super) terms: Terms,
    pub(super) partitions: BTreeMap<i32, Partition>,
    pub(super) board: Board,
    pub(super) callers: Callers,
    /// The scopes whose sums changed since their figures were last taken for metrics.
    pub(super) unmeasured: HashSet<ScopeId>,
    pub(super) as_of: Option<i64>,
    pub(super) counters: Counters,
    pub(super) judging: Judging,
    /// What happened while the present input is folded.
    pub(super) effects: Vec<Effect>,
    /// Whether estimates that are given are kept until they are told as effects.
    pub(super) records_estimates: bool,
    /// Whose turn it is among the scopes in which nothing happens
    /// ([`Fold::take_measures`]).
    pub(super) turn: usize,
}

impl Fold {
    /// An empty state.
    pub fn new(directory: Arc<Directory>, settings: Settings) -> Self {
        let versions = Versions::new(directory);
        let terms = Terms {
            calendar: Calendar::new(Arc::clone(versions.numbering())),
            directory: Arc::clone(versions.grouping()),
            versions,
            longest_window: settings
                .windows
                .iter()
                .map(|window| window.seconds)
                .max()
                .unwrap_or(0),
            live: settings.live,
            estimates: settings.estimates,
            limits: settings.limits,
            pseudonyms: settings.pseudonyms,
        };
        let board = Board::new(&terms, settings.only.as_deref(), settings.windows.clone());
        let callers = Callers::new(&terms.versions, terms.limits.callers);
        Self {
            callers,
            settings,
            terms,
            partitions: BTreeMap::new(),
            board,
            unmeasured: HashSet::new(),
            as_of: None,
            counters: Counters::default(),
            judging: Judging::default(),
            effects: Vec::new(),
            records_estimates: false,
            turn: 0,
        }
    }

    /// Folds an input into the state.
    pub fn apply(&mut self, input: Input<'_>) -> Folded {
        let outcome = self.take(input);
        Folded {
            outcome,
            effects: std::mem::take(&mut self.effects),
        }
    }

    fn take(&mut self, input: Input<'_>) -> Outcome {
        match input {
            Input::Event {
                partition,
                offset,
                arrived,
                event,
            } => {
                self.counters.read += 1;
                self.moved_to(partition, offset);
                let outcome = self.fold_event((partition, offset), arrived, event);
                self.take_up_directory();
                outcome
            }
            Input::Refused { partition, offset } => {
                self.counters.read += 1;
                self.counters.refused += 1;
                self.moved_to(partition, offset);
                Outcome::Refused(Refusal::Malformed)
            }
            Input::Skipped { partition, offset } => {
                self.counters.read += 1;
                self.counters.skipped += 1;
                self.moved_to(partition, offset);
                Outcome::Skipped
            }
            Input::Quiet { partition } => self.note_quiet(partition),
            Input::End { partition } => self.note_end(partition),
            Input::Directory { directory, after } => self.take_directory(directory, after),
            Input::Advance { to } => {
                self.advance(to.second());
                Outcome::Advanced
            }
        }
    }

    fn moved_to(&mut self, partition: i32, offset: i64) {
        let as_of = self.as_of;
        let records_estimates = self.records_estimates;
        let terms = &mut self.terms;
        let partition = self.partitions.entry(partition).or_insert_with(|| {
            let mut new = Partition::new(terms);
            new.given = records_estimates.then(Vec::new);
            if let Some(second) = as_of {
                new.advance(second, terms);
            }
            new
        });
        partition.next_offset = offset + 1;
    }

    fn advance(&mut self, second: i64) {
        if self.as_of.is_some_and(|as_of| second < as_of) {
            return;
        }
        while let Some(coming) = self.terms.versions.coming()
            && coming <= Time::from_seconds(second)
        {
            // The first second by which it has come.
            self.advance_to(-Time(-coming.0).second());
            self.take_up_directory();
        }
        self.advance_to(second);
    }

    /// Lets time pass to a second, and judges on the way.
    fn advance_to(&mut self, second: i64) {
        while self.settings.judge
            && let Some(next) = self.judging.next(self.as_of, second)
        {
            self.pass_to(next);
            self.judge(next);
        }
        self.pass_to(second);
    }

    /// Lets time pass to a second that is not before the present one.
    fn pass_to(&mut self, second: i64) {
        let before = self.as_of.replace(second);
        if self.settings.live {
            self.advance_callers(second);
        } else {
            self.put_off_callers(before, second);
        }
        for partition in self.partitions.values_mut() {
            partition.advance(second, &mut self.terms);
        }
        let given = self.take_given();
        self.effects.extend(given.map(Effect::EstimateGiven));
        if self.settings.live {
            self.advance_board(second);
        }
        if self.settings.judge {
            self.take_up_judgements();
        }
        for partition in self.partitions.values_mut() {
            partition.forget_panes(second, &self.terms);
        }
    }

    /// Brings the sums of all scopes to a second. Which of them changed is taken from
    /// the board here and kept for whoever needs it: it tells each change once.
    pub(super) fn advance_board(&mut self, second: i64) {
        self.board
            .advance(&mut self.partitions, second, &mut self.terms);
        let changed = self.board.take_changed();
        if self.settings.judge {
            self.look_at_changes(&changed);
        }
        self.unmeasured.extend(changed);
    }

    /// Brings the sums to the present instant, where they are not kept there.
    ///
    /// A view borrows the fold unchanged, so an offline fold has to be settled
    /// before its views are asked for; a live one always is.
    pub fn settle(&mut self) {
        if let Some(as_of) = self.as_of
            && !self.settings.live
        {
            self.advance_callers(as_of);
            self.board.reset();
            self.advance_board(as_of);
            for partition in self.partitions.values_mut() {
                partition.catch_up_with_estimates(Time::from_seconds(as_of));
            }
        }
    }

    /// The instant of the last advance.
    pub fn as_of(&self) -> Option<Time> {
        self.as_of.map(Time::from_seconds)
    }

    /// Time of the newest event taken in.
    pub fn newest(&self) -> Option<Time> {
        self.partitions.values().filter_map(Partition::newest).max()
    }

    /// How far a partition has been read.
    pub fn partition(&self, partition: i32) -> Option<Progress> {
        self.partitions.get(&partition).map(progress)
    }

    /// Offset of the message of a partition that is due next.
    pub fn next_offset(&self, partition: i32) -> Option<i64> {
        self.partition(partition).map(|known| known.next_offset)
    }

    /// How far each partition has been read.
    pub fn partitions(&self) -> impl Iterator<Item = (i32, Progress)> + '_ {
        self.partitions
            .iter()
            .map(|(&number, partition)| (number, progress(partition)))
    }

    /// How many messages were read since this process began, and what became of
    /// them. Held events of a loaded state are among them.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// A number that tells the key of the pseudonyms from other keys: a saved state
    /// goes with its key.
    pub fn key_check(&self) -> u64 {
        self.settings.pseudonyms.check()
    }

    /// Takes note that what is before an offset will never be read.
    pub fn skip_to(&mut self, partition: i32, next_offset: i64) {
        if let Some(partition) = self.partitions.get_mut(&partition) {
            partition.next_offset = partition.next_offset.max(next_offset);
        }
    }

    /// Takes a partition's contribution out of the views.
    ///
    /// Views are there again from the next advance on.
    pub fn release(&mut self, partition: i32) {
        self.forget_held(partition);
        self.partitions.remove(&partition);
        self.board.reset();
        self.callers.reset();
    }
}

fn progress(partition: &Partition) -> Progress {
    Progress {
        next_offset: partition.next_offset,
        newest: partition.newest(),
    }
}
