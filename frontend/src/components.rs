//! Parts that the shell and pages share.

mod scope_link;

pub use scope_link::{ScopeLink, is_plain};
