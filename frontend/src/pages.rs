//! What fills the window.

mod supervision;

pub use supervision::Supervision;
