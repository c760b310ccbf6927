//! What is weighed: twenty numbers, of the order of one.
//!
//! Chosen from seventy by taking away, one after the other, what the months of
//! tuning did better without (`docs/estimates.md`).

use super::signals::Signals;
use super::staff::Strength;
use super::waits::LONGEST_SECONDS;

/// Number of features.
pub(super) const FEATURES: usize = 20;

/// The features of an instant.
pub(super) type Features = [f32; FEATURES];

const MINUTE: f64 = 60.0;

/// The number of waiting calls above which more calls say nothing more.
const MOST_WAITING: f64 = 60.0;

/// The longest expected wait, in seconds.
const MOST_SECONDS: f64 = 1_800.0;

/// How many legs wait in a queue, and for how long the first of them has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct WaitersSeen {
    pub number: f64,
    /// The age of the first of them, in seconds.
    pub first: f64,
}

/// Everything that the features of an instant are made of.
#[derive(Debug)]
pub(super) struct Seen<'s> {
    /// The instant, in seconds.
    pub seconds: f64,
    /// Local seconds since midnight ÷ 86,400.
    pub day_part: f64,
    pub queue: &'s Signals,
    pub queue_waiting: WaitersSeen,
    pub agency: &'s Signals,
    pub agency_waiting: WaitersSeen,
    pub strength: Strength,
    /// The slow running mean of the waits of the agency, in seconds.
    pub usual_wait: f64,
}

/// The number of waiting calls from which the own pace of a queue counts: fewer may
/// all be taken at once by agents who become free.
const PACED_FROM: f64 = 10.0;

/// The least median that is foreseen, as a share of the wait that the pace alone
/// makes. With less, mixtures of queues would take the 90th percentile for that of a
/// few.
const PACED_MEDIAN: f64 = 0.5;

/// The deviation of a normal distribution under which nine tenths lie.
const NINE_TENTHS: f64 = 1.28;

impl Seen<'_> {
    /// The least median and 90th percentile of the wait, in seconds, that the
    /// queue's own pace lets expect, whatever was learned.
    ///
    /// With n ahead, of whom μ a second are picked up and α give up, α in
    /// proportion to those left, the last of them is gone after
    /// n ÷ α · ln(1 + α ÷ μ), give or take the √n of departures at random. By
    /// the slower of two paces.
    pub(super) fn paced(&self) -> [f64; 2] {
        let number = self.queue_waiting.number;
        if number < PACED_FROM {
            return [0.0; 2];
        }
        let fading = self.queue.fading.at(self.seconds);
        let departed = wide(fading.departed);
        let taken = wide(fading.taken);
        let paces = [(60.0, 0.5), (240.0, 1.0)]
            .into_iter()
            .zip(departed.into_iter().zip(taken));
        let mean = paces
            .map(|((length, least), (departed, taken))| {
                let taken = (taken + least) / length;
                let given_up = (departed / length - taken).max(0.0);
                emptied_after(number + 0.5, taken, given_up)
            })
            .fold(0.0, f64::max)
            .min(LONGEST_SECONDS);
        let spread = 1.0 + NINE_TENTHS / (number + 1.0).sqrt();
        [PACED_MEDIAN * mean, mean * spread]
    }

    /// The numbers that are weighed.
    pub(super) fn features(&self) -> Features {
        let queue = self.queue.fading.at(self.seconds);
        let agency = self.agency.fading.at(self.seconds);
        let [queue_departed, agency_departed] = [queue.departed, agency.departed].map(wide);
        let ended = wide(agency.ended);
        let number = self.queue_waiting.number;
        let in_agency = self.agency_waiting.number;
        let recent = f64::from(self.queue.recent_wait).max(0.0) / MINUTE;
        let mean = f64::from(queue.waits) / (f64::from(queue.answered) + 0.1) / MINUTE;
        let paced = minutes((number + 0.5) * self.queue.between_departures(self.seconds));
        let over_departures = minutes((in_agency + 0.5) * 240.0 / (agency_departed[1] + 1.0));
        let over_endings = minutes((in_agency + 0.5) * 240.0 / (ended[2] + 1.0));
        [
            1.0,
            minutes(self.queue_waiting.first),
            mean,
            number.min(MOST_WAITING) / 6.0,
            f64::from(queue.arrived[1]) / 10.0,
            (recent * paced).sqrt(),
            recent.sqrt(),
            queue_departed[0] / 5.0,
            in_agency.min(MOST_WAITING) / 6.0,
            over_departures,
            f64::from(agency.arrived[0]) / 5.0,
            ended[1] / 5.0,
            agency_departed[0] / 5.0,
            ended[0] / 2.0,
            self.usual_wait / MINUTE,
            self.strength.busy / 10.0,
            minutes(self.agency_waiting.first),
            self.strength.free / 10.0,
            (mean.max(0.0) * over_endings).sqrt(),
            (self.day_part * std::f64::consts::TAU).cos(),
        ]
        .map(|feature| feature as f32)
    }
}

/// The seconds until so many calls have left, if so many a second are picked up, and
/// so many a second give up while all are there.
fn emptied_after(number: f64, taken: f64, given_up: f64) -> f64 {
    let ratio = given_up / taken;
    if ratio < 1e-3 {
        return number / taken;
    }
    number / given_up * ratio.ln_1p()
}

fn wide<const N: usize>(sums: [f32; N]) -> [f64; N] {
    sums.map(f64::from)
}

fn minutes(seconds: f64) -> f64 {
    seconds.clamp(0.0, MOST_SECONDS) / MINUTE
}
