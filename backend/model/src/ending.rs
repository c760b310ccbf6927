//! The endings of a leg, and one table of everything that depends on which of them
//! it is.

use serde::{Deserialize, Serialize};
use vigie_contract::event::PromiseKind;
use vigie_contract::view::Count;

use crate::tally::Extra;

/// How a leg closed. Its number is part of saved states: a new ending gets a number
/// of its own, at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ending {
    Answered = 0,
    Abandoned = 1,
    CutOff = 2,
    Lost = 3,
    CallbackAccepted = 4,
    VoicemailLeft = 5,
    Overflowed = 6,
}

/// Everything that depends on how a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The count of which it adds one.
    pub count: Count,
    /// Whether the call was offered to the agents of this queue. It was, unless
    /// another queue took it over.
    pub offered: bool,
    /// How its wait counts for the service level; `None` if it does not.
    pub judged: Option<Judged>,
    /// Whether a wait shorter than the one announced can be judged by it: the caller
    /// neither gave up nor took another way out.
    pub stayed: bool,
    /// The kind of promise that it makes, if it names a due time.
    pub promise: Option<PromiseKind>,
    /// The sum that it adds to, among the legs that entered in its quarter-hour.
    pub cohort: Extra,
    /// What estimates learn from it.
    pub fact: Learned,
    /// The rank of the event's type among the types of a leg, in the lexical order
    /// of their names.
    pub rank: u8,
}

/// How the wait of a leg counts for the service level. It is in the denominator,
/// whichever of these it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Answered: in the numerator if the wait was short enough.
    Answered,
    /// Abandoned: in the numerator only of the service level that counts short
    /// abandons as good.
    Abandoned,
    /// Ended in another way: in no numerator.
    Failed,
}

/// What estimates learn from how a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Learned {
    /// An agent was free for it.
    Answered,
    /// The caller's patience ended.
    Abandoned,
    /// The leg is gone, and says nothing of waits.
    Left,
}

impl Ending {
    /// Every ending.
    #[cfg(test)]
    pub(crate) const ALL: [Ending; 7] = [
        Ending::Answered,
        Ending::Abandoned,
        Ending::CutOff,
        Ending::Lost,
        Ending::CallbackAccepted,
        Ending::VoicemailLeft,
        Ending::Overflowed,
    ];

    /// The row of an ending in the table.
    pub(crate) const fn meaning(self) -> Meaning {
        /// A caller who is gone with neither an answer nor a promise.
        const FAILED: Meaning = Meaning {
            count: Count::Lost,
            offered: true,
            judged: Some(Judged::Failed),
            stayed: true,
            promise: None,
            cohort: Extra::CohortOther,
            fact: Learned::Left,
            rank: 8,
        };
        /// A caller who was promised something.
        const PROMISED: Meaning = Meaning {
            judged: None,
            stayed: false,
            ..FAILED
        };
        match self {
            Ending::Answered => Meaning {
                count: Count::Answered,
                judged: Some(Judged::Answered),
                cohort: Extra::CohortAnswered,
                fact: Learned::Answered,
                rank: 2,
                ..FAILED
            },
            Ending::Abandoned => Meaning {
                count: Count::Abandoned,
                judged: Some(Judged::Abandoned),
                stayed: false,
                cohort: Extra::CohortAbandoned,
                fact: Learned::Abandoned,
                rank: 0,
                ..FAILED
            },
            Ending::CutOff => Meaning {
                count: Count::CutOff,
                rank: 4,
                ..FAILED
            },
            // Follows from the passing of time, never from an event: comes last.
            Ending::Lost => FAILED,
            Ending::CallbackAccepted => Meaning {
                count: Count::CallbacksAccepted,
                promise: Some(PromiseKind::Callback),
                rank: 3,
                ..PROMISED
            },
            Ending::VoicemailLeft => Meaning {
                count: Count::Voicemails,
                promise: Some(PromiseKind::Message),
                rank: 7,
                ..PROMISED
            },
            Ending::Overflowed => Meaning {
                count: Count::OverflowedOut,
                offered: false,
                rank: 5,
                ..PROMISED
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::view::Counts;

    use super::*;

    #[test]
    fn what_is_offered_here_is_what_views_show_as_offered() {
        for ending in Ending::ALL {
            let Meaning { count, offered, .. } = ending.meaning();
            let counts = Counts::from_counted(|one| i64::from(one == count));
            assert_eq!(counts.offered, i64::from(offered), "{ending:?}");
            assert_eq!(counts.asked, i64::from(offered), "{ending:?}");
        }
    }

    #[test]
    fn every_outcome_has_a_rank_of_its_own() {
        let mut ranks = Ending::ALL.map(|ending| ending.meaning().rank);
        ranks.sort_unstable();
        assert!(ranks.windows(2).all(|two| two[0] < two[1]), "{ranks:?}");
    }

    #[test]
    fn numbers_in_saved_states_are_those_declared() {
        for ending in Ending::ALL {
            assert_eq!(postcard::to_allocvec(&ending).unwrap(), [ending as u8]);
        }
    }
}
