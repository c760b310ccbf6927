//! The one loop over simulated time.

use std::collections::VecDeque;

use vigie_contract::event::Body;
use vigie_contract::text::Text;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::agenda::{Action, Agenda, AgentId};
use crate::agents::Agent;
use crate::calendar::{Local, MICROS_PER_QUARTER};
use crate::calls::{Calls, Key};
use crate::emission::{Delivery, Emitter};
use crate::incidents::{self, Incident};
use crate::levers::Levers;
use crate::network::networks::NETWORKS;
use crate::network::{AgencyId, Network};
use crate::random::{Random, mix};
use crate::settings::Settings;
use crate::staffing;
use crate::truth::Truth;

/// What happens at an agency: who waits, who is free.
pub(crate) struct Desk {
    /// Legs in the order in which they will be answered. One that left in the
    /// meantime has another stamp and is passed over.
    pub queue: VecDeque<Key>,
    /// Legs that wait and whose turn has not come.
    pub waiting: u32,
    /// Agents in the order in which they became free; passed over likewise.
    pub free: VecDeque<(AgentId, u32)>,
    /// Agents logged in and not on a pause.
    pub present: u32,
    /// Promises for agents to dial: not before, then the call.
    pub callbacks: VecDeque<(Time, Key)>,
    /// Mean time that an agent needs for a call, in seconds.
    pub handle_seconds: f64,
    /// Calls a second of its callers in the running quarter-hour.
    pub calls_per_second: f64,
    /// Agents of the agency.
    pub agents: std::ops::Range<AgentId>,
    /// The queues that they serve, as sent.
    pub queues: Vec<Text<'static>>,
    /// Levers, by position of the queue in its network.
    pub levers: Vec<Levers>,
    /// It closed before its hours were over, and stays so for the day.
    pub is_closed_early: bool,
}

/// A simulation: an iterator over what is delivered, by time of delivery.
///
/// Memory is bounded by what goes on at a time (calls, promises, agents,
/// events on their way) and by the [`Truth`], not by what has passed.
pub struct Simulation {
    pub(crate) settings: Settings,
    pub(crate) network: Network,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) random: Random,
    pub(crate) now: Time,
    pub(crate) agenda: Agenda,
    pub(crate) calls: Calls,
    pub(crate) desks: Vec<Desk>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) emitter: Emitter,
    pub(crate) truth: Truth,
    is_over: bool,
}

impl Simulation {
    /// A simulation at its start. It reads no clock and no file.
    pub fn new(settings: Settings) -> Self {
        let network = Network::new(&settings);
        let incidents = incidents::plan(&network, &settings);
        let lines = lines();
        let salt = mix(&[settings.seed, settings.start.0 as u64]) as u32 & 0xf_ffff;
        let sources = network
            .agencies
            .iter()
            .map(|agency| agency.source.clone())
            .chain(
                lines
                    .iter()
                    .map(|line| format!("/svi/{}", line.to_lowercase())),
            );
        let mut emitter = Emitter::new(sources, salt);
        for incident in &incidents {
            if let Incident::FeedCut {
                agency,
                from,
                until,
            } = incident
                && let Some(source) = network.agency_codes().position(|code| code == agency)
            {
                emitter.cut_off(source, *from, *until);
            }
        }
        let mut simulation = Self {
            random: Random::new(settings.seed),
            now: settings.start,
            agenda: Agenda::default(),
            calls: Calls::new(salt),
            desks: Vec::new(),
            agents: Vec::new(),
            emitter,
            truth: Truth::new(&network, lines, settings.start),
            incidents,
            network,
            settings,
            is_over: false,
        };
        simulation.hire();
        simulation.begin();
        simulation
    }

    /// The network that is simulated.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The incidents that happen.
    pub fn incidents(&self) -> &[Incident] {
        &self.incidents
    }

    /// What really happened so far: up to the last delivery taken, and all of
    /// it once the iterator is at its end.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Gives each agency its agents.
    fn hire(&mut self) {
        let counts = staffing::agents(&self.network, self.settings.scale);
        for (id, count) in counts.into_iter().enumerate() {
            let first = self.agents.len() as AgentId;
            for number in 0..count {
                self.agents
                    .push(Agent::new(self.settings.seed, id as AgencyId, number));
            }
            let agency = &self.network.agencies[id];
            let queues = || agency.queues.iter().map(|&queue| agency.queue(queue));
            let asked_for = || queues().filter(|queue| !queue.is_expert);
            let talk: f64 = asked_for().map(|queue| queue.talk_seconds).sum();
            self.desks.push(Desk {
                queue: VecDeque::new(),
                waiting: 0,
                free: VecDeque::new(),
                present: 0,
                callbacks: VecDeque::new(),
                handle_seconds: talk / asked_for().count() as f64 + agency.kind().wrap_up_seconds,
                calls_per_second: 0.0,
                agents: first..first + count,
                queues: queues().map(|queue| queue.code.into()).collect(),
                levers: vec![Levers::default(); agency.kind().queues.len()],
                is_closed_early: false,
            });
        }
    }

    /// Plans the first day and quarter-hour of each agency.
    fn begin(&mut self) {
        for id in 0..self.network.agencies.len() as AgencyId {
            self.plan_day(id);
            if self.network.agency(id).yearly_calls > 0.0 {
                self.begin_quarter(id);
            }
        }
    }

    /// Plans the rest of an agency's local day, and the start of the next.
    fn plan_day(&mut self, id: AgencyId) {
        let agency = self.network.agency(id);
        let day = agency.zone.local(self.now).day;
        let next = agency.zone.instant(Local {
            day: day + 1,
            micros: 0,
        });
        self.agenda.plan(next, Action::Day(id));
        for (closing, is_last) in staffing::closings(agency, day) {
            if closing > self.now {
                self.agenda.plan(closing, Action::Closes(id, is_last));
            }
        }
        let closes_early = staffing::closes_early(self.settings.seed, id, agency, day);
        if let Some(at) = closes_early.filter(|&at| at > self.now) {
            self.agenda.plan(at, Action::ClosesEarly(id));
        }
        self.desks[usize::from(id)].is_closed_early = false;
        self.plan_keys(id, day);
        self.plan_shifts(id, day);
    }

    fn begin_quarter(&mut self, id: AgencyId) {
        let quarter = self.now.0.div_euclid(MICROS_PER_QUARTER);
        let next = Time((quarter + 1) * MICROS_PER_QUARTER);
        self.agenda.plan(next, Action::Quarter(id));
        self.set_rate(id);
        self.plan_arrival(id, next);
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Day(id) => self.plan_day(id),
            Action::Quarter(id) => self.begin_quarter(id),
            Action::Arrival(id) => self.arrive(id),
            Action::Again(id, queue, caller, tries) => self.dial_in(id, Some(queue), caller, tries),
            Action::LeavesVoiceServer(key) => self.leave_voice_server(key),
            Action::Chooses(key) => self.choose(key),
            Action::Announces(key) => self.announce(key),
            Action::Overflows(key) => self.overflow(key),
            Action::HangsUp(key) => self.hang_up(key),
            Action::LogsIn(agent, until) => self.log_in(agent, until),
            Action::LogsOut(agent) => self.end_shift(agent),
            Action::Pauses(agent, seconds, reason) => self.pause(agent, seconds, reason),
            Action::Resumes(agent, stamp) => self.resume(agent, stamp),
            Action::RingEnds(agent, stamp, is_taken) => self.ring_ends(agent, stamp, is_taken),
            Action::Holds(agent, stamp, begins) => self.hold(agent, stamp, begins),
            Action::TalkEnds(agent, stamp) => self.talk_ends(agent, stamp),
            Action::WrapUpEnds(agent, stamp) => self.wrap_up_ends(agent, stamp),
            Action::DialEnds(agent, stamp, is_reached) => self.dial_ends(agent, stamp, is_reached),
            Action::Dials(key) => self.machine_dials(key),
            Action::LooksForWork(id) => self.find_work(id),
            Action::PromiseDue(key) => self.promise_due(key),
            Action::ForgetsPromise(id) => self.forget_promise(id),
            Action::Pledge(pledge) => self.step_pledge(pledge),
            Action::Rates(survey) => self.rate(*survey),
            Action::LosesLeg(leg) => self.truth.close(&leg),
            Action::Closes(id, is_last) => self.close_lines(id, is_last),
            Action::ClosesEarly(id) => self.close_early(id),
            Action::TurnsKey(id) => self.turn_key(id),
        }
    }

    /// The instant some seconds from now, in whole milliseconds.
    pub(crate) fn after(&self, seconds: f64) -> Time {
        Time(self.now.0 + (seconds * 1_000.0) as i64 * (MICROS_PER_SECOND / 1_000))
    }

    /// Whether the queues of an agency take calls of a line: by its hours, and
    /// it has not closed early.
    pub(crate) fn takes_calls(&self, id: AgencyId, line: &str) -> bool {
        !self.desks[usize::from(id)].is_closed_early
            && self.network.agency(id).takes_calls(line, self.now)
    }

    /// Whether an agency answers a line: likewise, once its hours have begun.
    pub(crate) fn answers(&self, id: AgencyId, line: &str) -> bool {
        !self.desks[usize::from(id)].is_closed_early
            && self.network.agency(id).is_open(line, self.now)
    }

    /// An agency's code, for an event.
    pub(crate) fn code(&self, id: AgencyId) -> Text<'static> {
        self.network.agency(id).code.clone().into()
    }

    /// The code of a call's queue, for an event.
    pub(crate) fn queue_code(&self, slot: u32) -> Text<'static> {
        let call = self.calls.get(slot);
        self.network.agency(call.home).queue(call.queue).code.into()
    }

    /// The line of a call.
    pub(crate) fn line(&self, slot: u32) -> &'static str {
        let call = self.calls.get(slot);
        self.network.agency(call.home).queue(call.queue).line
    }

    /// Sends an event of a call from the installation where the call is.
    pub(crate) fn send(&mut self, slot: u32, body: Body<'static>) {
        let source = usize::from(self.calls.get(slot).agency);
        let subject = self.calls.subject(slot);
        self.emitter.send(self.now, source, subject, body);
    }

    /// Sends an event of a call from the voice server of a line.
    pub(crate) fn send_from_line(&mut self, slot: u32, line: usize, body: Body<'static>) {
        let source = self.network.agencies.len() + line;
        let subject = self.calls.subject(slot);
        self.emitter.send(self.now, source, subject, body);
    }
}

/// The lines of all networks.
fn lines() -> Vec<&'static str> {
    NETWORKS
        .iter()
        .flat_map(|kind| kind.lines.iter().map(|line| line.number))
        .collect()
}

impl Iterator for Simulation {
    type Item = Delivery;

    /// The next delivery.
    ///
    /// What is sent is delivered later than now, so that whatever is due by
    /// now can go.
    fn next(&mut self) -> Option<Delivery> {
        loop {
            let until = if self.is_over {
                Time(i64::MAX)
            } else {
                self.now
            };
            if let Some(delivery) = self.emitter.take_until(until) {
                return Some(delivery);
            }
            if self.is_over {
                return None;
            }
            match self.agenda.take_before(self.settings.end) {
                Some((at, action)) => {
                    self.now = at;
                    self.truth.advance(at);
                    self.act(action);
                }
                None => {
                    self.is_over = true;
                    self.truth.advance(self.settings.end);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the simulation holds, the truth aside.
    fn held(simulation: &Simulation) -> usize {
        let desks = simulation.desks.iter();
        simulation.calls.slots_ever_used()
            + simulation.emitter.slots_ever_used()
            + simulation.agenda.len()
            + desks
                .map(|desk| desk.queue.len() + desk.free.len() + desk.callbacks.len())
                .sum::<usize>()
    }

    #[test]
    fn memory_does_not_grow_with_the_days() {
        let day = crate::calendar::MICROS_PER_DAY;
        let small = Settings::small();
        let start = small.start;
        let mut simulation = Simulation::new(Settings {
            end: Time(start.0 + 5 * day),
            ..small
        });
        let mut held_each_day = [0; 5];
        let mut events = 0;
        while let Some(delivery) = simulation.next() {
            events += 1;
            if events % 100 == 0 {
                let today = ((delivery.at.0 - start.0) / day).clamp(0, 4) as usize;
                held_each_day[today] = held_each_day[today].max(held(&simulation));
            }
        }
        let most_first = held_each_day[0].max(held_each_day[1]);
        assert!(
            events > 50 * most_first,
            "{events} events, {held_each_day:?}"
        );
        assert!(held_each_day[4] < 2 * most_first, "{held_each_day:?}");
    }
}
