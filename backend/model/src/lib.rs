//! The domain of Vigie, pure: the fold of call events into figures.
//!
//! No tasks, clocks, sockets, files, logs, Kafka, HTTP or metrics: time comes in
//! as an input, and the same [`Fold::apply`] serves the live service, the
//! offline recomputation, the benchmark and every test.
//!
//! # Layout
//! - [`fold`]: the state of the whole, its inputs, their outcomes and effects;
//! - `partition`: what the events of one partition have said;
//! - `call`, `leg`, `promise`, `agent`, `lever`: histories, and the machines
//!   that walk them; `ending`: the table of a leg's outcomes;
//! - `callers`: who tried to reach an agent, and did, over all partitions;
//! - `contribution`: what an event adds to the figures, signed and dated;
//! - `tally`, `histogram`, `numbers`, `books`: sums that add and subtract exactly;
//! - [`estimate`]: the wait of a call that joins now, learned online;
//! - `sums`: the sums of a scope as a value; `board`: those of every scope, second
//!   by second, of whatever contributes;
//! - `figures`: from sums and rules to what is shown;
//! - `rules`: what is bad, how bad, and since when;
//! - `names`: codes as small numbers; `codes`: words of the contract as the numbers
//!   that saved states have; `terms`: what folding may look up;
//! - [`limits`]: how much a producer may invent; `pseudonyms`: keyed hashes;
//! - `shards`, `pieces`, `sorted`: how what is large lies and is saved;
//! - `nearness`: memory that no cache holds, asked for side by side;
//! - [`directory`]: networks, agencies, lines, hours, time zones;
//! - [`watermark`]: the instant of the events, over partitions.

mod agent;
mod board;
mod books;
mod call;
mod callers;
mod changed;
mod codes;
mod contribution;
pub mod directory;
mod ending;
pub mod estimate;
mod event_id;
mod figures;
pub mod fold;
mod histogram;
mod leg;
mod lever;
pub mod limits;
mod names;
mod nearness;
mod numbers;
mod partition;
mod pieces;
mod promise;
mod pseudonyms;
mod refusal;
mod rules;
mod shards;
mod sorted;
mod sums;
mod tally;
mod terms;
pub mod watermark;

pub use directory::{Directory, Fault, Version, Versions};
pub use figures::{Measures, Setting, Side, explain, view};
pub use fold::{
    Counters, Decided, Effect, Fold, Folded, Forgotten, Heard, IncidentTurned, IncidentsTold,
    Input, LoadError, NoHelp, NotCounted, Outcome, Progress, Saving, Settings, SeverityChanged,
    Turned, UnreadableJudgements,
};
pub use limits::Limits;
pub use pseudonyms::Pseudonyms;
pub use refusal::Refusal;
pub use sums::{DecodeError, OtherWindows, ScopeSums, Sliding, default_windows};
