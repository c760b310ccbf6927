//! The two books in which calls are counted.
//!
//! By origin: where the caller first asked for an agent. By handler: where the call
//! was handled. Most calls are handled where they were asked for, so what goes into
//! both books of one place is held once.

use serde::{Deserialize, Serialize};

/// One of the two books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The book by origin: a call counts where its caller first asked for an agent.
    Origin,
    /// The book by handler: a call counts where it was handled.
    Handler,
}

/// A value for both books together, and one for each book alone. What a book holds
/// is the sum of its own value and of that for both.
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
    /// The value of one book alone, without that for both.
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

    /// Each part together with the same part of another value.
    pub(crate) fn zip_mut<'s, U>(&'s mut self, other: &'s Books<U>) -> [(&'s mut T, &'s U); 3] {
        [
            (&mut self.both, &other.both),
            (&mut self.by_origin, &other.by_origin),
            (&mut self.by_handler, &other.by_handler),
        ]
    }
}
