//! How many agents an agency has, and when they work.

use vigie_contract::time::Time;

use crate::calendar::{Local, weekday_of};
use crate::network::kinds::Route;
use crate::network::places::REGIONS;
use crate::network::{Agency, AgencyId, Network, Role};
use crate::random::fixed_unit;
use crate::world::PauseReason;

/// Weekdays in a year, for the work of an average one.
const WEEKDAYS_A_YEAR: f64 = 256.0;
/// Hours of conversation that an agent present for a day gives.
const HOURS_OF_WORK_A_DAY: f64 = 5.2;
/// Share of agents who are away on a day.
const ABSENT: f64 = 0.07;
/// Share of contractors' agents who work on a Saturday.
const ON_SATURDAY: f64 = 0.4;
/// Share of agents who are in a training for a while on a day.
const IN_TRAINING: f64 = 0.02;
/// Share of days on which an agency closes before its hours are over.
const CLOSES_EARLY: f64 = 0.03;
/// Seconds that a set rings, on average.
const RING_SECONDS: f64 = 5.0;

/// Hours of work that calls bring to each agency on an average weekday, at
/// scale 1.
fn work_hours(network: &Network) -> Vec<f64> {
    let mut hours = vec![0.0; network.agencies.len()];
    for (id, agency) in network.agencies.iter().enumerate() {
        let kind = agency.kind();
        // Five in a hundred come when the agency is closed.
        let asking =
            agency.yearly_calls / WEEKDAYS_A_YEAR * (0.95 - kind.self_served - kind.left_in_ivr);
        let expert_seconds = |agency: &Agency| {
            let queue = agency.experts().map(|queue| agency.queue(queue));
            let talk = queue.map_or(0.0, |queue| queue.talk_seconds + kind.wrap_up_seconds);
            talk * kind.passed_on
        };
        for queue in kind.queues {
            let handled_seconds =
                queue.talk_seconds + kind.wrap_up_seconds + RING_SECONDS + expert_seconds(agency);
            let work = asking * queue.share * handled_seconds / 3_600.0;
            let (home, moved) = match (queue.route, agency.overflow_to) {
                (Route::Contractor, _) => (agency.contractor.map_or(id, usize::from), None),
                (Route::Own, Some(to)) if queue.overflows => (id, Some(to)),
                _ => (id, None),
            };
            let share = if moved.is_some() {
                kind.overflow_share
            } else {
                0.0
            };
            hours[home] += work * (1.0 - share);
            if let Some(to) = moved {
                hours[usize::from(to)] += work * share;
            }
        }
    }
    hours
}

/// Agents of each agency.
pub(crate) fn agents(network: &Network, scale: f64) -> Vec<u32> {
    work_hours(network)
        .iter()
        .zip(&network.agencies)
        .map(|(hours, agency)| {
            let kind = agency.kind();
            let slack = match agency.role {
                Role::Own => kind.agency_slack,
                Role::Platform | Role::Contractor => kind.platform_slack,
            };
            let in_paris = agency
                .region
                .is_some_and(|region| REGIONS[region].code == "IDF");
            let slack = slack * if in_paris { kind.paris_slack } else { 1.0 };
            let least = if scale < 0.5 { 1 } else { 2 };
            ((hours * scale * slack / HOURS_OF_WORK_A_DAY + 0.5) as u32).max(least)
        })
        .collect()
}

/// A day's work of an agent, as instants.
pub(crate) struct Shift {
    pub from: Time,
    pub until: Time,
    /// Pauses: when, for how many seconds, and why.
    pub pauses: Vec<(Time, u16, PauseReason)>,
}

/// The shift of an agent on a local day; `None`: away.
pub(crate) fn shift(
    seed: u64,
    id: AgencyId,
    agency: &Agency,
    agent: u32,
    day: i64,
) -> Option<Shift> {
    let week = &agency.hours.week[weekday_of(day)];
    let (opens, closes) = (week.first()?.0, week.last()?.1);
    let draw = |what: u64| fixed_unit(&[seed, what, u64::from(id), u64::from(agent), day as u64]);
    let away = if weekday_of(day) == 5 {
        1.0 - ON_SATURDAY
    } else {
        ABSENT
    };
    if draw(1) < away {
        return None;
    }
    let at = |minute: f64| {
        let local = Local {
            day,
            micros: (minute * 60_000.0) as i64 * 1_000,
        };
        agency.zone.instant(local)
    };
    let turn = agent % 10;
    let (from, until) = match turn {
        0..=5 => (opens, closes),
        6..=8 => (opens, (opens + closes) / 2 + 30),
        _ => ((opens + closes) / 2 - 30, closes),
    };
    let (from, until) = if closes - opens > 600 {
        // A long day is two shifts of eight hours.
        if turn.is_multiple_of(2) {
            (opens, opens + 480)
        } else {
            (closes - 480, closes)
        }
    } else {
        (from, until)
    };
    let mut pauses = Vec::new();
    let mut pause = |minute: i64, length: i64, reason: PauseReason| {
        let begins = minute as f64 + 10.0 * draw(2 + minute as u64);
        if minute > from + 30 && minute + length < until {
            pauses.push((at(begins), (length * 60) as u16, reason));
        }
    };
    pause(600 + i64::from(agent % 7) * 12, 10, PauseReason::Break);
    if until - from > 330 {
        match week {
            [(_, closes), (opens, _)] => pause(*closes, *opens - *closes - 8, PauseReason::Lunch),
            _ => pause(700 + i64::from(agent % 6) * 25, 45, PauseReason::Lunch),
        }
    }
    pause(900 + i64::from(agent % 5) * 12, 10, PauseReason::Break);
    // Half of the team meets once a week; now and then somebody learns.
    let meets_on = (5.0 * agency.fixed_share()) as usize;
    if weekday_of(day) == meets_on && agent.is_multiple_of(2) {
        pause(840, 25, PauseReason::Meeting);
    }
    if draw(1_002) < IN_TRAINING {
        pause(560, 75, PauseReason::Training);
    }
    Some(Shift {
        from: at(from as f64 - 4.0 * draw(1_000) + 1.0),
        until: at(until as f64 + 5.0 * draw(1_001)),
        pauses,
    })
}

/// Instants some minutes after an agency closes a line on a local day, when
/// those still waiting are cut off; the last is the end of the day.
pub(crate) fn closings(agency: &Agency, day: i64) -> Vec<(Time, bool)> {
    // Installations do not all do it in the same second.
    let minutes = 7.0 + 3.0 * agency.fixed_share();
    let grace = |time: Time| after_minutes(time, minutes);
    let mut closings: Vec<Time> = [
        Some(agency.hours),
        agency.line_hours.map(|(_, hours)| hours),
    ]
    .into_iter()
    .flatten()
    .flat_map(|hours| hours.openings(agency.zone, day))
    .map(|(_, closes)| grace(closes))
    .collect();
    closings.sort_unstable();
    closings.dedup();
    let last = closings.last().copied();
    closings
        .into_iter()
        .map(|closing| (closing, Some(closing) == last))
        .collect()
}

/// When an agency closes early on a local day, if it does: half an hour before
/// its last queue does, more or less.
pub(crate) fn closes_early(seed: u64, id: AgencyId, agency: &Agency, day: i64) -> Option<Time> {
    let draw = |what: u64| fixed_unit(&[seed, what, u64::from(id), day as u64]);
    let (_, closes) = agency.hours.openings(agency.zone, day).last()?;
    let may = agency.role != Role::Contractor && draw(31) < CLOSES_EARLY;
    may.then(|| after_minutes(closes, -20.0 - 25.0 * draw(32)))
}

/// An instant some minutes later, in whole milliseconds.
fn after_minutes(time: Time, minutes: f64) -> Time {
    Time(time.0 + (minutes * 60_000.0) as i64 * 1_000)
}
