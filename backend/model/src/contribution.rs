//! What one event adds to the figures: signed, dated, and routed to cells.
//!
//! The rules that look at histories (legs, promises) emit contributions; panes
//! hold them by second until the windows have passed; windows add them as they
//! enter and subtract them as they leave. An event that changes what an earlier
//! one meant takes the old contributions back with the sign turned.

mod adding;
mod what;

pub(crate) use what::{
    AgainstAnnounced, CellId, CellKind, Closed, Contribution, DuePromise, Foreseen, Occupied,
    Presence, PresentChange, Wait, What, family, occupied,
};
