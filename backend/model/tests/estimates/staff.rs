//! Half the staff leaves: how soon the 90th percentile holds again.

use std::collections::HashMap;

use vigie_contract::event::Body;
use vigie_contract::read::{Reading, structured};
use vigie_contract::time::{Span, Time};
use vigie_model::Settings;
use xxhash_rust::xxh3::xxh3_64;

use crate::queue::{self, Crew};
use crate::{empty, give};

/// Minutes after which coverage must be over `COVERED` again, for good within
/// the hour.
const RECOVERED_AFTER_MINUTES: usize = 10;
const COVERED: f64 = 0.8;

/// Calls of so many minutes are judged together.
const STRETCH_MINUTES: usize = 10;

#[test]
fn the_90th_percentile_holds_again_after_half_the_staff_has_left() {
    let crew = Crew {
        agencies: 40,
        agents: 12,
        load: 0.85,
        hours: 30,
        half_leave_at_hour: Some(28),
    };
    let lines = queue::crews(11, &crew);
    let left = Time::from_seconds(queue::START + 28 * 3_600);
    let waits = waits_of(&lines);
    let mut fold = empty(Settings::offline());
    give(&mut fold, &lines);
    fold.settle_estimates();
    let mut stretches = [(0, 0); 120 / STRETCH_MINUTES];
    for given in fold.take_estimates() {
        let (Some(waited), Ok(waits)) = (waits.get(&(given.call, given.at)), given.estimate) else {
            continue;
        };
        if given.at < left || *waited <= Span::from_seconds(2) {
            continue;
        }
        let stretch = ((given.at - left).seconds() / 60.0) as usize / STRETCH_MINUTES;
        if let Some((held, all)) = stretches.get_mut(stretch) {
            *held += u32::from(waited.seconds() <= waits.p90_seconds);
            *all += 1;
        }
    }
    let coverage: Vec<f64> = stretches
        .iter()
        .map(|&(held, all)| f64::from(held) / f64::from(all))
        .collect();
    let hour = &coverage[RECOVERED_AFTER_MINUTES / STRETCH_MINUTES..60 / STRETCH_MINUTES];
    assert!(
        hour.iter().all(|&share| share > COVERED),
        "by {STRETCH_MINUTES} minutes since half the staff left: {coverage:.2?}"
    );
}

/// What each answered call waited, by its hash and the instant of its entry.
fn waits_of(lines: &[queue::Line]) -> HashMap<(u64, Time), Span> {
    let mut entered: HashMap<u64, Time> = HashMap::new();
    let mut waits = HashMap::new();
    for line in lines {
        let Ok(Reading::Event(event)) = structured(line.text.as_bytes()) else {
            panic!("no event: {}", line.text);
        };
        let call = xxh3_64(event.subject.as_bytes());
        match event.body {
            Body::CallQueued(_) => {
                entered.insert(call, event.time);
            }
            Body::CallAnswered(_) => {
                let at = entered[&call];
                waits.insert((call, at), event.time - at);
            }
            _ => {}
        }
    }
    waits
}
