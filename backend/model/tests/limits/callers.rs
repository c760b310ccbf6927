//! How many callers are known at once, and for how long.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Callers, Clock};
use vigie_model::{Fold, Input, Limits, Settings};

use crate::{HOUR, NOON, Told};

impl Told {
    fn asks(&mut self, at: i64, subject: &str, caller: &str) {
        let data = format!(r#"{{"line":"3949","agency":"A","queue":"known","caller":"{caller}"}}"#);
        self.tell(at, "call.queued", subject, &data);
    }

    fn callers(&self) -> Callers {
        let view = self.fold.view(&Scope::Line("3949".to_owned()));
        view.expect("a view").callers.expect("a line has callers")
    }
}

#[test]
fn callers_beyond_the_limit_are_unknown_and_counted() {
    let mut told = Told::new(Limits {
        callers: 2,
        ..Limits::default()
    });
    for (at, caller) in ["one", "two", "three", "one"].iter().enumerate() {
        told.asks(at as i64, &format!("call-{at}"), caller);
        told.advance(at as i64 + 1);
    }
    let callers = told.callers();
    assert_eq!(told.fold.callers(), (2, 1));
    assert_eq!(callers.without_caller.map(|rate| rate.of), Some([1, 4]));
    assert_eq!(
        callers.attempts_per_episode.map(|mean| mean.of),
        Some([3, 2])
    );
    // What is told again of a call that was left out does not count it again.
    told.answered(20, "call-2", "A", "known");
    told.advance(30);
    assert_eq!(told.fold.callers(), (2, 1));
    // No more than two calls for each caller that may be known.
    for at in 0..5 {
        told.asks(40 + at, &format!("more-{at}"), "one");
    }
    told.advance(50);
    let callers = told.callers();
    assert_eq!(callers.without_caller.map(|rate| rate.of), Some([1, 4]));
    assert_eq!(told.fold.callers(), (2, 6));
}

#[test]
fn a_pseudonym_that_stands_for_everyone_is_no_caller_after_a_hundred_calls() {
    let mut told = Told::new(Limits::default());
    for at in 0..150 {
        told.asks(at, &format!("call-{at}"), "anonymous");
    }
    told.advance(200);
    let callers = told.callers();
    assert_eq!(callers.without_caller.map(|rate| rate.of), Some([50, 150]));
    assert_eq!(told.fold.callers(), (1, 50));
}

#[test]
fn a_caller_is_forgotten_after_26_hours_and_is_in_no_state() {
    let mut told = Told::new(Limits::default());
    told.asks(0, "call-1", "a-secret-pseudonym");
    told.tell(
        1,
        "call.self_served",
        "call-2",
        r#"{"line":"3949","caller":"another-secret"}"#,
    );
    told.advance(60);
    assert_eq!(told.fold.callers(), (2, 0));
    let saved = told.fold.save(0).expect("a partition");
    assert!(!saved.windows(6).any(|text| text == b"secret"));
    // It is known up to 26 hours after; then nothing of it is.
    told.tell(25 * HOUR, "call.received", "call-3", r#"{"line":"3949"}"#);
    told.advance(26 * HOUR);
    assert_eq!(told.fold.callers(), (2, 0));
    told.advance(26 * HOUR + 2);
    assert_eq!(told.fold.callers(), (0, 0));
    let before = told.fold.save(0).expect("a partition").len();
    told.advance(27 * HOUR);
    assert!(told.fold.save(0).expect("a partition").len() < before);
}

/// What an attempt repeats is forgotten after 26 hours; that it does is not, whatever
/// process has it by then.
#[test]
fn who_tried_the_day_before_is_known_as_long_as_the_day_lasts() {
    let mut told = Told::new(Limits::default());
    let repeated = |told: &Told| told.callers().repeat_calls.map(|rate| rate.of);
    told.asks(0, "call-1", "one");
    told.advance(HOUR);
    assert_eq!(repeated(&told), Some([0, 1]));
    told.asks(23 * HOUR, "call-2", "one");
    told.asks(23 * HOUR + 1, "call-3", "other");
    for hour in 2..32 {
        told.advance(hour * HOUR);
        let restarts = hour > 23 && hour % 2 == 0;
        if restarts {
            let saved = told.fold.save(0).expect("a partition");
            let settings = Settings::live(Clock::Event);
            let mut fold = Fold::new(Told::directory(), settings);
            fold.load(0, &saved).expect("what was saved loads");
            fold.apply(Input::Advance {
                to: Time::from_seconds(NOON + hour * HOUR),
            });
            told.fold = fold;
        }
        if hour > 23 {
            assert_eq!(repeated(&told), Some([1, 2]), "after {hour} hours");
        }
    }
    assert_eq!(told.fold.callers(), (2, 0));
}
