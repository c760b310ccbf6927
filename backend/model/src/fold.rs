//! The fold: every event, and every second, goes through [`Fold::apply`].

mod arrival;
mod estimates;
mod heard;
mod saving;
mod unknown;

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashSet;
use vigie_contract::event::Event;
use vigie_contract::frame::Crumb;
use vigie_contract::lists::{OpenPromise, WaitingCall};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, Clock, Cohort, Estimate, Lever, Now, Quarter, View, Window};

use crate::board::{Board, ScopeId, Sliding, TODAY, default_windows};
use crate::contribution::{By, CellId};
use crate::directory::calendar::Calendar;
use crate::directory::{Directory, ZoneId};
use crate::indicators::Context;
use crate::limits::Limits;
use crate::partition::quarters::QUARTER_SECONDS;
use crate::partition::{Partition, Rules};
use crate::pseudonyms::Pseudonyms;
use crate::tally::{Family, Tally};
use crate::{indicators, now};

pub use heard::Heard;
pub use saving::Saving;

/// How a fold is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which clock views are of.
    pub clock: Clock,
    /// Whether the arrivals given with events say when these came, so that one
    /// that is ahead of its own can be refused. They do not where a topic has the
    /// timestamps of its producers, or calls of other days are played: there,
    /// events far ahead of the others are held ([`Outcome::Held`]).
    pub trusts_arrivals: bool,
    /// Whether sums are kept up to date at every advance (a live service), or
    /// made when a view is asked for.
    pub live: bool,
    /// The only scopes of which views will be asked; `None`: any.
    pub only: Option<Vec<Scope>>,
    /// The sliding windows of a view; today comes beside them.
    pub windows: Vec<Sliding>,
    /// Whether waits are estimated, and learned from. They are left out only to
    /// measure what they cost.
    pub estimates: bool,
    /// How much of what events name has a place.
    pub limits: Limits,
    /// Makes the hashes of pseudonyms; figures do not depend on its key.
    pub pseudonyms: Pseudonyms,
}

impl Settings {
    /// For a live service.
    pub fn live(clock: Clock) -> Self {
        Self {
            clock,
            trusts_arrivals: clock == Clock::Wall,
            live: true,
            only: None,
            windows: default_windows(),
            estimates: true,
            limits: Limits::default(),
            pseudonyms: Pseudonyms::offline(),
        }
    }

    /// For files: the clock of the events.
    pub fn offline() -> Self {
        Self {
            clock: Clock::Event,
            trusts_arrivals: true,
            live: false,
            only: None,
            windows: default_windows(),
            estimates: true,
            limits: Limits::default(),
            pseudonyms: Pseudonyms::offline(),
        }
    }
}

/// Everything that can happen to a fold.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// An event was read.
    Event {
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
        /// Timestamp of the record, where there is one.
        arrived: Option<Time>,
        /// The event.
        event: &'a Event<'a>,
    },
    /// A message was read that is no event of the contract.
    Refused {
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
    },
    /// An event was read of a type that the contract does not have.
    Skipped {
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
    },
    /// Nothing has come of a partition for some seconds: what has been read of its
    /// start is all that there is to begin with.
    Quiet {
        /// Partition of the topic.
        partition: i32,
    },
    /// The input of a partition has ended: nothing more will come of it.
    End {
        /// Partition of the topic.
        partition: i32,
    },
    /// Figures are wanted as of `to`, rounded down to a second; never back.
    Advance {
        /// The instant.
        to: Time,
    },
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The event is in the figures.
    Applied {
        /// More than the allowed lateness behind its partition.
        late: bool,
    },
    /// It was there before.
    Duplicate,
    /// Its day is closed.
    TooLate,
    /// It cannot be taken in.
    Refused(Refusal),
    /// Nothing tells when it arrived, and the clock of its partition does not
    /// reach it: it waits for others ([`Fold::take_decided`]).
    Held,
    /// Counted, and passed over.
    Skipped,
    /// Nothing was read.
    Noted,
    /// Time has passed.
    Advanced,
}

/// Why a well-formed event cannot be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is dated too far ahead.
    #[error("time: {time} is later than {limit}, the latest that can be believed")]
    TooFarAhead {
        /// The event's time.
        time: Time,
        /// The latest that would have been taken.
        limit: Time,
    },
    /// It is dated long before what most of the first events say.
    #[error("time: {time} is earlier than {limit}, the earliest that can be believed")]
    TooFarBehind {
        /// The event's time.
        time: Time,
        /// The earliest that would have been taken.
        limit: Time,
    },
    /// It was malformed.
    #[error("malformed")]
    Malformed,
}

/// What became of an event that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// The event as it was read, as one line of JSON.
    pub message: Box<str>,
    /// Taken in, or refused after all.
    pub outcome: Outcome,
    /// Time of the newest event of the partition, as of then.
    pub newest: Option<Time>,
}

/// Events by what became of them: `read` is the sum of the six.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages read.
    pub read: u64,
    /// Folded.
    pub applied: u64,
    /// Seen before.
    pub duplicate: u64,
    /// Of a day that is closed.
    pub too_late: u64,
    /// Malformed, or dated as cannot be believed.
    pub refused: u64,
    /// Of an unknown type.
    pub skipped: u64,
    /// Held, for now.
    pub held: u64,
    /// Of the applied, more than the allowed lateness behind.
    pub late: u64,
}

/// How far a partition has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Offset of the next message.
    pub next_offset: i64,
    /// Time of its newest event.
    pub newest: Option<Time>,
}

/// Figures of an agency for metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct AgencyFigures {
    /// Code of its network.
    pub network: String,
    /// Code of its region.
    pub region: String,
    /// Its code.
    pub agency: String,
    /// Whether the directory has it.
    pub known: bool,
    /// Legs that wait.
    pub waiting: i64,
    /// Age of the one that waits longest.
    pub longest_wait_seconds: Option<f64>,
    /// Calls offered since the state began.
    pub offered: u64,
    /// Calls answered since the state began.
    pub answered: u64,
    /// Calls abandoned since the state began.
    pub abandoned: u64,
    /// The wait of its next caller.
    pub estimate: Estimate,
}

/// Counts since the state began of what is forgotten, and was of agencies that the
/// directory does not know: what is counted of those never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Calls offered.
    pub offered: u64,
    /// Calls answered.
    pub answered: u64,
    /// Calls abandoned.
    pub abandoned: u64,
}

/// A saved partition cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the state of partition {partition} cannot be read: {source}")]
pub struct LoadError {
    partition: i32,
    source: postcard::Error,
}

/// The state of the whole: partitions, and sums derived from them.
///
/// It knows nothing of Kafka, files, sockets or clocks: what it is told is an
/// [`Input`], what it answers is an [`Outcome`] and views. The same type serves
/// the live service, the offline recomputation and every test.
#[derive(Debug)]
pub struct Fold {
    settings: Settings,
    rules: Rules,
    partitions: BTreeMap<i32, Partition>,
    board: Board,
    as_of: Option<i64>,
    counters: Counters,
    /// What became of events that were held, since that was last taken.
    decided: Vec<Decided>,
    /// Whether estimates given are remembered.
    records_estimates: bool,
}

impl Fold {
    /// An empty state.
    pub fn new(directory: Arc<Directory>, settings: Settings) -> Self {
        let rules = Rules {
            calendar: Calendar::new(directory.clone()),
            directory,
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
        let board = Board::new(&rules, settings.only.as_deref(), settings.windows.clone());
        Self {
            settings,
            rules,
            partitions: BTreeMap::new(),
            board,
            as_of: None,
            counters: Counters::default(),
            decided: Vec::new(),
            records_estimates: false,
        }
    }

    /// Folds an input into the state.
    pub fn apply(&mut self, input: Input<'_>) -> Outcome {
        match input {
            Input::Event {
                partition,
                offset,
                arrived,
                event,
            } => {
                self.counters.read += 1;
                self.moved_to(partition, offset);
                self.fold_event((partition, offset), arrived, event)
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
            Input::Advance { to } => {
                self.advance(to.second());
                Outcome::Advanced
            }
        }
    }

    fn moved_to(&mut self, partition: i32, offset: i64) {
        let as_of = self.as_of;
        let records_estimates = self.records_estimates;
        let rules = &mut self.rules;
        let partition = self.partitions.entry(partition).or_insert_with(|| {
            let mut new = Partition::new(rules);
            new.given = records_estimates.then(Vec::new);
            if let Some(second) = as_of {
                new.advance(second, rules);
            }
            new
        });
        partition.next_offset = offset + 1;
    }

    fn advance(&mut self, second: i64) {
        if self.as_of.is_some_and(|as_of| second < as_of) {
            return;
        }
        self.as_of = Some(second);
        for partition in self.partitions.values_mut() {
            partition.advance(second, &mut self.rules);
        }
        if self.settings.live {
            self.board
                .advance(&mut self.partitions, second, &mut self.rules);
        }
        for partition in self.partitions.values_mut() {
            partition.forget_panes(second, &self.rules);
        }
    }

    /// Brings the sums to the present instant, where they are not kept there.
    ///
    /// A view borrows the fold unchanged, so an offline fold has to be settled
    /// before its views are asked for; a live one always is.
    pub fn settle(&mut self) {
        if let Some(as_of) = self.as_of
            && !self.settings.live
        {
            self.board.reset();
            self.board
                .advance(&mut self.partitions, as_of, &mut self.rules);
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

    /// Events by what became of them, since this process began. Those that a state
    /// holds are of whoever has it.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// A number that changes whenever a view may have.
    pub fn revision(&self) -> u64 {
        self.board.as_of().map_or(0, |second| second as u64)
    }

    /// The view of a scope as of the last advance.
    ///
    /// `None` where neither the directory nor an event has named it, or before
    /// the first advance.
    pub fn view(&self, scope: &Scope) -> Option<View> {
        let as_of = self.board_time()?;
        let id = self.board.tree().find(scope)?;
        let cells = &self.board.tree().node(id).cells;
        let now = now::now(&self.partitions, cells, as_of);
        let levers = matches!(scope, Scope::Agency(..) | Scope::Queue(..));
        Some(View {
            as_of,
            scope: scope.clone(),
            clock: self.settings.clock,
            now: Now {
                levers: levers.then(|| self.levers(id, as_of)),
                ..now
            },
            windows: self.windows(id, By::Origin, as_of),
            handled: self.windows(id, By::Handler, as_of),
            quarters: None,
            estimate: self.estimate(id, as_of),
            severity: None,
        })
    }

    fn board_time(&self) -> Option<Time> {
        self.board.as_of().map(Time::from_seconds)
    }

    fn windows(&self, id: ScopeId, by: By, as_of: Time) -> BTreeMap<String, Window> {
        let node = self.board.tree().node(id);
        let presence = now::Presence::at(&self.partitions, &node.cells, as_of, |zone| {
            self.midnight(zone, as_of)
        });
        let agencies = self.board.tree().agencies_below(id);
        let wide = matches!(node.scope, Scope::All | Scope::Network(_) | Scope::Line(_));
        let short_abandons_count = self.short_abandons_count(&node.scope);
        self.board
            .windows()
            .map(|(name, seconds, at)| {
                let context = Context {
                    short_abandons_count,
                    is_wide_today: wide && seconds.is_none(),
                    presence: Some(presence.at_end_of(seconds)),
                };
                let of_agencies = agencies.iter().map(|&agency| {
                    let scope = &self.board.tree().node(agency).scope;
                    let tally = self.board.sums(agency).of(by, at);
                    indicators::pick_up_agent(&tally, self.short_abandons_count(scope))
                });
                let window = Window {
                    spread: indicators::spread(of_agencies),
                    ..indicators::window(&self.board.sums(id).of(by, at), context)
                };
                (name.to_owned(), window)
            })
            .collect()
    }

    /// The start of the day of a zone that holds an instant.
    fn midnight(&self, zone: ZoneId, at: Time) -> Time {
        self.rules.calendar.known_day(zone, at).start
    }

    /// The headline figures of the children of a scope, in the order in which
    /// they were first named.
    pub fn children(&self, scope: &Scope) -> Option<Vec<Card>> {
        let as_of = Time::from_seconds(self.board.as_of()?);
        let id = self.board.tree().find(scope)?;
        let children = &self.board.tree().node(id).children;
        Some(
            children
                .iter()
                .map(|&child| self.card(child, as_of))
                .collect(),
        )
    }

    /// Today by quarter-hour, oldest first, those in which something happened;
    /// `None` for a scope that nobody has named.
    pub fn quarters(&self, scope: &Scope) -> Option<Vec<Quarter>> {
        let as_of = self.board_time()?;
        let id = self.board.tree().find(scope)?;
        let mut sums: BTreeMap<i64, (Tally, Tally)> = BTreeMap::new();
        for &(number, cell) in &self.board.tree().node(id).cells {
            let Some(partition) = self.partitions.get(&number) else {
                continue;
            };
            let start = self.midnight(partition.rules_of(cell).zone, as_of);
            for (quarter, of_cell) in partition.cells()[cell.0 as usize].since(start) {
                let (by_origin, by_handler) = sums.entry(quarter).or_default();
                of_cell.add(By::Origin, by_origin);
                of_cell.add(By::Handler, by_handler);
            }
        }
        let context = Context {
            short_abandons_count: self.short_abandons_count(scope),
            is_wide_today: false,
            presence: None,
        };
        let nothing = indicators::window(&Tally::default(), context);
        let quarters = sums
            .into_iter()
            .map(|(quarter, (by_origin, by_handler))| Quarter {
                start: Time::from_seconds(quarter * QUARTER_SECONDS),
                window: indicators::window(&by_origin, context),
                handled: indicators::window(&by_handler, context),
                cohort: indicators::cohort(&by_handler),
            });
        let quarters = quarters.filter(|quarter| {
            quarter.window != nothing
                || quarter.handled != nothing
                || quarter.cohort != Cohort::default()
        });
        Some(quarters.collect())
    }

    /// The legs that wait, longest first; `None` for a scope that nobody has
    /// named.
    pub fn waiting_calls(&self, scope: &Scope) -> Option<Vec<WaitingCall>> {
        let mut calls = self.gather(scope, |partition, as_of, holds| {
            partition.waiting_calls(as_of, holds)
        })?;
        calls.sort_by(|one, other| {
            let place = |call: &WaitingCall| (call.agency.clone(), call.queue.clone());
            other
                .waiting_seconds
                .total_cmp(&one.waiting_seconds)
                .then_with(|| place(one).cmp(&place(other)))
        });
        Some(calls)
    }

    /// The promises that are open, by due time; `None` for a scope that nobody
    /// has named.
    pub fn open_promises(&self, scope: &Scope) -> Option<Vec<OpenPromise>> {
        let mut promises = self.gather(scope, |partition, as_of, holds| {
            partition.open_promises(as_of, holds)
        })?;
        promises.sort_by(|one, other| {
            (one.due_at, &one.call, one.kind).cmp(&(other.due_at, &other.call, other.kind))
        });
        Some(promises)
    }

    /// Every lever pulled today, oldest first; `None` for a scope that nobody
    /// has named.
    pub fn lever_changes(&self, scope: &Scope) -> Option<Vec<Lever>> {
        let mut levers = self.gather(scope, |partition, as_of, holds| {
            partition.levers_pulled(as_of, holds, &mut |cell| {
                self.midnight(partition.rules_of(cell).zone, as_of)
            })
        })?;
        levers.sort_by(|one, other| {
            let key = |lever: &Lever| (lever.since, lever.agency.clone(), lever.queue.clone());
            (key(one), one.kind).cmp(&(key(other), other.kind))
        });
        Some(levers)
    }

    /// The levers as they stand, by agency, queue and kind.
    fn levers(&self, id: ScopeId, as_of: Time) -> Vec<Lever> {
        let mut levers = self.gather_below(id, as_of, Partition::levers_at);
        levers.sort_by(|one, other| {
            (&one.agency, &one.queue, one.kind).cmp(&(&other.agency, &other.queue, other.kind))
        });
        levers
    }

    fn gather<T>(
        &self,
        scope: &Scope,
        of: impl Fn(&Partition, Time, &dyn Fn(CellId) -> bool) -> Vec<T>,
    ) -> Option<Vec<T>> {
        let as_of = self.board_time()?;
        let id = self.board.tree().find(scope)?;
        Some(self.gather_below(id, as_of, of))
    }

    /// What each partition lists of the cells of a scope.
    fn gather_below<T>(
        &self,
        id: ScopeId,
        as_of: Time,
        of: impl Fn(&Partition, Time, &dyn Fn(CellId) -> bool) -> Vec<T>,
    ) -> Vec<T> {
        let mut by_partition: BTreeMap<i32, HashSet<CellId>> = BTreeMap::new();
        for &(number, cell) in &self.board.tree().node(id).cells {
            by_partition.entry(number).or_default().insert(cell);
        }
        let mut found = Vec::new();
        for (number, cells) in by_partition {
            if let Some(partition) = self.partitions.get(&number) {
                found.extend(of(partition, as_of, &|cell| cells.contains(&cell)));
            }
        }
        found
    }

    fn card(&self, id: ScopeId, as_of: Time) -> Card {
        let node = self.board.tree().node(id);
        let (quarter, today) = (self.board.window(id, "15m"), self.board.window(id, TODAY));
        let short = self.short_abandons_count(&node.scope);
        let now = now::waiting(&self.partitions, &node.cells, as_of);
        let counts = indicators::counts(&today, Family::First);
        Card {
            scope: node.scope.clone(),
            name: node.name.clone(),
            known: node.known,
            waiting: now.0,
            longest_wait_seconds: now.1,
            pick_up_agent_15m: indicators::pick_up_agent(&quarter, short),
            pick_up_agent_today: indicators::pick_up_agent(&today, short),
            offered_today: counts.offered,
            answered_today: counts.answered,
            abandoned_today: counts.abandoned,
            answer_mean_15m_seconds: indicators::answer_mean(&quarter),
        }
    }

    /// The scopes from the top down to this one, itself last; empty for a scope
    /// that nobody has named.
    pub fn path(&self, scope: &Scope) -> Vec<Crumb> {
        let tree = self.board.tree();
        let mut path: Vec<Crumb> =
            std::iter::successors(tree.find(scope), |&id| tree.node(id).parent)
                .map(|id| {
                    let node = tree.node(id);
                    Crumb {
                        scope: node.scope.clone(),
                        name: node.name.clone(),
                    }
                })
                .collect();
        path.reverse();
        path
    }

    /// Every scope that the directory or an event has named, with its name.
    pub fn scopes(&self) -> impl Iterator<Item = Crumb> + '_ {
        let tree = self.board.tree();
        tree.ids().map(|id| {
            let node = tree.node(id);
            Crumb {
                scope: node.scope.clone(),
                name: node.name.clone(),
            }
        })
    }

    /// Figures of every agency, for metrics.
    pub fn agencies(&self) -> Vec<AgencyFigures> {
        let Some(as_of) = self.board.as_of().map(Time::from_seconds) else {
            return Vec::new();
        };
        let tree = self.board.tree();
        tree.ids()
            .filter_map(|id| {
                let node = tree.node(id);
                let Scope::Agency(network, region, agency) = &node.scope else {
                    return None;
                };
                let (waiting, longest_wait_seconds) =
                    now::waiting(&self.partitions, &node.cells, as_of);
                let ever = now::ever(&self.partitions, &node.cells);
                Some(AgencyFigures {
                    network: network.clone(),
                    region: region.clone(),
                    agency: agency.clone(),
                    known: node.known,
                    waiting,
                    longest_wait_seconds,
                    offered: ever.offered.max(0) as u64,
                    answered: ever.answered.max(0) as u64,
                    abandoned: ever.abandoned.max(0) as u64,
                    estimate: self.estimate(id, as_of),
                })
            })
            .collect()
    }

    /// Of the key that makes the hashes of pseudonyms, a number that tells it from
    /// others: a saved state goes with its key.
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
    pub fn release(&mut self, partition: i32) {
        self.forget_held(partition);
        self.partitions.remove(&partition);
        self.board.reset();
    }

    /// Whether calls given up within a few seconds count against the pick-up rates
    /// of a scope: the rule of its network.
    pub fn short_abandons_count(&self, scope: &Scope) -> bool {
        let network = match scope {
            Scope::All => None,
            Scope::Network(network)
            | Scope::Region(network, _)
            | Scope::Agency(network, _, _)
            | Scope::Queue(network, _, _, _) => Some(network.as_str()),
            Scope::Line(line) | Scope::LineRegion(line, _) => {
                Some(self.rules.directory.network_of_line(line))
            }
        };
        self.rules.directory.short_abandons_count(network)
    }
}

fn progress(partition: &Partition) -> Progress {
    Progress {
        next_offset: partition.next_offset,
        newest: partition.newest(),
    }
}
