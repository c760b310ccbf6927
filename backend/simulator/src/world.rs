//! The state of a simulation: who calls, who waits, who works, what is planned.
//!
//! It knows what there is, and not what anybody does: those who act take it and
//! change it ([`actors`](crate::actors)).
//!
//! # Layout
//! - [`calls`], [`agents`], [`desks`]: calls in progress, agents, and what
//!   happens at each agency; [`doing`]: what an agent does.
//! - [`agenda`]: what will happen; [`pledge`], [`survey`]: what some of it is about.

mod agenda;
mod agents;
mod calls;
mod desks;
mod doing;
mod pledge;
mod survey;

use vigie_contract::event::Body;
use vigie_contract::text::Text;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::emission::Emitter;
use crate::incidents::Incident;
use crate::network::networks::NETWORKS;
use crate::network::{AgencyId, Network};
use crate::random::{Random, mix};
use crate::settings::Settings;
use crate::truth::Truth;

pub(crate) use agenda::{Action, Agenda};
pub(crate) use agents::{AgentId, Agents};
pub(crate) use calls::{CallKey, CallbackPromise, Calls, pseudonym};
use desks::Desk;
pub(crate) use desks::Desks;
pub(crate) use doing::{Doing, PauseReason};
pub(crate) use pledge::{Pledge, PledgeStep};
pub(crate) use survey::Survey;

/// The state of a simulation.
pub(crate) struct World {
    pub settings: Settings,
    pub network: Network,
    pub incidents: Vec<Incident>,
    pub random: Random,
    pub now: Time,
    pub agenda: Agenda,
    pub calls: Calls,
    pub desks: Desks,
    pub agents: Agents,
    pub emitter: Emitter,
    pub truth: Truth,
}

impl World {
    /// The state at the first instant: nobody has called, nothing is planned,
    /// each agency has so many agents.
    pub fn new(
        settings: Settings,
        network: Network,
        incidents: Vec<Incident>,
        staff: &[u32],
    ) -> Self {
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
        let mut agents = Agents::default();
        let desks = network.agencies.iter().zip(staff).enumerate();
        let desks = desks.map(|(id, (agency, &count))| {
            let agents = agents.hire(settings.seed, id as AgencyId, count);
            Desk::new(agency, agents)
        });
        let desks = Desks::new(desks.collect());
        let codes = network.agency_codes().map(str::to_owned).collect();
        Self {
            random: Random::new(settings.seed),
            now: settings.start,
            agenda: Agenda::default(),
            calls: Calls::new(salt),
            desks,
            agents,
            emitter,
            truth: Truth::new(codes, lines, settings.start),
            incidents,
            network,
            settings,
        }
    }

    /// The instant some seconds from now, in whole milliseconds.
    pub fn after(&self, seconds: f64) -> Time {
        Time(self.now.0 + (seconds * 1_000.0) as i64 * (MICROS_PER_SECOND / 1_000))
    }

    /// Whether the queues of an agency take calls of a line: by its hours, and
    /// it has not closed early.
    pub fn takes_calls(&self, id: AgencyId, line: &str) -> bool {
        !self.desks[id].is_closed_early && self.network.agency(id).takes_calls(line, self.now)
    }

    /// Whether an agency answers a line: by its hours, once they have begun,
    /// and it has not closed early.
    pub fn answers(&self, id: AgencyId, line: &str) -> bool {
        !self.desks[id].is_closed_early && self.network.agency(id).is_open(line, self.now)
    }

    /// An agency's code, for an event.
    pub fn code(&self, id: AgencyId) -> Text<'static> {
        self.network.agency(id).code.clone().into()
    }

    /// The code of a call's queue, for an event.
    pub fn queue_code(&self, slot: u32) -> Text<'static> {
        let call = self.calls.get(slot);
        self.network.agency(call.home).queue(call.queue).code.into()
    }

    /// The line of a call.
    pub fn line(&self, slot: u32) -> &'static str {
        let call = self.calls.get(slot);
        self.network.agency(call.home).queue(call.queue).line
    }

    /// Sends an event of a call from the installation where the call is.
    pub fn send(&mut self, slot: u32, body: Body<'static>) {
        let source = usize::from(self.calls.get(slot).agency);
        let subject = self.calls.subject(slot);
        self.emitter.send(self.now, source, subject, body);
    }

    /// Sends an event of an agency that is about no call in progress.
    pub fn send_from(&mut self, agency: AgencyId, subject: Text<'static>, body: Body<'static>) {
        self.emitter
            .send(self.now, usize::from(agency), subject, body);
    }

    /// Sends an event of a call from the voice server of a line.
    pub fn send_from_line(&mut self, slot: u32, line: usize, body: Body<'static>) {
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
