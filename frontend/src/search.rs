//! Finding a scope by a few letters of its name, code or parents.
//!
//! # Layout
//! - [`index`]: what matches and in which order; pure.
//! - [`list`]: the list of scopes, read from the server.

mod index;
pub mod list;

pub use index::{Entry, Index};
