//! The fold: every event, and every second, goes through [`Fold::apply`].

mod arrival;
mod callers;
mod closings;
mod comparing;
mod directory;
mod estimates;
mod heard;
mod help;
mod incidents;
mod input;
mod judge;
mod judging;
mod lists;
mod saving;
mod settings;
mod showing;
mod state;
mod together;
mod told_by;
mod unknown;

pub use comparing::NotCounted;
pub use heard::Heard;
pub use help::NoHelp;
pub use incidents::IncidentsTold;
pub use input::{
    Counters, Decided, Effect, Folded, Forgotten, IncidentTurned, Input, Outcome, Progress,
    SeverityChanged, Turned,
};
pub use judging::UnreadableJudgements;
pub use saving::{LoadError, Saving};
pub use settings::Settings;
pub use state::Fold;
