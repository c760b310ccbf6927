//! What closing will do to those who wait, and the record of it.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, ClosingBasis, NoEstimate, View};
use vigie_model::{Input, Settings};

use crate::watched::Fold;
use crate::{event, give, office};

const HOURS: &str = r#"tuesday = ["08:00-12:00", "12:00-17:00"]"#;

/// What happens to a call at a time of the day.
fn told(fold: &mut Fold, offset: usize, time: &str, call: &str, what: &str) {
    let (kind, more) = what.split_once(' ').unwrap_or((what, ""));
    let line = match kind {
        "queued" => r#""line":"3949","#,
        _ => "",
    };
    let line = format!(
        r#"{{"specversion":"1.0","id":"{offset}","source":"/pbx/a","type":"call.{kind}","subject":"{call}","time":"2026-11-24T{time}Z","data":{{{line}"agency":"A","queue":"q"{more}}}}}"#
    );
    give(fold, 0, offset, &event(&line));
}

fn queue() -> Scope {
    Scope::Queue("ft".into(), "unassigned".into(), "A".into(), "q".into())
}

fn view(fold: &mut Fold, at: &str, scope: &Scope) -> View {
    let to: Time = format!("2026-11-24T{at}Z").parse().expect("an instant");
    fold.apply(Input::Advance { to });
    fold.view(scope).expect("it was named")
}

/// A fold in which three were answered between half past four and a quarter to five, four
/// wait since, and a promise was made.
fn afternoon() -> Fold {
    let settings = Settings {
        trusts_arrivals: true,
        ..Settings::live(Clock::Event)
    };
    let mut fold = Fold::new(office(HOURS, ""), settings);
    let promise = r#"callback_accepted ,"due_at":"2026-11-24T18:00:00Z""#;
    let events = [
        ("14:30:00", "early", "queued"),
        ("14:31:00", "early", "answered"),
        ("16:30:00", "a", "queued"),
        ("16:31:00", "b", "queued"),
        ("16:32:00", "a", "answered"),
        ("16:33:00", "b", "answered"),
        ("16:34:00", "c", "queued"),
        ("16:35:00", "d", "queued"),
        ("16:36:00", "c", "answered"),
        ("16:37:00", "e", "queued"),
        ("16:38:00", "f", "queued"),
        ("16:39:00", "g", "queued"),
        ("16:40:00", "p", "queued"),
        ("16:41:00", "p", promise),
    ];
    for (offset, (time, call, what)) in events.into_iter().enumerate() {
        told(&mut fold, offset, time, call, what);
    }
    fold
}

#[test]
fn those_who_wait_are_held_to_the_pace_of_the_last_half_hour() {
    let mut fold = afternoon();
    let early = view(&mut fold, "14:59:59", &queue());
    assert_eq!(early.closing, None);
    let from_two_hours = view(&mut fold, "15:00:00", &queue()).closing.unwrap();
    assert_eq!(
        from_two_hours.closes_at,
        "2026-11-24T17:00:00Z".parse().ok()
    );
    // One was answered since half past two, and nobody waits.
    assert_eq!(from_two_hours.expected_cut_off, Some(0.0));
    assert_eq!(from_two_hours.basis, Some(ClosingBasis::Departures));
    // Since a quarter past three nobody was.
    let untold = view(&mut fold, "15:50:00", &queue()).closing.unwrap();
    assert_eq!((untold.queues, untold.untold), (1, 1));
    assert_eq!(untold.expected_cut_off, None);
    assert_eq!(untold.latest_entry, None);
    assert_eq!(untold.reason, Some(NoEstimate::TooLittleHistory));

    // Four wait; three were answered in half an hour, so the next one waits for 47 minutes.
    let closing = view(&mut fold, "16:45:00", &queue()).closing.unwrap();
    assert_eq!(closing.basis, Some(ClosingBasis::Departures));
    let expected = closing.expected_cut_off.unwrap();
    assert!((2.2..3.2).contains(&expected), "{expected}");
    assert!(closing.latest_entry < "2026-11-24T16:00:00Z".parse().ok());
    assert_eq!(closing.promises_due_after, 1);
    let region = Scope::Region("ft".into(), "unassigned".into());
    let above = view(&mut fold, "16:45:00", &region).closing.unwrap();
    assert_eq!(above.expected_cut_off, Some(expected));
    assert_eq!((above.queues, above.promises_due_after), (1, 1));
    assert_eq!((above.closes_at, above.latest_entry), (None, None));
    // Closed, nothing closes any more.
    assert_eq!(view(&mut fold, "17:00:00", &queue()).closing, None);
}

#[test]
fn what_was_expected_is_scored_by_those_cut_off() {
    let mut fold = afternoon();
    let expected = view(&mut fold, "16:45:00", &queue()).closing.unwrap();
    let expected = expected.expected_cut_off.unwrap();
    for (place, call) in ["d", "e", "f"].into_iter().enumerate() {
        let cut_off = r#"cut_off ,"reason":"closing""#;
        told(&mut fold, 20 + place, "17:02:00", call, cut_off);
    }
    // Both go on from here, one of them after a restart.
    let before = view(&mut fold, "17:14:55", &queue());
    assert_eq!(before.closing_record, None);
    let mut restarted = afternoon();
    restarted.load(0, &fold.save(0).unwrap()).unwrap();
    restarted.load_judged(&fold.save_judged()).unwrap();
    for fold in [&mut fold, &mut restarted] {
        let record = view(fold, "17:15:00", &Scope::All).closing_record.unwrap();
        let score = record.before_15m;
        assert_eq!((score.closings, score.cut_off_mean), (1, Some(3.0)));
        assert_eq!(score.expected_mean, Some(expected));
        let error = score.error_mean.unwrap();
        assert!((error - (expected - 3.0).abs()).abs() < 1e-9, "{error}");
        let line = Scope::Line("3949".into());
        assert_eq!(view(fold, "17:15:00", &line).closing_record, None);
    }
}
