//! Stories: one call, one agent or one lever each, with what can go wrong.

use vigie_contract::event::{AttemptOutcome, Body, Event, PromiseKind, QueueReason};
use vigie_contract::time::Time;

use crate::clock::{DAY, HOUR, QUARTER, SECOND};

use super::dice::{Dice, mixed};
use super::events::{self, Entry, Spot};
use super::scene::Scene;

/// An event, and what says how it travels; 0: at once, and once.
pub struct Told {
    pub event: Event<'static>,
    pub travel: u64,
    /// How long it was held before it travelled, in microseconds.
    pub held: i64,
}

/// How an installation numbers its events.
#[derive(Clone, Copy)]
enum Numbering {
    OneEach,
    FromOne,
    OfTheCall,
}

struct Teller<'s, 'n> {
    scene: &'s Scene,
    dice: Dice<'n>,
    subject: String,
    source: &'static str,
    /// How far the clock of the source is off.
    skew: i64,
    numbering: Numbering,
    salt: u16,
    number: usize,
    told: Vec<Told>,
}

const LINES: [&str; 4] = ["3949", "3230", "3995", "9999"];
/// Who tells of something.
pub const SOURCES: [&str; 3] = ["/pbx/b", "/pbx/a", "/pbx/c"];

/// The events of a story.
pub fn tell(scene: &Scene, number: usize, numbers: &[u16]) -> Vec<Told> {
    let mut dice = Dice::new(numbers);
    let kind = dice.below(24);
    let salt = dice.number();
    // Calls that meet again, under one id.
    let subject = if dice.chance(30) {
        dice.below(3)
    } else {
        number + 3
    };
    let mut teller = Teller {
        scene,
        subject: format!("call-{subject}"),
        source: dice.pick(&SOURCES),
        skew: dice.pick(&[0, 0, 0, 0, 0, 0, -45, 40]) * SECOND,
        numbering: dice.pick(&[
            Numbering::OneEach,
            Numbering::OneEach,
            Numbering::FromOne,
            Numbering::OfTheCall,
        ]),
        salt,
        number,
        told: Vec::new(),
        dice,
    };
    match kind {
        0..=7 => teller.call(),
        8 | 9 => teller.comes_back(),
        10 => teller.promise(),
        11 | 12 => teller.chaos(),
        13 => teller.chaos_of_promises(),
        14 => teller.lost(),
        15 => teller.agent(),
        16 => teller.levers(),
        17 => teller.voice_server(),
        18 => teller.stray(),
        19 => teller.day_closes(),
        20 => teller.falls_behind(),
        21 => teller.runs_ahead(),
        22 => teller.desk(),
        23 => teller.satisfied(),
        _ => teller.call(),
    }
    teller.told
}

/// As many calls at once as it takes for an agency to be compared with others:
/// outcomes without entry, which are in pick-up rates as well.
pub fn burst(scene: &Scene, number: usize, drawn: u16) -> Vec<Told> {
    let spot = Spot {
        agency: scene.agencies[usize::from(drawn) % scene.agencies.len()],
        queue: "q",
    };
    let calls = 29 + usize::from(drawn) % 4;
    (0..calls)
        .map(|call| {
            let is_answered = !mixed(drawn, call).is_multiple_of(4);
            let outcome = if is_answered {
                events::answered
            } else {
                events::abandoned
            };
            Told {
                event: Event {
                    id: format!("{number}-{call}").into(),
                    source: SOURCES[0].into(),
                    time: Time(scene.hot[0] + call as i64 * SECOND),
                    subject: format!("burst-{number}-{call}").into(),
                    body: outcome(spot),
                    arrival: None,
                },
                travel: mixed(drawn, call),
                held: 0,
            }
        })
        .collect()
}

impl Teller<'_, '_> {
    fn say(&mut self, at: i64, body: Body<'static>) {
        let index = self.told.len();
        let order = mixed(self.salt, index);
        self.told.push(Told {
            event: Event {
                id: self.id(order, index).into(),
                source: self.source.into(),
                time: Time(at + self.skew),
                subject: self.subject.clone().into(),
                body: self.named(body, index),
                arrival: None,
            },
            travel: mixed(self.salt, index + 1_000),
            held: 0,
        });
    }

    /// Who calls, where an event may say so: nobody in some stories, the same few all
    /// day long in others, and now and then another than was said before.
    fn named(&self, mut body: Body<'static>, index: usize) -> Body<'static> {
        let caller = match &mut body {
            Body::CallReceived(data) => &mut data.caller,
            Body::CallQueued(data) => &mut data.caller,
            Body::CallSelfServed(data) => &mut data.caller,
            Body::CallDeflected(data) => &mut data.caller,
            _ => return body,
        };
        let drawn = mixed(self.salt, index + 2_000);
        let who = match drawn % 10 {
            0 => drawn / 10 % 4,
            _ => mixed(self.salt, 3_000) % 4,
        };
        let is_hidden = mixed(self.salt, 4_000).is_multiple_of(6) || drawn % 10 > 6;
        *caller = (!is_hidden).then(|| format!("who-{who}").into());
        body
    }

    /// In an order that has nothing to do with time; or as no platform should:
    /// counted from 1 again, or the call's for all that is told of it.
    fn id(&self, order: u64, index: usize) -> String {
        match self.numbering {
            Numbering::OneEach => format!("{:02x}-{}-{index}", order & 0xff, self.number),
            Numbering::FromOne => format!("{}", index + 1),
            Numbering::OfTheCall => self.subject.clone(),
        }
    }

    /// Says what sets out as soon as another event has been told, however far ahead
    /// it is dated.
    fn say_at_once(&mut self, at: i64, body: Body<'static>, other: i64) {
        self.say(at, body);
        if let Some(told) = self.told.last_mut() {
            told.held = other + 1 - told.event.time.0;
        }
    }

    /// Says what sets out only when another event has been told.
    fn say_after(&mut self, at: i64, body: Body<'static>, other: i64) {
        self.say(at, body);
        if let Some(told) = self.told.last_mut() {
            told.held = (other + 1 - told.event.time.0).max(0);
        }
    }

    fn time(&mut self) -> i64 {
        self.scene.time(&mut self.dice)
    }

    fn spot(&mut self) -> Spot {
        Spot {
            agency: self.dice.pick(&self.scene.agencies),
            queue: self.dice.pick(&["q", "q", "p", "x"]),
        }
    }

    fn line(&mut self) -> &'static str {
        self.dice.pick(&LINES)
    }

    /// How long something takes: nothing, whole thresholds, anything.
    fn length(&mut self) -> i64 {
        match self.dice.below(10) {
            0..=3 => self.dice.span(600),
            4 => 0,
            5 => self.dice.pick(&[5, 30, 180, 60, 300, 4, 6, 31]) * SECOND,
            6 => self.dice.span(30),
            7 => self.dice.span(4_000),
            8 => self.dice.span(100) / 7,
            _ => 2 * HOUR + self.dice.pick(&[0, 0, -SECOND, SECOND, -1, 1]),
        }
    }

    fn entry(&mut self) -> Entry {
        Entry {
            line: self.line(),
            spot: self.spot(),
            reason: QueueReason::Asked,
            origin: None,
            asked_at: None,
            announced: None,
        }
    }

    /// When a stay ends that began at an instant: by the clock of another server
    /// sometimes, which may be a bit behind.
    fn close_of(&mut self, began: i64) -> i64 {
        if self.dice.chance(12) {
            let most = 2 * SECOND;
            return began
                - self
                    .dice
                    .pick(&[400_000, 1, most, most - 1, most + 1, SECOND]);
        }
        began + self.length()
    }

    fn announcement(&mut self) -> Option<i64> {
        self.dice.chance(30).then(|| self.dice.span(300))
    }

    // ---- A call from the voice server to the end.

    fn call(&mut self) {
        let mut entry = self.entry();
        let mut at = self.time();
        if self.dice.chance(40) {
            let received = events::received(entry.line, &mut self.dice);
            self.say(at - 10 * SECOND, received);
        }
        if self.dice.chance(10) {
            entry.reason = self.dice.pick(&[
                QueueReason::Transfer,
                QueueReason::Callback,
                QueueReason::Overflow,
            ]);
        }
        for _ in 0..3 {
            entry.announced = self.announcement();
            self.say(at, events::queued(entry));
            let closes = self.close_of(at);
            self.while_waiting(entry, at, closes);
            match self.dice.below(12) {
                0..=4 => return self.conversation(entry, closes),
                5 | 6 => return self.say(closes, events::abandoned(entry.spot)),
                7 => return self.say(closes, events::cut_off(entry.spot)),
                8 => return self.promise_of(PromiseKind::Callback, entry.spot, closes),
                9 => return self.promise_of(PromiseKind::Message, entry.spot, closes),
                _ => {
                    let to = self.spot();
                    self.say(closes, events::overflowed(entry.spot, to));
                    let again = closes + self.dice.pick(&[0, 0, 1, 30]) * SECOND;
                    self.overflow(&mut entry, to, at, again);
                    at = again;
                }
            }
        }
    }

    /// The call goes on elsewhere; most say where it came from.
    fn overflow(&mut self, entry: &mut Entry, to: Spot, entered: i64, again: i64) {
        let first = entry.asked_at.unwrap_or(entered);
        let origin = entry.origin.unwrap_or(entry.spot);
        entry.spot = to;
        if matches!(entry.reason, QueueReason::Asked | QueueReason::Overflow) {
            entry.reason = QueueReason::Overflow;
            entry.origin = (!self.dice.chance(10)).then_some(origin);
            entry.asked_at = match self.dice.below(10) {
                0 => None,
                // No asking, some of them: later than the entry, or a day before.
                1 => Some(again + self.dice.pick(&[HOUR, 0, 1, -1])),
                3 => Some(again - DAY - self.dice.pick(&[HOUR, 0, 1, -1])),
                2 => Some(first - self.dice.span(40_000)),
                _ => Some(first),
            };
        }
    }

    fn while_waiting(&mut self, entry: Entry, from: i64, to: i64) {
        if self.dice.chance(15) {
            let at = self.dice.pick(&[from, to, (from + to) / 2, to + SECOND]);
            let wait = self.dice.span(300);
            self.say(at, events::announced(entry.spot, wait));
        }
        if self.dice.chance(10) {
            let at = self.dice.pick(&[from, to, (from + to) / 2]);
            self.say(at, events::queued(entry));
        }
        if self.dice.chance(10) {
            self.say(to, events::rang_unanswered(entry.spot));
        }
    }

    fn conversation(&mut self, entry: Entry, at: i64) {
        self.say(at, events::answered(entry.spot));
        let talk = self.length();
        let hold = self.dice.pick(&[None, None, Some(7 * SECOND + 1)]);
        if self.dice.chance(70) {
            self.say(at + talk, events::ended(entry.spot, talk, hold));
        }
        if self.dice.chance(30) {
            let length = self.dice.span(90);
            self.say(at + talk + length, events::wrapped_up(entry.spot, length));
        }
        if self.dice.chance(20) {
            let survey = events::survey(entry.spot, &mut self.dice);
            self.say(at + talk, survey);
        }
        if self.dice.chance(10) {
            self.promise_of(PromiseKind::Recontact, entry.spot, at + talk);
        }
        if self.dice.chance(15) {
            let to = self.spot();
            self.say(at + talk, events::transferred(entry.spot, to));
            let reason = QueueReason::Transfer;
            self.say(
                at + talk,
                events::queued(Entry {
                    spot: to,
                    reason,
                    ..entry
                }),
            );
            let closes = at + talk + self.length();
            if self.dice.chance(50) {
                self.say(closes, events::abandoned(to));
            } else {
                self.say(closes, events::answered(to));
            }
        }
    }

    // ---- Promises.

    fn promise(&mut self) {
        let (at, spot) = (self.time(), self.spot());
        let kind = self.dice.pick(&[
            PromiseKind::Callback,
            PromiseKind::Message,
            PromiseKind::Recontact,
        ]);
        self.promise_of(kind, spot, at);
    }

    fn promise_of(&mut self, kind: PromiseKind, spot: Spot, at: i64) {
        let due = at
            + match self.dice.below(6) {
                0 | 1 => 2 * HOUR,
                2 => self.dice.span(7_200),
                3 => self.dice.pick(&[0, 300, 900, 86_400]) * SECOND,
                4 => -60 * SECOND,
                _ => self.scene.hot[0] - at,
            };
        let body = match kind {
            PromiseKind::Callback => events::callback_accepted(spot, due),
            PromiseKind::Message => {
                let due = (!self.dice.chance(20)).then_some(due);
                events::voicemail_left(spot, due)
            }
            PromiseKind::Recontact => events::recontact_promised(spot, due),
        };
        self.say(at, body);
        for _ in 0..self.dice.below(4) {
            self.attempt(kind, spot, at, due);
        }
    }

    /// A queue that makes promises faster than somebody works through them, in some
    /// order, leaving some out.
    fn desk(&mut self) {
        let (first, spot) = (self.time(), self.spot());
        let kind = self
            .dice
            .pick(&[PromiseKind::Message, PromiseKind::Recontact]);
        let outcome = self.dice.pick(&[
            AttemptOutcome::Reached,
            AttemptOutcome::Unreachable,
            AttemptOutcome::Handled,
        ]);
        let apart = self.dice.pick(&[0, 10, 60, 300]) * SECOND;
        let mut promises: Vec<(i64, i64, usize)> = (0..4 + self.dice.below(6))
            .map(|each| {
                let made = first + each as i64 * apart;
                (
                    made,
                    made + self.dice.pick(&[HOUR, HOUR, 2 * HOUR, 3_000 * SECOND]),
                    each,
                )
            })
            .collect();
        let subject = |number: usize, each| format!("desk-{number}-{each}");
        for &(made, due, each) in &promises {
            self.subject = subject(self.number, each);
            let body = match kind {
                PromiseKind::Message => events::voicemail_left(spot, Some(due)),
                PromiseKind::Recontact | PromiseKind::Callback => {
                    events::recontact_promised(spot, due)
                }
            };
            self.say(made, body);
        }
        match self.dice.below(3) {
            0 => promises.sort_by_key(|&(made, due, _)| (due, made)),
            1 => promises.reverse(),
            _ => {}
        }
        let pace = self.dice.pick(&[120, 300, 900]) * SECOND;
        let mut at = first + self.dice.span(4_000);
        for (_, _, each) in promises {
            if !self.dice.chance(25) {
                self.subject = subject(self.number, each);
                self.say(at, events::attempted(spot, kind, outcome));
                at += pace;
            }
        }
    }

    fn attempt(&mut self, kind: PromiseKind, spot: Spot, made: i64, due: i64) {
        use AttemptOutcome::{Cancelled, Handled, Reached, Unreachable};
        let at = match self.dice.below(8) {
            0..=2 => made + self.dice.span(7_200),
            3 => due,
            4 => due + self.dice.pick(&[-1, 1, -SECOND, SECOND]),
            5 => due + DAY + self.dice.pick(&[0, -SECOND, SECOND, -1, 1]),
            6 => made,
            _ => due + self.dice.span(20_000),
        };
        if kind == PromiseKind::Callback && self.dice.chance(30) {
            let entry = Entry {
                spot,
                reason: QueueReason::Callback,
                ..self.entry()
            };
            self.say(at, events::queued(entry));
            let closes = at + self.length();
            let outcome = if self.dice.chance(30) {
                events::abandoned
            } else {
                events::answered
            };
            return self.say(closes, outcome(spot));
        }
        let outcome = self.dice.pick(&[
            Reached,
            Unreachable,
            Cancelled,
            Handled,
            Reached,
            Unreachable,
        ]);
        self.say(at, events::attempted(spot, kind, outcome));
    }

    // ---- Whatever can happen at once.

    /// A few events of one stay at a few instants.
    fn chaos(&mut self) {
        let mut entry = self.entry();
        let first = self.time();
        let second = self.close_of(first);
        let third = second + self.length();
        for _ in 0..2 + self.dice.below(6) {
            let at = self.dice.pick(&[first, first, second, second, third]);
            self.source = self.dice.pick(&SOURCES);
            let spot = entry.spot;
            let body = match self.dice.below(10) {
                0..=3 => {
                    entry.announced = self.announcement();
                    entry.reason = self.dice.pick(&[
                        QueueReason::Asked,
                        QueueReason::Asked,
                        QueueReason::Transfer,
                        QueueReason::Callback,
                        QueueReason::Overflow,
                    ]);
                    entry.line = self.line();
                    events::queued(entry)
                }
                4 => events::announced(spot, self.dice.span(600)),
                5 => events::abandoned(spot),
                6 => events::cut_off(spot),
                7 => events::overflowed(spot, spot),
                8 => events::callback_accepted(spot, third),
                _ => events::answered(spot),
            };
            self.say(at, body);
        }
    }

    /// Promises and attempts of one ledger at a few instants.
    fn chaos_of_promises(&mut self) {
        use AttemptOutcome::{Cancelled, Handled, Reached, Unreachable};
        let spot = self.spot();
        let first = self.time();
        let second = first + self.length();
        let kind = self
            .dice
            .pick(&[PromiseKind::Callback, PromiseKind::Message]);
        for _ in 0..2 + self.dice.below(6) {
            let at = self.dice.pick(&[first, second, second + DAY, first + DAY]);
            let due = self.dice.pick(&[first, second]);
            self.source = self.dice.pick(&SOURCES);
            let body = match self.dice.below(4) {
                0 if kind == PromiseKind::Callback => events::callback_accepted(spot, due),
                0 => events::voicemail_left(spot, Some(due)),
                _ => {
                    let outcome = self.dice.pick(&[Reached, Unreachable, Cancelled, Handled]);
                    events::attempted(spot, kind, outcome)
                }
            };
            self.say(at, body);
        }
    }

    /// The same call in the same queue, time and again.
    fn comes_back(&mut self) {
        let entry = self.entry();
        let mut at = self.time();
        for _ in 0..2 + self.dice.below(2) {
            self.say(at, events::queued(entry));
            at = self.close_of(at);
            let outcome = if self.dice.chance(50) {
                events::abandoned
            } else {
                events::answered
            };
            self.say(at, outcome(entry.spot));
            if self.dice.chance(25) {
                at += self.length();
                self.say(at, outcome(entry.spot));
            }
            at += self.length();
        }
    }

    /// Nothing comes of it, or too late.
    fn lost(&mut self) {
        let entry = self.entry();
        let at = self.time();
        self.say(at, events::queued(entry));
        if self.dice.chance(70) {
            let about = self
                .dice
                .pick(&[0, -1, 1, -SECOND, SECOND, HOUR, 2 * HOUR, 2 * HOUR + 1]);
            self.say(at + 2 * HOUR + about, events::answered(entry.spot));
            if self.dice.chance(40) {
                self.say(at + 2 * HOUR, events::queued(entry));
            }
        }
    }

    // ---- Others.

    fn agent(&mut self) {
        let agency = self.dice.pick(&self.scene.agencies);
        let agent = self.dice.pick(&["ana", "bob"]);
        self.subject = agent.to_owned();
        let mut at = self.time();
        for _ in 0..1 + self.dice.below(4) {
            let body = events::agent_changed(agency, agent, &mut self.dice);
            self.say(at, body);
            at += match self.dice.below(4) {
                0 | 1 => self.length(),
                2 => self.silence(),
                _ => 0,
            };
        }
    }

    /// As long as it takes to be offline, or forgotten, or not quite.
    fn silence(&mut self) -> i64 {
        let hours = self.dice.pick(&[12, 26]);
        hours * HOUR + self.dice.pick(&[0, -1, 1, -SECOND, SECOND])
    }

    fn levers(&mut self) {
        let spot = self.spot();
        self.subject = spot.queue.to_owned();
        let mut at = self.time();
        for _ in 0..1 + self.dice.below(3) {
            let to = self.spot();
            let body = events::lever_pulled(spot, to, &mut self.dice);
            self.say(at, body);
            at += self.length();
        }
    }

    fn voice_server(&mut self) {
        for _ in 0..1 + self.dice.below(3) {
            let (at, line, spot) = (self.time(), self.line(), self.spot());
            let received = events::received(line, &mut self.dice);
            self.say(at, received);
            let later = at + self.length();
            match self.dice.below(3) {
                0 => self.say(later, events::self_served(line)),
                _ => {
                    let body = events::deflected(line, spot, &mut self.dice);
                    self.say(later, body);
                }
            }
        }
    }

    /// Callers whom the voice server satisfies on one line, some of whom ask for an
    /// agent up to a day later, on that line or another.
    fn satisfied(&mut self) {
        let (first, mut entry) = (self.time(), self.entry());
        for caller in 0..2 + self.dice.below(2) {
            self.subject = format!("call-{}-{caller}", self.number + 3);
            self.salt = self.salt.wrapping_add(1);
            let at = first + self.dice.pick(&[0, 60, 3_600, 7_200]) * SECOND;
            self.say(at, events::self_served(entry.line));
            if self.dice.chance(60) {
                let later = self.dice.pick(&[0, 1, HOUR, DAY, DAY, DAY + 1, 20 * HOUR]);
                if self.dice.chance(20) {
                    entry.line = self.line();
                }
                self.say(at + later, events::queued(entry));
            }
        }
    }

    /// What belongs to nothing.
    fn stray(&mut self) {
        for _ in 0..1 + self.dice.below(3) {
            let (at, spot) = (self.time(), self.spot());
            let body = match self.dice.below(8) {
                0 => events::answered(spot),
                1 => events::abandoned(spot),
                2 => events::cut_off(spot),
                3 => events::callback_accepted(spot, at + 2 * HOUR),
                4 => events::voicemail_left(spot, None),
                5 => events::announced(spot, 60 * SECOND),
                6 => events::survey(spot, &mut self.dice),
                _ => events::attempted(spot, PromiseKind::Callback, AttemptOutcome::Reached),
            };
            self.say(at, body);
        }
    }

    // ---- The order in which things are told.

    /// A day is over by a quarter-hour, or not quite, when more of it is told,
    /// for the first time or again.
    fn day_closes(&mut self) {
        self.skew = 0;
        let entry = self.entry();
        let time = self.time();
        let midnight = self.scene.zone(entry.spot.agency).end_of_day(time);
        let newest = midnight + QUARTER + self.dice.pick(&[0, 1, -1]);
        for _ in 0..1 + self.dice.below(4) {
            let at = midnight + self.dice.pick(&[-1, 0, 1, -SECOND, -HOUR, -2 * HOUR]);
            let body = match self.dice.below(4) {
                0 | 1 => events::queued(entry),
                2 => events::answered(entry.spot),
                _ => events::callback_accepted(entry.spot, newest),
            };
            if self.dice.chance(70) {
                self.say_after(at, body, newest);
            } else {
                self.say(at, body);
                self.say_again(newest);
            }
        }
        self.say(newest, events::rang_unanswered(entry.spot));
    }

    /// The last event once more, after another has been told.
    fn say_again(&mut self, other: i64) {
        if let Some(Told { event, travel, .. }) = self.told.last() {
            let again = Told {
                held: (other + 1 - event.time.0).max(0),
                event: event.clone(),
                travel: *travel,
            };
            self.told.push(again);
        }
    }

    /// A call is told as far behind another event as is not late yet.
    fn falls_behind(&mut self) {
        self.skew = 0;
        let (entry, at) = (self.entry(), self.time());
        let newest = at + 30 * SECOND + self.dice.pick(&[0, 1, -1]);
        self.say_after(at, events::queued(entry), newest);
        self.say(newest, events::rang_unanswered(entry.spot));
        if self.dice.chance(50) {
            self.say_after(at, events::answered(entry.spot), newest);
        }
    }

    /// An event is about as far ahead of another as can be believed.
    fn runs_ahead(&mut self) {
        self.skew = 0;
        let (entry, newest) = (self.entry(), self.time());
        self.say(newest, events::rang_unanswered(entry.spot));
        let at = newest + 7 * DAY + self.dice.pick(&[1, 1, 0, -1]);
        self.say_at_once(at, events::queued(entry), newest);
    }
}
