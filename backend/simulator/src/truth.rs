//! What really happened, by the simulator's own bookkeeping.
//!
//! Counted while the events are made, by whoever makes them, never by reading
//! them back: a fold that agrees with it agrees with an independent witness.
//! The definitions are those of `indicators.md`; a row is an agency, a UTC
//! quarter-hour and a side.

use std::io;

use vigie_contract::event::QueueReason;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::calendar::MICROS_PER_QUARTER;
use crate::network::{AgencyId, Network};

/// A caller who hangs up sooner is a short abandon (the default threshold).
const SHORT_ABANDON_MICROS: i64 = 5 * MICROS_PER_SECOND;

/// Declares the counts once: their fields and their names in the file.
macro_rules! counts {
    ($(#[doc = $of:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $field:ident,)+ }) => {
        $(#[doc = $of])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: u32,)+
        }

        impl $name {
            /// Every count with its name.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, u32)> {
                [$((stringify!($field), self.$field)),+].into_iter()
            }

            /// Adds the counts of another row.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
            }
        }
    };
}

counts! {
    /// Counts of an agency in a quarter-hour.
    Counts {
        /// Legs of any reason that opened, in hours or not, by handler.
        entered_all,
        /// Legs of any reason that closed, in hours or not, by handler.
        closed_all,
        /// Picked up by an agent.
        answered,
        /// Hung up first.
        abandoned,
        /// Of those abandoned: waited under five seconds.
        short_abandoned,
        /// Dropped by the system.
        cut_off,
        /// Never given an outcome.
        lost,
        /// Chose to be called back.
        callbacks_accepted,
        /// Chose to leave a message.
        voicemails,
        /// Moved on to another queue.
        overflowed_out,
        /// Had come from another queue; at their closing.
        overflowed_in,
        /// Closed outside opening hours, counted nowhere else.
        out_of_hours,
        /// Had an outcome without an entry.
        orphan,
        /// Turned away after asking for an agent.
        deflected_asked,
        /// Turned away as closed, outside opening hours.
        deflected_closed,
        /// Turned away as saturated, before asking for an agent.
        deflected_saturated,
        /// Callback promises kept in time, by the agency that made them.
        promises_kept,
        /// Callback promises broken: due, or cancelled before.
        promises_broken,
        /// Callback promises kept after they were due.
        promises_kept_late,
        /// An agent's set rang and nobody took it.
        rang_unanswered,
        /// Legs of reason callback that were answered.
        callback_answered,
        /// Legs of reason callback that were abandoned.
        callback_abandoned,
        /// Legs of reason callback that were cut off.
        callback_cut_off,
    }
}

impl Counts {
    /// offered = answered + abandoned + cut_off + lost + callbacks_accepted +
    /// voicemails.
    pub fn offered(&self) -> u32 {
        self.answered
            + self.abandoned
            + self.cut_off
            + self.lost
            + self.callbacks_accepted
            + self.voicemails
    }

    /// asked = offered + deflected_asked.
    pub fn asked(&self) -> u32 {
        self.offered() + self.deflected_asked
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

counts! {
    /// Counts of a line in a quarter-hour: events that name no agency.
    LineCounts {
        /// Reached the voice server.
        received,
        /// Of those received: outside the hours of the line.
        received_out_of_hours,
        /// Of those received: identified.
        identified,
        /// Satisfied by the voice server.
        self_served,
        /// Of those self-served: in the hours of the line.
        self_served_in_hours,
        /// Turned away as closed, outside the hours of the line.
        deflected_closed,
    }
}

/// Waits of legs: a sum in microseconds, so that it is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// How many.
    pub count: u32,
    /// Their sum.
    pub sum_microseconds: i64,
    /// The longest.
    pub longest_microseconds: i64,
}

impl Waits {
    fn record(&mut self, microseconds: i64) {
        self.count += 1;
        self.sum_microseconds += microseconds;
        self.longest_microseconds = self.longest_microseconds.max(microseconds);
    }
}

/// From whose side a leg is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The queue that closed it: workload.
    Handler,
    /// The queue where the caller first asked: service.
    Origin,
}

impl Side {
    const ALL: [Side; 2] = [Side::Handler, Side::Origin];

    /// As written in the file.
    pub fn name(self) -> &'static str {
        match self {
            Side::Handler => "handler",
            Side::Origin => "origin",
        }
    }
}

/// Counts and waits of an agency in a quarter-hour, from one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The counts.
    pub counts: Counts,
    /// Waits of answered legs.
    pub answer_waits: Waits,
    /// Waits of abandoned legs.
    pub abandon_waits: Waits,
}

/// A row of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'t> {
    /// Start of the quarter-hour (UTC).
    pub quarter: Time,
    /// Code of the agency.
    pub agency: &'t str,
    /// From whose side.
    pub side: Side,
    /// The figures.
    pub figures: &'t Figures,
}

/// How a leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Abandoned,
    CutOff,
    CallbackAccepted,
    VoicemailLeft,
    Overflowed,
    /// Its outcome never arrived.
    Lost,
}

/// A leg that closes.
#[derive(Clone, Debug)]
pub(crate) struct Closing {
    pub handler: AgencyId,
    pub origin: AgencyId,
    pub reason: QueueReason,
    pub outcome: Outcome,
    pub at: Time,
    /// From when its wait counts; `None`: it lies outside opening hours.
    pub counts_from: Option<Time>,
    /// Its entry was never sent.
    pub is_orphan: bool,
}

/// A quarter-hour that is over.
struct Finished {
    quarter: i64,
    agency: AgencyId,
    side: Side,
    figures: Figures,
}

/// What really happened: counts and waits by agency, quarter-hour and side.
///
/// Figures of the running quarter-hour stand in a row an agency; when it is
/// over, the rows in which something happened are put by. A row takes 160
/// bytes, the country's week about 70 MB: all that the simulator keeps.
pub struct Truth {
    agencies: Vec<String>,
    lines: Vec<&'static str>,
    quarter: i64,
    running: Vec<[Figures; 2]>,
    running_lines: Vec<LineCounts>,
    finished: Vec<Finished>,
    finished_lines: Vec<(i64, &'static str, LineCounts)>,
}

impl Truth {
    pub(crate) fn new(network: &Network, lines: Vec<&'static str>, start: Time) -> Self {
        Self {
            agencies: network.agency_codes().map(str::to_owned).collect(),
            quarter: start.0.div_euclid(MICROS_PER_QUARTER),
            running: vec![Default::default(); network.agencies.len()],
            running_lines: vec![LineCounts::default(); lines.len()],
            lines,
            finished: Vec::new(),
            finished_lines: Vec::new(),
        }
    }

    /// Puts the quarter-hour by when `now` lies after it.
    pub(crate) fn advance(&mut self, now: Time) {
        let quarter = now.0.div_euclid(MICROS_PER_QUARTER);
        if quarter <= self.quarter {
            return;
        }
        for (agency, sides) in self.running.iter_mut().enumerate() {
            for side in Side::ALL {
                let figures = std::mem::take(&mut sides[side as usize]);
                if !figures.counts.is_empty() {
                    self.finished.push(Finished {
                        quarter: self.quarter,
                        agency: agency as AgencyId,
                        side,
                        figures,
                    });
                }
            }
        }
        for (line, counts) in self.lines.iter().zip(&mut self.running_lines) {
            let counts = std::mem::take(counts);
            if counts != LineCounts::default() {
                self.finished_lines.push((self.quarter, line, counts));
            }
        }
        self.quarter = quarter;
    }

    /// Counts something that is the same from both sides.
    pub(crate) fn count(&mut self, agency: AgencyId, add: impl Fn(&mut Counts)) {
        for figures in &mut self.running[usize::from(agency)] {
            add(&mut figures.counts);
        }
    }

    /// Counts something on a line.
    pub(crate) fn count_line(&mut self, line: usize, add: impl Fn(&mut LineCounts)) {
        add(&mut self.running_lines[line]);
    }

    /// Counts a leg that closes, at its handler and at its origin.
    pub(crate) fn close(&mut self, leg: &Closing) {
        if !leg.is_orphan {
            self.count(leg.handler, |counts| counts.closed_all += 1);
        }
        for (side, agency) in [(Side::Handler, leg.handler), (Side::Origin, leg.origin)] {
            let figures = &mut self.running[usize::from(agency)][side as usize];
            match leg.counts_from {
                None => figures.counts.out_of_hours += 1,
                Some(_) if leg.reason == QueueReason::Callback => {
                    close_callback(&mut figures.counts, leg.outcome);
                }
                Some(from) => close_asked(figures, leg, leg.at.0 - from.0),
            }
        }
    }

    /// The rows: those of the quarter-hours that are over by time, then those
    /// of the running one.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let finished = self
            .finished
            .iter()
            .map(|row| (row.quarter, usize::from(row.agency), row.side, &row.figures));
        let running = self.running.iter().enumerate().flat_map(|(agency, sides)| {
            Side::ALL
                .map(|side| (self.quarter, agency, side, &sides[side as usize]))
                .into_iter()
                .filter(|(_, _, _, figures)| !figures.counts.is_empty())
        });
        finished
            .chain(running)
            .map(|(quarter, agency, side, figures)| Row {
                quarter: start_of(quarter),
                agency: &self.agencies[agency],
                side,
                figures,
            })
    }

    /// Counts by line and quarter-hour of the events that name no agency.
    pub fn lines(&self) -> impl Iterator<Item = (Time, &'static str, &LineCounts)> {
        let finished = self
            .finished_lines
            .iter()
            .map(|(quarter, line, counts)| (start_of(*quarter), *line, counts));
        let running = self
            .lines
            .iter()
            .zip(&self.running_lines)
            .filter(|(_, counts)| **counts != LineCounts::default())
            .map(|(line, counts)| (start_of(self.quarter), *line, counts));
        finished.chain(running)
    }

    /// Writes the rows as NDJSON: one object a row, those of agencies first.
    pub fn write_ndjson(&self, mut out: impl io::Write) -> io::Result<()> {
        for row in self.rows() {
            let figures = row.figures;
            write!(
                out,
                r#"{{"quarter":"{}","agency":"{}","by":"{}","offered":{},"asked":{}"#,
                row.quarter,
                row.agency,
                row.side.name(),
                figures.counts.offered(),
                figures.counts.asked()
            )?;
            write_counts(&mut out, figures.counts.named())?;
            for (name, waits) in [
                ("answer_waits", figures.answer_waits),
                ("abandon_waits", figures.abandon_waits),
            ] {
                write!(
                    out,
                    r#","{name}":{{"count":{},"sum_microseconds":{},"longest_microseconds":{}}}"#,
                    waits.count, waits.sum_microseconds, waits.longest_microseconds
                )?;
            }
            writeln!(out, "}}")?;
        }
        for (quarter, line, counts) in self.lines() {
            write!(out, r#"{{"quarter":"{quarter}","line":"{line}""#)?;
            write_counts(&mut out, counts.named())?;
            writeln!(out, "}}")?;
        }
        Ok(())
    }
}

fn start_of(quarter: i64) -> Time {
    Time(quarter * MICROS_PER_QUARTER)
}

fn write_counts(
    out: &mut impl io::Write,
    counts: impl Iterator<Item = (&'static str, u32)>,
) -> io::Result<()> {
    for (name, count) in counts {
        write!(out, r#","{name}":{count}"#)?;
    }
    Ok(())
}

/// Counts of a leg of reason callback stand apart.
fn close_callback(counts: &mut Counts, outcome: Outcome) {
    match outcome {
        Outcome::Answered => counts.callback_answered += 1,
        Outcome::Abandoned => counts.callback_abandoned += 1,
        Outcome::CutOff => counts.callback_cut_off += 1,
        Outcome::CallbackAccepted
        | Outcome::VoicemailLeft
        | Outcome::Overflowed
        | Outcome::Lost => unreachable!("a callback is answered, abandoned or cut off"),
    }
}

fn close_asked(figures: &mut Figures, leg: &Closing, wait_micros: i64) {
    let counts = &mut figures.counts;
    counts.orphan += u32::from(leg.is_orphan);
    counts.overflowed_in += u32::from(leg.reason == QueueReason::Overflow);
    match leg.outcome {
        Outcome::Answered => counts.answered += 1,
        Outcome::Abandoned => counts.abandoned += 1,
        Outcome::CutOff => counts.cut_off += 1,
        Outcome::CallbackAccepted => counts.callbacks_accepted += 1,
        Outcome::VoicemailLeft => counts.voicemails += 1,
        Outcome::Overflowed => counts.overflowed_out += 1,
        Outcome::Lost => counts.lost += 1,
    }
    if leg.is_orphan {
        return;
    }
    match leg.outcome {
        Outcome::Answered => figures.answer_waits.record(wait_micros),
        Outcome::Abandoned => {
            counts.short_abandoned += u32::from(wait_micros < SHORT_ABANDON_MICROS);
            figures.abandon_waits.record(wait_micros);
        }
        _ => {}
    }
}
