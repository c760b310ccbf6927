//! What is judged of a scope, as values.

use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Count, Rate};

use super::criteria::Criteria;
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
    pub(crate) fn level(&self, concern: Concern, criteria: &Criteria) -> Level {
        let value = self.value(concern);
        let judged = value.map(|value| value.upper.unwrap_or(value.shown));
        Level::of(judged, concern, criteria.of(concern))
    }
}

/// How long ago an instant was, in seconds; not before none.
pub(crate) fn age(newest: Option<Time>, as_of: Time) -> Option<f64> {
    newest.map(|newest| (as_of - newest).seconds())
}
