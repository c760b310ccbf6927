//! The sums of a scope.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use vigie_contract::view::Lever;

use super::callers::CallerCounts;
use super::closing::ClosingSums;
use super::ever::Ever;
use super::outlook::Outlook;
use super::present::Present;
use super::sources::Sources;
use super::windows::{Sliding, WindowSums};
use crate::books::Books;

/// Version of the layout of encoded sums: the first byte of them.
const VERSION: u8 = 3;

/// All that the figures of a scope follow from, beside the directory: what was
/// counted in its windows, what is going on, what was counted ever, who tells of it,
/// what its next caller can expect, what its queues were told to do, who tried to reach
/// an agent.
///
/// It borrows what the board keeps; decoded or added to, it owns it. Sums of what
/// different contributors tell of one scope, as of one instant, add up to those of
/// the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopeSums<'b> {
    /// The sliding windows that are summed, in their order.
    pub(crate) sliding: Cow<'b, [Sliding]>,
    pub(crate) windows: Cow<'b, Books<WindowSums>>,
    pub(crate) present: Cow<'b, Present>,
    pub(crate) ever: Ever,
    pub(crate) sources: Sources,
    pub(crate) outlook: Outlook,
    /// How many promises will be missed.
    pub(crate) predicted_missed: i64,
    /// The queues that close soon.
    pub(crate) closing: ClosingSums,
    /// The levers of its queues; of agencies and queues only.
    pub(crate) levers: Vec<Lever>,
    /// What is counted of callers; of lines, networks and all only. It is not sent: two
    /// processes may hold parts of one call, so that theirs do not add up.
    #[serde(skip)]
    pub(crate) callers: Option<CallerCounts>,
}

/// Why bytes cannot be decoded as sums.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes were written by another version.
    #[error("sums of version {found}; this is version {VERSION}")]
    Version {
        /// The version that wrote them.
        found: u8,
    },
    /// The bytes are cut short, or damaged.
    #[error("sums cannot be read: {0}")]
    Damaged(#[from] postcard::Error),
    /// The bytes can be read, but no process can have written such sums.
    #[error("sums contradict themselves")]
    Unsound,
}

/// Sums cannot be added, since they are of other windows.
#[derive(Debug, thiserror::Error)]
#[error("sums of the windows {other} cannot be added to sums of the windows {own}")]
pub struct OtherWindows {
    own: String,
    other: String,
}

impl ScopeSums<'_> {
    /// Adds what other contributors tell of the same scope as of the same instant.
    ///
    /// # Errors
    /// If the other is of other windows; nothing is added then.
    pub fn add(&mut self, other: &ScopeSums<'_>) -> Result<(), OtherWindows> {
        if self.sliding != other.sliding {
            let [own, other] = [&self.sliding, &other.sliding].map(|windows| named(windows));
            return Err(OtherWindows { own, other });
        }
        for (own, more) in self.windows.to_mut().zip_mut(&other.windows) {
            own.add(more);
        }
        self.present.to_mut().add(&other.present);
        self.ever.add(other.ever);
        self.sources.add(&other.sources);
        self.outlook.add(&other.outlook);
        self.predicted_missed += other.predicted_missed;
        self.closing.add(&other.closing);
        self.levers.extend_from_slice(&other.levers);
        self.callers = None;
        Ok(())
    }

    /// Encodes the sums for another process.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = postcard::to_extend(self, vec![VERSION]);
        bytes.expect("sums are numbers, text and lists")
    }
}

impl ScopeSums<'static> {
    /// Decodes the sums that another process has encoded.
    ///
    /// # Errors
    /// If the bytes are of another version, or are no sums.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some((&version, sums)) = bytes.split_first() else {
            return Err(postcard::Error::DeserializeUnexpectedEnd.into());
        };
        if version != VERSION {
            return Err(DecodeError::Version { found: version });
        }
        let (sums, rest): (Self, &[u8]) = postcard::take_from_bytes(sums)?;
        match sums.is_sound() && rest.is_empty() {
            true => Ok(sums),
            false => Err(DecodeError::Unsound),
        }
    }

    fn is_sound(&self) -> bool {
        let windows = self.sliding.len();
        let books = [
            &self.windows.both,
            &self.windows.by_origin,
            &self.windows.by_handler,
        ];
        self.sliding.iter().all(|window| window.seconds > 0)
            && books.iter().all(|book| book.is_sound(windows))
            && self.present.is_sound()
            && self.sources.is_sound()
    }
}

/// The names of some windows, each with its length.
fn named(windows: &[Sliding]) -> String {
    let named: Vec<String> = windows
        .iter()
        .map(|window| format!("{} ({} s)", window.name, window.seconds))
        .collect();
    named.join(", ")
}
