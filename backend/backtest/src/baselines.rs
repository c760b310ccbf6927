//! The forecasts that the field uses, each from what the queue itself showed
//! before the call came.
//!
//! A window of so long before t is [t − so long, t): what happened at t is not
//! known yet. Waits of zero count everywhere.

use std::collections::{BTreeMap, VecDeque};

use vigie_contract::time::{Span, Time};

use crate::forecast::Forecast;
use crate::forecaster::{Forecaster, Forecasts};
use crate::trailing::{TrailingSpans, nearest_rank};

const LONGEST_WINDOW: Span = Span::from_seconds(30 * 60);
const DEPARTURES: Span = Span::from_seconds(5 * 60);

/// What a queue has shown, as far as the baselines look.
#[derive(Debug, Default)]
pub struct QueueHistory {
    /// How many calls wait, by when they came.
    waiting: BTreeMap<Time, u32>,
    number_waiting: u32,
    /// Wait of the call answered last.
    last: Option<Span>,
    ewma: Option<f64>,
    answers: TrailingSpans<3>,
    /// The waits of the last 30 minutes, shortest first.
    sorted: Vec<Span>,
    /// When calls were answered or abandoned, in the last 5 minutes.
    departures: VecDeque<Time>,
    busy: u32,
    /// Talk and hold of the calls that ended in the last 30 minutes.
    handled: TrailingSpans<1>,
    wrapped_up: TrailingSpans<1>,
}

impl QueueHistory {
    /// A call began to wait.
    pub fn opened(&mut self, at: Time) {
        *self.waiting.entry(at).or_default() += 1;
        self.number_waiting += 1;
    }

    /// A call that had come at `queued` no longer waits.
    pub fn closed(&mut self, queued: Time) {
        if let Some(number) = self.waiting.get_mut(&queued) {
            self.number_waiting -= 1;
            *number -= 1;
            if *number == 0 {
                self.waiting.remove(&queued);
            }
        }
    }

    /// A call was answered that had waited so long.
    pub fn answered(&mut self, at: Time, wait: Span) {
        self.last = Some(wait);
        let seconds = wait.seconds();
        self.ewma = Some(match self.ewma {
            None => seconds,
            Some(before) => before + 0.25 * (seconds - before),
        });
        self.pass(at);
        self.answers.add(at, wait);
        let place = self.sorted.partition_point(|other| *other <= wait);
        self.sorted.insert(place, wait);
        self.departures.push_back(at);
    }

    /// A caller hung up.
    pub fn abandoned(&mut self, at: Time) {
        self.pass(at);
        self.departures.push_back(at);
    }

    /// A conversation began.
    pub fn began(&mut self) {
        self.busy += 1;
    }

    /// A conversation is over, or was lost sight of.
    pub fn over(&mut self) {
        self.busy = self.busy.saturating_sub(1);
    }

    /// A call ended, of so much talk and hold.
    pub fn handled(&mut self, at: Time, talk_and_hold: Span) {
        self.pass(at);
        self.handled.add(at, talk_and_hold);
    }

    /// After-call work of so long was done.
    pub fn wrapped_up(&mut self, at: Time, wrap_up: Span) {
        self.pass(at);
        self.wrapped_up.add(at, wrap_up);
    }

    /// What the baselines forecast for a call that comes now; the announcement is
    /// not among them.
    pub fn forecasts(&mut self, now: Time) -> Forecasts {
        self.pass(now);
        let point = |seconds: Option<f64>| seconds.map(Forecast::point);
        let quantiles = |p50: f64, p90: f64| Forecast {
            mean: None,
            p50: Some(p50),
            p90: Some(p90),
        };
        let n = f64::from(self.number_waiting);
        let last = self.last.map(Span::seconds);
        let trailing = nearest_rank(&self.sorted, 50)
            .zip(nearest_rank(&self.sorted, 90))
            .map(|(p50, p90)| quantiles(p50.seconds(), p90.seconds()));
        let head = self.waiting.keys().next().map_or(Span(0), |at| now - *at);
        let shrunk = 300.0 * (n + 1.0) / (self.departures.len() as f64 + 2.0);
        Forecaster::ALL.map(|forecaster| match forecaster {
            Forecaster::Announced => None,
            Forecaster::Les => point(last),
            Forecaster::Hol => point(Some(head.seconds())),
            Forecaster::Mean5m => point(self.answers.mean(2)),
            Forecaster::Mean15m => point(self.answers.mean(1)),
            Forecaster::Mean30m => point(self.answers.mean(0)),
            Forecaster::Ewma => point(self.ewma),
            Forecaster::QueueLength => {
                let busy = f64::from(self.busy.max(1));
                point(self.handle_time().map(|mean| (n + 1.0) * mean / busy))
            }
            Forecaster::ShrunkQueueLength => point(Some(shrunk)),
            Forecaster::Trailing30m => trailing,
            Forecaster::Trailing30mOrLast => {
                trailing.or_else(|| last.map(|last| quantiles(last, last)))
            }
            Forecaster::Trailing30mOrZero => Some(trailing.unwrap_or(quantiles(0.0, 0.0))),
        })
    }

    /// Mean handle time of the last 30 minutes: talk, hold and wrap-up ÷ calls ended.
    fn handle_time(&self) -> Option<f64> {
        let (ended, wrapped_up) = (self.handled.sum(0), self.wrapped_up.sum(0));
        let total = Span(ended.sum.0 + wrapped_up.sum.0);
        (ended.count > 0).then(|| total.seconds() / ended.count as f64)
    }

    fn pass(&mut self, now: Time) {
        let minutes = |number: i64| Span::from_seconds(number * 60);
        let sorted = &mut self.sorted;
        let lengths = [LONGEST_WINDOW, minutes(15), minutes(5)];
        self.answers.pass(now, lengths, |wait| {
            if let Ok(place) = sorted.binary_search(&wait) {
                sorted.remove(place);
            }
        });
        self.handled.pass(now, [LONGEST_WINDOW], |_| {});
        self.wrapped_up.pass(now, [LONGEST_WINDOW], |_| {});
        while self
            .departures
            .front()
            .is_some_and(|at| *at < now - DEPARTURES)
        {
            self.departures.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(1_000_000 + seconds)
    }

    fn of(forecasts: &Forecasts, forecaster: Forecaster) -> Option<Forecast> {
        let place = Forecaster::ALL.iter().position(|one| *one == forecaster);
        forecasts[place.unwrap()]
    }

    fn mean(forecasts: &Forecasts, forecaster: Forecaster) -> Option<f64> {
        of(forecasts, forecaster).and_then(|forecast| forecast.mean)
    }

    fn quantiles(forecasts: &Forecasts, forecaster: Forecaster) -> Option<(f64, f64)> {
        of(forecasts, forecaster).map(|forecast| (forecast.p50.unwrap(), forecast.p90.unwrap()))
    }

    #[test]
    fn a_queue_that_has_shown_nothing() {
        let forecasts = QueueHistory::default().forecasts(at(0));
        for (forecaster, forecast) in Forecaster::ALL.iter().zip(forecasts) {
            let expected = match forecaster {
                Forecaster::Hol => Some(Forecast::point(0.0)),
                Forecaster::ShrunkQueueLength => Some(Forecast::point(150.0)),
                Forecaster::Trailing30mOrZero => Some(Forecast {
                    mean: None,
                    p50: Some(0.0),
                    p90: Some(0.0),
                }),
                _ => None,
            };
            assert_eq!(forecast, expected, "{}", forecaster.name());
        }
    }

    /// Waits of 8 s, 40 s, 0 s and 20 s, answered 40, 20, 10 and 2 minutes ago; two
    /// calls wait, for 30 and 12 s; one hung up a minute ago; two conversations are
    /// open, and two calls of 100 s and 200 s ended, with 60 s of wrap-up.
    #[test]
    fn forecasts_by_hand() {
        let mut shown = QueueHistory::default();
        for (minutes, wait) in [(40, 8), (20, 40), (10, 0), (2, 20)] {
            shown.answered(at(-60 * minutes), Span::from_seconds(wait));
            shown.began();
        }
        shown.over();
        shown.over();
        shown.abandoned(at(-60));
        shown.handled(at(-50), Span::from_seconds(100));
        shown.handled(at(-40), Span::from_seconds(200));
        shown.wrapped_up(at(-40), Span::from_seconds(60));
        shown.opened(at(-31));
        shown.opened(at(-30));
        shown.opened(at(-12));
        shown.closed(at(-31));
        let forecasts = shown.forecasts(at(0));
        for (forecaster, expected) in [
            (Forecaster::Les, 20.0),
            (Forecaster::Hol, 30.0),
            (Forecaster::Mean5m, 20.0),
            (Forecaster::Mean15m, 10.0),
            (Forecaster::Mean30m, 20.0),
            // 8; 16; 12; 14.
            (Forecaster::Ewma, 14.0),
            // 3 · 180 ÷ 2.
            (Forecaster::QueueLength, 270.0),
            // 300 · 3 ÷ (2 + 2).
            (Forecaster::ShrunkQueueLength, 225.0),
        ] {
            assert_eq!(
                mean(&forecasts, forecaster),
                Some(expected),
                "{}",
                forecaster.name()
            );
        }
        // Of 0, 20 and 40: the second and the third.
        let trailing = quantiles(&forecasts, Forecaster::Trailing30m);
        assert_eq!(trailing, Some((20.0, 40.0)));
        assert_eq!(of(&forecasts, Forecaster::Announced), None);
    }

    #[test]
    fn an_empty_window_is_read_in_three_ways() {
        let mut shown = QueueHistory::default();
        shown.answered(at(0), Span::from_seconds(7));
        let last_instant = shown.forecasts(at(30 * 60));
        assert_eq!(
            quantiles(&last_instant, Forecaster::Trailing30m),
            Some((7.0, 7.0))
        );
        let empty = shown.forecasts(at(30 * 60) + Span(1));
        for (forecaster, expected) in [
            (Forecaster::Trailing30m, None),
            (Forecaster::Trailing30mOrLast, Some((7.0, 7.0))),
            (Forecaster::Trailing30mOrZero, Some((0.0, 0.0))),
        ] {
            assert_eq!(quantiles(&empty, forecaster), expected);
        }
        assert_eq!(mean(&empty, Forecaster::Mean30m), None);
        assert_eq!(mean(&empty, Forecaster::Les), Some(7.0));
    }

    #[test]
    fn without_a_conversation_there_is_one_agent() {
        let mut shown = QueueHistory::default();
        shown.handled(at(-10), Span::from_seconds(100));
        let forecasts = shown.forecasts(at(0));
        assert_eq!(mean(&forecasts, Forecaster::QueueLength), Some(100.0));
    }
}
