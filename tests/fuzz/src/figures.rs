//! What must hold of a fold, whatever it was told.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use vigie_contract::scope::Scope;
use vigie_contract::view::View;
use vigie_model::{Directory, Fold, Input};

/// Scopes looked at, spread over all that there are: a view costs more than
/// the events it is made of.
const SCOPES: usize = 6;

/// One agency, one queue, one line, closed at night: what the fuzzer writes
/// down often enough to meet what the directory knows.
const DIRECTORY: &str = r#"version = 1
[[network]]
code = "ft"
name = "N"
[[region]]
code = "R"
name = "R"
[[hours]]
name = "day"
monday = ["08:30-12:30", "13:15-17:00"]
saturday = ["09:00-12:00"]
[[line]]
number = "3949"
name = "L"
network = "ft"
hours = "day"
[[queue]]
code = "q"
network = "ft"
line = "3949"
name = "Q"
[[agency]]
code = "A"
name = "A"
network = "ft"
region = "R"
queues = ["q"]
"#;

/// The small directory.
pub fn directory() -> Arc<Directory> {
    static PARSED: OnceLock<Arc<Directory>> = OnceLock::new();
    Arc::clone(PARSED.get_or_init(|| {
        Arc::new(Directory::parse(DIRECTORY).expect("the small directory is without fault"))
    }))
}

/// Every message counts once, and every figure is one that can be sent.
pub fn check(fold: &Fold) {
    let counters = fold.counters();
    let told = counters.applied
        + counters.duplicate
        + counters.too_late
        + counters.refused
        + counters.skipped
        + counters.held;
    assert_eq!(counters.read, told, "{counters:?}");
    assert!(counters.late <= counters.applied, "{counters:?}");
    assert_eq!(fold.view(&Scope::All).is_some(), fold.as_of().is_some());
    for scope in some_scopes(fold) {
        check_scope(fold, &scope);
    }
    for figures in fold.measures(|_| true) {
        assert!(figures.waiting >= 0, "{figures:?}");
        assert!(
            figures.longest_wait_seconds.is_none_or(f64::is_finite),
            "{figures:?}"
        );
    }
}

/// What is saved and loaded into an `empty` fold gives the same figures.
pub fn check_saved(fold: &Fold, mut empty: Fold) {
    let Some(as_of) = fold.as_of() else {
        return;
    };
    for (partition, progress) in fold.partitions() {
        let saved = fold.save(partition).expect("it has a state");
        empty.load(partition, &saved).expect("it was just saved");
        assert_eq!(empty.partition(partition), Some(progress));
    }
    let judged = fold.save_judged();
    empty.load_judged(&judged).expect("it was just saved");
    empty.apply(Input::Advance { to: as_of });
    empty.settle();
    for scope in some_scopes(fold) {
        assert_eq!(empty.view(&scope), fold.view(&scope));
        assert_eq!(empty.quarters(&scope), fold.quarters(&scope));
        assert_eq!(
            json(&empty.waiting_calls(&scope)),
            json(&fold.waiting_calls(&scope))
        );
    }
}

/// That of everything, and a few others.
fn some_scopes(fold: &Fold) -> Vec<Scope> {
    let all: Vec<Scope> = fold.scopes().map(|crumb| crumb.scope).collect();
    let step = all.len().div_ceil(SCOPES).max(1);
    all.into_iter().step_by(step).collect()
}

fn check_scope(fold: &Fold, scope: &Scope) {
    let Some(view) = fold.view(scope) else {
        return;
    };
    let written = postcard::to_allocvec(&view).expect("a view is numbers, text and lists");
    assert_eq!(
        postcard::from_bytes::<View>(&written).as_ref(),
        Ok(&view),
        "{scope}"
    );
    // In JSON, what is no number and what is infinite turn into null: shorter, when read back.
    let back: View = json_and_back(&view);
    let length = postcard::to_allocvec(&back).map(|bytes| bytes.len());
    assert_eq!(length, Ok(written.len()), "{scope}");
    assert_eq!(scope.to_string().parse().as_ref(), Ok(scope), "{scope}");
    assert_eq!(
        fold.path(scope).last().map(|crumb| &crumb.scope),
        Some(scope)
    );
    let waiting = fold.waiting_calls(scope).unwrap_or_default();
    assert_eq!(waiting.len() as i64, view.now.waiting, "{scope}");
    json(&waiting);
    json(&fold.open_promises(scope));
    json(&fold.lever_changes(scope));
    json(&fold.quarters(scope));
}

/// The JSON of a value.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("it can be written as JSON")
}

fn json_and_back<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&json(value)).expect("its own JSON can be read")
}
