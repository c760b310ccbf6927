//! How bad something is.

use serde::{Deserialize, Serialize};

/// How bad something is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing to report.
    #[default]
    Ok,
    /// Somebody should look at it.
    Warning,
    /// Somebody should act.
    Critical,
}
