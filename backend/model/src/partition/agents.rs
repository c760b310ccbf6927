//! Agents: what a new event, or twelve hours of silence, change, as
//! contributions to the agency, its queues and its lines.

use smallvec::SmallVec;
use vigie_contract::event::AgentStateChanged;
use vigie_contract::text::Text;
use vigie_contract::time::Time;

use super::admission;
use super::state::Partition;
use crate::agent::{Agent, AgentEvent, Doing, DutyId, FORGOTTEN_AFTER, Said, Turn};
use crate::contribution::{CellId, CellKind, Presence, What};
use crate::event_id::EventId;
use crate::terms::Terms;

impl Partition {
    /// Puts an event into the history of its agent.
    pub(super) fn fold_agent(
        &mut self,
        changed: &AgentStateChanged<'_>,
        agency: CellId,
        (at, id): (Time, EventId<'_>),
        terms: &mut Terms,
    ) {
        let said = Said {
            state: changed.state,
            reason: changed.reason.as_ref().map(|why| self.reason(agency, why)),
            duty: changed
                .queues
                .as_ref()
                .map(|queues| self.duty(changed, (queues, at), agency, terms)),
        };
        let alone = self.duty(changed, (&[], at), agency, terms);
        let key = self.agent_key(agency, &changed.agent, terms);
        let mut agent = self.agents.remove(&key).unwrap_or_default();
        let event = AgentEvent { time: at, said, id };
        let mut turns: SmallVec<[(i8, Turn); 4]> = SmallVec::new();
        let known = (self.passed(), alone);
        agent.insert(
            event,
            &changed.agent,
            known,
            &self.names,
            &mut |sign, turn| {
                turns.push((sign, turn));
            },
        );
        self.await_silence(key, &mut agent);
        self.agents.insert(key, agent);
        for (sign, turn) in turns {
            self.tell_turn(sign, turn, terms);
        }
    }

    /// The cells that an agent counts in: its agency, each queue, and each line
    /// that one of these serves at the instant.
    fn duty(
        &mut self,
        changed: &AgentStateChanged<'_>,
        (queues, at): (&[Text<'_>], Time),
        agency: CellId,
        terms: &Terms,
    ) -> DutyId {
        let code = &*changed.agency;
        let mut cells: SmallVec<[CellId; 8]> = SmallVec::new();
        cells.push(agency);
        for queue in queues {
            let of_queue = (Some(code), Some(&**queue), None);
            let queue_cell = self.cell(of_queue, CellKind::Duty, terms);
            let line = terms.versions.line_of_queue(code, queue, at);
            let line_cell =
                line.map(|line| self.cell((Some(code), None, Some(line)), CellKind::Duty, terms));
            for cell in [Some(queue_cell), line_cell].into_iter().flatten() {
                if !cells.contains(&cell) {
                    cells.push(cell);
                }
            }
        }
        self.duty_of(&cells)
    }

    /// Adds a deadline for the silence of an agent; each agent has one at a time.
    fn await_silence(&mut self, key: u64, agent: &mut Agent) {
        let passed = self.passed();
        let Some(deadline) = agent.deadline(passed) else {
            return;
        };
        match *agent.awaited() {
            Some(awaited) if awaited <= deadline => return,
            // It was offline, to be forgotten: heard again, it is offline sooner.
            Some(awaited) => {
                self.silences.remove(&(awaited, key));
            }
            None => {}
        }
        *agent.awaited() = Some(deadline);
        self.silences.insert((deadline, key));
    }

    /// Makes the contributions of the agents whose twelve hours of silence ended
    /// before an instant.
    pub(super) fn end_silences_before(&mut self, time: Time, terms: &mut Terms) {
        let passed = self.passed();
        while let Some(&(deadline, key)) = self.silences.first()
            && deadline < time
        {
            self.silences.pop_first();
            let Some(agent) = self.agents.get_mut(&key) else {
                continue;
            };
            let next = agent.deadline(time);
            *agent.awaited() = next;
            self.silences.extend(next.map(|next| (next, key)));
            for turn in agent.fall_silent(passed, time) {
                self.tell_turn(1, turn, terms);
            }
        }
    }

    /// Makes the contributions of an agent that leaves a state and enters another,
    /// wherever it counts.
    fn tell_turn(&mut self, sign: i8, turn: Turn, terms: &mut Terms) {
        let Turn { at, from, to } = turn;
        let mut change = |sign: i8, doing: Doing| {
            for place in 0..self.duties[doing.duty.0 as usize].len() {
                let cell = self.duties[doing.duty.0 as usize][place];
                let day = self.rules.day(cell, at, &mut terms.calendar);
                let what = What::Agent(Presence {
                    state: doing.state,
                    reason: doing.reason,
                    since_midnight: at - day.start,
                });
                self.contribute_signed(cell, at, sign, what);
            }
        };
        if let Some(from) = from {
            change(-sign, from);
        }
        if let Some(to) = to {
            change(sign, to);
        }
    }

    /// How many agents it knows.
    pub(crate) fn agents(&self) -> usize {
        self.agents.len()
    }

    /// What each agent does as of an instant up to which time has passed, and the cells in
    /// which it counts.
    pub(crate) fn doings_at(&self, at: Time) -> impl Iterator<Item = (Doing, &[CellId])> {
        self.agents.values().filter_map(move |agent| {
            let (_, newest) = agent.newest()?;
            let doing = agent.doing_at(at, self.alone(newest.duty))?;
            Some((doing, &*self.duties[doing.duty.0 as usize]))
        })
    }

    /// The list of cells of an agent who counts in the agency of a list alone. Whoever has
    /// counted so has had it numbered.
    fn alone(&self, duty: DutyId) -> DutyId {
        let agency = self.duties[duty.0 as usize][0];
        let alone = self.duty_index.get(&[agency][..]);
        alone.map_or(duty, |&alone| DutyId(alone))
    }

    /// Forgets the events of agents from before the days that are open.
    pub(super) fn forget_agents(&mut self, terms: &mut Terms) {
        let Some(newest) = self.admission.newest() else {
            return;
        };
        let oldest_open = admission::oldest_open(newest);
        let passed = self.passed();
        self.agents.retain(|_, agent| {
            let Some((last, doing)) = agent.newest() else {
                return false;
            };
            let agency = self.duties[doing.duty.0 as usize][0];
            let open_day = self.rules.day(agency, oldest_open, &mut terms.calendar);
            let open_day = open_day.start;
            // Whoever has counted in the agency alone has had it numbered.
            let alone = self.duty_index.get(&[agency][..]);
            let alone = alone.map_or(doing.duty, |&alone| DutyId(alone));
            agent.forget_before(open_day, alone);
            // An event of an open day, up to 26 hours later, goes by what it said.
            last + FORGOTTEN_AFTER >= open_day || !agent.is_forgotten(passed)
        });
    }
}
