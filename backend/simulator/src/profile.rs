//! How calls spread over the day and the week.

use crate::calendar::{Local, MICROS_PER_DAY};
use crate::network::Agency;
use crate::random::{fixed_unit, mix};

/// Weights of the half-hours of a day. The morning peak is 10:00 to 13:00.
const HALF_HOURS: [f64; 48] = [
    0.05, 0.03, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.03, 0.05, 0.08, // 0 to 6
    0.15, 0.25, 0.5, 0.9, // 6 to 8
    2.6, 4.6, 6.4, 7.4, // 8 to 10
    8.2, 8.3, 7.9, 7.2, // 10 to 12
    5.6, 4.3, 4.6, 5.4, // 12 to 14
    6.0, 5.8, 5.1, 4.4, // 14 to 16
    3.4, 2.2, 1.5, 1.1, // 16 to 18
    0.8, 0.6, 0.4, 0.35, // 18 to 20
    0.3, 0.25, 0.2, 0.18, 0.15, 0.12, 0.1, 0.08, // 20 to 24
];

/// Weights of the days of a week from Monday; a weekday is 1 on average.
const WEEKDAYS: [f64; 7] = [1.20, 1.06, 0.96, 0.93, 0.85, 0.10, 0.03];

/// Days with a weekday's calls in a year.
const WEEKDAYS_A_YEAR: f64 = 256.0;

/// Calls a second that callers of an agency make, before those who call
/// again, at scale 1, on an ordinary day.
pub(crate) fn calls_per_second(
    seed: u64,
    agency: &Agency,
    local: Local,
    share_of_first_calls: f64,
) -> f64 {
    let half_hours: f64 = HALF_HOURS.iter().sum();
    let half_hour = (local.micros * 48 / MICROS_PER_DAY) as usize;
    let of_day = HALF_HOURS[half_hour] / half_hours / 1_800.0;
    let a_day = agency.yearly_calls / WEEKDAYS_A_YEAR * WEEKDAYS[local.weekday()];
    a_day * of_day * mood(seed, agency, local.day) * share_of_first_calls
}

/// Days differ: one network gets a mailing, one agency a rumour.
fn mood(seed: u64, agency: &Agency, day: i64) -> f64 {
    let network = fixed_unit(&[seed, 1, agency.network as u64, day as u64]);
    let code = agency
        .code
        .bytes()
        .fold(0, |sum, byte| mix(&[sum, u64::from(byte)]));
    let own = fixed_unit(&[seed, 2, code, day as u64]);
    (0.95 + 0.1 * network) * (0.88 + 0.24 * own)
}
