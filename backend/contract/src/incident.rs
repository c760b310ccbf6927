//! Incidents: what one cause would explain of all that is bad (`judgement.md`,
//! Incidents).

use serde::{Deserialize, Serialize};

use crate::extent::Extent;
use crate::scope::Scope;
use crate::time::Time;
use crate::view::{Concern, Severity, Suppressed};

/// The incidents of a scope: those that go on, and those of the last 24 hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incidents {
    /// The instant that the list is as of, a whole second.
    pub as_of: Time,
    /// The scope, or the selection, that the incidents are in or have a part in.
    pub scope: Extent,
    /// How many there are, those beyond this page included.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// The incidents of this page: those that go on first, then the last that began.
    pub incidents: Vec<Incident>,
}

/// What one cause would explain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its name, which stays: when it began, of what it is and the indicator that it
    /// began with.
    pub id: String,
    /// The scope that it is of; `null` where it is of a source.
    pub scope: Option<Scope>,
    /// The source that it is of; `null` where it is of a scope.
    pub source: Option<String>,
    /// The indicator that it began with.
    pub indicator: Concern,
    /// What its parts have in common.
    pub cause: Cause,
    /// When the first of what it began with was first seen.
    pub began: Time,
    /// When the last of its parts ended, or it went into a wider incident; `null` while
    /// it goes on.
    pub ended: Option<Time>,
    /// How bad it is: `ok` once none of its parts is.
    pub state: Severity,
    /// How bad it has been at its worst.
    pub worst: Severity,
    /// The id of the wider incident that it is a part of; `null` if it is none.
    pub merged_into: Option<String>,
    /// Whom it has touched. What went into a wider incident is told there.
    pub touched: Touched,
    /// How many parts it has, those that are left out here included.
    pub parts_total: u64,
    /// Its parts: those that go on first, the worst of them first.
    pub parts: Vec<Part>,
}

/// What is bad in a scope, as a part of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Where.
    pub scope: Scope,
    /// What.
    pub indicator: Concern,
    /// When it was first seen.
    pub began: Time,
    /// When it was seen no more; `null` while it goes on.
    pub ended: Option<Time>,
    /// How bad it has been at its worst.
    pub worst: Severity,
    /// Why it is not judged any more, where that is what ended it.
    pub suppressed: Option<Suppressed>,
}

/// Whom an incident has touched, where its parts are and while they went on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Calls that wait now.
    pub waiting: i64,
    /// Calls offered since it began.
    pub offered: i64,
    /// Calls abandoned since it began.
    pub abandoned: i64,
    /// Promises that are open now.
    pub promises: i64,
}

/// What the parts of an incident have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nothing is known that it would share with others.
    Alone,
    /// The region.
    SharedRegion,
    /// The line, in a region.
    SharedLineRegion,
    /// The network.
    SharedNetwork,
    /// The line.
    SharedLine,
    /// The whole feed.
    SharedFeed,
    /// The source that told of them.
    SilentSource,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 7] = [
        Self::Alone,
        Self::SharedRegion,
        Self::SharedLineRegion,
        Self::SharedNetwork,
        Self::SharedLine,
        Self::SharedFeed,
        Self::SilentSource,
    ];

    /// The name of the cause in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::SharedRegion => "shared_region",
            Self::SharedLineRegion => "shared_line_region",
            Self::SharedNetwork => "shared_network",
            Self::SharedLine => "shared_line",
            Self::SharedFeed => "shared_feed",
            Self::SilentSource => "silent_source",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json() {
        for cause in Cause::ALL {
            let written = serde_json::to_value(cause).unwrap();
            assert_eq!(written.as_str(), Some(cause.name()));
        }
    }
}
