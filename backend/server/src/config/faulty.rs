//! What is wrong with a configuration.

use std::fmt;

/// A configuration, or a part of it, that cannot be used: every fault, one line each.
#[derive(Clone, Debug)]
pub struct Faulty {
    /// Where it came from.
    pub source: String,
    /// What it is: `configuration`, `directory`.
    pub of: &'static str,
    /// What is wrong, one line for each fault.
    pub faults: Vec<String>,
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} fault{} in the {}",
            self.source,
            self.faults.len(),
            if self.faults.len() == 1 { "" } else { "s" },
            self.of
        )?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faulty {}
