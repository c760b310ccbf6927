//! Directory files.

use std::sync::Arc;

use vigie_contract::read::{self, Reading};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::Clock;
use vigie_model::{Directory, Fold, Input, Outcome, Settings};

use crate::figures;

/// Agencies and lines that are called.
const PLACES: usize = 8;

/// Instants at which it is asked: around changes of the clock, at midnight, at
/// the ends of years, and where calendars end.
const INSTANTS: [&str; 8] = [
    "1970-01-01T00:00:00Z",
    "2024-02-29T12:00:00Z",
    "2026-03-29T00:59:59Z",
    "2026-10-25T01:00:00Z",
    "2026-11-21T09:12:03Z",
    "2026-12-31T23:00:00Z",
    "2027-01-01T00:00:00Z",
    "9998-12-31T23:59:59Z",
];

/// Whatever a file says, its faults are told, or its agencies and lines can be
/// called at any time.
pub fn directory(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Directory::parse(text) {
        Ok(directory) => call_everywhere(&Arc::new(directory)),
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(!fault.place.is_empty(), "{fault:?}");
                assert!(!fault.problem.is_empty(), "{fault:?}");
            }
        }
    }
}

fn call_everywhere(directory: &Arc<Directory>) {
    let scopes = directory.scopes();
    assert_eq!(scopes[0].0, Scope::All);
    for text in INSTANTS {
        let at: Time = text.parse().expect("a time");
        let settings = Settings::live(Clock::Wall);
        let mut fold = Fold::new(Arc::clone(directory), settings);
        let mut offset = 0;
        let asked = scopes
            .iter()
            .filter_map(|(scope, _)| data_of(scope))
            .take(PLACES);
        for data in asked {
            for kind in ["call.queued", "call.answered"] {
                call(&mut fold, &mut offset, text, kind, &data);
            }
        }
        for (scope, name) in scopes.iter().take(PLACES) {
            if let Scope::Agency(_, _, code) = scope {
                directory.local_hour(code, at);
                assert!(directory.knows_agency(code), "{code} {name}");
            }
        }
        for second in [0, 1, 86_400] {
            fold.apply(Input::Advance {
                to: Time::from_seconds(at.second() + second),
            });
        }
        figures::check(&fold);
        // Instead of it another is read, and then it again.
        for other in [&Arc::new(Directory::empty()), directory] {
            fold.apply(Input::Directory {
                directory: other,
                after: Time(i64::MIN),
            });
            figures::check(&fold);
            for second in [86_401, 3 * 86_400] {
                fold.apply(Input::Advance {
                    to: Time::from_seconds(at.second() + second),
                });
            }
            figures::check(&fold);
        }
    }
}

/// The data of an event that happens there, for those scopes that have events.
fn data_of(scope: &Scope) -> Option<String> {
    let (agency, queue, line) = match scope {
        Scope::Queue(_, _, agency, queue) => (agency.as_str(), queue.as_str(), "3949"),
        Scope::Agency(_, _, agency) => (agency.as_str(), "q", "3949"),
        Scope::Line(line) => ("A", "q", line.as_str()),
        _ => return None,
    };
    let [agency, queue, line] = [agency, queue, line].map(|text| figures::json(&text));
    Some(format!(
        r#"{{"agency":{agency},"queue":{queue},"line":{line}}}"#
    ))
}

fn call(fold: &mut Fold, offset: &mut i64, time: &str, kind: &str, data: &str) {
    let line = format!(
        r#"{{"specversion":"1.0","id":"{offset}","source":"s","type":"{kind}","time":"{time}","subject":"c","data":{data}}}"#
    );
    // Codes of a directory need not be ones that an event may carry.
    if let Ok(Reading::Event(event)) = read::structured(line.as_bytes()) {
        let outcome = fold
            .apply(Input::Event {
                partition: 0,
                offset: *offset,
                arrived: Some(event.time),
                event: &event,
            })
            .outcome;
        assert!(
            matches!(outcome, Outcome::Applied { .. }),
            "{line} {outcome:?}"
        );
        *offset += 1;
    }
}
