//! A promise other than a call back, with what will happen to it.

use vigie_contract::event::{AttemptOutcome, PromiseKind};
use vigie_contract::text::Text;
use vigie_contract::time::Time;

use crate::network::AgencyId;

/// Something that happens to a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PledgeStep {
    /// Its due time has passed.
    Due,
    /// Nobody came back to it.
    Forgotten,
    Attempt(AttemptOutcome),
}

/// A promise and what will happen to it.
#[derive(Debug)]
pub(crate) struct Pledge {
    pub kind: PromiseKind,
    pub subject: Text<'static>,
    pub agency: AgencyId,
    pub queue: u8,
    /// The last first.
    pub steps: Vec<(Time, PledgeStep)>,
    pub is_open: bool,
    pub is_cancelled: bool,
}
