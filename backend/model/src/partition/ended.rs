//! Calls of the last hour that ended without an answer, one by one: what is behind
//! their counts.
//!
//! Each contribution that counts such an ending is noted here beside the pane that it
//! goes to, with the sign that it has there, so that there are as many calls as are
//! counted. What is told late waits until the sums take it, as corrections do. Nothing of
//! this is saved: after a load it is read off the panes, and what was announced, which
//! they do not hold, off the histories. Rejected: to walk the histories of a day for each
//! answer, to find an hour of them; and to hold what was announced in every
//! contribution.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use vigie_contract::event::QueueReason;
use vigie_contract::lists::{CallOutcome, LegFamily};
use vigie_contract::time::{Span, Time};

use crate::contribution::{CellId, Contribution, What, family};
use crate::ending::Ending;
use crate::tally::Family;

/// How long ago a call can have ended that is listed: the window of 60 minutes.
pub(crate) const LISTED_FOR: Span = Span::from_seconds(3_600);

/// A leg, or an outcome without one, that counts as one of the endings that are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct EndedLeg {
    pub at: Time,
    pub handler: CellId,
    pub origin: CellId,
    pub outcome: CallOutcome,
    /// Why it was queued; `None` for an outcome without entry, which has no wait either.
    pub reason: Option<QueueReason>,
    pub entered: Option<Time>,
    pub waited: Option<Span>,
    pub announced: Option<Span>,
}

/// The endings of the last hour, by the second in which they count.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    /// Those that the sums hold or will hold as time passes, each with its sign. They
    /// are set off against each other when they are asked for.
    pub seconds: BTreeMap<i64, Vec<(i8, EndedLeg)>>,
    /// Those told of seconds that have passed, since the sums were last brought up to
    /// date.
    pub pending: Vec<(i8, EndedLeg)>,
    /// Whether a state was loaded, and they have not been read off it yet.
    pub is_unread: bool,
}

impl Ended {
    /// The endings of a state that was loaded, before they are read off it.
    pub(super) fn unread() -> Self {
        Self {
            is_unread: true,
            ..Self::default()
        }
    }

    /// Takes up what was told late, as the sums do.
    pub(super) fn take_up_corrections(&mut self) {
        for (sign, leg) in std::mem::take(&mut self.pending) {
            self.add(sign, leg);
        }
    }

    /// Forgets those before a second.
    pub(super) fn forget_before(&mut self, second: i64) {
        while let Some(first) = self.seconds.first_entry()
            && *first.key() < second
        {
            first.remove();
        }
    }

    pub(super) fn add(&mut self, sign: i8, leg: EndedLeg) {
        let of_second = self.seconds.entry(leg.at.second()).or_default();
        of_second.push((sign, leg));
    }
}

/// Those that are left when each that was taken back is set off against its like.
pub(super) fn left_of(signed: &[(i8, EndedLeg)]) -> impl Iterator<Item = EndedLeg> {
    let mut taken_back: HashMap<EndedLeg, usize> = HashMap::new();
    for (_, leg) in signed.iter().filter(|(sign, _)| *sign < 0) {
        *taken_back.entry(*leg).or_default() += 1;
    }
    let told = signed.iter().filter(|(sign, _)| *sign > 0);
    told.filter_map(move |&(_, leg)| match taken_back.get_mut(&leg) {
        Some(left) if *left > 0 => {
            *left -= 1;
            None
        }
        _ => Some(leg),
    })
}

/// The ending of a contribution, if it is listed and counts.
pub(super) fn ended(contribution: &Contribution, announced: Option<Span>) -> Option<EndedLeg> {
    let (ending, closed) = if let What::Closed(closed) = contribution.what {
        (closed.ending, Some((closed, closed.wait?)))
    } else if let What::Orphan(ending) = contribution.what {
        (ending, None)
    } else {
        return None;
    };
    Some(EndedLeg {
        at: contribution.at,
        handler: contribution.handler,
        origin: contribution.origin,
        outcome: listed_as(ending)?,
        reason: closed.map(|(closed, _)| closed.reason),
        entered: closed.map(|(closed, _)| closed.entered),
        waited: closed.map(|(_, wait)| wait.waited),
        announced,
    })
}

/// The name under which calls that ended in a way are listed; `None` if they are not.
pub(super) fn listed_as(ending: Ending) -> Option<CallOutcome> {
    match ending {
        Ending::Abandoned => Some(CallOutcome::Abandoned),
        Ending::CutOff => Some(CallOutcome::CutOff),
        Ending::Lost => Some(CallOutcome::Lost),
        Ending::Overflowed => Some(CallOutcome::Overflowed),
        Ending::Answered | Ending::CallbackAccepted | Ending::VoicemailLeft => None,
    }
}

/// Among which legs it counts.
pub(super) fn family_of(leg: &EndedLeg) -> LegFamily {
    match leg.reason.map_or(Family::First, family) {
        Family::First => LegFamily::FirstLevel,
        Family::SecondLevel => LegFamily::SecondLevel,
        Family::Callback => LegFamily::Callback,
    }
}
