//! Agents: shifts, ringing sets, conversations and after-call work.

use vigie_contract::event::{
    AgentStateChanged, Body, CallAnswered, CallEnded, CallRangUnanswered, CallWrappedUp,
    QueueReason,
};
use vigie_contract::text::Text;
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use crate::agenda::{Action, AgentId};
use crate::doing::{Doing, PauseReason};
use crate::network::AgencyId;
use crate::random::mix;
use crate::simulation::Simulation;
use crate::staffing;
use crate::truth::Outcome;

/// An agent stays at most this long after the shift while calls wait.
const OVERTIME_MICROS: i64 = 10 * 60 * MICROS_PER_SECOND;
/// Share of ringing sets that nobody picks up.
const RINGS_UNANSWERED: f64 = 0.012;
/// Share of conversations with a hold.
const HOLDS: f64 = 0.07;
/// Share of calls after which an agent is kept busy by something else.
const KEPT_BUSY: f64 = 0.02;

/// An agent.
pub(crate) struct Agent {
    pub agency: AgencyId,
    pub number: u32,
    pseudonym: String,
    doing: Doing,
    /// Changes with the state: old timers find nothing.
    stamp: u32,
    /// Slot of the call that rings or is talked to or wrapped up.
    call: Option<u32>,
    shift_ends: Time,
    /// A pause that begins when the agent is free, in seconds.
    pause_due: Option<(u16, PauseReason)>,
    /// When the hold that lasts began.
    hold_began: Time,
    wrap_up: Span,
}

impl Agent {
    pub fn new(seed: u64, agency: AgencyId, number: u32) -> Self {
        let id = mix(&[seed, 3, u64::from(agency), u64::from(number)]);
        Self {
            agency,
            number,
            pseudonym: format!("a{:010x}", id & 0xff_ffff_ffff),
            doing: Doing::Offline,
            stamp: 0,
            call: None,
            shift_ends: Time(0),
            pause_due: None,
            hold_began: Time(0),
            wrap_up: Span(0),
        }
    }
}

impl Simulation {
    fn agent(&self, id: AgentId) -> &Agent {
        &self.agents[id as usize]
    }

    fn agent_mut(&mut self, id: AgentId) -> &mut Agent {
        &mut self.agents[id as usize]
    }

    pub(crate) fn pseudonym(&self, id: AgentId) -> Option<Text<'static>> {
        Some(self.agent(id).pseudonym.clone().into())
    }

    fn is_current(&self, id: AgentId, stamp: u32) -> bool {
        self.agent(id).stamp == stamp
    }

    /// The call that an agent has in hand, if the agent's state is still that
    /// of the stamp.
    pub(crate) fn call_in_hand(&self, id: AgentId, stamp: u32) -> Option<u32> {
        self.agent(id).call.filter(|_| self.is_current(id, stamp))
    }

    /// Puts a call in an agent's hands; the stamp of the agent's state.
    pub(crate) fn take_call(&mut self, id: AgentId, slot: u32) -> u32 {
        let agent = self.agent_mut(id);
        agent.call = Some(slot);
        agent.stamp
    }

    /// Plans the shifts of an agency's agents on a local day; those that have
    /// begun already begin now.
    pub(crate) fn plan_shifts(&mut self, id: AgencyId, day: i64) {
        for agent in self.desks[usize::from(id)].agents.clone() {
            let number = self.agent(agent).number;
            let agency = self.network.agency(id);
            let Some(shift) = staffing::shift(self.settings.seed, id, agency, number, day) else {
                continue;
            };
            if shift.until <= self.now {
                continue;
            }
            let from = if shift.from < self.now {
                let seconds = self.random.between(0.1, 20.0);
                self.after(seconds)
            } else {
                shift.from
            };
            self.agenda.plan(from, Action::LogsIn(agent, shift.until));
            self.agenda
                .plan(shift.until.max(from), Action::LogsOut(agent));
            for (at, seconds, reason) in shift.pauses {
                if at > self.now {
                    self.agenda.plan(at, Action::Pauses(agent, seconds, reason));
                }
            }
        }
    }

    /// Turns an agent to something and says so, with the queues that the agent
    /// serves meanwhile.
    pub(crate) fn turn(&mut self, id: AgentId, doing: Doing) {
        let agent = self.agent_mut(id);
        let before = std::mem::replace(&mut agent.doing, doing);
        agent.stamp += 1;
        let agency = agent.agency;
        let subject: Text<'static> = agent.pseudonym.clone().into();
        let desk = &mut self.desks[usize::from(agency)];
        match (before.is_present(), doing.is_present()) {
            (false, true) => desk.present += 1,
            (true, false) => desk.present -= 1,
            _ => {}
        }
        let queues = (doing != Doing::Offline).then(|| desk.queues.clone());
        let body = Body::AgentStateChanged(AgentStateChanged {
            agency: self.code(agency),
            agent: subject.clone(),
            state: doing.state(),
            queues,
            reason: doing.reason().map(Text::from),
        });
        self.emitter
            .send(self.now, usize::from(agency), subject, body);
        self.truth.agent_turns(self.now, agency, before, doing);
    }

    pub(crate) fn log_in(&mut self, id: AgentId, until: Time) {
        let agent = self.agent_mut(id);
        agent.shift_ends = until;
        agent.pause_due = None;
        if agent.doing == Doing::Offline {
            self.make_ready(id);
        }
    }

    /// The shift is over; who talks finishes first.
    pub(crate) fn end_shift(&mut self, id: AgentId) {
        match self.agent(id).doing {
            Doing::Ready | Doing::Paused(_) => self.release(id),
            _ => {}
        }
    }

    /// An agency has closed early: nobody stays for the rest of the shift.
    pub(crate) fn send_home(&mut self, id: AgencyId) {
        for agent in self.desks[usize::from(id)].agents.clone() {
            let now = self.now;
            let shift_ends = &mut self.agent_mut(agent).shift_ends;
            *shift_ends = now.min(*shift_ends);
            self.end_shift(agent);
        }
    }

    pub(crate) fn pause(&mut self, id: AgentId, seconds: u16, reason: PauseReason) {
        match self.agent(id).doing {
            Doing::Ready => self.begin_pause(id, seconds, reason),
            Doing::Offline => {}
            _ => self.agent_mut(id).pause_due = Some((seconds, reason)),
        }
    }

    fn begin_pause(&mut self, id: AgentId, seconds: u16, reason: PauseReason) {
        self.turn(id, Doing::Paused(reason));
        let stamp = self.agent(id).stamp;
        self.agenda
            .plan(self.after(f64::from(seconds)), Action::Resumes(id, stamp));
    }

    pub(crate) fn resume(&mut self, id: AgentId, stamp: u32) {
        if self.is_current(id, stamp) {
            self.release(id);
        }
    }

    /// An agent has nothing in hand: home, a pause, or the next call.
    fn release(&mut self, id: AgentId) {
        let agent = self.agent(id);
        let desk = &self.desks[usize::from(agent.agency)];
        let overtime = self.now.0 - agent.shift_ends.0;
        if overtime >= 0 && (desk.waiting == 0 || overtime >= OVERTIME_MICROS) {
            self.turn(id, Doing::Offline);
        } else if let Some((seconds, reason)) = self.agent_mut(id).pause_due.take() {
            self.begin_pause(id, seconds, reason);
        } else {
            self.make_ready(id);
        }
    }

    fn make_ready(&mut self, id: AgentId) {
        self.turn(id, Doing::Ready);
        let agent = self.agent(id);
        let (agency, stamp) = (agent.agency, agent.stamp);
        self.desks[usize::from(agency)].free.push_back((id, stamp));
        self.find_work(agency);
        let agent = self.agent(id);
        if agent.doing == Doing::Ready && agent.shift_ends <= self.now {
            self.turn(id, Doing::Offline);
        }
    }

    pub(crate) fn has_free_agent(&self, agency: AgencyId) -> bool {
        self.desks[usize::from(agency)]
            .free
            .iter()
            .any(|&(id, stamp)| self.is_current(id, stamp))
    }

    /// The agent who has been free the longest, left in place.
    fn first_free(&mut self, agency: AgencyId) -> Option<AgentId> {
        while let Some(&(id, stamp)) = self.desks[usize::from(agency)].free.front() {
            if self.is_current(id, stamp) {
                return Some(id);
            }
            self.desks[usize::from(agency)].free.pop_front();
        }
        None
    }

    /// Gives free agents what there is to do: promises that press, callers who
    /// wait, other promises.
    pub(crate) fn find_work(&mut self, agency: AgencyId) {
        while let Some(agent) = self.first_free(agency) {
            if self.dial_next(agency, agent, true) {
                continue;
            }
            match self.next_in_line(agency) {
                Some(slot) => self.ring(agent, slot),
                None if self.dial_next(agency, agent, false) => {}
                None => break,
            }
        }
    }

    /// Takes the call whose turn it is.
    fn next_in_line(&mut self, agency: AgencyId) -> Option<u32> {
        loop {
            let key = self.desks[usize::from(agency)].queue.pop_front()?;
            if self.calls.is_current(key) {
                self.desks[usize::from(agency)].waiting -= 1;
                return Some(key.slot);
            }
        }
    }

    fn ring(&mut self, id: AgentId, slot: u32) {
        self.calls.get_mut(slot).agent = Some(id);
        self.turn(id, Doing::Ringing);
        let is_taken = !self.random.chance(RINGS_UNANSWERED);
        let seconds = if is_taken {
            1.2 + self.random.exponential(2.8).min(15.0)
        } else {
            20.0
        };
        let stamp = self.take_call(id, slot);
        self.agenda
            .plan(self.after(seconds), Action::RingEnds(id, stamp, is_taken));
    }

    /// The caller hung up while a set rang.
    pub(crate) fn stop_ringing(&mut self, id: AgentId) {
        self.agent_mut(id).call = None;
        self.release(id);
    }

    pub(crate) fn ring_ends(&mut self, id: AgentId, stamp: u32, is_taken: bool) {
        let Some(slot) = self.call_in_hand(id, stamp) else {
            return;
        };
        if is_taken {
            self.answer(id, slot);
        } else {
            self.miss(id, slot);
        }
    }

    /// Nobody picked up: the call is first in line again, the agent on a pause.
    fn miss(&mut self, id: AgentId, slot: u32) {
        let agency = self.agent(id).agency;
        let body = Body::CallRangUnanswered(CallRangUnanswered {
            agency: self.code(agency),
            queue: self.queue_code(slot),
            agent: self.pseudonym(id),
        });
        self.send(slot, body);
        self.truth
            .count(agency, |counts| counts.rang_unanswered += 1);
        self.calls.get_mut(slot).agent = None;
        self.agent_mut(id).call = None;
        let key = self.calls.key(slot);
        let desk = &mut self.desks[usize::from(agency)];
        desk.queue.push_front(key);
        desk.waiting += 1;
        let seconds = self.random.between(60.0, 240.0);
        self.turn(id, Doing::Paused(PauseReason::Unanswered));
        let stamp = self.agent(id).stamp;
        self.agenda
            .plan(self.after(seconds), Action::Resumes(id, stamp));
        self.find_work(agency);
    }

    fn answer(&mut self, id: AgentId, slot: u32) {
        let body = Body::CallAnswered(CallAnswered {
            agency: self.code(self.agent(id).agency),
            queue: self.queue_code(slot),
            agent: self.pseudonym(id),
        });
        self.close_leg(slot, body, Outcome::Answered);
        if self.calls.get(slot).reason == QueueReason::Callback {
            self.meet_promise(slot);
        }
        self.talk(id, slot);
    }

    /// A conversation begins.
    pub(crate) fn talk(&mut self, id: AgentId, slot: u32) {
        let call = self.calls.get(slot);
        let mean = self
            .network
            .agency(call.home)
            .queue(call.queue)
            .talk_seconds;
        let now = self.now;
        let call = self.calls.get_mut(slot);
        call.agent = Some(id);
        call.talk_began = now;
        call.hold_micros = 0;
        self.agent_mut(id).call = Some(slot);
        self.turn(id, Doing::Talking);
        let stamp = self.agent(id).stamp;
        let seconds = self.random.lognormal_of_mean(mean, 0.7).clamp(5.0, 3_600.0);
        if seconds > 60.0 && self.random.chance(HOLDS) {
            let begins = seconds * self.random.between(0.2, 0.6);
            self.agenda
                .plan(self.after(begins), Action::Holds(id, stamp, true));
        } else {
            self.agenda
                .plan(self.after(seconds), Action::TalkEnds(id, stamp));
        }
    }

    /// The caller is put on hold, or is back.
    pub(crate) fn hold(&mut self, id: AgentId, stamp: u32, begins: bool) {
        if !self.is_current(id, stamp) {
            return;
        }
        let now = self.now;
        if begins {
            self.turn(id, Doing::Holding);
            self.agent_mut(id).hold_began = now;
            let seconds = 15.0 + self.random.exponential(60.0).min(600.0);
            let stamp = self.agent(id).stamp;
            self.agenda
                .plan(self.after(seconds), Action::Holds(id, stamp, false));
            return;
        }
        let held = now - self.agent(id).hold_began;
        if let Some(slot) = self.agent(id).call {
            self.calls.get_mut(slot).hold_micros += held.0;
        }
        self.turn(id, Doing::Talking);
        let seconds = 10.0 + self.random.exponential(90.0).min(1_200.0);
        let stamp = self.agent(id).stamp;
        self.agenda
            .plan(self.after(seconds), Action::TalkEnds(id, stamp));
    }

    pub(crate) fn talk_ends(&mut self, id: AgentId, stamp: u32) {
        let Some(slot) = self.call_in_hand(id, stamp) else {
            return;
        };
        let call = self.calls.get(slot);
        let talked = self.now.0 - call.talk_began.0 - call.hold_micros;
        let held = (call.hold_micros > 0).then_some(Span(call.hold_micros));
        let (agency, handled) = (call.agency, talked + call.hold_micros);
        let wrap_up_mean = self.network.agency(call.home).kind().wrap_up_seconds;
        let experts = self.expert_for(slot);
        if let Some(experts) = experts {
            self.announce_transfer(slot, experts);
        }
        let body = Body::CallEnded(CallEnded {
            agency: self.code(agency),
            queue: self.queue_code(slot),
            agent: self.pseudonym(id),
            talk_seconds: Span(talked),
            hold_seconds: held,
        });
        self.send(slot, body);
        self.truth.count(agency, |counts| counts.calls_ended += 1);
        self.truth.count_handling(agency, handled);
        self.turn(id, Doing::WrapUp);
        let seconds = 4.0 + self.random.exponential(wrap_up_mean - 4.0).min(1_200.0);
        let ends = self.after(seconds);
        let now = self.now;
        let agent = self.agent_mut(id);
        agent.wrap_up = ends - now;
        let stamp = agent.stamp;
        self.agenda.plan(ends, Action::WrapUpEnds(id, stamp));
        match experts {
            Some(experts) => self.pass_on(slot, experts),
            None => self.may_promise_recontact(slot),
        }
    }

    pub(crate) fn wrap_up_ends(&mut self, id: AgentId, stamp: u32) {
        let Some(slot) = self.call_in_hand(id, stamp) else {
            return;
        };
        let agency = self.calls.get(slot).agency;
        let worked = self.agent(id).wrap_up;
        let body = Body::CallWrappedUp(CallWrappedUp {
            agency: self.code(agency),
            queue: self.queue_code(slot),
            agent: self.pseudonym(id),
            wrap_up_seconds: worked,
        });
        self.send(slot, body);
        self.truth.count_handling(agency, worked.0);
        self.agent_mut(id).call = None;
        self.calls.get_mut(slot).agent = None;
        self.may_be_surveyed(slot);
        self.may_come_back(slot);
        self.finish_call(slot);
        if self.random.chance(KEPT_BUSY) && self.agent(id).pause_due.is_none() {
            let seconds = self.random.between(120.0, 420.0);
            self.agent_mut(id).pause_due = Some((seconds as u16, PauseReason::BackOffice));
        }
        self.release(id);
    }
}
