use std::sync::Arc;

use vigie_contract::read::{Reading, structured};
use vigie_model::{Fold, Input, Outcome, Settings};

use super::*;

/// A backtest, and the fold that its events go through.
struct Scene {
    fold: Fold,
    backtest: Backtest,
}

fn at(seconds: i64) -> Time {
    Time::from_seconds(1_000_000 + seconds)
}

fn scene() -> Scene {
    let directory = Arc::new(Directory::empty());
    Scene {
        fold: Fold::new(directory.clone(), Settings::offline()),
        backtest: Backtest::new(directory, Some(at(0)), Scorebook::default()),
    }
}

impl Scene {
    fn take(&mut self, seconds: i64, call: &str, kind: &str) {
        let time = at(seconds);
        let line = format!(
            r#"{{"specversion":"1.0","id":"{call}-{kind}","source":"/s","type":"call.{kind}","time":"{time}","subject":"{call}","data":{{"line":"1","agency":"A","queue":"q"}}}}"#
        );
        let Ok(Reading::Event(event)) = structured(line.as_bytes()) else {
            panic!("{line}");
        };
        let (partition, offset) = (0, 1);
        let outcome = self
            .fold
            .apply(Input::Event {
                partition,
                offset,
                // It arrives at once, so that it is not held.
                arrived: Some(time),
                event: &event,
            })
            .outcome;
        let Outcome::Applied { late } = outcome else {
            panic!("{line}: {outcome:?}");
        };
        let known = self.fold.partition(partition);
        let newest = known.and_then(|known| known.newest).unwrap();
        self.backtest.take(&FoldedEvent {
            event: &event,
            partition,
            newest,
            late,
        });
    }

    /// The total over all calls.
    fn total(mut self) -> crate::account::Account {
        let newest = self.fold.newest().unwrap();
        self.backtest.finish(newest, Vec::new());
        self.backtest.into_scores().0.total
    }
}

fn given(seconds: i64, call: &str, estimate: EstimateAnswer) -> Given {
    Given {
        at: at(seconds),
        call: xxh3_64(call.as_bytes()),
        queue: ("A".to_owned(), "q".to_owned()),
        estimate,
    }
}

fn waits(seconds: f64) -> EstimateAnswer {
    Ok(Waits {
        mean_seconds: seconds,
        p50_seconds: seconds,
        p90_seconds: 2.0 * seconds,
    })
}

/// Estimates that come before the leg, between it and its outcome, and after
/// that; one of before what is scored, one that is none, one of no call.
#[test]
fn the_two_accounts_of_a_leg_come_in_either_order() {
    let mut scene = scene();
    scene.backtest.record_lines();
    let early = vec![
        given(-5, "before", waits(1.0)),
        given(0, "early", waits(20.0)),
        given(3, "nobody", waits(1.0)),
    ];
    scene.backtest.take_given(early);
    for (seconds, call, kind) in [
        (-5, "before", "queued"),
        (0, "early", "queued"),
        (1, "late", "queued"),
        (2, "none", "queued"),
        (4, "unknown", "queued"),
        (10, "early", "answered"),
        (11, "late", "answered"),
        (22, "none", "answered"),
        (24, "unknown", "abandoned"),
        (25, "before", "answered"),
        (60, "beyond", "queued"),
    ] {
        scene.take(seconds, call, kind);
    }
    let known = scene.backtest.scorebook.total.counts.answered;
    assert_eq!(known, 1, "of known estimate");
    let late = vec![
        given(1, "late", waits(15.0)),
        given(2, "none", Err(NoEstimate::TooLittleHistory)),
    ];
    scene.backtest.take_given(late);
    let lines = scene.backtest.take_lines();
    let total = scene.total();
    assert_eq!(total.counts.answered, 3);
    assert_eq!(total.counts.without_virtual_wait, 1);
    assert_eq!(total.counts.open, 1);
    let without = [
        (NOT_GIVEN.to_owned(), 1),
        ("too_little_history".to_owned(), 1),
    ];
    assert_eq!(total.without, without.into());
    let score = total.ours(false).score();
    // Errors of 20 − 10 and 15 − 10.
    assert_eq!((score.calls, score.mae), (2, Some(7.5)));

    let written = serde_json::to_value(&lines).unwrap();
    let calls: Vec<&str> = lines.iter().map(|line| &*line.call).collect();
    assert_eq!(calls, ["before", "early", "late", "none"]);
    assert_eq!(written[1]["p90_seconds"], 40.0);
    assert!(written[1]["reason"].is_null());
    assert_eq!(written[3]["reason"], "too_little_history");
    assert!(written[3]["mean_seconds"].is_null());
}

#[test]
fn what_comes_out_of_order_is_taken_in_order() {
    let mut scene = scene();
    scene.take(10, "call", "answered");
    scene.take(0, "call", "queued");
    // Late: the leg is lost.
    scene.take(1, "other", "queued");
    scene.take(50, "third", "queued");
    scene.take(19, "other", "answered");
    let counts = scene.total().counts;
    assert_eq!((counts.answered, counts.lost, counts.open), (1, 1, 1));
}
