//! Events as lines of JSON.

use vigie_contract::event::Event;
use vigie_contract::read::{self, Malformed, Reading};
use vigie_contract::time::Time;
use vigie_model::{Fold, Input, Outcome, Settings};

use crate::figures;

/// Lines of one input that are read.
const LINES: usize = 64;

/// Whatever a line holds, both readers of JSON take it for the same, in both
/// modes of the binding; an event is written as what it was read from; and what
/// is folded a second time is a duplicate.
pub fn event(bytes: &[u8]) {
    let mut fold = empty();
    let mut offset = 0;
    for line in bytes.split(|&byte| byte == b'\n').take(LINES) {
        let reading = read::structured(line);
        check_readers_agree(line, &reading);
        let Ok(Reading::Event(event)) = reading else {
            continue;
        };
        check_written(&event);
        check_binary(&event);
        fold_twice(&mut fold, &mut offset, &event);
    }
    if let Some(newest) = fold.newest() {
        check_figures(&mut fold, newest);
    }
}

/// A text that does not begin with its bracket is none for the reader of plain
/// JSON: serde_json reads it.
fn check_readers_agree(line: &[u8], plain: &Result<Reading<'_>, Malformed>) {
    let spaced = [b" ", line].concat();
    let general = read::structured(&spaced);
    match (plain, &general) {
        (Ok(plain), Ok(general)) => assert_eq!(plain, general),
        // Problems tell columns, which differ by the space.
        (Err(plain), Err(general)) => assert_eq!(plain.field, general.field),
        _ => panic!("{plain:?} is not {general:?}"),
    }
}

fn check_written(event: &Event<'_>) {
    let json = event.to_json();
    assert!(!json.contains('\n'), "{json}");
    match read::structured(json.as_bytes()) {
        Ok(Reading::Event(back)) => assert_eq!(&back, event, "{json}"),
        other => panic!("{json}: {other:?}"),
    }
}

fn check_binary(event: &Event<'_>) {
    let time = figures::json(&event.time);
    let data = figures::json(&event.body);
    let headers: [(&str, &[u8]); 6] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", event.id.as_bytes()),
        ("ce_source", event.source.as_bytes()),
        ("ce_type", event.body.type_name().as_bytes()),
        ("ce_subject", event.subject.as_bytes()),
        ("ce_time", time.trim_matches('"').as_bytes()),
    ];
    match read::binary(headers.into_iter(), data.as_bytes()) {
        Ok(Reading::Event(back)) => {
            // Where it was received is told in files alone.
            let event = Event {
                arrival: None,
                ..event.clone()
            };
            assert_eq!(back, event, "{data}");
        }
        other => panic!("{data}: {other:?}"),
    }
}

fn fold_twice(fold: &mut Fold, offset: &mut i64, event: &Event<'_>) {
    let mut apply = || {
        let input = Input::Event {
            partition: 0,
            offset: *offset,
            arrived: None,
            event,
        };
        *offset += 1;
        fold.apply(input).outcome
    };
    let first = apply();
    let second = apply();
    match first {
        Outcome::Applied { .. } | Outcome::Duplicate => assert_eq!(second, Outcome::Duplicate),
        other => assert_eq!(second, other),
    }
}

/// As of the newest event and, once its day has closed, two days on.
fn check_figures(fold: &mut Fold, newest: Time) {
    for seconds in [1, 2 * 86_400] {
        let to = Time::from_seconds(newest.second() + seconds);
        fold.apply(Input::Advance { to });
        fold.settle();
        figures::check(fold);
    }
    figures::check_saved(fold, empty());
}

fn empty() -> Fold {
    Fold::new(figures::directory(), Settings::offline())
}
