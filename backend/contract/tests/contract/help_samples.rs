//! Who could help, with every field present, every figure different.

use vigie_contract::help::*;
use vigie_contract::view::NoEstimate;

use crate::view_samples::{at, scope};

fn foreseen(first: f64) -> Option<Foreseen> {
    Some(Foreseen {
        p50_seconds: first,
        p90_seconds: first + 100.5,
    })
}

/// An agency under pressure, one that could help, one of which little is known; and what it
/// would change.
pub fn help() -> Help {
    let pressed = HelpAgency {
        scope: scope("ft/NAQ/NAQ-2401"),
        name: "Bergerac".to_owned(),
        waiting: 5,
        staffed: Some(4),
        ready: Some(1),
        waiting_per_agent: Some(1.25),
        p50_seconds: Some(250.0),
        p90_seconds: Some(610.5),
        p50_seconds_per_agent: Some(62.5),
        no_estimate: None,
        idle_agents: Some(0.125),
        no_slack: None,
        data_age_seconds: Some(2.0),
        queues: vec![HelpQueue {
            queue: "placement".to_owned(),
            waiting: 3,
        }],
    };
    let unknown = HelpAgency {
        scope: scope("ft/NAQ/NAQ-1701"),
        name: "Jonzac".to_owned(),
        waiting: 2,
        staffed: None,
        ready: None,
        waiting_per_agent: None,
        p50_seconds: None,
        p90_seconds: None,
        p50_seconds_per_agent: None,
        no_estimate: Some(NoEstimate::TooLittleHistory),
        idle_agents: None,
        no_slack: Some(NoSlack::AgentsUnknown),
        data_age_seconds: None,
        queues: Vec::new(),
    };
    Help {
        as_of: at("2026-11-21T09:30:00Z"),
        scope: scope("ft/NAQ"),
        agencies: 83,
        pressed: 7,
        pressure: vec![pressed.clone(), unknown],
        with_slack: 6,
        slack: vec![pressed],
        untold: Untold {
            closed: 11,
            agents_unknown: 12,
            stale: 13,
        },
        effect: Some(Effect {
            from: scope("ft/NAQ/NAQ-2401/placement"),
            to: scope("ft/NAQ/NAQ-3301"),
            queue: Some(scope("ft/NAQ/NAQ-3301/emploi")),
            no_estimate_from: Some(NoEstimate::Closed),
            no_estimate_to: Some(NoEstimate::NobodyStaffed),
            steps: vec![EffectStep {
                callers: 1,
                staying: foreseen(200.0),
                going: foreseen(20.5),
                next_if_staying: foreseen(230.0),
                next_if_going: foreseen(201.0),
            }],
        }),
    }
}

/// Nothing is asked of callers, and no agency is there.
pub fn nobody() -> Help {
    Help {
        agencies: 0,
        pressed: 0,
        pressure: Vec::new(),
        with_slack: 0,
        slack: Vec::new(),
        untold: Untold::default(),
        effect: None,
        ..help()
    }
}
