//! How a fold is run.

use vigie_contract::scope::Scope;
use vigie_contract::view::Clock;

use crate::limits::Limits;
use crate::pseudonyms::Pseudonyms;
use crate::sums::{Sliding, default_windows};

/// How a fold is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which clock views are of.
    pub clock: Clock,
    /// Whether the arrivals given with events say when these came, so that one
    /// that is ahead of its own can be refused. They do not where a topic has the
    /// timestamps of its producers, or calls of other days are played: there,
    /// events far ahead of the others are held ([`super::Outcome::Held`]).
    pub trusts_arrivals: bool,
    /// Whether sums are kept up to date at every advance (a live service), or
    /// made when a view is asked for.
    pub live: bool,
    /// The only scopes of which views will be asked; `None`: any.
    pub only: Option<Vec<Scope>>,
    /// The sliding windows of a view; today comes beside them.
    pub windows: Vec<Sliding>,
    /// Whether waits are estimated, and learned from. They are left out only to
    /// measure what they cost.
    pub estimates: bool,
    /// Whether figures are judged, at every fifth second. Sums have to be kept at each
    /// advance for that.
    pub judge: bool,
    /// How many places there are for what events name and the directory does not
    /// know.
    pub limits: Limits,
    /// Makes the hashes of pseudonyms; figures do not depend on its key.
    pub pseudonyms: Pseudonyms,
}

impl Settings {
    /// The settings of a live service.
    pub fn live(clock: Clock) -> Self {
        Self {
            clock,
            trusts_arrivals: clock == Clock::Wall,
            live: true,
            only: None,
            windows: default_windows(),
            estimates: true,
            judge: true,
            limits: Limits::default(),
            pseudonyms: Pseudonyms::offline(),
        }
    }

    /// The settings for files, under the clock of the events.
    pub fn offline() -> Self {
        Self {
            clock: Clock::Event,
            trusts_arrivals: true,
            live: false,
            only: None,
            windows: default_windows(),
            estimates: true,
            judge: false,
            limits: Limits::default(),
            pseudonyms: Pseudonyms::offline(),
        }
    }
}
