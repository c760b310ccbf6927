//! Estimated waits: which events are facts to learn from, and when they are.

use smallvec::SmallVec;
use vigie_contract::event::{AgentState, Body, Event, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::NoEstimate;
use xxhash_rust::xxh3::xxh3_64;

use super::state::Partition;
use crate::contribution::{CellId, CellKind, Foreseen, What};
use crate::directory::calendar::Day;
use crate::ending::{Ending, Learned};
use crate::estimate::Waits;
use crate::estimate::fact::{AgencyId, Availability, Fact, FactWhat, QueueId};
use crate::estimate::learning::{Around, GivenTo, Surroundings};
use crate::names::NameId;
use crate::terms::Terms;
use crate::watermark::ALLOWED_LATENESS;

impl Partition {
    /// Takes note of an event that estimates look at.
    pub(super) fn note_for_estimates(
        &mut self,
        event: &Event<'_>,
        identity: u64,
        cell: CellId,
        day: Day,
        (late, terms): (bool, &Terms),
    ) {
        let key = self.cells[cell.0 as usize].key;
        let hash = |agent: &str| {
            let agency = key.agency.map_or(u64::MAX, |name| name.0.into());
            terms.pseudonyms.agent(agency, agent)
        };
        let Some(mut what) = fact_of(event, day, hash) else {
            return;
        };
        let known = self.learning.place(cell);
        let Some((agency, queue)) =
            known.or_else(|| Some(self.learning.put(cell, key.agency?, key.queue)))
        else {
            return;
        };
        if let (FactWhat::Agent { serves, .. }, Body::AgentStateChanged(changed)) =
            (&mut what, &event.body)
            && let Some(queues) = &changed.queues
        {
            let mut names: SmallVec<[NameId; 8]> = SmallVec::new();
            for queue in queues {
                let codes = (Some(&*changed.agency), Some(&**queue), None);
                let of_queue = self.cell(codes, CellKind::Duty, terms);
                names.extend(self.cells[of_queue.0 as usize].key.queue);
            }
            *serves = Some(self.learning.serves(agency, names.into_iter()));
        }
        let fact = Fact {
            time: event.time,
            id: identity,
            agency,
            queue,
            cell,
            what,
        };
        self.learning.take(fact, late, terms.live);
    }

    /// Learns from the facts before an instant that are behind the allowed lateness.
    pub(super) fn settle_estimates(&mut self, to: Time, terms: &mut Terms) {
        let Some(newest) = self.newest() else {
            return;
        };
        self.settle_before(to.min(newest - ALLOWED_LATENESS), terms);
    }

    /// Lets estimates of an instant see what has been read, where they do not see
    /// each event as it arrives.
    pub(crate) fn catch_up_with_estimates(&mut self, at: Time) {
        self.learning.catch_up(at);
    }

    /// Learns from all that has been read.
    pub(crate) fn settle_all_estimates(&mut self, terms: &mut Terms) {
        if let Some(newest) = self.newest() {
            self.settle_before(newest + Span(1), terms);
        }
    }

    fn settle_before(&mut self, before: Time, terms: &mut Terms) {
        let mut learning = std::mem::take(&mut self.learning);
        let mut settling = Settling {
            partition: self,
            terms,
        };
        learning.settle(before, &mut settling);
        self.learning = learning;
    }

    /// The queue that a cell is of, among those that estimates are of.
    pub(crate) fn estimated_queue(&self, cell: CellId) -> Option<QueueId> {
        if let Some((_, queue)) = self.learning.place(cell) {
            return queue;
        }
        let key = self.cells[cell.0 as usize].key;
        self.learning.known_queue(key.agency?, key.queue?)
    }

    /// The agency of a queue that estimates are of.
    pub(crate) fn estimated_agency(&self, queue: QueueId) -> AgencyId {
        self.learning.agency_of(queue)
    }

    /// What an agency shows of itself at an instant, to all its queues.
    pub(crate) fn around(&self, agency: AgencyId, at: Time) -> Around {
        self.learning.around(agency, at)
    }

    /// The estimate for a call that joins a queue behind so many `more` than wait there, and
    /// how many have joined of late.
    pub(crate) fn estimate(
        &self,
        queue: QueueId,
        more: u32,
        around: &Around,
        at: Time,
        day: Day,
    ) -> (Result<Waits, NoEstimate>, f64) {
        self.learning
            .estimate(queue, more, around, at, day_part(at, day))
    }

    /// The codes of the agency and the queue.
    pub(crate) fn codes_of(&self, queue: QueueId) -> (String, String) {
        let (agency, queue) = self.learning.names_of(queue);
        (self.name(agency).to_owned(), self.name(queue).to_owned())
    }
}

/// The partition as what settling asks and tells: its contributions say what came of
/// estimates.
struct Settling<'p> {
    partition: &'p mut Partition,
    terms: &'p mut Terms,
}

impl Surroundings for Settling<'_> {
    fn is_open(&mut self, cell: CellId, at: Time) -> bool {
        self.partition.is_open(cell, at, self.terms)
    }

    fn given(&mut self, given: GivenTo) {
        if let Some(list) = &mut self.partition.given {
            list.push(given);
        }
    }

    fn came(&mut self, cell: CellId, at: Time, foreseen: Foreseen) {
        self.partition
            .contribute(cell, at, What::Foreseen(foreseen));
    }

    fn unscored(&mut self, cell: CellId, at: Time) {
        self.partition.contribute(cell, at, What::Unscored);
    }
}

/// The fact that an event is, if it is one. `hash` makes the hash of an agent.
fn fact_of(event: &Event<'_>, day: Day, hash: impl Fn(&str) -> u64) -> Option<FactWhat> {
    let call = || xxh3_64(event.subject.as_bytes());
    let left = |ending: Ending, agent: Option<&str>| match ending.meaning().fact {
        Learned::Answered => FactWhat::Answered {
            call: call(),
            agent: agent.map(&hash),
        },
        Learned::Abandoned => FactWhat::Abandoned { call: call() },
        Learned::Left => FactWhat::Left { call: call() },
    };
    Some(match &event.body {
        // An agent calls back: nobody waits in a queue.
        Body::CallQueued(queued) if queued.reason == QueueReason::Callback => return None,
        Body::CallQueued(_) => FactWhat::Entered {
            call: call(),
            day_part: day_part(event.time, day),
        },
        Body::CallAnswered(answered) => left(Ending::Answered, answered.agent.as_deref()),
        Body::CallAbandoned(_) => left(Ending::Abandoned, None),
        Body::CallOverflowed(_) => left(Ending::Overflowed, None),
        Body::CallCutOff(_) => left(Ending::CutOff, None),
        Body::CallCallbackAccepted(_) => left(Ending::CallbackAccepted, None),
        Body::CallVoicemailLeft(_) => left(Ending::VoicemailLeft, None),
        Body::CallEnded(ended) => FactWhat::Ended {
            agent: ended.agent.as_deref().map(hash),
        },
        Body::AgentStateChanged(changed) => FactWhat::Agent {
            agent: hash(&changed.agent),
            presence: match changed.state {
                AgentState::Ready => Availability::Free,
                AgentState::Ringing
                | AgentState::Talking
                | AgentState::Holding
                | AgentState::WrapUp => Availability::Busy,
                AgentState::Paused => Availability::Away,
                AgentState::Offline => Availability::Gone,
            },
            serves: None,
        },
        Body::QueueStateChanged(changed) => FactWhat::Lever {
            open: changed.open?,
        },
        Body::CallReceived(_)
        | Body::CallSelfServed(_)
        | Body::CallDeflected(_)
        | Body::CallAnnounced(_)
        | Body::CallRangUnanswered(_)
        | Body::CallRecontactPromised(_)
        | Body::PromiseAttempted(_)
        | Body::CallTransferred(_)
        | Body::CallWrappedUp(_)
        | Body::SurveyAnswered(_) => return None,
    })
}

/// Local seconds since midnight ÷ 86,400.
fn day_part(at: Time, day: Day) -> f32 {
    ((at - day.start).seconds() / 86_400.0) as f32
}
