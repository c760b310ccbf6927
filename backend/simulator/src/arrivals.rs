//! Callers who dial, and what the voice server does with them.

use vigie_contract::event::{
    Body, CallDeflected, CallReceived, CallSelfServed, DeflectReason, QueueReason,
};
use vigie_contract::time::Time;

use crate::agenda::Action;
use crate::calendar::{MICROS_PER_QUARTER, Zone};
use crate::calls::{Key, pseudonym};
use crate::incidents;
use crate::levers::Kind;
use crate::network::AgencyId;
use crate::network::kinds::Route;
use crate::network::networks::NETWORKS;
use crate::profile;
use crate::random::mix;
use crate::simulation::Simulation;

/// Share of calls that are not a caller's second try: the yearly volumes
/// count every call.
const FIRST_CALLS: f64 = 0.94;
/// Share of callers whose number is hidden.
const HIDDEN: f64 = 0.04;
/// Calls that a person makes in a year.
const CALLS_A_PERSON: f64 = 4.0;
/// Share of failed callers who try again, and how often they do.
const TRIES_AGAIN: f64 = 0.45;
const MOST_TRIES: u8 = 3;
/// Share of reached callers who call again about the same matter.
const COMES_BACK: f64 = 0.02;

impl Simulation {
    /// Sets the rate of calls for the running quarter-hour.
    pub(crate) fn set_rate(&mut self, id: AgencyId) {
        let agency = self.network.agency(id);
        let middle = Time(
            self.now.0.div_euclid(MICROS_PER_QUARTER) * MICROS_PER_QUARTER + MICROS_PER_QUARTER / 2,
        );
        let local = agency.zone.local(middle);
        let rate = profile::calls_per_second(self.settings.seed, agency, local, FIRST_CALLS);
        let surge = incidents::surge(&self.incidents, agency.network, agency.region, middle);
        self.desks[usize::from(id)].calls_per_second = rate * surge * self.settings.scale;
    }

    /// Plans the next caller of an agency, if one comes before `until`: within
    /// a quarter-hour, arrivals are a Poisson process.
    pub(crate) fn plan_arrival(&mut self, id: AgencyId, until: Time) {
        let rate = self.desks[usize::from(id)].calls_per_second;
        if rate > 0.0 {
            let gap = self.random.exponential(1.0 / rate);
            let at = self.after(gap.min(1e6));
            if at < until {
                self.agenda.plan(at, Action::Arrival(id));
            }
        }
    }

    pub(crate) fn arrive(&mut self, id: AgencyId) {
        let quarter = self.now.0.div_euclid(MICROS_PER_QUARTER);
        self.plan_arrival(id, Time((quarter + 1) * MICROS_PER_QUARTER));
        let caller = if self.random.chance(HIDDEN) {
            0
        } else {
            let people = self.network.agency(id).yearly_calls / CALLS_A_PERSON + 1.0;
            let person = self.random.index(people as usize) as u64;
            mix(&[self.settings.seed, u64::from(id), person]).max(1)
        };
        self.dial_in(id, None, caller, 0);
    }

    /// A call reaches the voice server.
    pub(crate) fn dial_in(&mut self, home: AgencyId, queue: Option<u8>, caller: u64, tries: u8) {
        let queue = queue.unwrap_or_else(|| self.draw_queue(home));
        let key = self.calls.start(home, queue, caller, tries, self.now);
        let identified = caller != 0
            && self
                .random
                .chance(self.network.agency(home).kind().identified / (1.0 - HIDDEN));
        self.calls.get_mut(key.slot).is_identified = identified;
        let (line, number) = self.line_position(key.slot);
        self.send_from_line(
            key.slot,
            line,
            Body::CallReceived(CallReceived {
                line: number.into(),
                caller: pseudonym(caller),
                identified: Some(identified),
            }),
        );
        let is_open = line_is_open(number, self.now);
        self.truth.count_line(line, |counts| {
            counts.received += 1;
            counts.received_out_of_hours += u32::from(!is_open);
            counts.identified += u32::from(identified);
        });
        let seconds = 8.0 + self.random.lognormal(26.0, 0.5);
        let done = self.after(seconds);
        self.agenda.plan(done, Action::LeavesVoiceServer(key));
    }

    /// What a caller calls about, among the queues that are there for it.
    fn draw_queue(&mut self, home: AgencyId) -> u8 {
        let agency = self.network.agency(home);
        let queues = agency.kind().queues;
        let mut left = self.random.unit();
        let mut drawn = agency.queues[0];
        for (index, queue) in queues.iter().enumerate() {
            left -= queue.share;
            let index = index as u8;
            let is_there = queue.route == Route::Contractor || agency.queues.contains(&index);
            if left < 0.0 && is_there && !queue.is_expert {
                drawn = index;
                break;
            }
        }
        drawn
    }

    /// Position and number of a call's line.
    fn line_position(&self, slot: u32) -> (usize, &'static str) {
        let number = self.line(slot);
        let position = NETWORKS
            .iter()
            .flat_map(|kind| kind.lines)
            .position(|line| line.number == number);
        (position.unwrap_or(0), number)
    }

    /// The voice server is done: it satisfied the caller, or the caller left,
    /// or asks for an agent.
    pub(crate) fn leave_voice_server(&mut self, key: Key) {
        let slot = key.slot;
        let kind = self.network.agency(self.calls.get(slot).home).kind();
        let drawn = self.random.unit();
        if drawn < kind.self_served {
            self.serve_itself(slot);
        } else if drawn < kind.self_served + kind.left_in_ivr {
            self.calls.end(slot);
        } else {
            self.ask(slot);
        }
    }

    fn serve_itself(&mut self, slot: u32) {
        let (line, number) = self.line_position(slot);
        let caller = pseudonym(self.calls.get(slot).caller);
        self.send_from_line(
            slot,
            line,
            Body::CallSelfServed(CallSelfServed {
                line: number.into(),
                caller,
            }),
        );
        let is_open = line_is_open(number, self.now);
        self.truth.count_line(line, |counts| {
            counts.self_served += 1;
            counts.self_served_in_hours += u32::from(is_open);
        });
        self.calls.end(slot);
    }

    /// The caller asks for an agent: of the own agency, or of the contractor
    /// that answers the queue.
    fn ask(&mut self, slot: u32) {
        let call = self.calls.get(slot);
        let home = self.network.agency(call.home);
        let agency = match home.queue(call.queue).route {
            Route::Own => call.home,
            Route::Contractor => home.contractor.unwrap_or(call.home),
        };
        let number = self.line(slot);
        let (is_identified, queue) = (call.is_identified, call.queue);
        {
            let now = self.now;
            let call = self.calls.get_mut(slot);
            call.agency = agency;
            call.origin = agency;
            call.asked = now;
        }
        let is_open = self.takes_calls(agency, number);
        let desk = &self.desks[usize::from(agency)];
        if !is_open {
            let closed_early = self.network.agency(agency).takes_calls(number, self.now);
            let names_agency = closed_early || is_identified || line_is_open(number, self.now);
            self.turn_away_closed(slot, names_agency);
        } else if desk.waiting > 4 * desk.present + 25 {
            self.meet_lever(agency, queue, Kind::Deflecting, None);
            self.turn_away_saturated(slot);
        } else {
            let is_orphan = self.random.chance(self.settings.lost_events);
            self.calls.get_mut(slot).is_orphan = is_orphan;
            let patience = self.draw_patience(slot);
            let gives_up_at = self.after(patience);
            self.calls.get_mut(slot).gives_up_at = gives_up_at;
            self.enter(slot, agency, QueueReason::Asked);
        }
    }

    /// An answering machine says that it is closed; where the caller is not
    /// identified and the whole line is closed, nobody asks for the agency.
    fn turn_away_closed(&mut self, slot: u32, names_agency: bool) {
        let call = self.calls.get(slot).clone();
        let (line, number) = self.line_position(slot);
        let body = Body::CallDeflected(CallDeflected {
            line: number.into(),
            agency: names_agency.then(|| self.code(call.agency)),
            queue: names_agency.then(|| self.queue_code(slot)),
            caller: pseudonym(call.caller),
            reason: DeflectReason::Closed,
            after_request: None,
        });
        if names_agency {
            self.send(slot, body);
            // Closed while the directory says open: the caller had asked.
            let is_open = u32::from(self.network.agency(call.agency).is_open(number, self.now));
            self.truth.count(call.agency, |counts| {
                counts.deflected_asked += is_open;
                counts.deflected_closed += 1 - is_open;
            });
        } else {
            self.send_from_line(slot, line, body);
            self.truth
                .count_line(line, |counts| counts.deflected_closed += 1);
        }
        self.calls.end(slot);
        // Who finds it closed seldom dials again before it opens.
        if call.caller != 0 && call.tries == 0 && self.random.chance(0.1) {
            let at = 3_600.0 * self.random.between(2.0, 16.0);
            self.agenda.plan(
                self.after(at),
                Action::Again(call.home, call.queue, call.caller, 1),
            );
        }
    }

    fn turn_away_saturated(&mut self, slot: u32) {
        let call = self.calls.get(slot).clone();
        // Some installations look at the queue before they ask what for.
        let after_request = self.random.chance(0.7);
        let body = Body::CallDeflected(CallDeflected {
            line: self.line(slot).into(),
            agency: Some(self.code(call.agency)),
            queue: Some(self.queue_code(slot)),
            caller: pseudonym(call.caller),
            reason: DeflectReason::Saturated,
            after_request: after_request.then_some(true),
        });
        self.send(slot, body);
        self.truth.count(call.agency, |counts| {
            counts.deflected_asked += u32::from(after_request);
            counts.deflected_saturated += u32::from(!after_request);
        });
        self.calls.end(slot);
        self.may_try_again(call.home, call.queue, call.caller, call.tries);
    }

    /// How long a caller will wait, in seconds: some hang up at once, most
    /// have a patience that differs widely.
    fn draw_patience(&mut self, slot: u32) -> f64 {
        let kind = self.network.agency(self.calls.get(slot).home).kind();
        if self.random.chance(0.02) {
            return self.random.between(0.8, 14.0);
        }
        self.random
            .lognormal(kind.patience_seconds, 0.8)
            .min(5_400.0)
    }

    /// A caller who failed may dial again.
    pub(crate) fn may_try_again(&mut self, home: AgencyId, queue: u8, caller: u64, tries: u8) {
        if caller != 0 && tries < MOST_TRIES && self.random.chance(TRIES_AGAIN) {
            let seconds = 20.0 + self.random.lognormal(700.0, 1.0);
            self.agenda.plan(
                self.after(seconds.min(20_000.0)),
                Action::Again(home, queue, caller, tries + 1),
            );
        }
    }

    /// A caller who was reached may have forgotten something.
    pub(crate) fn may_come_back(&mut self, slot: u32) {
        let call = self.calls.get(slot);
        let (home, queue, caller, tries) = (call.home, call.asked_queue, call.caller, call.tries);
        let may = caller != 0 && tries < MOST_TRIES && !call.is_passed_on;
        if may && self.random.chance(COMES_BACK) {
            let seconds = self.random.between(300.0, 7_200.0);
            self.agenda.plan(
                self.after(seconds),
                Action::Again(home, queue, caller, tries + 1),
            );
        }
    }
}

/// Whether a line as a whole is open.
fn line_is_open(number: &str, time: Time) -> bool {
    NETWORKS
        .iter()
        .flat_map(|kind| kind.lines)
        .find(|line| line.number == number)
        .is_some_and(|line| line.hours.is_open(Zone::Paris, time))
}
