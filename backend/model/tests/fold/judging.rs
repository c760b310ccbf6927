//! What is judged beyond the hour that generated days look at.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, Judged, Severity, Suppressed};
use vigie_model::{Input, Settings};

use crate::watched::Fold;
use crate::{event, give, office};

const WEEKDAYS: &str = r#"
monday = ["08:00-17:00"]
tuesday = ["08:00-17:00"]
wednesday = ["08:00-17:00"]
thursday = ["08:00-17:00"]
friday = ["08:00-17:00"]"#;

const PLANNED: &str = r#"
[[maintenance]]
from = "2026-11-24T09:00:00Z"
to = "2026-11-24T10:00:00Z"
scopes = ["ft"]
reason = "another switchboard""#;

fn judged(fold: &mut Fold, at: &str) -> Judged {
    let to: Time = at.parse().expect("an instant");
    fold.apply(Input::Advance { to });
    let scope = Scope::Agency("ft".into(), "unassigned".into(), "A".into());
    let view = fold.view(&scope).expect("it is in the directory");
    view.judged.expect("it is judged")
}

#[test]
fn a_feed_that_died_on_friday_is_told_on_monday_and_for_as_long_as_it_is_dead() {
    let mut fold = Fold::new(office(WEEKDAYS, PLANNED), Settings::live(Clock::Event));
    let line = r#"{"specversion":"1.0","id":"1","source":"/pbx/a","type":"call.queued","subject":"c","time":"2026-11-20T16:59:00Z","data":{"line":"3949","agency":"A","queue":"q"}}"#;
    give(&mut fold, 0, 0, &event(line));
    fold.apply(Input::Quiet { partition: 0 });

    let weekend = judged(&mut fold, "2026-11-22T12:00:00Z");
    assert_eq!(weekend.data_age.suppressed, Some(Suppressed::Closed));
    // Nothing was heard in the hour before: an hour of silence is unusual.
    let early = judged(&mut fold, "2026-11-23T09:00:30Z");
    assert_eq!(
        (early.data_age.state, early.data_age.value),
        (Severity::Ok, Some(3_630.0))
    );
    let monday = judged(&mut fold, "2026-11-23T10:00:00Z");
    assert_eq!(monday.data_age.state, Severity::Critical);
    assert_eq!(monday.data_age.since, "2026-11-23T09:00:05Z".parse().ok());
    assert_eq!(monday.longest_wait.suppressed, Some(Suppressed::Stale));
    let maintained = judged(&mut fold, "2026-11-24T09:30:00Z");
    assert_eq!(
        maintained.data_age.suppressed,
        Some(Suppressed::Maintenance)
    );
    let thursday = judged(&mut fold, "2026-11-26T16:00:00Z");
    assert_eq!(thursday.data_age.state, Severity::Critical);
}
