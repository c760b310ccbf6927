//! Facts in, estimates out, and what came of them.
//!
//! The weights of a queue begin as those of all queues of its name in the
//! partition, and move away from them as its own outcomes come. How far each
//! weight moves is shared by the name (`Moments`): queues of a name differ in
//! how long they wait more than in what their features look like.
//!
//! # Layout
//! - [`places`]: which queue, agency and name a fact is of;
//! - [`outlook`]: what there is to go by for the next caller;
//! - [`keeping`]: what is kept once there is too much.

mod around;
mod group;
mod index;
mod keeping;
mod outlook;
mod places;
mod state;
mod surroundings;

pub(crate) use around::Around;
pub(crate) use state::Learning;
pub(crate) use surroundings::{GivenTo, Surroundings};
