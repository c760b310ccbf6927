//! What is wrong with a configuration.

use std::fmt;

/// A configuration that cannot be used: every fault, one line each.
#[derive(Debug)]
pub struct Faulty {
    /// Where the settings came from.
    pub source: String,
    /// What is wrong, one line for each fault.
    pub faults: Vec<String>,
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} fault{} in the configuration",
            self.source,
            self.faults.len(),
            if self.faults.len() == 1 { "" } else { "s" }
        )?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faulty {}
