//! The domain of Vigie, pure: the fold of call events into figures.

mod contribution;
mod directory;
mod histogram;
mod tally;

pub use directory::{Directory, Fault};
