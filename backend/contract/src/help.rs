//! Who could help: the agencies under pressure, those with slack, and what it would change.

use serde::{Deserialize, Serialize};

use crate::scope::Scope;
use crate::time::Time;
use crate::view::NoEstimate;

/// Which agencies of a scope are under pressure and which have slack, as of an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Help {
    /// A whole second: every event with an earlier time is in it.
    pub as_of: Time,
    /// All, a network, a region, a line, or a line in a region.
    pub scope: Scope,
    /// How many agencies it has.
    pub agencies: i64,
    /// How many of them are under pressure: somebody waits there.
    pub pressed: i64,
    /// Those under most pressure first, 50 of them at most.
    pub pressure: Vec<HelpAgency>,
    /// How many of them have slack: agents were ready there while nobody waited.
    pub with_slack: i64,
    /// Those with most slack first, 50 of them at most.
    pub slack: Vec<HelpAgency>,
    /// How many agencies it cannot be told of whether they have slack.
    pub untold: Untold,
    /// What it would change if callers of a queue went to another agency; `null` where
    /// that was not asked.
    pub effect: Option<Effect>,
}

/// Agencies of which slack cannot be told, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untold {
    /// Those that are closed.
    pub closed: i64,
    /// Those of whose agents no event told.
    pub agents_unknown: i64,
    /// Those of which nothing was heard for more than five minutes.
    pub stale: i64,
}

/// Why the slack of an agency cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoSlack {
    /// It is closed.
    Closed,
    /// No event told of its agents.
    AgentsUnknown,
    /// Nothing was heard of it for more than five minutes.
    Stale,
}

/// An agency: of a region or wider, all of it; of a line, its queues that serve the line
/// and the agents who serve one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelpAgency {
    /// The agency.
    pub scope: Scope,
    /// Its name in the directory, else its code.
    pub name: String,
    /// Callers who wait.
    pub waiting: i64,
    /// Agents signed on; `null` where no event told of any.
    pub staffed: Option<i64>,
    /// Agents ready; `null` where no event told of any.
    pub ready: Option<i64>,
    /// Callers who wait ÷ agents signed on; `null` where nobody is known to be.
    pub waiting_per_agent: Option<f64>,
    /// Median wait of its next caller as estimated, in seconds.
    pub p50_seconds: Option<f64>,
    /// 90th percentile of it, in seconds.
    pub p90_seconds: Option<f64>,
    /// The median ÷ agents signed on, in seconds; `null` where one of them is absent.
    pub p50_seconds_per_agent: Option<f64>,
    /// Why there is no estimate; `null` where there is one.
    pub no_estimate: Option<NoEstimate>,
    /// Agents who were ready while nobody waited, as a mean over the last five minutes.
    pub idle_agents: Option<f64>,
    /// Why that cannot be told; `null` where it can.
    pub no_slack: Option<NoSlack>,
    /// Seconds since its newest event; `null` where none told of it.
    pub data_age_seconds: Option<f64>,
    /// The queues in which somebody waits, those with most first.
    pub queues: Vec<HelpQueue>,
}

/// A queue in which somebody waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpQueue {
    /// Code of the queue.
    pub queue: String,
    /// Callers who wait.
    pub waiting: i64,
}

/// What it would change if the next callers of a queue went to another agency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The queue that the callers would leave.
    pub from: Scope,
    /// The agency that they would go to.
    pub to: Scope,
    /// The queue there that would take them: it serves the same line. `null` where there
    /// is none.
    pub queue: Option<Scope>,
    /// Why nothing can be told of the queue that they would leave; `null` where it can.
    pub no_estimate_from: Option<NoEstimate>,
    /// Why nothing can be told of the queue that would take them; `null` where it can, and
    /// where there is none.
    pub no_estimate_to: Option<NoEstimate>,
    /// If one, two, and up to five callers went there.
    pub steps: Vec<EffectStep>,
}

/// What it would change if so many callers went to the other agency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectStep {
    /// How many.
    pub callers: i64,
    /// What the last of them would wait where it is, behind the others.
    pub staying: Option<Foreseen>,
    /// What the last of them would wait at the other agency, behind the others.
    pub going: Option<Foreseen>,
    /// What the one after them would wait, did they stay.
    pub next_if_staying: Option<Foreseen>,
    /// What the one after them would wait, had they gone.
    pub next_if_going: Option<Foreseen>,
}

/// A wait as it is foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Foreseen {
    /// Its median, in seconds.
    pub p50_seconds: f64,
    /// Its 90th percentile, in seconds.
    pub p90_seconds: f64,
}
