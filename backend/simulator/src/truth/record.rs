//! What really happened, kept by agency, quarter-hour and side.

use vigie_contract::event::QueueReason;
use vigie_contract::time::Time;

use super::callers::{CallerCounts, Tries};
use super::counts::{Counts, Figures, LineCounts, State};
use super::leg::{ClosedLeg, Ending};
use super::lever::{LeverRow, PulledLever};
use super::occupation::Occupation;
use super::row::{Row, Side};
use super::trouble::{Trouble, TroubleRow};
use crate::calendar::MICROS_PER_QUARTER;
use crate::network::AgencyId;

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
/// over, the rows in which something happened are put by. A row takes 310
/// bytes, the country's week about 150 MB: all that the simulator keeps.
pub struct Truth {
    agencies: Vec<String>,
    lines: Vec<&'static str>,
    quarter: i64,
    running: Vec<[Figures; 2]>,
    running_lines: Vec<LineCounts>,
    running_states: Vec<State>,
    /// Up to when the time of each agency's agents is counted.
    counted_to: Vec<Time>,
    finished: Vec<Finished>,
    finished_lines: Vec<(i64, &'static str, LineCounts)>,
    finished_states: Vec<(i64, AgencyId, State)>,
    levers: Vec<PulledLever>,
    troubles: Vec<Trouble>,
    tries: Tries,
}

impl Truth {
    /// Nothing has happened yet: at an instant, at agencies of these codes, on
    /// these lines.
    pub(crate) fn new(codes: Vec<String>, lines: Vec<&'static str>, start: Time) -> Self {
        let agencies = codes.len();
        Self {
            agencies: codes,
            quarter: start.0.div_euclid(MICROS_PER_QUARTER),
            running: vec![Default::default(); agencies],
            running_lines: vec![LineCounts::default(); lines.len()],
            running_states: vec![State::default(); agencies],
            counted_to: vec![start; agencies],
            lines,
            finished: Vec::new(),
            finished_lines: Vec::new(),
            finished_states: Vec::new(),
            levers: Vec::new(),
            troubles: Vec::new(),
            tries: Tries::default(),
        }
    }

    /// Puts the quarter-hour by when `now` lies after it.
    pub(crate) fn advance(&mut self, now: Time) {
        let quarter = now.0.div_euclid(MICROS_PER_QUARTER);
        while self.quarter < quarter {
            self.finish_quarter();
            self.quarter += 1;
        }
    }

    fn finish_quarter(&mut self) {
        self.tries.forget(start_of(self.quarter));
        for agency in 0..self.running.len() {
            self.pass_time(agency, start_of(self.quarter + 1));
        }
        for (agency, sides) in self.running.iter_mut().enumerate() {
            for side in Side::ALL {
                let figures = std::mem::take(&mut sides[side as usize]);
                if !figures.is_empty() {
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
        for (agency, state) in self.running_states.iter().enumerate() {
            if *state != State::default() {
                let agency = agency as AgencyId;
                self.finished_states.push((self.quarter, agency, *state));
            }
        }
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

    /// Counts time spent on calls, the same from both sides.
    pub(crate) fn count_handling(&mut self, agency: AgencyId, microseconds: i64) {
        for figures in &mut self.running[usize::from(agency)] {
            figures.handle_microseconds += microseconds;
        }
    }

    /// Counts a leg that opens.
    pub(crate) fn enter(&mut self, handler: AgencyId, reason: QueueReason) {
        let is_transfer = u32::from(reason == QueueReason::Transfer);
        self.count(handler, |counts| {
            counts.entered_all += 1;
            counts.transferred_in += is_transfer;
        });
        *waiting(&mut self.running_states[usize::from(handler)], reason) += 1;
    }

    /// Counts a leg that closes, at its handler and at its origin.
    pub(crate) fn close(&mut self, leg: &ClosedLeg) {
        if !leg.is_orphan {
            self.count(leg.handler, |counts| counts.closed_all += 1);
            let state = &mut self.running_states[usize::from(leg.handler)];
            *waiting(state, leg.reason) -= 1;
        }
        for (side, agency) in [(Side::Handler, leg.handler), (Side::Origin, leg.origin)] {
            leg.count(&mut self.running[usize::from(agency)][side as usize]);
        }
    }

    /// A call asks for an agent on a line, or goes on in another queue, which is open or
    /// not; `caller` is 0 where the number is hidden.
    pub(crate) fn ask(
        &mut self,
        (call, caller): (u64, u64),
        line: &'static str,
        now: Time,
        is_open: bool,
    ) {
        self.tries.enter(call, line, caller, now, is_open);
    }

    /// What a call asked for has come to an end in a queue, and somebody says so.
    pub(crate) fn ask_ends(&mut self, call: u64, ending: Ending, now: Time) {
        self.tries.close(call, ending, now);
    }

    /// The voice server satisfies a caller on a line; `caller` is 0 where the number is
    /// hidden.
    pub(crate) fn satisfy(&mut self, caller: u64, line: &'static str, now: Time) {
        self.tries.satisfy(line, caller, now);
    }

    /// How callers fared on a line, on the day that began at `since`, as of an instant
    /// on it that lies no more than some hours back.
    pub fn callers(&self, line: &str, since: Time, as_of: Time) -> CallerCounts {
        self.tries.counts(line, since, as_of)
    }

    /// A promise is made.
    pub(crate) fn open_promise(&mut self, agency: AgencyId) {
        self.running_states[usize::from(agency)].promises_open += 1;
    }

    /// A promise is no longer open: kept, late or not, cancelled or forgotten.
    pub(crate) fn end_promise(&mut self, agency: AgencyId) {
        self.running_states[usize::from(agency)].promises_open -= 1;
    }

    /// Counts what the agents of an agency have done up to an instant.
    fn pass_time(&mut self, agency: usize, until: Time) {
        let since = std::mem::replace(&mut self.counted_to[agency], until);
        let state = &self.running_states[agency];
        let micros = |agents: u32| i64::from(agents) * (until - since).0;
        let (busy, ready) = (micros(state.busy()), micros(state.agents_ready));
        for figures in &mut self.running[agency] {
            figures.busy_microseconds += busy;
            figures.ready_microseconds += ready;
        }
    }

    /// An agent turns from one thing to another.
    pub(crate) fn agent_turns(
        &mut self,
        now: Time,
        agency: AgencyId,
        from: Occupation,
        to: Occupation,
    ) {
        self.pass_time(usize::from(agency), now);
        let state = &mut self.running_states[usize::from(agency)];
        for count in from.counts(state).into_iter().flatten() {
            *count -= 1;
        }
        for count in to.counts(state).into_iter().flatten() {
            *count += 1;
        }
    }

    /// A lever is pulled.
    pub(crate) fn pull(&mut self, lever: PulledLever) {
        self.levers.push(lever);
    }

    /// Something begins that is out of the ordinary.
    pub(crate) fn begin_trouble(&mut self, trouble: Trouble) {
        self.troubles.push(trouble);
    }

    /// The rows: those of the quarter-hours that are over by time, then those
    /// of the running one.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.finished_rows(&self.finished)
            .chain(self.running_rows())
    }

    /// The rows of a quarter-hour, by its start.
    pub fn rows_of(&self, quarter: Time) -> impl Iterator<Item = Row<'_>> {
        let number = quarter.0.div_euclid(MICROS_PER_QUARTER);
        let from = self.finished.partition_point(|row| row.quarter < number);
        let until = self.finished.partition_point(|row| row.quarter <= number);
        self.finished_rows(&self.finished[from..until]).chain(
            self.running_rows()
                .filter(move |row| row.quarter == quarter),
        )
    }

    fn finished_rows<'t>(&'t self, rows: &'t [Finished]) -> impl Iterator<Item = Row<'t>> {
        rows.iter().map(|row| Row {
            quarter: start_of(row.quarter),
            agency: &self.agencies[usize::from(row.agency)],
            side: row.side,
            figures: &row.figures,
        })
    }

    fn running_rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.running
            .iter()
            .zip(&self.agencies)
            .flat_map(move |(sides, agency)| {
                Side::ALL.map(|side| Row {
                    quarter: start_of(self.quarter),
                    agency,
                    side,
                    figures: &sides[side as usize],
                })
            })
            .filter(|row| !row.figures.is_empty())
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

    /// How agencies stood at the end of each quarter-hour that is over, by that
    /// end; those with nobody and nothing are left out.
    pub fn states(&self) -> impl Iterator<Item = (Time, &str, &State)> {
        self.finished_states.iter().map(|(quarter, agency, state)| {
            let agency = self.agencies[usize::from(*agency)].as_str();
            (start_of(quarter + 1), agency, state)
        })
    }

    /// How agencies stood at an instant at which a quarter-hour ended; those with
    /// nobody and nothing are left out.
    pub fn states_as_of(&self, as_of: Time) -> impl Iterator<Item = (&str, &State)> {
        let number = as_of.0.div_euclid(MICROS_PER_QUARTER) - 1;
        let quarter = |row: &(i64, AgencyId, State)| row.0;
        let states = &self.finished_states;
        let from = states.partition_point(|row| quarter(row) < number);
        let until = states.partition_point(|row| quarter(row) <= number);
        states[from..until]
            .iter()
            .map(|(_, agency, state)| (self.agencies[usize::from(*agency)].as_str(), state))
    }

    /// What was out of the ordinary, in the order in which it began.
    pub fn troubles(&self) -> impl Iterator<Item = TroubleRow<'_>> {
        let code = |agency: &AgencyId| self.agencies[usize::from(*agency)].as_str();
        self.troubles.iter().map(move |trouble| TroubleRow {
            kind: trouble.kind,
            scopes: &trouble.scopes,
            agencies: trouble.agencies.iter().map(code).collect(),
            from: trouble.from,
            until: trouble.until,
        })
    }

    /// The levers pulled, in the order in which they were.
    pub fn levers(&self) -> impl Iterator<Item = LeverRow<'_>> {
        let code = |agency: AgencyId| self.agencies[usize::from(agency)].as_str();
        self.levers.iter().map(move |pull| LeverRow {
            at: pull.at,
            agency: code(pull.agency),
            queue: pull.queue,
            kind: pull.kind,
            on: pull.on,
            to: pull.to.map(code),
        })
    }
}

fn start_of(quarter: i64) -> Time {
    Time(quarter * MICROS_PER_QUARTER)
}

/// The count of those who wait for a reason.
fn waiting(state: &mut State, reason: QueueReason) -> &mut u32 {
    match reason {
        QueueReason::Asked => &mut state.waiting_asked,
        QueueReason::Overflow => &mut state.waiting_overflow,
        QueueReason::Transfer => &mut state.waiting_transfer,
        QueueReason::Callback => &mut state.waiting_callback,
    }
}
