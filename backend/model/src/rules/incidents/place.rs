//! Of what an incident is, and how wide that is.

use std::fmt;

use serde::{Deserialize, Serialize};
use vigie_contract::incident::Cause;
use vigie_contract::scope::{Scope, UNASSIGNED};

use super::alarmed::{Subject, Surroundings};

/// Of what an incident is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Place {
    /// A source of events.
    Source(Box<str>),
    /// A scope.
    Scope(Scope),
}

/// How much a place holds, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Breadth {
    /// An agency or less.
    Agency,
    /// A region, a line in a region or a source.
    Region,
    /// A network or a line.
    Network,
    /// Everything.
    All,
}

impl Place {
    pub(crate) fn breadth(&self) -> Breadth {
        match self {
            Place::Scope(Scope::Agency(..) | Scope::Queue(..)) => Breadth::Agency,
            Place::Source(_) | Place::Scope(Scope::Region(..) | Scope::LineRegion(..)) => {
                Breadth::Region
            }
            Place::Scope(Scope::Network(_) | Scope::Line(_)) => Breadth::Network,
            Place::Scope(Scope::All) => Breadth::All,
        }
    }

    /// What those have in common who share it.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Place::Source(_) => Cause::SilentSource,
            Place::Scope(Scope::Region(..)) => Cause::SharedRegion,
            Place::Scope(Scope::LineRegion(..)) => Cause::SharedLineRegion,
            Place::Scope(Scope::Network(_)) => Cause::SharedNetwork,
            Place::Scope(Scope::Line(_)) => Cause::SharedLine,
            Place::Scope(Scope::All) => Cause::SharedFeed,
            Place::Scope(Scope::Agency(..) | Scope::Queue(..)) => Cause::Alone,
        }
    }

    /// Whether a scope lies in it.
    pub(crate) fn holds(&self, scope: &Scope, surroundings: &impl Surroundings) -> bool {
        match self {
            Place::Source(name) => surroundings.source(scope) == Some(name),
            Place::Scope(own) => {
                let is_around = || surroundings.around(scope).contains(own);
                *own == Scope::All || own == scope || is_around()
            }
        }
    }

    /// Where an agency could share something with others.
    pub(crate) fn shared_by(
        agency: &Scope,
        subject: Subject,
        surroundings: &impl Surroundings,
    ) -> Vec<Self> {
        let around = surroundings.around(agency).iter();
        let mut places: Vec<Self> = around
            .filter(|scope| is_shared(scope, subject))
            .map(|scope| Place::Scope(scope.clone()))
            .collect();
        if let (Subject::Feed, Some(source)) = (subject, surroundings.source(agency)) {
            places.push(Place::Source(source.into()));
        }
        places
    }
}

/// Whether what is bad in several agencies of a scope may have one cause. Those without
/// a region have none in common; all networks share the feed, and nothing else.
fn is_shared(scope: &Scope, subject: Subject) -> bool {
    match scope {
        Scope::Region(_, code) | Scope::LineRegion(_, code) | Scope::Network(code) => {
            code != UNASSIGNED
        }
        Scope::Line(_) => true,
        Scope::All => subject == Subject::Feed,
        Scope::Agency(..) | Scope::Queue(..) => false,
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Source(name) => write!(f, "source:{name}"),
            Place::Scope(scope) => write!(f, "{scope}"),
        }
    }
}
