//! Saving a part at a time, while other things happen: whoever goes on from what was
//! saved has lost nothing, whatever came between two parts.

use proptest::prelude::*;
use vigie_contract::event::Event;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Input, Saving, Settings};

use crate::watched::Fold;

use crate::{days, directory, give, instants, whole_views};

/// What happens between two parts.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The next event comes.
    Event,
    /// Time passes.
    Advance(i64),
    /// Nothing has come for a while.
    Quiet,
    /// So many parts are saved.
    Save(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Event),
        2 => prop_oneof![0..3_i64, 0..4_000_i64].prop_map(Step::Advance),
        1 => Just(Step::Quiet),
        6 => prop_oneof![1..10_u8, 50..130_u8].prop_map(Step::Save),
    ]
}

/// A process, and what is known of what it was told.
struct Process<'e> {
    fold: Fold,
    left: std::iter::Enumerate<std::slice::Iter<'e, Event<'static>>>,
    to: Time,
    saving: Option<Saving>,
}

impl Process<'_> {
    /// Answers a state, where the step made one whole.
    fn take(&mut self, step: Step) -> Option<Vec<u8>> {
        match step {
            Step::Event => {
                if let Some((offset, event)) = self.left.next() {
                    give(&mut self.fold, 0, offset, event);
                }
            }
            Step::Advance(seconds) => {
                self.to = self.to + Span::from_seconds(seconds);
                self.fold.apply(Input::Advance { to: self.to });
            }
            Step::Quiet => {
                self.fold.apply(Input::Quiet { partition: 0 });
            }
            Step::Save(parts) => {
                for _ in 0..parts {
                    if self.saving.is_none() {
                        self.saving = self.fold.begin_saving(0);
                    }
                    let saving = self.saving.as_mut()?;
                    if self.fold.save_on(saving)? {
                        return self.saving.take().map(Saving::into_bytes);
                    }
                }
            }
        }
        None
    }
}

fn new(trusts_arrivals: bool) -> Fold {
    let settings = Settings {
        trusts_arrivals,
        judge: false,
        ..Settings::live(Clock::Event)
    };
    Fold::new(directory(), settings)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn whatever_comes_between_two_parts_a_state_is_of_one_instant(
        events in days::day(),
        steps in prop::collection::vec(step(), 1..80),
        trusts_arrivals in any::<bool>(),
    ) {
        let mut process = Process {
            fold: new(trusts_arrivals),
            left: events.iter().enumerate(),
            to: Time::from_seconds(days::START),
            saving: None,
        };
        let mut was_quiet = false;
        for step in steps {
            was_quiet = matches!((step, was_quiet), (Step::Quiet, _) | (Step::Advance(_) | Step::Save(_), true));
            let Some(saved) = process.take(step) else {
                continue;
            };
            let mut restored = new(trusts_arrivals);
            restored.load(0, &saved).expect("what was saved loads");
            if let Some(to) = process.fold.as_of() {
                restored.apply(Input::Advance { to });
            }
            if was_quiet {
                restored.apply(Input::Quiet { partition: 0 });
            }
            prop_assert_eq!(restored.partition(0), process.fold.partition(0));
            let mut whole = new(trusts_arrivals);
            whole.load(0, &process.fold.save(0).expect("it is read")).expect("what was saved loads");
            for fold in [&mut whole, &mut restored] {
                for (offset, event) in process.left.clone() {
                    give(fold, 0, offset, event);
                }
                fold.apply(Input::End { partition: 0 });
            }
            for to in instants().filter(|to| *to > process.to) {
                for fold in [&mut whole, &mut restored] {
                    fold.apply(Input::Advance { to });
                }
                prop_assert_eq!(whole_views(&restored), whole_views(&whole), "as of {}", to);
            }
        }
    }
}
