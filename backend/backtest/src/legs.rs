//! What came of each call that queued, and what its queue had shown before it.
//!
//! A leg is one stay of a call in a queue, as everywhere; its machine is the one
//! of the contract, written down again for events that come in order. What is
//! known at an instant is what happened strictly before it: the forecasts for
//! calls that queue at t are made first, then all events of t are taken.

use std::collections::{HashMap, VecDeque};

use vigie_contract::time::{Span, Time};

use crate::baselines::QueueHistory;
use crate::call_event::{CallEvent, CallEventKind};
use crate::conversations::Conversations;
use crate::forecaster::Forecasts;
use crate::leg::{Leg, LegOutcome, QueueNumber};
use crate::leg_news::{EndedLeg, LegNews};
use crate::virtual_waits::VirtualWaits;

/// A leg without outcome is lost after so long, and so is a conversation without
/// end.
const LOST_AFTER: Span = Span::from_seconds(2 * 3_600);

/// Waits up to so long are not scored.
const SHORT: Span = Span::from_seconds(2);

/// A leg that waits.
#[derive(Clone, Copy, Debug)]
struct WaitingLeg {
    queued: Time,
    /// The whole wait by the first announcement: what had passed of it, and what
    /// was announced.
    announced: Option<Span>,
}

/// How a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LegEnd {
    Answered,
    Abandoned,
    Otherwise,
}

impl LegEnd {
    /// What came of a leg that ended when it began.
    fn without_wait(self) -> LegOutcome {
        match self {
            LegEnd::Answered | LegEnd::Abandoned => LegOutcome::Short,
            LegEnd::Otherwise => LegOutcome::ClosedOtherwise,
        }
    }
}

/// A call, by the hash of its id, in a queue.
type LegKey = (u64, QueueNumber);

/// The legs of a partition.
#[derive(Debug)]
pub struct Legs {
    /// Forecasts are made for calls that queue from here on.
    scored_from: Option<Time>,
    waiting: HashMap<LegKey, WaitingLeg>,
    /// All legs by their beginning, those that are over too.
    begun: VecDeque<(Time, LegKey)>,
    conversations: Conversations,
    histories: HashMap<QueueNumber, QueueHistory>,
    virtual_waits: VirtualWaits,
}

impl Legs {
    /// A partition without any leg.
    pub fn new(scored_from: Option<Time>) -> Self {
        Self {
            scored_from,
            waiting: HashMap::new(),
            begun: VecDeque::new(),
            conversations: Conversations::default(),
            histories: HashMap::new(),
            virtual_waits: VirtualWaits::default(),
        }
    }

    /// Takes all that happened at an instant, in its order; instants go forward.
    pub fn take(&mut self, now: Time, events: Vec<CallEvent>, tell: &mut impl FnMut(LegNews)) {
        self.pass(now, tell);
        let forecasts = self.forecasts(now, &events);
        self.lose(now, tell);
        for (ended, end) in self.walk(now, &events, &forecasts, tell) {
            self.close(now, ended, end, tell);
        }
        for event in &events {
            let history = self.histories.entry(event.queue).or_default();
            match event.kind {
                CallEventKind::Ended(talk_and_hold) => {
                    history.handled(now, talk_and_hold);
                    if self.conversations.end((event.call, event.queue)) {
                        history.over();
                    }
                }
                CallEventKind::WrappedUp(wrap_up) => history.wrapped_up(now, wrap_up),
                CallEventKind::Queued { .. }
                | CallEventKind::Announced(_)
                | CallEventKind::Answered
                | CallEventKind::Abandoned
                | CallEventKind::ClosedOtherwise => {}
            }
        }
    }

    /// Takes what happened at an instant that is passed.
    ///
    /// Nothing is learned from it, neither the wait nor that somebody was served.
    /// But who left no longer waits, and who hung up no longer talks: else the
    /// baselines would count them for two hours.
    pub fn take_late(&mut self, at: Time, event: &CallEvent, tell: &mut impl FnMut(LegNews)) {
        let key = (event.call, event.queue);
        match event.kind {
            CallEventKind::Answered | CallEventKind::Abandoned | CallEventKind::ClosedOtherwise => {
                let is_of_it = |waiting: &WaitingLeg| waiting.queued <= at;
                if self.waiting.get(&key).is_some_and(is_of_it)
                    && let Some(ended) = self.leave(key)
                {
                    tell(ended.settled(LegOutcome::Lost));
                }
            }
            CallEventKind::Ended(_) => {
                if self.conversations.end_late(key, at) {
                    self.history(event.queue).over();
                }
            }
            CallEventKind::Queued { .. }
            | CallEventKind::Announced(_)
            | CallEventKind::WrappedUp(_) => {}
        }
    }

    /// Nothing more will happen before an instant.
    pub fn pass(&mut self, now: Time, tell: &mut impl FnMut(LegNews)) {
        let before = now - Span(1);
        self.lose(before, tell);
        self.virtual_waits.give_up(before, tell);
    }

    /// Nothing more will happen; the newest event was at `now`.
    pub fn finish(&mut self, now: Time, tell: &mut impl FnMut(LegNews)) {
        self.lose(now, tell);
        self.virtual_waits.finish(tell);
        for (key, waiting) in std::mem::take(&mut self.waiting) {
            let open = EndedLeg {
                leg: leg_of(key, waiting.queued),
                announced: waiting.announced,
            };
            tell(open.settled(LegOutcome::Open));
        }
    }

    /// The forecasts for calls that queue now, by queue.
    fn forecasts(&mut self, now: Time, events: &[CallEvent]) -> HashMap<QueueNumber, Forecasts> {
        let mut forecasts = HashMap::new();
        if self.scored_from.is_some_and(|from| now < from) {
            return forecasts;
        }
        for event in events {
            if matches!(event.kind, CallEventKind::Queued { .. }) {
                forecasts.entry(event.queue).or_insert_with(|| {
                    let history = self.histories.entry(event.queue).or_default();
                    history.forecasts(now)
                });
            }
        }
        forecasts
    }

    /// Walks the machines of all legs that something happened to; answers which
    /// ended, in the order of the events.
    fn walk(
        &mut self,
        now: Time,
        events: &[CallEvent],
        forecasts: &HashMap<QueueNumber, Forecasts>,
        tell: &mut impl FnMut(LegNews),
    ) -> Vec<(EndedLeg, LegEnd)> {
        let key = |event: &CallEvent| (event.call, event.queue);
        let mut by_leg: Vec<usize> = (0..events.len()).collect();
        by_leg.sort_by_key(|&number| key(&events[number]));
        let mut closings = Vec::new();
        for group in by_leg.chunk_by(|&one, &next| key(&events[one]) == key(&events[next])) {
            // First what the present state can take, then in their order.
            let mut left = group.to_vec();
            while !left.is_empty() {
                let is_in = self.waiting.contains_key(&key(&events[left[0]]));
                let takes = |&number: &usize| {
                    matches!(events[number].kind, CallEventKind::Queued { .. }) != is_in
                };
                let number = left.remove(left.iter().position(takes).unwrap_or(0));
                let event = &events[number];
                let of_queue = forecasts.get(&event.queue);
                if let Some(ended) = self.step(now, event, of_queue, tell) {
                    closings.push((number, ended));
                }
            }
        }
        closings.sort_by_key(|(number, _)| *number);
        closings.into_iter().map(|(_, ended)| ended).collect()
    }

    fn step(
        &mut self,
        now: Time,
        event: &CallEvent,
        forecasts: Option<&Forecasts>,
        tell: &mut impl FnMut(LegNews),
    ) -> Option<(EndedLeg, LegEnd)> {
        let key = (event.call, event.queue);
        let end = match &event.kind {
            CallEventKind::Queued { id, announced } => {
                if self.waiting.contains_key(&key) {
                    tell(LegNews::Repeated(leg_of(key, now)));
                    return None;
                }
                let waiting = WaitingLeg {
                    queued: now,
                    announced: *announced,
                };
                self.waiting.insert(key, waiting);
                self.begun.push_back((now, key));
                self.history(event.queue).opened(now);
                tell(LegNews::Opened {
                    leg: leg_of(key, now),
                    id: id.clone(),
                    forecasts: forecasts.copied().map(Box::new),
                });
                return None;
            }
            CallEventKind::Announced(wait) => {
                if let Some(waiting) = self.waiting.get_mut(&key) {
                    let whole = Span((now - waiting.queued).0 + wait.0);
                    waiting.announced.get_or_insert(whole);
                }
                return None;
            }
            CallEventKind::Answered => LegEnd::Answered,
            CallEventKind::Abandoned => LegEnd::Abandoned,
            CallEventKind::ClosedOtherwise => LegEnd::Otherwise,
            CallEventKind::Ended(_) | CallEventKind::WrappedUp(_) => return None,
        };
        // What comes for a leg that does not wait is an orphan, or superseded.
        let ended = self.leave(key)?;
        if ended.leg.queued == now {
            // At once, since it may open again at this instant.
            tell(ended.settled(end.without_wait()));
        }
        Some((ended, end))
    }

    /// Who waited no longer does; `None` where nobody waited.
    fn leave(&mut self, key: LegKey) -> Option<EndedLeg> {
        let waiting = self.waiting.remove(&key)?;
        self.history(key.1).closed(waiting.queued);
        Some(EndedLeg {
            leg: leg_of(key, waiting.queued),
            announced: waiting.announced,
        })
    }

    /// Learns from a leg's end, and tells what came of the leg where it has lasted at
    /// all.
    fn close(&mut self, now: Time, ended: EndedLeg, end: LegEnd, tell: &mut impl FnMut(LegNews)) {
        let leg = ended.leg;
        let wait = now - leg.queued;
        let history = self.histories.entry(leg.queue).or_default();
        match end {
            LegEnd::Answered => {
                history.answered(now, wait);
                history.began();
                if self.conversations.begin((leg.call, leg.queue), now) {
                    history.over();
                }
                if wait > SHORT {
                    tell(ended.settled(LegOutcome::Answered(wait)));
                } else if wait > Span(0) {
                    tell(ended.settled(LegOutcome::Short));
                }
                self.virtual_waits.find(now, leg, tell);
            }
            LegEnd::Abandoned => {
                history.abandoned(now);
                if wait > SHORT {
                    self.virtual_waits.look_for(now, ended);
                } else if wait > Span(0) {
                    tell(ended.settled(LegOutcome::Short));
                }
            }
            LegEnd::Otherwise if wait > Span(0) => {
                tell(ended.settled(LegOutcome::ClosedOtherwise));
            }
            LegEnd::Otherwise => {}
        }
    }

    /// Loses sight of legs and conversations whose two hours are over by `until`.
    fn lose(&mut self, until: Time, tell: &mut impl FnMut(LegNews)) {
        while let Some((began, key)) = self.begun.front().copied()
            && began + LOST_AFTER <= until
        {
            self.begun.pop_front();
            let waiting = self.waiting.get(&key);
            if waiting.is_some_and(|waiting| waiting.queued == began)
                && let Some(ended) = self.leave(key)
            {
                tell(ended.settled(LegOutcome::Lost));
            }
        }
        while let Some(queue) = self.conversations.lose(until - LOST_AFTER) {
            self.history(queue).over();
        }
    }

    fn history(&mut self, queue: QueueNumber) -> &mut QueueHistory {
        self.histories.entry(queue).or_default()
    }
}

fn leg_of((call, queue): LegKey, queued: Time) -> Leg {
    Leg {
        call,
        queue,
        queued,
    }
}

#[cfg(test)]
mod tests;
