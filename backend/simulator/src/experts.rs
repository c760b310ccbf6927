//! What follows a conversation: an expert takes the call on, or will call;
//! the caller says how it was.

use vigie_contract::event::{
    Body, CallRecontactPromised, CallTransferred, Place, PromiseKind, QueueReason, Score,
    SurveyAnswered,
};
use vigie_contract::text::Text;
use vigie_contract::time::Span;

use crate::agenda::Action;
use crate::network::AgencyId;
use crate::simulation::Simulation;

/// Median patience of a caller who was promised an expert.
const PATIENCE_SECONDS: f64 = 420.0;
/// Share of the callers answered who answer a survey.
const ANSWERS_SURVEY: f64 = 0.04;
/// A survey's score without a wait, and what a minute of wait takes from it.
const SCORE: f64 = 4.4;
const SCORE_A_MINUTE: f64 = 0.13;
const MOST_MINUTES: f64 = 20.0;

/// A survey that a caller will answer.
#[derive(Debug)]
pub(crate) struct Survey {
    subject: Text<'static>,
    agency: AgencyId,
    queue: Text<'static>,
    score: u8,
}

impl Simulation {
    /// Whether the agent who has talked passes the call on: to which queue.
    pub(crate) fn expert_for(&mut self, slot: u32) -> Option<u8> {
        let call = self.calls.get(slot);
        let (agency, line) = (self.network.agency(call.agency), self.line(slot));
        let experts = agency.experts()?;
        let may = call.reason != QueueReason::Transfer && self.takes_calls(call.agency, line);
        let share = agency.kind().passed_on;
        (may && self.random.chance(share)).then_some(experts)
    }

    /// Says that a call is passed on; it stays with the agent until the
    /// conversation has ended.
    pub(crate) fn announce_transfer(&mut self, slot: u32, experts: u8) {
        let agency = self.calls.get(slot).agency;
        let body = Body::CallTransferred(CallTransferred {
            agency: self.code(agency),
            queue: self.queue_code(slot),
            to: Place {
                agency: self.code(agency),
                queue: self.network.agency(agency).queue(experts).code.into(),
            },
        });
        self.send(slot, body);
        self.calls.get_mut(slot).is_passed_on = true;
    }

    /// A call waits for an expert, in a slot of its own: the agent who passed
    /// it on still wraps up the first conversation.
    pub(crate) fn pass_on(&mut self, slot: u32, experts: u8) {
        let agency = self.calls.get(slot).agency;
        let expert_slot = self.calls.fork(slot);
        let patience = self.random.lognormal(PATIENCE_SECONDS, 0.8).min(5_400.0);
        let gives_up_at = self.after(patience);
        let call = self.calls.get_mut(expert_slot);
        call.queue = experts;
        call.gives_up_at = gives_up_at;
        self.enter(expert_slot, agency, QueueReason::Transfer);
    }

    /// An expert may call the person later.
    pub(crate) fn may_promise_recontact(&mut self, slot: u32) {
        let call = self.calls.get(slot);
        let kind = self.network.agency(call.agency).kind();
        if call.reason == QueueReason::Transfer || !self.random.chance(kind.recontacted) {
            return;
        }
        let due = self.now + Span::from_seconds(kind.recontact_hours * 3_600);
        let agency = self.calls.get(slot).agency;
        let body = Body::CallRecontactPromised(CallRecontactPromised {
            agency: self.code(agency),
            queue: self.queue_code(slot),
            due_at: due,
        });
        self.send(slot, body);
        self.promise_more(slot, PromiseKind::Recontact, due);
    }

    /// A caller who was answered may say how it was, the less content the
    /// longer the wait.
    pub(crate) fn may_be_surveyed(&mut self, slot: u32) {
        let call = self.calls.get(slot);
        if call.caller == 0 || call.is_passed_on || !self.random.chance(ANSWERS_SURVEY) {
            return;
        }
        let waited = (self.calls.get(slot).waited.seconds() / 60.0).min(MOST_MINUTES);
        let mood = self.random.between(-1.6, 1.6);
        let score = (SCORE - SCORE_A_MINUTE * waited + mood + 0.5).clamp(1.0, 5.0) as u8;
        let survey = Survey {
            subject: self.calls.subject(slot),
            agency: self.calls.get(slot).agency,
            queue: self.queue_code(slot),
            score,
        };
        let seconds = self.random.between(20.0, 900.0);
        let at = self.after(seconds);
        self.agenda.plan(at, Action::Rates(Box::new(survey)));
    }

    /// The caller answers the survey.
    pub(crate) fn rate(&mut self, survey: Survey) {
        let Some(score) = Score::new(u64::from(survey.score)) else {
            return;
        };
        let agency = survey.agency;
        let body = Body::SurveyAnswered(SurveyAnswered {
            agency: self.code(agency),
            queue: Some(survey.queue),
            score,
        });
        self.emitter
            .send(self.now, usize::from(agency), survey.subject, body);
        self.truth.count(agency, |counts| {
            counts.surveys += 1;
            counts.surveys_satisfied += u32::from(survey.score >= 4);
            counts.survey_scores += u32::from(survey.score);
        });
    }
}
