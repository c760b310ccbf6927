//! Whom something bad has touched.

use serde::{Deserialize, Serialize};

/// Calls since the state began, by origin: two of a scope tell what was between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Toll {
    pub offered: i64,
    pub abandoned: i64,
}
