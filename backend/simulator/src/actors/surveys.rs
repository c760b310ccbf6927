//! Callers who say how it was.

use vigie_contract::event::{Body, Score, SurveyAnswered};

use crate::world::{Action, Survey, World};

/// Share of the callers answered who answer a survey.
const ANSWERS_SURVEY: f64 = 0.04;
/// A survey's score without a wait, and what a minute of wait takes from it.
const SCORE: f64 = 4.4;
const SCORE_A_MINUTE: f64 = 0.13;
const MOST_MINUTES: f64 = 20.0;

/// A caller who was answered may say how it was, the less content the
/// longer the wait.
pub(crate) fn may_be_surveyed(world: &mut World, slot: u32) {
    let call = world.calls.get(slot);
    if call.caller == 0 || call.is_passed_on || !world.random.chance(ANSWERS_SURVEY) {
        return;
    }
    let waited = (world.calls.get(slot).waited.seconds() / 60.0).min(MOST_MINUTES);
    let mood = world.random.between(-1.6, 1.6);
    let score = (SCORE - SCORE_A_MINUTE * waited + mood + 0.5).clamp(1.0, 5.0) as u8;
    let survey = Survey {
        subject: world.calls.subject(slot),
        agency: world.calls.get(slot).agency,
        queue: world.queue_code(slot),
        score,
    };
    let seconds = world.random.between(20.0, 900.0);
    let at = world.after(seconds);
    world.agenda.plan(at, Action::Rates(Box::new(survey)));
}

/// The caller answers the survey.
pub(crate) fn rate(world: &mut World, survey: Survey) {
    let Some(score) = Score::new(u64::from(survey.score)) else {
        return;
    };
    let agency = survey.agency;
    let body = Body::SurveyAnswered(SurveyAnswered {
        agency: world.code(agency),
        queue: Some(survey.queue),
        score,
    });
    world.send_from(agency, survey.subject, body);
    world.truth.count(agency, |counts| {
        counts.surveys += 1;
        counts.surveys_satisfied += u32::from(survey.score >= 4);
        counts.survey_scores += u32::from(survey.score);
    });
}
