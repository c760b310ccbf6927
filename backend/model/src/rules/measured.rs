//! What is judged of a scope, as values.

use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Count, Rate};

use super::criteria::Criterion;
use super::level::Level;
use crate::books::By;
use crate::figures::indicators;
use crate::sums::{ScopeSums, place_of};
use crate::tally::{Family, Slot, Summed};

/// The sliding window that rates and counts are judged over.
const WINDOW: &str = "60m";

/// What is judged of the last hour of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LastHour {
    pub pick_up: Option<Rate>,
    pub callbacks_reached: Option<Rate>,
    /// `None` if no window of an hour is kept.
    pub cut_off: Option<i64>,
    /// How many legs entered and closed.
    pub heard: i64,
}

/// What is silent for no longer than this has not fallen silent.
const SPEAKS: f64 = 60.0;

/// So many times as long as it takes from one sign of life to the next, on average, is
/// a silence that chance does not explain.
const UNUSUAL: i64 = 15;

/// Fewer signs of life in an hour tell no pace: then an hour of silence is unusual.
const LEAST_PACE: i64 = UNUSUAL;

/// From which length on a silence is unusual, in seconds, in a scope of this pace.
pub(crate) fn unusual_silence(pace: i64) -> f64 {
    (3_600 * UNUSUAL) as f64 / pace.max(LEAST_PACE) as f64
}

/// How often something had been heard in the hour before a scope fell silent: what is
/// `known` of it if it was silent before. `None` while it is not silent.
pub(crate) fn pace(age: Option<f64>, known: Option<i64>, heard: i64) -> Option<i64> {
    let silent = age.filter(|age| *age > SPEAKS);
    silent.map(|_| known.unwrap_or(heard))
}

impl LastHour {
    /// Those of some sums, under the rule of the scope on short abandons.
    pub(crate) fn of(sums: &ScopeSums<'_>, short_abandons_count: bool) -> Self {
        let Some(place) = place_of(&sums.sliding, WINDOW) else {
            return Self::default();
        };
        let window = sums.windows.in_place(By::Origin, place);
        Self {
            pick_up: indicators::pick_up_agent(&window, short_abandons_count),
            callbacks_reached: indicators::callbacks_reached(&window),
            cut_off: Some(window.get(Slot::count(Family::First, Count::CutOff))),
            heard: [Count::EnteredAll, Count::ClosedAll]
                .map(|count| window.get(Slot::count(Family::First, count)))
                .iter()
                .sum(),
        }
    }
}

/// Everything that is judged of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    pub last_hour: LastHour,
    /// In seconds, as are all times here.
    pub estimated_wait: Option<f64>,
    pub longest_wait: Option<f64>,
    pub data_age: Option<f64>,
}

/// A value that is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Value {
    pub shown: f64,
    /// Of a rate, its bound, which is held to thresholds in its place.
    pub upper: Option<f64>,
}

impl Measured {
    /// A value; `None` where there is none.
    pub(crate) fn value(&self, concern: Concern) -> Option<Value> {
        let of_rate = |rate: Option<Rate>| {
            rate.map(|rate| Value {
                shown: rate.value,
                upper: Some(rate.upper),
            })
        };
        let alone = |value: Option<f64>| value.map(|shown| Value { shown, upper: None });
        match concern {
            Concern::PickUp => of_rate(self.last_hour.pick_up),
            Concern::CallbacksReached => of_rate(self.last_hour.callbacks_reached),
            Concern::CutOff => alone(self.last_hour.cut_off.map(|number| number as f64)),
            Concern::EstimatedWait => alone(self.estimated_wait),
            Concern::LongestWait => alone(self.longest_wait),
            Concern::DataAge => alone(self.data_age),
        }
    }

    /// How bad a value is by itself.
    pub(crate) fn level(&self, concern: Concern, criterion: Criterion) -> Level {
        let value = self.value(concern);
        let judged = value.map(|value| value.upper.unwrap_or(value.shown));
        Level::of(judged, concern, criterion)
    }
}

/// For how long a scope has been silent while it was open, in seconds; `None` where
/// nothing has been heard of it, or it is closed.
pub(crate) fn silence(newest: Option<Time>, open_since: Option<Time>, as_of: Time) -> Option<f64> {
    let since = newest?.max(open_since?);
    Some((as_of - since).seconds())
}
