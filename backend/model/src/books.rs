//! The two books in which calls are counted.
//!
//! By origin: where the caller first asked for an agent. By handler: where the call
//! was handled. Most calls are handled where they were asked for, so what goes into
//! both books of one place is held once.

use serde::{Deserialize, Serialize};

/// By which book a figure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Where the caller first asked.
    Origin,
    /// Where the call was handled.
    Handler,
}

/// Something for both books, and something for each alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Books<T> {
    /// In both books.
    pub both: T,
    /// In the book by origin alone.
    pub by_origin: T,
    /// In the book by handler alone.
    pub by_handler: T,
}

impl<T> Books<T> {
    /// What one book alone has.
    pub(crate) fn alone(&self, by: By) -> &T {
        match by {
            By::Origin => &self.by_origin,
            By::Handler => &self.by_handler,
        }
    }

    /// The three parts, in the order of their declaration.
    pub(crate) fn parts_mut(&mut self) -> [&mut T; 3] {
        [&mut self.both, &mut self.by_origin, &mut self.by_handler]
    }

    /// Each part with the same part of another.
    pub(crate) fn zip_mut<'s, U>(&'s mut self, other: &'s Books<U>) -> [(&'s mut T, &'s U); 3] {
        [
            (&mut self.both, &other.both),
            (&mut self.by_origin, &other.by_origin),
            (&mut self.by_handler, &other.by_handler),
        ]
    }
}
