//! What came of each call that queued, and what its queue had shown before it.
//!
//! A leg is one stay of a call in a queue, as everywhere; its machine is the one
//! of the contract, written down again for events that come in order. What is
//! known at an instant is what happened strictly before it: the forecasts for
//! calls that queue at t are made first, then all events of t are taken.

use std::collections::{HashMap, VecDeque};

use vigie_contract::time::{Span, Time};

use super::baselines::{Forecaster, Forecasts, Shown};
use super::scores::Forecast;

/// A leg without outcome is lost after so long, and so is a conversation without
/// end.
const LOST_AFTER: Span = Span::from_seconds(2 * 3_600);

/// After an abandonment, the virtual wait is looked for so long.
const VIRTUAL_WITHIN: Span = Span::from_seconds(600);

/// Waits up to so long are not scored.
const SHORT: Span = Span::from_seconds(2);

/// Number of a queue of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueId(pub u32);

/// Something that happened to a call in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// Hash of the call's id.
    pub call: u64,
    /// The queue.
    pub queue: QueueId,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It began to wait.
    Queued {
        /// The call's id, where somebody will want it.
        id: Option<Box<str>>,
        /// The wait announced.
        announced: Option<Span>,
    },
    /// A wait was announced.
    Announced(Span),
    /// An agent picked up.
    Answered,
    /// The caller hung up.
    Abandoned,
    /// The stay ended in any other way.
    ClosedOtherwise,
    /// The conversation ended, of so much talk and hold.
    Ended(Span),
    /// After-call work was done.
    WrappedUp(Span),
}

/// One stay in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Leg {
    /// Hash of the call's id.
    pub call: u64,
    /// The queue.
    pub queue: QueueId,
    /// When it began to wait.
    pub queued: Time,
}

/// What came of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It waited so long until it was answered.
    Answered(Span),
    /// It was abandoned, and would have waited so long: until a call that came to
    /// the queue later was answered, at or after the abandonment.
    Virtual(Span),
    /// It was abandoned, and no such call was answered within 600 s.
    NoVirtualWait,
    /// It was answered or abandoned within 2 s.
    Short,
    /// It left the queue in another way.
    ClosedOtherwise,
    /// Nothing was heard of it for two hours, or its outcome came too late.
    Lost,
    /// It waits at the end of the input.
    Open,
}

/// What is told of a leg.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It began.
    Opened {
        /// The leg.
        leg: Leg,
        /// The call's id.
        id: Option<Box<str>>,
        /// What the baselines forecast; `None` before there is to be scored.
        forecasts: Option<Box<Forecasts>>,
    },
    /// It was open already when it was said to begin.
    Repeated(Leg),
    /// It is known what came of it.
    Settled {
        /// The leg.
        leg: Leg,
        /// What.
        outcome: Outcome,
        /// The whole wait that was first announced.
        announced: Option<Forecast>,
    },
}

/// A leg that waits.
#[derive(Clone, Copy, Debug)]
struct Stay {
    queued: Time,
    /// The whole wait by the first announcement: what had passed of it, and what
    /// was announced.
    announced: Option<Span>,
}

/// A stay that ended.
#[derive(Clone, Copy, Debug)]
struct Closed {
    leg: Leg,
    announced: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Answered,
    Abandoned,
    Otherwise,
}

impl Ending {
    /// What came of a stay that ended when it began.
    fn without_wait(self) -> Outcome {
        match self {
            Ending::Answered | Ending::Abandoned => Outcome::Short,
            Ending::Otherwise => Outcome::ClosedOtherwise,
        }
    }
}

type Key = (u64, QueueId);

/// The legs of a partition.
#[derive(Debug)]
pub struct Legs {
    /// Forecasts are made for calls that queue from here on.
    scored_from: Option<Time>,
    stays: HashMap<Key, Stay>,
    /// Keys of stays by their beginning, those that are over too.
    begun: VecDeque<(Time, Key)>,
    conversations: HashMap<Key, Time>,
    /// Keys of conversations by their beginning, those that are over too.
    talks: VecDeque<(Time, Key)>,
    shown: HashMap<QueueId, Shown>,
    /// Abandoned legs of a queue whose virtual wait is not known, in the order of
    /// their abandonments.
    abandoned: HashMap<QueueId, VecDeque<(Time, Closed)>>,
    /// Abandonments of all queues.
    abandonments: VecDeque<(Time, QueueId)>,
}

impl Legs {
    /// Without any leg.
    pub fn new(scored_from: Option<Time>) -> Self {
        Self {
            scored_from,
            stays: HashMap::new(),
            begun: VecDeque::new(),
            conversations: HashMap::new(),
            talks: VecDeque::new(),
            shown: HashMap::new(),
            abandoned: HashMap::new(),
            abandonments: VecDeque::new(),
        }
    }

    /// Takes all that happened at an instant, in its order; instants go forward.
    pub fn take(&mut self, now: Time, events: Vec<Happened>, tell: &mut impl FnMut(Told)) {
        self.pass(now, tell);
        let forecasts = self.forecasts(now, &events);
        self.lose(now, tell);
        for (closed, ending) in self.walk(now, &events, &forecasts, tell) {
            self.close(now, closed, ending, tell);
        }
        for event in &events {
            let shown = self.shown.entry(event.queue).or_default();
            match event.what {
                What::Ended(talk_and_hold) => {
                    shown.handled(now, talk_and_hold);
                    if self
                        .conversations
                        .remove(&(event.call, event.queue))
                        .is_some()
                    {
                        shown.over();
                    }
                }
                What::WrappedUp(wrap_up) => shown.wrapped_up(now, wrap_up),
                _ => {}
            }
        }
    }

    /// Takes what happened at an instant that is passed.
    ///
    /// Nothing is learned from it, neither the wait nor that somebody was served.
    /// But who left no longer waits, and who hung up no longer talks: else the
    /// baselines would count them for two hours.
    pub fn take_late(&mut self, at: Time, event: &Happened, tell: &mut impl FnMut(Told)) {
        let key = (event.call, event.queue);
        match event.what {
            What::Answered | What::Abandoned | What::ClosedOtherwise => {
                let is_of_it = |stay: &Stay| stay.queued <= at;
                if self.stays.get(&key).is_some_and(is_of_it)
                    && let Some(closed) = self.leave(key)
                {
                    settle(closed, Outcome::Lost, tell);
                }
            }
            What::Ended(_)
                if self
                    .conversations
                    .get(&key)
                    .is_some_and(|began| *began <= at) =>
            {
                self.conversations.remove(&key);
                self.shown.entry(event.queue).or_default().over();
            }
            What::Ended(_) | What::Queued { .. } | What::Announced(_) | What::WrappedUp(_) => {}
        }
    }

    /// Nothing more will happen before an instant.
    pub fn pass(&mut self, now: Time, tell: &mut impl FnMut(Told)) {
        let before = now - Span(1);
        self.lose(before, tell);
        self.give_up_virtual_waits(before, tell);
    }

    /// Nothing more will happen; the newest event was at `now`.
    pub fn finish(&mut self, now: Time, tell: &mut impl FnMut(Told)) {
        self.lose(now, tell);
        for (_, closed) in std::mem::take(&mut self.abandoned).into_values().flatten() {
            settle(closed, Outcome::NoVirtualWait, tell);
        }
        for ((call, queue), stay) in std::mem::take(&mut self.stays) {
            let queued = stay.queued;
            let leg = Leg {
                call,
                queue,
                queued,
            };
            let announced = stay.announced;
            settle(Closed { leg, announced }, Outcome::Open, tell);
        }
    }

    /// The forecasts for calls that queue now, by queue.
    fn forecasts(&mut self, now: Time, events: &[Happened]) -> HashMap<QueueId, Forecasts> {
        let mut forecasts = HashMap::new();
        if self.scored_from.is_some_and(|from| now < from) {
            return forecasts;
        }
        for event in events {
            if matches!(event.what, What::Queued { .. }) {
                forecasts.entry(event.queue).or_insert_with(|| {
                    let shown = self.shown.entry(event.queue).or_default();
                    shown.forecasts(now)
                });
            }
        }
        forecasts
    }

    /// Walks the machines of all legs that something happened to; answers what
    /// closed, in the order of the events.
    fn walk(
        &mut self,
        now: Time,
        events: &[Happened],
        forecasts: &HashMap<QueueId, Forecasts>,
        tell: &mut impl FnMut(Told),
    ) -> Vec<(Closed, Ending)> {
        let key = |event: &Happened| (event.call, event.queue);
        let mut by_leg: Vec<usize> = (0..events.len()).collect();
        by_leg.sort_by_key(|&number| key(&events[number]));
        let mut closings = Vec::new();
        for group in by_leg.chunk_by(|&one, &next| key(&events[one]) == key(&events[next])) {
            // First what the present state can take, then in their order.
            let mut left = group.to_vec();
            while !left.is_empty() {
                let is_in = self.stays.contains_key(&key(&events[left[0]]));
                let takes =
                    |&number: &usize| matches!(events[number].what, What::Queued { .. }) != is_in;
                let number = left.remove(left.iter().position(takes).unwrap_or(0));
                let event = &events[number];
                let of_queue = forecasts.get(&event.queue);
                if let Some(closed) = self.step(now, event, of_queue, tell) {
                    closings.push((number, closed));
                }
            }
        }
        closings.sort_by_key(|(number, _)| *number);
        closings.into_iter().map(|(_, closed)| closed).collect()
    }

    fn step(
        &mut self,
        now: Time,
        event: &Happened,
        forecasts: Option<&Forecasts>,
        tell: &mut impl FnMut(Told),
    ) -> Option<(Closed, Ending)> {
        let key = (event.call, event.queue);
        let ending = match &event.what {
            What::Queued { id, announced } => {
                if self.stays.contains_key(&key) {
                    tell(Told::Repeated(leg_of(key, now)));
                    return None;
                }
                let stay = Stay {
                    queued: now,
                    announced: *announced,
                };
                self.stays.insert(key, stay);
                self.begun.push_back((now, key));
                self.shown.entry(event.queue).or_default().opened(now);
                tell(Told::Opened {
                    leg: leg_of(key, now),
                    id: id.clone(),
                    forecasts: forecasts.copied().map(Box::new),
                });
                return None;
            }
            What::Announced(wait) => {
                if let Some(stay) = self.stays.get_mut(&key) {
                    let whole = Span((now - stay.queued).0 + wait.0);
                    stay.announced.get_or_insert(whole);
                }
                return None;
            }
            What::Answered => Ending::Answered,
            What::Abandoned => Ending::Abandoned,
            What::ClosedOtherwise => Ending::Otherwise,
            What::Ended(_) | What::WrappedUp(_) => return None,
        };
        // What comes for a leg that does not wait is an orphan, or superseded.
        let closed = self.leave(key)?;
        if closed.leg.queued == now {
            // At once, since it may open again at this instant.
            settle(closed, ending.without_wait(), tell);
        }
        Some((closed, ending))
    }

    /// Who waited no longer does.
    fn leave(&mut self, key: Key) -> Option<Closed> {
        let stay = self.stays.remove(&key)?;
        self.shown.entry(key.1).or_default().closed(stay.queued);
        Some(Closed {
            leg: leg_of(key, stay.queued),
            announced: stay.announced,
        })
    }

    /// What a stay's end shows, and what came of it where it has lasted at all.
    fn close(&mut self, now: Time, closed: Closed, ending: Ending, tell: &mut impl FnMut(Told)) {
        let leg = closed.leg;
        let wait = now - leg.queued;
        let shown = self.shown.entry(leg.queue).or_default();
        match ending {
            Ending::Answered => {
                shown.answered(now, wait);
                shown.began();
                let key = (leg.call, leg.queue);
                if self.conversations.insert(key, now).is_some() {
                    shown.over();
                }
                self.talks.push_back((now, key));
                if wait > SHORT {
                    settle(closed, Outcome::Answered(wait), tell);
                } else if wait > Span(0) {
                    settle(closed, Outcome::Short, tell);
                }
                self.find_virtual_waits(now, leg, tell);
            }
            Ending::Abandoned => {
                shown.abandoned(now);
                if wait > SHORT {
                    let of_queue = self.abandoned.entry(leg.queue).or_default();
                    of_queue.push_back((now, closed));
                    self.abandonments.push_back((now, leg.queue));
                } else if wait > Span(0) {
                    settle(closed, Outcome::Short, tell);
                }
            }
            Ending::Otherwise if wait > Span(0) => {
                settle(closed, Outcome::ClosedOtherwise, tell);
            }
            Ending::Otherwise => {}
        }
    }

    /// A call was answered: those that had come before it and hung up would have
    /// been.
    fn find_virtual_waits(&mut self, now: Time, answered: Leg, tell: &mut impl FnMut(Told)) {
        let Some(abandoned) = self.abandoned.get_mut(&answered.queue) else {
            return;
        };
        abandoned.retain(|(_, closed)| {
            let passed = closed.leg.queued < answered.queued;
            if passed {
                let wait = now - closed.leg.queued;
                settle(*closed, Outcome::Virtual(wait), tell);
            }
            !passed
        });
    }

    /// Gives up the virtual waits that would take more than 600 s by `until`.
    fn give_up_virtual_waits(&mut self, until: Time, tell: &mut impl FnMut(Told)) {
        while let Some((at, queue)) = self.abandonments.front().copied()
            && at + VIRTUAL_WITHIN <= until
        {
            self.abandonments.pop_front();
            let Some(of_queue) = self.abandoned.get_mut(&queue) else {
                continue;
            };
            while let Some((abandoned, closed)) = of_queue.front().copied()
                && abandoned + VIRTUAL_WITHIN <= until
            {
                of_queue.pop_front();
                settle(closed, Outcome::NoVirtualWait, tell);
            }
        }
    }

    /// Loses sight of stays and conversations whose two hours are over by `until`.
    fn lose(&mut self, until: Time, tell: &mut impl FnMut(Told)) {
        while let Some((began, key)) = self.begun.front().copied()
            && began + LOST_AFTER <= until
        {
            self.begun.pop_front();
            if self
                .stays
                .get(&key)
                .is_some_and(|stay| stay.queued == began)
                && let Some(closed) = self.leave(key)
            {
                settle(closed, Outcome::Lost, tell);
            }
        }
        while let Some((began, key)) = self.talks.front().copied()
            && began + LOST_AFTER <= until
        {
            self.talks.pop_front();
            if self.conversations.get(&key) == Some(&began) {
                self.conversations.remove(&key);
                self.shown.entry(key.1).or_default().over();
            }
        }
    }
}

fn leg_of((call, queue): Key, queued: Time) -> Leg {
    Leg {
        call,
        queue,
        queued,
    }
}

fn settle(closed: Closed, outcome: Outcome, tell: &mut impl FnMut(Told)) {
    let announced = closed
        .announced
        .map(|whole| Forecast::point(whole.seconds()));
    tell(Told::Settled {
        leg: closed.leg,
        outcome,
        announced,
    });
}

/// What was forecast for a leg, the announcement included.
pub fn with_announcement(forecasts: &Forecasts, announced: Option<Forecast>) -> Forecasts {
    let mut all = *forecasts;
    for (forecast, forecaster) in all.iter_mut().zip(Forecaster::ALL) {
        if forecaster == Forecaster::Announced {
            *forecast = announced;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUED: What = What::Queued {
        id: None,
        announced: None,
    };

    /// What came of each call, in the order in which it was known, of a queue in
    /// which these things happen.
    fn outcomes(script: &[(i64, u64, What)]) -> Vec<(u64, Outcome)> {
        let mut legs = Legs::new(None);
        let mut now = Time(0);
        let mut settled = Vec::new();
        let mut tell = |told: Told| {
            if let Told::Settled { leg, outcome, .. } = told {
                settled.push((leg.call, outcome));
            }
        };
        for instant in script.chunk_by(|one, next| one.0 == next.0) {
            let events = instant.iter().map(|(_, call, what)| Happened {
                call: *call,
                queue: QueueId(0),
                what: what.clone(),
            });
            now = Time::from_seconds(instant[0].0);
            legs.take(now, events.collect(), &mut tell);
        }
        legs.finish(now, &mut tell);
        settled
    }

    fn seconds(number: i64) -> Span {
        Span::from_seconds(number)
    }

    #[test]
    fn waits_of_up_to_two_seconds_are_short() {
        let found = outcomes(&[
            (0, 1, QUEUED),
            (0, 2, QUEUED),
            (0, 3, QUEUED),
            (2, 1, What::Answered),
            (2, 2, What::Abandoned),
            (3, 3, What::Answered),
        ]);
        assert_eq!(
            found,
            [
                (1, Outcome::Short),
                (2, Outcome::Short),
                (3, Outcome::Answered(seconds(3)))
            ]
        );
    }

    #[test]
    fn a_virtual_wait_ends_when_a_later_call_is_answered() {
        let found = outcomes(&[
            (0, 1, QUEUED),
            (10, 2, QUEUED),
            (10, 3, QUEUED),
            (20, 4, QUEUED),
            (30, 2, What::Abandoned),
            // It came before, and another at the same instant: neither is later.
            (40, 1, What::Answered),
            (45, 3, What::Answered),
            (50, 4, What::Answered),
        ]);
        assert_eq!(
            found,
            [
                (1, Outcome::Answered(seconds(40))),
                (3, Outcome::Answered(seconds(35))),
                (4, Outcome::Answered(seconds(30))),
                (2, Outcome::Virtual(seconds(40))),
            ]
        );
    }

    #[test]
    fn a_virtual_wait_is_looked_for_600_seconds_from_the_abandonment() {
        for (answered, expected) in [
            (30, Outcome::Virtual(seconds(30))),
            (630, Outcome::Virtual(seconds(630))),
            (631, Outcome::NoVirtualWait),
        ] {
            let found = outcomes(&[
                (0, 1, QUEUED),
                (5, 2, QUEUED),
                (30, 1, What::Abandoned),
                (answered, 2, What::Answered),
            ]);
            assert!(found.contains(&(1, expected)), "{answered}: {found:?}");
        }
    }

    #[test]
    fn what_has_no_wait_is_told_apart() {
        let found = outcomes(&[
            (0, 1, QUEUED),
            (0, 2, QUEUED),
            // Repeated: it waits since 0.
            (1, 2, QUEUED),
            (9, 1, What::ClosedOtherwise),
            (7_200, 2, What::Answered),
            (7_200, 3, QUEUED),
            (7_201, 4, What::Answered),
        ]);
        assert_eq!(
            found,
            [
                (1, Outcome::ClosedOtherwise),
                (2, Outcome::Lost),
                (3, Outcome::Open)
            ]
        );
    }

    #[test]
    fn at_one_instant_a_leg_takes_what_its_state_can() {
        // In the order of types the answer comes first.
        let found = outcomes(&[
            (0, 1, What::Answered),
            (0, 1, QUEUED),
            (5, 2, QUEUED),
            (9, 2, What::Answered),
            (9, 2, QUEUED),
            // The first of the two ends before the second begins.
            (9, 3, What::Abandoned),
            (9, 3, QUEUED),
            (9, 3, QUEUED),
            (20, 3, What::Answered),
        ]);
        assert_eq!(
            found,
            [
                (1, Outcome::Short),
                (3, Outcome::Short),
                (2, Outcome::Answered(seconds(4))),
                (3, Outcome::Answered(seconds(11))),
                (2, Outcome::Open)
            ]
        );
    }

    #[test]
    fn forecasts_know_nothing_of_their_own_instant() {
        let mut legs = Legs::new(Some(Time::from_seconds(10)));
        let mut opened = Vec::new();
        let mut tell = |told: Told| {
            if let Told::Opened { leg, forecasts, .. } = told {
                opened.push((leg.call, forecasts));
            }
        };
        let happened = |call, what| Happened {
            call,
            queue: QueueId(0),
            what,
        };
        legs.take(Time::from_seconds(0), vec![happened(1, QUEUED)], &mut tell);
        let same_instant = vec![happened(1, What::Answered), happened(2, QUEUED)];
        legs.take(Time::from_seconds(10), same_instant, &mut tell);
        legs.take(Time::from_seconds(11), vec![happened(3, QUEUED)], &mut tell);
        let les = |forecasts: &Option<Box<Forecasts>>| forecasts.as_ref().map(|all| all[1]);
        let hol = |forecasts: &Option<Box<Forecasts>>| forecasts.as_ref().map(|all| all[2]);
        assert_eq!(Forecaster::ALL[1], Forecaster::Les);
        assert_eq!(les(&opened[0].1), None, "before the scored ones");
        assert_eq!(les(&opened[1].1), Some(None));
        assert_eq!(hol(&opened[1].1), Some(Some(Forecast::point(10.0))));
        assert_eq!(les(&opened[2].1), Some(Some(Forecast::point(10.0))));
        assert_eq!(hol(&opened[2].1), Some(Some(Forecast::point(1.0))));
    }

    /// Two calls wait and one talks; then it comes, too late, that one of the
    /// waiting was answered at `left`, and that the conversation ended at `ended`.
    fn after_late_events(left: i64, ended: i64) -> (Vec<(u64, Outcome)>, Forecasts) {
        let mut legs = Legs::new(None);
        let (mut settled, mut forecasts) = (Vec::new(), None);
        let mut tell = |told: Told| match told {
            Told::Settled { leg, outcome, .. } => settled.push((leg.call, outcome)),
            Told::Opened { forecasts: of, .. } => forecasts = of,
            Told::Repeated(_) => {}
        };
        let happened = |call, what| Happened {
            call,
            queue: QueueId(0),
            what,
        };
        for (second, call, what) in [
            (0, 1, QUEUED),
            (10, 2, QUEUED),
            (20, 3, QUEUED),
            (25, 3, What::Answered),
            (26, 4, What::Ended(seconds(100))),
        ] {
            legs.take(
                Time::from_seconds(second),
                vec![happened(call, what)],
                &mut tell,
            );
        }
        for (second, call, what) in [
            (left, 1, What::Answered),
            (ended, 3, What::Ended(seconds(900))),
            (5, 9, What::Abandoned),
        ] {
            legs.take_late(Time::from_seconds(second), &happened(call, what), &mut tell);
        }
        legs.take(Time::from_seconds(60), vec![happened(5, QUEUED)], &mut tell);
        (settled, *forecasts.unwrap())
    }

    #[test]
    fn who_left_too_late_to_be_scored_is_not_waited_for() {
        let of = |forecasts: &Forecasts, forecaster| forecasts[forecaster as usize];
        let point = |seconds: f64| Some(Forecast::point(seconds));
        let (settled, forecasts) = after_late_events(12, 28);
        let short = (3, Outcome::Answered(seconds(5)));
        assert_eq!(settled, [short, (1, Outcome::Lost)]);
        assert_eq!(of(&forecasts, Forecaster::Hol), point(50.0));
        // 2 · 100 ÷ 1, and 300 · 2 ÷ (1 + 2): nothing was learned.
        assert_eq!(of(&forecasts, Forecaster::QueueLength), point(200.0));
        assert_eq!(of(&forecasts, Forecaster::ShrunkQueueLength), point(200.0));
        assert_eq!(of(&forecasts, Forecaster::Les), point(5.0));
    }

    #[test]
    fn what_is_of_an_earlier_stay_ends_no_later_one() {
        let (settled, forecasts) = after_late_events(-1, 24);
        assert_eq!(settled, [(3, Outcome::Answered(seconds(5)))]);
        let hol = forecasts[Forecaster::Hol as usize];
        assert_eq!(hol, Some(Forecast::point(60.0)));
    }

    #[test]
    fn the_first_announcement_is_of_the_whole_wait() {
        let mut legs = Legs::new(None);
        let mut announced = Vec::new();
        let mut tell = |told: Told| {
            if let Told::Settled { announced: of, .. } = told {
                announced.push(of);
            }
        };
        for (second, what) in [
            (0, QUEUED),
            (10, What::Announced(seconds(60))),
            (20, What::Announced(seconds(90))),
            (65, What::Answered),
        ] {
            let event = Happened {
                call: 1,
                queue: QueueId(0),
                what,
            };
            legs.take(Time::from_seconds(second), vec![event], &mut tell);
        }
        assert_eq!(announced, [Some(Forecast::point(70.0))]);
    }
}
