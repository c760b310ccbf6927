//! What comes of one instant is shown together.
//!
//! Frames of two topics are two messages, between which a browser may paint: a
//! table one second behind the tiles above it. So a frame waits for those of the
//! same instant, a moment at most.

use vigie_contract::frame::Update;

/// For how long a frame waits for the others of its instant: they leave the
/// server one after the other.
const WAITS_MILLISECONDS: f64 = 150.0;

/// A frame of a topic.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Arrival {
    pub(super) update: Update,
    pub(super) is_snapshot: bool,
    pub(super) received_milliseconds: f64,
}

/// The frames of one instant, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct Together(Vec<Arrival>);

impl Together {
    /// Takes a frame; answers what is to be shown now, in the order it came: all of
    /// an instant once each topic expected is there.
    pub(super) fn take(&mut self, arrival: Arrival, expected: &[&str]) -> Vec<Arrival> {
        let is_of_another = |one: &Arrival| one.update.as_of != arrival.update.as_of;
        let mut due = match self.0.first().is_some_and(is_of_another) {
            true => std::mem::take(&mut self.0),
            false => Vec::new(),
        };
        self.0.push(arrival);
        let there = self.0.iter().map(|one| one.update.topic.to_string());
        let there: Vec<String> = there.collect();
        let is_there = |topic: &&str| there.iter().any(|name| name == *topic);
        if expected.iter().all(is_there) {
            due.append(&mut self.0);
        }
        due
    }

    /// What has waited long enough.
    pub(super) fn overdue(&mut self, now_milliseconds: f64) -> Vec<Arrival> {
        let waited = |one: &Arrival| (now_milliseconds - one.received_milliseconds).abs();
        match self.0.first().map(waited) {
            Some(waited) if waited >= WAITS_MILLISECONDS => std::mem::take(&mut self.0),
            Some(_) | None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::time::Time;

    use super::*;
    use crate::link::tests::update;

    fn arrival(topic: &str, second: i64) -> Arrival {
        Arrival {
            update: Update {
                as_of: Time::from_seconds(second),
                ..update(topic, 1)
            },
            is_snapshot: false,
            received_milliseconds: 0.0,
        }
    }

    /// Takes a frame while both topics are watched.
    fn take(together: &mut Together, topic: &str, second: i64) -> Vec<String> {
        names(together.take(arrival(topic, second), &["figures/ft", "children/ft"]))
    }

    fn names(due: Vec<Arrival>) -> Vec<String> {
        due.iter()
            .map(|arrival| format!("{} {}", arrival.update.topic, arrival.update.as_of.second()))
            .collect()
    }

    #[test]
    fn what_is_of_one_instant_waits_for_the_rest_of_it() {
        let mut together = Together::default();
        for second in 1..3 {
            assert!(take(&mut together, "figures/ft", second).is_empty());
            assert_eq!(
                take(&mut together, "children/ft", second),
                [
                    format!("figures/ft {second}"),
                    format!("children/ft {second}")
                ]
            );
        }
        assert!(take(&mut together, "children/ft", 3).is_empty());
        assert_eq!(take(&mut together, "figures/ft", 3).len(), 2);
    }

    #[test]
    fn what_misses_the_rest_waits_a_moment_and_no_longer() {
        let mut together = Together::default();
        assert!(take(&mut together, "figures/ft", 1).is_empty());
        assert!(together.overdue(100.0).is_empty());
        assert_eq!(names(together.overdue(150.0)), ["figures/ft 1"]);
        assert!(together.overdue(1_000.0).is_empty());
        // A clock that was set back holds nothing up.
        assert!(take(&mut together, "figures/ft", 2).is_empty());
        assert_eq!(names(together.overdue(-3_600_000.0)), ["figures/ft 2"]);
        // The next instant shows what was left of the one before.
        assert!(take(&mut together, "figures/ft", 3).is_empty());
        assert_eq!(take(&mut together, "figures/ft", 4), ["figures/ft 3"]);
        assert_eq!(take(&mut together, "children/ft", 4).len(), 2);
    }
}
