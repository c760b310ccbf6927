//! The one loop over simulated time.

use vigie_contract::time::Time;

use crate::actors::{
    agents, arrivals, callbacks, closings, conversations, dialling, levers, pledges, surveys,
    waiting,
};
use crate::calendar::Local;
use crate::emission::Delivery;
use crate::incidents::{self, Incident};
use crate::network::{AgencyId, Network};
use crate::settings::Settings;
use crate::staffing;
use crate::truth::Truth;
use crate::world::{Action, World};

/// A simulation: an iterator over what is delivered, by time of delivery.
///
/// Memory is bounded by what goes on at a time (calls, promises, agents,
/// events on their way) and by the [`Truth`], not by what has passed.
pub struct Simulation {
    world: World,
    is_over: bool,
}

impl Simulation {
    /// A simulation at its start. It reads no clock and no file.
    pub fn new(settings: Settings) -> Self {
        let network = Network::new(&settings);
        let incidents = incidents::plan(&network, &settings);
        let staff = staffing::agents(&network, settings.scale);
        let mut world = World::new(settings, network, incidents, &staff);
        begin(&mut world);
        Self {
            world,
            is_over: false,
        }
    }

    /// The network that is simulated.
    pub fn network(&self) -> &Network {
        &self.world.network
    }

    /// The incidents that happen.
    pub fn incidents(&self) -> &[Incident] {
        &self.world.incidents
    }

    /// What really happened so far: up to the last delivery taken, and all of
    /// it once the iterator is at its end.
    pub fn truth(&self) -> &Truth {
        &self.world.truth
    }
}

/// Plans the first day and quarter-hour of each agency.
fn begin(world: &mut World) {
    for trouble in incidents::troubles(&world.network, &world.settings) {
        let begins = Action::TroubleBegins(Box::new(trouble.clone()));
        world.agenda.plan(trouble.from, begins);
    }
    for incident in world.incidents.clone() {
        match incident {
            Incident::StaffLeave {
                agency,
                who,
                from,
                until,
            } => {
                let leave = Action::StaffLeaves(agency, who, until);
                world.agenda.plan(from.max(world.now), leave);
            }
            Incident::FalseAnnouncements {
                agency,
                from,
                until,
            } => {
                for (at, falsely) in [(from.max(world.now), true), (until, false)] {
                    let turn = Action::AnnouncesFalsely(agency, falsely);
                    world.agenda.plan(at, turn);
                }
            }
            // Who surges and what is on its way is looked up when it is needed.
            Incident::BenefitDay { .. } | Incident::FeedCut { .. } => {}
        }
    }
    for id in 0..world.network.agencies.len() as AgencyId {
        plan_day(world, id);
        if world.network.agency(id).yearly_calls > 0.0 {
            arrivals::begin_quarter(world, id);
        }
    }
}

/// Plans the rest of an agency's local day, and the start of the next.
fn plan_day(world: &mut World, id: AgencyId) {
    let zone = world.network.agency(id).zone;
    let day = zone.local(world.now).day;
    let next = zone.instant(Local {
        day: day + 1,
        micros: 0,
    });
    world.agenda.plan(next, Action::Day(id));
    closings::plan(world, id, day);
    levers::plan_keys(world, id, day);
    agents::plan_shifts(world, id, day);
}

/// What is due happens.
fn act(world: &mut World, action: Action) {
    match action {
        Action::Day(id) => plan_day(world, id),
        Action::Quarter(id) => arrivals::begin_quarter(world, id),
        Action::Arrival(id) => arrivals::arrive(world, id),
        Action::Again(id, queue, caller, tries) => {
            arrivals::dial_in(world, id, Some(queue), caller, tries)
        }
        Action::LeavesVoiceServer(key) => arrivals::leave_voice_server(world, key),
        Action::Chooses(key) => waiting::choose(world, key),
        Action::Announces(key) => waiting::announce(world, key),
        Action::Overflows(key) => waiting::overflow(world, key),
        Action::HangsUp(key) => waiting::hang_up(world, key),
        Action::LogsIn(agent, until) => agents::log_in(world, agent, until),
        Action::TroubleBegins(trouble) => world.truth.begin_trouble(*trouble),
        Action::StaffLeaves(id, who, until) => agents::leave(world, id, who, until),
        Action::AnnouncesFalsely(id, falsely) => world.desks[id].announces_falsely = falsely,
        Action::LogsOut(agent) => agents::end_shift(world, agent),
        Action::Pauses(agent, seconds, reason) => agents::pause(world, agent, seconds, reason),
        Action::Resumes(agent, stamp) => agents::resume(world, agent, stamp),
        Action::RingEnds(agent, stamp, is_taken) => {
            conversations::ring_ends(world, agent, stamp, is_taken)
        }
        Action::Holds(agent, stamp, begins) => conversations::hold(world, agent, stamp, begins),
        Action::TalkEnds(agent, stamp) => conversations::talk_ends(world, agent, stamp),
        Action::WrapUpEnds(agent, stamp) => conversations::wrap_up_ends(world, agent, stamp),
        Action::DialEnds(agent, stamp, is_reached) => {
            dialling::dial_ends(world, agent, stamp, is_reached)
        }
        Action::Dials(key) => dialling::machine_dials(world, key),
        Action::LooksForWork(id) => agents::find_work(world, id),
        Action::PromiseDue(key) => callbacks::come_due(world, key),
        Action::ForgetsPromise(id) => pledges::forget(world, id),
        Action::Pledge(pledge) => pledges::step(world, pledge),
        Action::Rates(survey) => surveys::rate(world, *survey),
        Action::LosesLeg(leg) => world.truth.close(&leg),
        Action::Closes(id, is_last) => closings::close_lines(world, id, is_last),
        Action::ClosesEarly(id) => closings::close_early(world, id),
        Action::TurnsKey(id) => levers::turn_key(world, id),
    }
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
                self.world.now
            };
            if let Some(delivery) = self.world.emitter.take_until(until) {
                return Some(delivery);
            }
            if self.is_over {
                return None;
            }
            match self.world.agenda.take_before(self.world.settings.end) {
                Some((at, action)) => {
                    self.world.now = at;
                    self.world.truth.advance(at);
                    act(&mut self.world, action);
                }
                None => {
                    self.is_over = true;
                    self.world.truth.advance(self.world.settings.end);
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
        let world = &simulation.world;
        world.calls.slots_ever_used()
            + world.emitter.slots_ever_used()
            + world.agenda.len()
            + world.desks.held()
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
