//! A survey that a caller will answer.

use vigie_contract::text::Text;

use crate::network::AgencyId;

/// A survey that a caller will answer.
#[derive(Debug)]
pub(crate) struct Survey {
    pub subject: Text<'static>,
    pub agency: AgencyId,
    pub queue: Text<'static>,
    pub score: u8,
}
