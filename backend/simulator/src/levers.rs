//! The levers of a queue: whether it takes calls, passes them on, turns them
//! away, offers to call back, tells of a long wait.
//!
//! A lever is pulled when the first caller meets what it says, and let go some
//! minutes after the last one did: nobody pulls levers twice a minute.

use vigie_contract::event::{Body, Place, QueueStateChanged};
use vigie_contract::text::Text;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::agenda::Action;
use crate::calendar::{Hours, MICROS_PER_MINUTE};
use crate::network::AgencyId;
use crate::simulation::Simulation;
use crate::truth::Pull;

/// A lever nobody has met for so long is let go.
const LET_GO_AFTER_MICROS: i64 = 10 * MICROS_PER_MINUTE;
/// A queue takes calls or closes within so many seconds of its hours.
const SLOWEST_KEY_SECONDS: f64 = 40.0;
/// What callers hear beyond this estimated wait.
const LONG_WAIT_SECONDS: f64 = 600.0;
const LONG_WAIT: &str = "Votre attente peut dépasser dix minutes.";

/// What a queue can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Take calls.
    Open,
    /// Pass calls on to another queue.
    Overflow,
    /// Turn callers away.
    Deflecting,
    /// Offer to call back.
    OfferingCallback,
    /// Play a message.
    Message,
}

impl Kind {
    /// Those that are pulled by what goes on, and let go at closing.
    const BY_LOAD: [Kind; 4] = [
        Kind::Overflow,
        Kind::Deflecting,
        Kind::OfferingCallback,
        Kind::Message,
    ];

    /// As written in the file of the truth.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Open => "open",
            Kind::Overflow => "overflow",
            Kind::Deflecting => "deflecting",
            Kind::OfferingCallback => "offering_callback",
            Kind::Message => "message",
        }
    }
}

/// The levers of a queue as they stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levers {
    is_open: bool,
    /// When a caller last met each of those pulled by load; `None`: it is off.
    met: [Option<Time>; 5],
}

impl Simulation {
    /// Plans when the queues of an agency open and close on a local day.
    pub(crate) fn plan_keys(&mut self, id: AgencyId, day: i64) {
        let agency = self.network.agency(id);
        let behind = (SLOWEST_KEY_SECONDS * 1_000.0 * agency.fixed_share()) as i64 * 1_000;
        let early = if agency.opens_early {
            crate::network::OPENS_EARLY.0
        } else {
            0
        };
        let hours: [Option<&Hours>; 2] = [
            Some(agency.hours),
            agency.line_hours.map(|(_, hours)| hours),
        ];
        let mut turns: Vec<Time> = hours
            .into_iter()
            .flatten()
            .flat_map(|hours| hours.openings(agency.zone, day))
            .flat_map(|(opens, closes)| [Time(opens.0 - early + behind), Time(closes.0 + behind)])
            .filter(|&turn| turn > self.now)
            .collect();
        // Where a simulation begins in opening hours.
        turns.push(Time(self.now.0 + MICROS_PER_SECOND + behind));
        turns.sort_unstable();
        turns.dedup();
        for turn in turns {
            self.agenda.plan(turn, Action::TurnsKey(id));
        }
    }

    /// Opens and closes the queues of an agency as its hours say, and whoever
    /// closed it early.
    pub(crate) fn turn_key(&mut self, id: AgencyId) {
        let agency = self.network.agency(id);
        let queues: Vec<(u8, bool)> = agency
            .queues
            .iter()
            .map(|&queue| (queue, self.takes_calls(id, agency.queue(queue).line)))
            .filter(|&(queue, is_open)| self.levers(id, queue).is_open != is_open)
            .collect();
        for (queue, is_open) in queues {
            self.levers_mut(id, queue).is_open = is_open;
            let mut pulls = vec![(Kind::Open, is_open, None)];
            if !is_open {
                pulls.extend(self.those_met_before(id, queue, Time(i64::MAX)));
            }
            self.pull(id, queue, &pulls);
        }
    }

    /// A caller meets what a lever says: it is on, or pulled now.
    pub(crate) fn meet_lever(&mut self, id: AgencyId, queue: u8, kind: Kind, to: Option<AgencyId>) {
        let now = self.now;
        let met = &mut self.levers_mut(id, queue).met[kind as usize];
        if met.replace(now).is_none() {
            self.pull(id, queue, &[(kind, true, to)]);
        }
    }

    /// A caller joins a queue: hears of a long wait, and what nobody has met
    /// for some time is let go.
    pub(crate) fn look_at_levers(&mut self, id: AgencyId, queue: u8, estimate_seconds: f64) {
        if estimate_seconds > LONG_WAIT_SECONDS {
            self.meet_lever(id, queue, Kind::Message, None);
        }
        let before = Time(self.now.0 - LET_GO_AFTER_MICROS);
        if self
            .levers(id, queue)
            .met
            .iter()
            .flatten()
            .any(|&met| met < before)
        {
            let pulls = self.those_met_before(id, queue, before);
            self.pull(id, queue, &pulls);
        }
    }

    /// Lets go what was last met before an instant: the pulls for it.
    fn those_met_before(
        &mut self,
        id: AgencyId,
        queue: u8,
        before: Time,
    ) -> Vec<(Kind, bool, Option<AgencyId>)> {
        let levers = self.levers_mut(id, queue);
        Kind::BY_LOAD
            .into_iter()
            .filter(|&kind| {
                levers.met[kind as usize]
                    .take_if(|met| *met < before)
                    .is_some()
            })
            .map(|kind| (kind, false, None))
            .collect()
    }

    /// Sends one event of levers pulled together, and counts each.
    fn pull(&mut self, id: AgencyId, queue: u8, pulls: &[(Kind, bool, Option<AgencyId>)]) {
        let code = self.network.agency(id).queue(queue).code;
        let mut body = QueueStateChanged {
            agency: self.code(id),
            queue: code.into(),
            open: None,
            overflow_to: None,
            deflecting: None,
            offering_callback: None,
            message: None,
        };
        for &(kind, on, to) in pulls {
            match kind {
                Kind::Open => body.open = Some(on),
                Kind::Overflow => {
                    body.overflow_to = Some(to.map(|to| Place {
                        agency: self.code(to),
                        queue: code.into(),
                    }));
                }
                Kind::Deflecting => body.deflecting = Some(on),
                Kind::OfferingCallback => body.offering_callback = Some(on),
                Kind::Message => body.message = Some(if on { LONG_WAIT } else { "" }.into()),
            }
            self.truth.pull(Pull {
                at: self.now,
                agency: id,
                queue: code,
                kind,
                on,
                to,
            });
        }
        let subject = Text::from(code);
        self.emitter.send(
            self.now,
            usize::from(id),
            subject,
            Body::QueueStateChanged(body),
        );
    }

    fn levers(&self, id: AgencyId, queue: u8) -> &Levers {
        &self.desks[usize::from(id)].levers[usize::from(queue)]
    }

    fn levers_mut(&mut self, id: AgencyId, queue: u8) -> &mut Levers {
        &mut self.desks[usize::from(id)].levers[usize::from(queue)]
    }
}
