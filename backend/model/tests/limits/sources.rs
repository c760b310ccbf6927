//! Sources beyond the limit are one to whoever looks, and decide between events of
//! one instant and one id as those do that have a place.

use serde_json::{Value, json};
use vigie_contract::scope::Scope;
use vigie_contract::unknown::OverKind;
use vigie_model::Limits;

use crate::Told;

/// On both sides of the name that stands for those without a place.
const SOURCES: [&str; 3] = ["/pbx/a", "/pbx/b", "zulu"];

const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

/// What each of the sources tells, at one instant and with one id: of a promise, of
/// an agent, of a leg, of a queue's levers. In each it matters which is first.
fn told_by(source: usize) -> [(&'static str, &'static str, Value); 4] {
    let mut attempt = json!({"agency": "A", "queue": "known", "kind": "callback"});
    attempt["outcome"] = ["reached", "unreachable", "cancelled"][source].into();
    let mut state = json!({"agency": "A", "agent": "ag"});
    state["state"] = ["ready", "talking", "wrap_up"][source].into();
    let mut entry = json!({"line": "3949", "agency": "A", "queue": "known"});
    entry["reason"] = ["transfer", "asked", "callback"][source].into();
    let lever = json!({"agency": "A", "queue": "known", "open": source == 1});
    [
        ("promise.attempted", "promised", attempt),
        ("agent.state_changed", "ag", state),
        ("call.queued", "call", entry),
        ("queue.state_changed", "known", lever),
    ]
}

fn told(sources: u64, order: [usize; 3]) -> Told {
    let mut told = Told::new(Limits {
        sources,
        ..Limits::default()
    });
    let due = r#"{"agency":"A","queue":"known","due_at":"2026-05-12T11:00:00Z"}"#;
    let accepted = "call.callback_accepted";
    told.tell_as((SOURCES[order[0]], "0"), 0, accepted, "promised", due);
    for source in order {
        for (kind, subject, data) in told_by(source) {
            // Ids of some platforms are those of the calls.
            let by = (SOURCES[source], subject);
            told.tell_as(by, 5, kind, subject, &data.to_string());
        }
    }
    told.advance(60);
    told
}

#[test]
fn sources_without_a_place_decide_between_events_of_one_id() {
    let [all, queue] = [Scope::All, "ft/NAQ/A/known".parse().expect("a scope")];
    let wide = told(5_000, ORDERS[0]);
    let view = wide.fold.view(&all).expect("all");
    let counts = &view.windows["5m"].counts;
    // The first attempt reached somebody; the two after it had no promise.
    assert_eq!(
        (counts.promises_kept, counts.attempts_without_promise),
        (1, 2)
    );
    assert_eq!(view.windows["5m"].second_level.entered_all, 1);
    assert_eq!(view.now.agents.wrap_up, 1, "the last of them");
    assert_eq!(wide.over(OverKind::Source), 0);
    for sources in 0..3 {
        for order in ORDERS {
            let tight = told(sources, order);
            let path = format!("{sources} sources have a place, {order:?}");
            assert!(tight.over(OverKind::Source) > 0, "{path}");
            for scope in [&all, &queue] {
                let [one, other] = [&tight, &wide].map(|told| told.fold.view(scope));
                let (one, other) = (one.expect("a view"), other.expect("a view"));
                assert_eq!(one.windows, other.windows, "{scope}, {path}");
                assert_eq!(one.handled, other.handled, "{scope}, {path}");
                assert_eq!(one.now.agents, other.now.agents, "{scope}, {path}");
            }
            let [one, other] = [&tight, &wide].map(|told| told.fold.lever_changes(&all));
            assert_eq!(one, other, "{path}");
        }
    }
}
