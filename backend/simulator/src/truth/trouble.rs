//! What was out of the ordinary: what, where, from when until when.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use crate::network::AgencyId;

/// What can be out of the ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// Benefits are paid: callers call more.
    BenefitDay,
    /// Every other agent who was there has left.
    Staff,
    /// Telephones are cut off: every agent who was there is gone.
    Platform,
    /// Events stay on the way, and arrive together at the end.
    Feed,
    /// Waits are announced at a tenth of what they are expected to be.
    Announcements,
}

impl TroubleKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::BenefitDay,
        Self::Staff,
        Self::Platform,
        Self::Feed,
        Self::Announcements,
    ];

    /// As written in the file of the truth.
    pub fn name(self) -> &'static str {
        match self {
            TroubleKind::BenefitDay => "benefit_day",
            TroubleKind::Staff => "staff",
            TroubleKind::Platform => "platform",
            TroubleKind::Feed => "feed",
            TroubleKind::Announcements => "announcements",
        }
    }
}

/// Something that is out of the ordinary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubleRow<'t> {
    /// What it is.
    pub kind: TroubleKind,
    /// The scopes that it is of: networks, regions or agencies. A benefit day is of its
    /// region in each network.
    pub scopes: &'t [Scope],
    /// Codes of the agencies in which it happens.
    pub agencies: Vec<&'t str>,
    /// When it began.
    pub from: Time,
    /// When it ends, which may lie after all that is simulated.
    pub until: Time,
}

/// Something that is out of the ordinary, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trouble {
    pub kind: TroubleKind,
    pub scopes: Vec<Scope>,
    pub agencies: Vec<AgencyId>,
    pub from: Time,
    pub until: Time,
}
