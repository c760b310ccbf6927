//! How good estimated waits have been.
//!
//! Events are taken with only what was known at each instant. Our estimates, what
//! the platform announced and what the field forecasts otherwise are scored side by
//! side, against what came of each call. Whoever calls this reads the events and
//! folds them: nothing here knows a file, a command line or Kafka.
//!
//! # Layout
//! - [`backtest`]: each leg with its forecasts and its outcome, until it is scored;
//!   [`unmatched`]: estimates that are of no leg.
//! - [`call_event`], [`in_order`]: what happens to calls, by its time.
//! - [`legs`]: legs, and what came of them; [`leg`], [`leg_news`]: one of them, and
//!   what is told of it; [`virtual_waits`], [`conversations`]: what goes on after it.
//! - [`baselines`]: what the field forecasts, from [`trailing`] windows;
//!   [`forecaster`]: who forecasts; [`forecast`]: what.
//! - [`scores`]: losses, errors and coverage; [`hours`]: by hour of the day;
//!   [`calibration`]: by size of the forecast; [`days`]: by day.
//! - [`account`]: all scores of some legs; [`queues`]: where they waited;
//!   [`scorebook`]: the accounts of all who are scored.
//! - [`report`]: the scores as JSON has them; [`table`]: as a table;
//!   [`pictures`]: as [`drawing`]s.

pub mod account;
pub mod backtest;
pub mod baselines;
pub mod calibration;
pub mod call_event;
pub mod conversations;
pub mod days;
pub mod drawing;
pub mod forecast;
pub mod forecaster;
pub mod hours;
pub mod in_order;
pub mod leg;
pub mod leg_news;
pub mod legs;
pub mod pictures;
pub mod queues;
pub mod report;
pub mod scorebook;
pub mod scores;
pub mod table;
pub mod trailing;
pub mod unmatched;
pub mod virtual_waits;
