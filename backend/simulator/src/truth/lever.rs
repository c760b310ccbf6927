//! The levers that were pulled.

use vigie_contract::time::Time;

use crate::network::AgencyId;

/// What a queue can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeverKind {
    /// Take calls.
    Open,
    /// Pass calls on to another queue.
    Overflow,
    /// Turn callers away.
    Deflecting,
    /// Offer to call back.
    OfferingCallback,
    /// Play a message.
    Message,
}

impl LeverKind {
    /// As written in the file of the truth.
    pub fn name(self) -> &'static str {
        match self {
            LeverKind::Open => "open",
            LeverKind::Overflow => "overflow",
            LeverKind::Deflecting => "deflecting",
            LeverKind::OfferingCallback => "offering_callback",
            LeverKind::Message => "message",
        }
    }
}

/// A lever that was pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeverRow<'t> {
    /// When.
    pub at: Time,
    /// Code of the agency.
    pub agency: &'t str,
    /// Code of the queue.
    pub queue: &'static str,
    /// Which lever.
    pub kind: LeverKind,
    /// Open, overflowing, deflecting, offering a call back, with a message.
    pub on: bool,
    /// Code of the agency to whose queue of the same code it overflows.
    pub to: Option<&'t str>,
}

/// A lever as it was pulled.
pub(crate) struct PulledLever {
    pub at: Time,
    pub agency: AgencyId,
    pub queue: &'static str,
    pub kind: LeverKind,
    pub on: bool,
    pub to: Option<AgencyId>,
}
