//! A row of the truth.

use vigie_contract::time::Time;

use super::counts::Figures;

/// From whose side a leg is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The queue that closed it: workload.
    Handler,
    /// The queue where the caller first asked: service.
    Origin,
}

impl Side {
    pub(super) const ALL: [Side; 2] = [Side::Handler, Side::Origin];

    /// As written in the file.
    pub fn name(self) -> &'static str {
        match self {
            Side::Handler => "handler",
            Side::Origin => "origin",
        }
    }
}

/// A row of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'t> {
    /// Start of the quarter-hour (UTC).
    pub quarter: Time,
    /// Code of the agency.
    pub agency: &'t str,
    /// From whose side.
    pub side: Side,
    /// The figures.
    pub figures: &'t Figures,
}
