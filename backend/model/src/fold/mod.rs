//! The fold: every event, and every second, goes through [`Fold::apply`].

mod arrival;
mod estimates;
mod heard;
mod input;
mod judge;
mod judging;
mod lists;
mod saving;
mod settings;
mod showing;
mod state;
mod unknown;

pub use heard::Heard;
pub use input::{
    Counters, Decided, Effect, Folded, Forgotten, Input, Outcome, Progress, SeverityChanged,
};
pub use judging::UnreadableJudgements;
pub use saving::{LoadError, Saving};
pub use settings::Settings;
pub use state::Fold;
