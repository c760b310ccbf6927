//! Which agencies are under pressure, which have slack, and what that is worth
//! (`docs/help.md` has the definitions).

use std::cmp::Ordering;

use vigie_contract::event::AgentState;
use vigie_contract::help::{EffectStep, Foreseen, HelpAgency, HelpQueue, NoSlack, Untold};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

use crate::estimate::Waits;
use crate::rules::slack::{LOOKED_BACK, STALE_AFTER, idle};
use crate::sums::{Attendance, HelpSums};

/// The most agencies that are told of in a list.
const MOST: usize = 50;

/// Agents signed on, by state.
const STAFFED: [AgentState; 6] = [
    AgentState::Ready,
    AgentState::Ringing,
    AgentState::Talking,
    AgentState::Holding,
    AgentState::WrapUp,
    AgentState::Paused,
];

/// The agencies of a scope, each list in its order.
#[derive(Debug, Default)]
pub(crate) struct HelpRows {
    pub pressed: i64,
    pub pressure: Vec<HelpAgency>,
    pub with_slack: i64,
    pub slack: Vec<HelpAgency>,
    pub untold: Untold,
}

/// Which of some agencies are under pressure, and which have slack. Those about which
/// there is nothing at all have sums of nothing. `estimate` is asked of those that are
/// compared by it or told of: most of a country's agencies are neither.
pub(crate) fn help_rows(
    agencies: impl Iterator<Item = (Scope, String, HelpSums)>,
    as_of: Time,
    estimate: impl Fn(&Scope) -> Result<Waits, NoEstimate>,
) -> HelpRows {
    let mut all: Vec<HelpAgency> = agencies
        .map(|(scope, name, sums)| agency(scope, name, &sums, as_of))
        .collect();
    let is_pressed = |agency: &HelpAgency| agency.waiting > 0;
    for agency in all.iter_mut().filter(|agency| is_pressed(agency)) {
        take_estimate(agency, estimate(&agency.scope));
    }
    let mut untold = Untold::default();
    for reason in all.iter().filter_map(|agency| agency.no_slack) {
        match reason {
            NoSlack::Closed => untold.closed += 1,
            NoSlack::AgentsUnknown => untold.agents_unknown += 1,
            NoSlack::Stale => untold.stale += 1,
        }
    }
    let (pressed, pressure) = listed(&all, is_pressed, by_pressure);
    let has_slack = |agency: &HelpAgency| agency.idle_agents > Some(0.0);
    let (with_slack, mut slack) = listed(&all, has_slack, by_slack);
    for agency in slack.iter_mut().filter(|agency| !is_pressed(agency)) {
        take_estimate(agency, estimate(&agency.scope));
    }
    HelpRows {
        pressed,
        pressure,
        with_slack,
        slack,
        untold,
    }
}

/// How many agencies belong in a list, and the first of them.
fn listed(
    all: &[HelpAgency],
    belongs: impl Fn(&HelpAgency) -> bool,
    order: impl Fn(&HelpAgency, &HelpAgency) -> Ordering,
) -> (i64, Vec<HelpAgency>) {
    let mut found: Vec<&HelpAgency> = all.iter().filter(|agency| belongs(agency)).collect();
    found.sort_by(|one, other| order(one, other).then_with(|| one.scope.cmp(&other.scope)));
    let first = found.iter().take(MOST);
    (
        found.len() as i64,
        first.map(|&agency| agency.clone()).collect(),
    )
}

/// Most callers an agent first: those where nobody is signed on before all others, those
/// of whose agents nothing is known after all others, each by how many wait; then by the
/// estimate.
fn by_pressure(one: &HelpAgency, other: &HelpAgency) -> Ordering {
    let place = |agency: &HelpAgency| match (agency.waiting_per_agent, agency.staffed) {
        (Some(share), _) => [1.0, share],
        (None, Some(_)) => [2.0, agency.waiting as f64],
        (None, None) => [0.0, agency.waiting as f64],
    };
    let [one_place, other_place] = [one, other].map(place);
    let estimate = |agency: &HelpAgency| agency.p50_seconds.unwrap_or(-1.0);
    let by = |of_other: f64, of_one: f64| of_other.total_cmp(&of_one);
    by(other_place[0], one_place[0])
        .then_with(|| by(other_place[1], one_place[1]))
        .then_with(|| by(estimate(other), estimate(one)))
}

/// Most idle agents first, then those with more agents ready.
fn by_slack(one: &HelpAgency, other: &HelpAgency) -> Ordering {
    let idle = |agency: &HelpAgency| agency.idle_agents.unwrap_or(0.0);
    let by_idle = idle(other).total_cmp(&idle(one));
    by_idle.then_with(|| other.ready.cmp(&one.ready))
}

fn agency(scope: Scope, name: String, sums: &HelpSums, as_of: Time) -> HelpAgency {
    let waiting: i64 = sums.waiting.values().sum();
    let staffed = staffed(&sums.agents);
    let ready = staffed.map(|_| sums.agents.of(AgentState::Ready));
    let age = sums.newest.map(|newest| as_of - newest);
    let no_slack = if !sums.open.is_open() && sums.newest.is_some() {
        Some(NoSlack::Closed)
    } else if ready.is_none() {
        Some(NoSlack::AgentsUnknown)
    } else if age.is_none_or(|age| age > STALE_AFTER) {
        Some(NoSlack::Stale)
    } else {
        None
    };
    let idle = || {
        let span = (as_of - LOOKED_BACK, as_of);
        let idle = idle((waiting, ready?), &sums.changes, span);
        Some(idle.seconds() / LOOKED_BACK.seconds())
    };
    HelpAgency {
        scope,
        name,
        waiting,
        staffed,
        ready,
        waiting_per_agent: an_agent(waiting as f64, staffed),
        p50_seconds: None,
        p90_seconds: None,
        p50_seconds_per_agent: None,
        no_estimate: None,
        idle_agents: if no_slack.is_none() { idle() } else { None },
        no_slack,
        data_age_seconds: age.map(|age| age.seconds()),
        queues: queues(sums),
    }
}

/// A share of all for each agent signed on; `None` where nobody is known to be.
fn an_agent(all: f64, staffed: Option<i64>) -> Option<f64> {
    let agents = staffed.filter(|staffed| *staffed > 0)?;
    Some(all / agents as f64)
}

fn take_estimate(agency: &mut HelpAgency, estimate: Result<Waits, NoEstimate>) {
    let waits = estimate.ok();
    agency.p50_seconds = waits.map(|waits| waits.p50_seconds);
    agency.p90_seconds = waits.map(|waits| waits.p90_seconds);
    agency.p50_seconds_per_agent =
        waits.and_then(|waits| an_agent(waits.p50_seconds, agency.staffed));
    agency.no_estimate = estimate.err();
}

/// The queues in which somebody waits, those with most first.
fn queues(sums: &HelpSums) -> Vec<HelpQueue> {
    let waiting = sums.waiting.iter().filter(|(_, waiting)| **waiting > 0);
    let mut queues: Vec<HelpQueue> = waiting
        .map(|(queue, &waiting)| HelpQueue {
            queue: queue.to_string(),
            waiting,
        })
        .collect();
    queues.sort_by_key(|queue| std::cmp::Reverse(queue.waiting));
    queues
}

/// Agents signed on; `None` where none is known, not even as signed off.
fn staffed(agents: &Attendance) -> Option<i64> {
    let staffed: i64 = STAFFED.iter().map(|&state| agents.of(state)).sum();
    (staffed + agents.of(AgentState::Offline) > 0).then_some(staffed)
}

/// What it would change if the next callers of a queue went elsewhere. Of each place the
/// estimates of its next callers, each behind those before: of the queue one more than
/// there may be callers.
pub(crate) fn effect(
    from: &[Result<Waits, NoEstimate>],
    to: &[Result<Waits, NoEstimate>],
) -> Vec<EffectStep> {
    let [from, to] = [from, to].map(rising);
    let steps = from.len().saturating_sub(1);
    let step = |before: usize| EffectStep {
        callers: before as i64 + 1,
        staying: from[before],
        going: to.get(before).copied().flatten(),
        next_if_staying: from[before + 1],
        next_if_going: from[0],
    };
    (0..steps).map(step).collect()
}

/// Waits of which none is shorter than one before: whoever stands behind others is not
/// served sooner for it.
fn rising(waits: &[Result<Waits, NoEstimate>]) -> Vec<Option<Foreseen>> {
    let mut most = Foreseen {
        p50_seconds: 0.0,
        p90_seconds: 0.0,
    };
    let foreseen = |waits: &Result<Waits, NoEstimate>| {
        let waits = waits.ok()?;
        most = Foreseen {
            p50_seconds: waits.p50_seconds.max(most.p50_seconds),
            p90_seconds: waits.p90_seconds.max(most.p90_seconds),
        };
        Some(most)
    };
    waits.iter().map(foreseen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(p50: f64, p90: f64) -> Result<Waits, NoEstimate> {
        Ok(Waits {
            mean_seconds: p50,
            p50_seconds: p50,
            p90_seconds: p90,
        })
    }

    #[test]
    fn an_effect_sets_those_who_go_against_those_who_stay() {
        let from = [
            waits(100.0, 300.0),
            waits(150.0, 290.0),
            waits(140.0, 400.0),
        ];
        let to = [waits(10.0, 30.0), Err(NoEstimate::NobodyStaffed)];
        let steps = effect(&from, &to);
        let foreseen = |p50_seconds, p90_seconds| {
            Some(Foreseen {
                p50_seconds,
                p90_seconds,
            })
        };
        let first = EffectStep {
            callers: 1,
            staying: foreseen(100.0, 300.0),
            going: foreseen(10.0, 30.0),
            next_if_staying: foreseen(150.0, 300.0),
            next_if_going: foreseen(100.0, 300.0),
        };
        let second = EffectStep {
            callers: 2,
            staying: foreseen(150.0, 300.0),
            going: None,
            // Not less than the one before it.
            next_if_staying: foreseen(150.0, 400.0),
            next_if_going: foreseen(100.0, 300.0),
        };
        assert_eq!(steps, [first, second]);
        let nowhere = effect(&from, &[]);
        assert_eq!((nowhere.len(), nowhere[0].going), (2, None));
    }

    fn sums(waiting: i64, agents: &[(AgentState, i64)]) -> HelpSums {
        let mut sums = HelpSums {
            newest: Some(Time::from_seconds(990)),
            ..HelpSums::default()
        };
        sums.open.take(true, true);
        sums.waiting.insert("q".into(), waiting);
        for &(state, number) in agents {
            sums.agents.change(state, None, Time(0), number);
        }
        sums
    }

    fn rows(agencies: Vec<(&str, HelpSums)>) -> HelpRows {
        let agencies = agencies.into_iter().map(|(code, sums)| {
            let scope = Scope::Agency("n".into(), "r".into(), code.into());
            (scope, code.to_owned(), sums)
        });
        let at = Time::from_seconds(1_000);
        help_rows(agencies, at, |_| Err(NoEstimate::TooLittleHistory))
    }

    fn names(rows: &[HelpAgency]) -> Vec<&str> {
        rows.iter().map(|row| &*row.name).collect()
    }

    #[test]
    fn pressure_is_by_callers_an_agent() {
        use AgentState::{Offline, Paused, Talking};
        let found = rows(vec![
            ("unknown", sums(9, &[])),
            ("two", sums(4, &[(Talking, 2)])),
            ("nobody", sums(1, &[(Offline, 2)])),
            ("three", sums(3, &[(Paused, 1)])),
            ("calm", sums(0, &[(Talking, 1)])),
        ]);
        assert_eq!(
            names(&found.pressure),
            ["nobody", "three", "two", "unknown"]
        );
        assert_eq!(found.pressed, 4);
        let shares = found.pressure.iter().map(|row| row.waiting_per_agent);
        assert_eq!(
            shares.collect::<Vec<_>>(),
            [None, Some(3.0), Some(2.0), None]
        );
        assert_eq!(found.pressure[0].staffed, Some(0));
        assert_eq!(found.pressure[3].staffed, None);
        assert_eq!(found.untold.agents_unknown, 1);
    }

    #[test]
    fn slack_is_of_those_who_are_open_and_heard_of() {
        use AgentState::{Ready, Talking};
        let mut stale = sums(0, &[(Ready, 9)]);
        stale.newest = Some(Time::from_seconds(699));
        let mut closed = HelpSums {
            newest: stale.newest,
            ..HelpSums::default()
        };
        closed.agents.change(Ready, None, Time(0), 5);
        let found = rows(vec![
            ("one", sums(0, &[(Ready, 1)])),
            ("three", sums(0, &[(Ready, 3), (Talking, 2)])),
            ("busy", sums(0, &[(Talking, 4)])),
            ("asked", sums(2, &[(Ready, 4)])),
            ("stale", stale),
            ("closed", closed),
            ("silent", HelpSums::default()),
        ]);
        assert_eq!(names(&found.slack), ["three", "one"]);
        assert_eq!(found.slack[0].idle_agents, Some(3.0));
        let untold = Untold {
            closed: 1,
            agents_unknown: 1,
            stale: 1,
        };
        assert_eq!((found.with_slack, found.untold), (2, untold));
    }

    #[test]
    fn a_list_is_cut_and_its_number_is_not() {
        let many: Vec<String> = (0..70).map(|number| format!("{number:02}")).collect();
        let agencies = many.iter().map(|code| (&**code, sums(1, &[])));
        let found = rows(agencies.collect());
        assert_eq!((found.pressed, found.pressure.len()), (70, MOST));
        assert_eq!(found.pressure[0].name, "00");
    }
}
