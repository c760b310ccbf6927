//! A leg: one stay of a call in a queue, and the machine its events walk.
//!
//! Two states, *out* —`queued`→ *in* —an outcome→ *out* (`events.md`, Legs).
//! What a leg means depends on the set of its events, not on the order in which
//! they came: an event that is not the newest is put in its place and the whole
//! history is walked again, the old steps taken back. The common case, an event
//! after all others, takes one step from where the machine stands.

use serde::{Deserialize, Serialize};
use vigie_contract::event::QueueReason;
use vigie_contract::time::{Span, Time};

use crate::contribution::{CellId, Ending};

/// A leg without outcome closes as lost this long after its entry, and an
/// outcome is superseded only within this long of an event of its leg.
pub(crate) const LOST_AFTER: Span = Span::from_seconds(2 * 3_600);

/// An event of a leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LegEvent {
    pub time: Time,
    pub what: LegWhat,
    /// Id, then source: the last word between events of one type at one time.
    pub id: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LegWhat {
    Queued(Entry),
    Outcome(Outcome),
}

/// What an outcome says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub ending: Ending,
    /// The cell of the queue that tells it, by the directory's line.
    pub own: CellId,
    /// The due time of the promise that it makes.
    pub due: Option<Time>,
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub reason: QueueReason,
    /// Since when the caller has asked: `asked_at`, else the entry.
    pub asked: Time,
    /// The cell of the queue entered.
    pub handler: CellId,
    /// The cell where the caller first asked.
    pub origin: CellId,
}

/// What an event meant, given those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Opened the leg.
    Entered(Entry),
    /// Closed it.
    Closed(Entry, Outcome),
    /// An entry of a leg that was waiting already, since this entry.
    Repeated(Entry),
    /// An outcome without entry.
    Orphan(Outcome),
    /// An outcome of a leg that had closed before, and its last entry.
    Superseded(Entry),
}

/// The history of a leg, in order, and where the machine stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Leg {
    /// A cell of its agency, for its days.
    pub cell: CellId,
    events: Vec<LegEvent>,
    machine: Machine,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Machine {
    /// The entry of the open leg, and when it was.
    open: Option<(Entry, Time)>,
    /// The last entry, while events follow within two hours of each other.
    last_entry: Option<Entry>,
    /// The newest event of the leg, a close as lost included.
    newest: Option<Time>,
}

impl LegEvent {
    /// Place in the order of a leg's events that the state does not decide: by
    /// time, type's name, id.
    fn key(&self) -> (Time, u8, &str) {
        (self.time, self.what.rank(), &self.id)
    }
}

impl LegWhat {
    /// Rank of the type's name among those of a leg, in lexical order.
    fn rank(self) -> u8 {
        let LegWhat::Outcome(outcome) = self else {
            return 5;
        };
        match outcome.ending {
            Ending::Abandoned => 0,
            Ending::Answered => 1,
            Ending::CallbackAccepted => 2,
            Ending::CutOff => 3,
            Ending::Overflowed => 4,
            Ending::VoicemailLeft => 6,
            // Follows from the passing of time, never from an event.
            Ending::Lost => 7,
        }
    }
}

impl Machine {
    /// Whether the present state can take the event.
    fn takes(&self, what: LegWhat) -> bool {
        matches!(what, LegWhat::Queued(_)) == self.open.is_none()
    }

    /// Closes the open leg as lost where two hours have passed before `time`.
    fn lose_before(&mut self, time: Time, tell: &mut impl FnMut(Time, Step)) {
        if let Some((entry, since)) = self.open
            && since + LOST_AFTER <= time
        {
            self.open = None;
            self.newest = self.newest.max(Some(since + LOST_AFTER));
            let lost = Outcome {
                ending: Ending::Lost,
                own: entry.handler,
                due: None,
            };
            tell(since + LOST_AFTER, Step::Closed(entry, lost));
        }
    }

    fn step(&mut self, time: Time, what: LegWhat, tell: &mut impl FnMut(Time, Step)) {
        self.lose_before(time, tell);
        if self.newest.is_some_and(|newest| newest < time - LOST_AFTER) {
            self.last_entry = None;
        }
        let step = match (what, self.open) {
            (LegWhat::Queued(entry), None) => {
                self.open = Some((entry, time));
                self.last_entry = Some(entry);
                Step::Entered(entry)
            }
            (LegWhat::Queued(_), Some((entry, _))) => Step::Repeated(entry),
            (LegWhat::Outcome(outcome), Some((entry, _))) => {
                self.open = None;
                Step::Closed(entry, outcome)
            }
            (LegWhat::Outcome(outcome), None) => match self.last_entry {
                Some(entry) => Step::Superseded(entry),
                None => Step::Orphan(outcome),
            },
        };
        self.newest = self.newest.max(Some(time));
        tell(time, step);
    }
}

impl Leg {
    pub(crate) fn new(cell: CellId) -> Self {
        Self {
            cell,
            events: Vec::new(),
            machine: Machine::default(),
        }
    }

    /// Puts an event in its place. `tell` is given every step that is new (+1)
    /// or no longer holds (−1), with its time.
    ///
    /// `lost_before`: legs whose two hours ended before this instant have been
    /// told as lost ([`Leg::lose`]).
    pub(crate) fn insert(
        &mut self,
        event: LegEvent,
        lost_before: Time,
        tell: &mut impl FnMut(i8, Time, Step),
    ) {
        if self.is_next(&event) {
            self.machine
                .step(event.time, event.what, &mut |at, step| tell(1, at, step));
            self.place(event);
        } else {
            self.walk(lost_before, &mut |at, step| tell(-1, at, step));
            self.place(event);
            self.machine = self.walk(lost_before, &mut |at, step| tell(1, at, step));
        }
        // An open leg that arrives two hours late is lost at once.
        if self
            .machine
            .open
            .is_some_and(|(_, since)| since + LOST_AFTER < lost_before)
        {
            self.lose(lost_before, &mut |at, step| tell(1, at, step));
        }
    }

    fn place(&mut self, event: LegEvent) {
        let place = self
            .events
            .partition_point(|known| known.key() < event.key());
        self.events.insert(place, event);
    }

    /// Whether the machine would take the event after all those it has.
    fn is_next(&self, event: &LegEvent) -> bool {
        let Some((last, before)) = self.events.split_last() else {
            return true;
        };
        if last.time != event.time {
            return last.time < event.time
                // A close as lost that was told is no event of the history.
                && self.machine.newest.is_none_or(|newest| newest <= event.time);
        }
        // An entry and its outcome at one instant, alone there: taken in this
        // order, though the outcome's type sorts before the entry's.
        let entered_then = self
            .machine
            .open
            .is_some_and(|(_, since)| since == event.time);
        entered_then
            && matches!(event.what, LegWhat::Outcome(_))
            && before.last().is_none_or(|known| known.time < event.time)
    }

    /// Closes an open leg as lost where its two hours ended before `time`.
    pub(crate) fn lose(&mut self, time: Time, tell: &mut impl FnMut(Time, Step)) {
        if let Some((_, since)) = self.machine.open
            && since + LOST_AFTER < time
        {
            self.machine.lose_before(since + LOST_AFTER, tell);
        }
    }

    /// When the open leg will be lost, if no outcome comes.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.machine.open.map(|(_, since)| since + LOST_AFTER)
    }

    /// The newest event, a close as lost included.
    pub(crate) fn newest(&self) -> Option<Time> {
        self.machine.newest
    }

    /// Walks the whole history, and tells a trailing loss that has come due.
    fn walk(&self, lost_before: Time, tell: &mut impl FnMut(Time, Step)) -> Machine {
        let mut machine = Machine::default();
        let mut rest = &self.events[..];
        while let Some(first) = rest.first() {
            let same = rest
                .iter()
                .take_while(|event| event.time == first.time)
                .count();
            let (group, after) = rest.split_at(same);
            walk_ties(&mut machine, group, tell);
            rest = after;
        }
        if let Some((_, since)) = machine.open
            && since + LOST_AFTER < lost_before
        {
            machine.lose_before(since + LOST_AFTER, tell);
        }
        machine
    }
}

/// Events at one instant: first what the present state can take, then by type,
/// then by id.
fn walk_ties(machine: &mut Machine, group: &[LegEvent], tell: &mut impl FnMut(Time, Step)) {
    if let [event] = group {
        return machine.step(event.time, event.what, tell);
    }
    machine.lose_before(group[0].time, tell);
    let mut left: Vec<&LegEvent> = group.iter().collect();
    while !left.is_empty() {
        let next = left
            .iter()
            .position(|event| machine.takes(event.what))
            .unwrap_or(0);
        let event = left.remove(next);
        machine.step(event.time, event.what, tell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(asked: i64) -> Entry {
        Entry {
            reason: QueueReason::Asked,
            asked: Time::from_seconds(asked),
            handler: CellId(0),
            origin: CellId(0),
        }
    }

    fn event(second: i64, what: LegWhat, id: &str) -> LegEvent {
        LegEvent {
            time: Time::from_seconds(second),
            what,
            id: id.into(),
        }
    }

    fn queued(second: i64) -> LegEvent {
        event(second, LegWhat::Queued(entry(second)), "q")
    }

    fn outcome(second: i64, ending: Ending) -> LegEvent {
        event(
            second,
            LegWhat::Outcome(Outcome {
                ending,
                own: CellId(0),
                due: None,
            }),
            "o",
        )
    }

    /// The steps that hold after all events came in the order given, as
    /// seconds and short words.
    fn steps(events: &[LegEvent], lost_before: i64) -> Vec<String> {
        let mut leg = Leg::new(CellId(0));
        let mut held: Vec<String> = Vec::new();
        for event in events {
            leg.insert(
                event.clone(),
                Time::from_seconds(lost_before),
                &mut |sign, at, step| {
                    let word = match step {
                        Step::Entered(entry) => {
                            format!("{} entered {}", at.second(), entry.asked.second())
                        }
                        Step::Closed(_, outcome) => format!("{} {:?}", at.second(), outcome.ending),
                        Step::Repeated(_) => format!("{} repeated", at.second()),
                        Step::Orphan(outcome) => {
                            format!("{} orphan {:?}", at.second(), outcome.ending)
                        }
                        Step::Superseded(_) => format!("{} superseded", at.second()),
                    };
                    if sign > 0 {
                        held.push(word);
                    } else {
                        let at = held.iter().position(|known| *known == word);
                        held.remove(at.unwrap_or_else(|| panic!("{word} was never told")));
                    }
                },
            );
        }
        held.sort_by_key(|word| word.split(' ').next().unwrap().parse::<i64>().unwrap());
        held
    }

    /// Checks the steps of a history in every order of arrival.
    #[track_caller]
    fn check(events: &[LegEvent], lost_before: i64, expected: &[&str]) {
        let mut order: Vec<usize> = (0..events.len()).collect();
        let mut orders = Vec::new();
        permute(&mut order, 0, &mut orders);
        for order in orders {
            let shuffled: Vec<LegEvent> = order.iter().map(|&at| events[at].clone()).collect();
            let mut held = steps(&shuffled, lost_before);
            let mut expected = expected.to_vec();
            held.sort();
            expected.sort();
            assert_eq!(held, expected, "in the order {order:?}");
        }
    }

    fn permute(order: &mut Vec<usize>, from: usize, all: &mut Vec<Vec<usize>>) {
        if from == order.len() {
            return all.push(order.clone());
        }
        for at in from..order.len() {
            order.swap(from, at);
            permute(order, from + 1, all);
            order.swap(from, at);
        }
    }

    #[test]
    fn a_leg_opens_and_closes() {
        check(
            &[queued(10), outcome(70, Ending::Answered)],
            0,
            &["10 entered 10", "70 Answered"],
        );
    }

    #[test]
    fn an_entry_and_its_outcome_at_one_instant() {
        check(
            &[queued(10), outcome(10, Ending::Answered)],
            0,
            &["10 entered 10", "10 Answered"],
        );
    }

    #[test]
    fn a_call_comes_back_to_the_same_queue() {
        check(
            &[
                queued(10),
                outcome(20, Ending::Overflowed),
                queued(20),
                outcome(50, Ending::Abandoned),
            ],
            0,
            &[
                "10 entered 10",
                "20 Overflowed",
                "20 entered 20",
                "50 Abandoned",
            ],
        );
    }

    #[test]
    fn an_entry_its_outcome_and_another_at_one_instant() {
        check(
            &[
                queued(10),
                outcome(10, Ending::Answered),
                outcome(10, Ending::Abandoned),
            ],
            0,
            &["10 entered 10", "10 Abandoned", "10 superseded"],
        );
    }

    #[test]
    fn an_entry_while_in_is_repeated() {
        check(
            &[queued(10), queued(15), outcome(20, Ending::Answered)],
            0,
            &["10 entered 10", "15 repeated", "20 Answered"],
        );
    }

    #[test]
    fn an_outcome_without_entry_is_an_orphan() {
        check(&[outcome(20, Ending::Answered)], 0, &["20 orphan Answered"]);
        check(
            &[outcome(20, Ending::Answered), queued(30)],
            0,
            &["20 orphan Answered", "30 entered 30"],
        );
    }

    #[test]
    fn an_outcome_after_the_close_is_superseded_for_two_hours() {
        check(
            &[
                queued(10),
                outcome(20, Ending::Answered),
                outcome(7_220, Ending::Abandoned),
            ],
            0,
            &["10 entered 10", "20 Answered", "7220 superseded"],
        );
        check(
            &[
                queued(10),
                outcome(20, Ending::Answered),
                outcome(7_221, Ending::Abandoned),
            ],
            0,
            &["10 entered 10", "20 Answered", "7221 orphan Abandoned"],
        );
    }

    #[test]
    fn at_one_instant_what_the_state_can_take_goes_first_then_by_type() {
        check(
            &[
                queued(10),
                outcome(20, Ending::Answered),
                outcome(20, Ending::Abandoned),
            ],
            0,
            &["10 entered 10", "20 Abandoned", "20 superseded"],
        );
    }

    #[test]
    fn at_one_instant_ids_decide_between_events_of_one_type() {
        let early = LegWhat::Queued(entry(5));
        let late = LegWhat::Queued(entry(8));
        check(
            &[
                event(10, late, "b"),
                event(10, early, "a"),
                outcome(20, Ending::Answered),
            ],
            0,
            &["10 entered 5", "10 repeated", "20 Answered"],
        );
    }

    #[test]
    fn a_leg_without_outcome_is_lost_once_two_hours_have_passed() {
        check(&[queued(10)], 7_210, &["10 entered 10"]);
        check(&[queued(10)], 7_211, &["10 entered 10", "7210 Lost"]);
    }

    #[test]
    fn an_outcome_before_the_two_hours_takes_a_loss_back() {
        check(
            &[queued(10), outcome(7_209, Ending::Answered)],
            9_000,
            &["10 entered 10", "7209 Answered"],
        );
    }

    #[test]
    fn an_outcome_at_two_hours_or_later_is_superseded_by_the_loss() {
        for second in [7_210, 14_410] {
            check(
                &[queued(10), outcome(second, Ending::Answered)],
                0,
                &[
                    "10 entered 10",
                    "7210 Lost",
                    &format!("{second} superseded"),
                ],
            );
        }
        check(
            &[queued(10), outcome(14_411, Ending::Answered)],
            0,
            &["10 entered 10", "7210 Lost", "14411 orphan Answered"],
        );
    }

    #[test]
    fn a_repeated_entry_does_not_move_the_loss() {
        check(
            &[queued(10), queued(7_000), outcome(7_300, Ending::Answered)],
            0,
            &[
                "10 entered 10",
                "7000 repeated",
                "7210 Lost",
                "7300 superseded",
            ],
        );
    }

    #[test]
    fn a_loss_that_was_told_is_told_once() {
        let mut leg = Leg::new(CellId(0));
        let mut told = Vec::new();
        leg.insert(queued(10), Time(i64::MIN), &mut |_, _, _| {});
        for now in [7_210, 7_211, 9_000] {
            leg.lose(Time::from_seconds(now), &mut |at, _| told.push(at.second()));
        }
        assert_eq!(told, [7_210]);
        assert_eq!(leg.deadline(), None);
        // Between the loss and now: superseded, and the loss stays.
        let mut signs = Vec::new();
        let late = outcome(8_000, Ending::Answered);
        leg.insert(late, Time::from_seconds(9_000), &mut |sign, _, step| {
            signs.push((sign, step))
        });
        assert_eq!(signs, [(1, Step::Superseded(entry(10)))]);
        let earlier = outcome(7_000, Ending::Answered);
        let mut sum = 0;
        leg.insert(earlier, Time::from_seconds(9_000), &mut |sign, _, step| {
            if matches!(step, Step::Closed(_, outcome) if outcome.ending == Ending::Lost) {
                sum += i32::from(sign);
            }
        });
        assert_eq!(sum, -1);
    }
}
