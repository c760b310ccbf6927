//! What is told of a place that is not in order.

use std::fmt;

/// A place that is not in order. By file, then by line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the checkout's root.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is not in order, in words that stay the same while lines move.
    pub what: String,
    /// More about it, and what to do.
    pub mend: String,
}

impl Finding {
    /// The finding without its line, which moves.
    pub fn without_line(&self) -> String {
        format!("{}: {}", self.file, self.what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            what,
            mend,
        } = self;
        write!(f, "{file}:{line}: {what}; {mend}")
    }
}
