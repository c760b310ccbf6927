//! The key of the hashes of pseudonyms.
//!
//! # Layout
//! - [`key`]: a key as it is written.
//! - [`settings`]: the one that is given.
//! - [`kept`]: the one that is made at the first start.

pub mod kept;
pub mod key;
pub mod settings;
