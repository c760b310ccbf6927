//! What is gathered into incidents, and what has to be known for that.

use vigie_contract::scope::Scope;
use vigie_contract::view::{Concern, Severity, Suppressed};

use crate::rules::toll::Toll;

/// What is above ok at a judgement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alarmed<'a> {
    pub scope: &'a Scope,
    pub concern: Concern,
    pub state: Severity,
    /// The second since when it has been above ok.
    pub began: i64,
    /// The toll of the scope as of then, and now.
    pub before: Toll,
    pub toll: Toll,
    /// Calls that wait there.
    pub waiting: i64,
    /// Promises that are open there.
    pub promises: i64,
}

/// What has to be known of scopes to gather what is bad there.
pub(crate) trait Surroundings {
    /// The agencies that are judged, and whether each is open.
    fn agencies(&self) -> impl Iterator<Item = (&Scope, bool)>;

    /// The scopes of both trees that a scope lies in, itself left out.
    fn around(&self, scope: &Scope) -> &[Scope];

    /// The source that told of a scope last.
    fn source(&self, scope: &Scope) -> Option<&str>;

    /// The toll of a scope as of now; `None` where it is no more.
    fn toll(&self, scope: &Scope) -> Option<Toll>;

    /// Why something is not judged there.
    fn suppressed(&self, scope: &Scope, concern: Concern) -> Option<Suppressed>;
}

/// What an alarm tells of: the service that callers get, or the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Service,
    Feed,
}

impl Subject {
    pub(crate) const fn of(concern: Concern) -> Self {
        match concern {
            Concern::PickUp
            | Concern::EstimatedWait
            | Concern::LongestWait
            | Concern::CallbacksReached
            | Concern::CutOff => Subject::Service,
            Concern::DataAge => Subject::Feed,
        }
    }
}

/// The agency that a scope is or lies in.
pub(crate) fn agency_of(scope: &Scope) -> Option<Scope> {
    match scope {
        Scope::Agency(..) => Some(scope.clone()),
        Scope::Queue(network, region, agency, _) => Some(Scope::Agency(
            network.clone(),
            region.clone(),
            agency.clone(),
        )),
        Scope::All
        | Scope::Network(_)
        | Scope::Region(..)
        | Scope::Line(_)
        | Scope::LineRegion(..) => None,
    }
}

/// Whether what is bad in a scope is an alarm. What a region, a network, a line or all
/// shows is judged of its own sums, and makes none.
pub(crate) const fn makes_alarms(scope: &Scope) -> bool {
    match scope {
        Scope::Agency(..) | Scope::Queue(..) | Scope::LineRegion(..) => true,
        Scope::All | Scope::Network(_) | Scope::Region(..) | Scope::Line(_) => false,
    }
}
