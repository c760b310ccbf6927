//! The list of rates and times, and the table of all indicators.

use serde::{Deserialize, Serialize};

use super::count::{Count, Derived, terms};
use super::entry::{Formula, Indicator};
use super::nature::{Direction, Kind, Legs, Scopes, ShortAbandons, Unit, Windows};
use super::parts::Weights;
use super::quantity::Distribution;
use super::rate::Rate;
use super::text::Words;
use super::words;

/// What most rates have in common.
const RATE: Indicator = Indicator {
    name: "",
    kind: Kind::Rate,
    unit: Unit::Ratio,
    windows: Windows::All,
    scopes: Scopes::All,
    direction: Direction::HigherIsBetter,
    legs: Legs::First,
    short_abandons: ShortAbandons::Counted,
    formula: Formula::Sum(&[]),
    words: Words::NOTHING,
    version: 1,
};

/// What most times have in common.
const TIME: Indicator = Indicator {
    kind: Kind::Time,
    unit: Unit::Seconds,
    direction: Direction::LowerIsBetter,
    ..RATE
};

/// What counts have in common.
const COUNT: Indicator = Indicator {
    kind: Kind::Count,
    unit: Unit::Count,
    direction: Direction::Neither,
    ..RATE
};

/// A quotient that is written with the names of its operands.
macro_rules! quotient {
    (($($numerator:tt)+) / ($($denominator:tt)+)) => {
        Formula::Quotient {
            numerator: terms!($($numerator)+),
            denominator: terms!($($denominator)+),
            parts: const {
                const WEIGHTS: Weights =
                    Weights::of(terms!($($numerator)+), terms!($($denominator)+));
                &WEIGHTS.parts::<{ WEIGHTS.number() }>()
            },
        }
    };
}

/// Declares indicators from one list: the struct that crosses the boundary, and
/// the entries of the catalogue.
macro_rules! indicators {
    (
        $(#[doc = $struct_doc:literal])+
        $struct:ident of $value:ty, listed in $list:ident:
        $($(#[doc = $doc:literal])+
        $entry:ident = $field:ident: $formula:expr, $nature:expr;)+
    ) => {
        $(#[doc = $struct_doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $struct {
            $($(#[doc = $doc])+ pub $field: Option<$value>,)+
        }

        impl $struct {
            /// Each as it is computed from its entry in the catalogue.
            pub fn computed(value: impl Fn(&'static Indicator) -> Option<$value>) -> Self {
                Self { $($field: value(&$entry),)+ }
            }

            /// Each with its entry in the catalogue.
            pub fn each(
                &self,
            ) -> impl Iterator<Item = (&'static Indicator, Option<$value>)> + use<> {
                [$((&$entry, self.$field)),+].into_iter()
            }
        }

        $($(#[doc = $doc])+
        pub const $entry: Indicator = Indicator {
            name: stringify!($field),
            formula: $formula,
            words: words::$entry,
            ..$nature
        };)+

        const $list: &[Indicator] = &[$($entry),+];
    };
}

indicators! {
    /// The rates of a window (`indicators.md`, Pick-up rates, Other rates).
    Rates of Rate, listed in RATES:

    /// The headline: share of the calls that asked for an agent and that an
    /// agent took, a promised callback counting once it is kept or broken.
    PICK_UP_AGENT = pick_up_agent:
        quotient!((answered + promises_kept)
            / (asked - callbacks_accepted + promises_kept + promises_broken)),
        Indicator { short_abandons: ShortAbandons::ByRule, ..RATE };
    /// Share of the calls that asked for an agent and were answered, as the
    /// family network publishes it.
    PICK_UP_PRESENTED = pick_up_presented:
        quotient!((answered) / (asked)),
        Indicator { short_abandons: ShortAbandons::ByRule, ..RATE };
    /// Share of the calls that left the queue by an answer, as telephone
    /// platforms show it.
    PICK_UP_QUEUE = pick_up_queue:
        quotient!((answered) / (left_queue)),
        Indicator { short_abandons: ShortAbandons::ByRule, ..RATE };
    /// Share of the legs with a known wait that were answered within X.
    SERVICE_LEVEL = service_level:
        quotient!((answered_within) / (known_waits)),
        RATE;
    /// The service level where calls abandoned within X are left out.
    SERVICE_LEVEL_WITHOUT_SHORT = service_level_without_short:
        quotient!((answered_within) / (known_waits - abandoned_within)),
        RATE;
    /// The service level where calls abandoned within X count as good.
    SERVICE_LEVEL_SHORT_GOOD = service_level_short_good:
        quotient!((answered_within + abandoned_within) / (known_waits)),
        RATE;
    /// Share of the legs with a known wait that were answered within 20 seconds, whatever
    /// the threshold of the queue.
    SERVICE_LEVEL_20 = service_level_20s:
        quotient!((answered_within_20s) / (known_waits)),
        RATE;
    /// Share of the legs with a known wait that were answered within a minute, whatever
    /// the threshold of the queue.
    SERVICE_LEVEL_60 = service_level_60s:
        quotient!((answered_within_60s) / (known_waits)),
        RATE;
    /// Share of the legs with a known wait that were answered within three minutes, whatever
    /// the threshold of the queue.
    SERVICE_LEVEL_180 = service_level_180s:
        quotient!((answered_within_180s) / (known_waits)),
        RATE;
    /// Share of the legs with a known wait that were answered within five minutes, whatever
    /// the threshold of the queue.
    SERVICE_LEVEL_300 = service_level_300s:
        quotient!((answered_within_300s) / (known_waits)),
        RATE;
    /// Share of the legs with a known wait that were answered within ten minutes, whatever
    /// the threshold of the queue.
    SERVICE_LEVEL_600 = service_level_600s:
        quotient!((answered_within_600s) / (known_waits)),
        RATE;
    /// Share of the calls that left the queue because the caller hung up.
    ABANDON_RATE = abandon_rate:
        quotient!((abandoned) / (left_queue)),
        Indicator { direction: Direction::LowerIsBetter, ..RATE };
    /// Share of the calls received in opening hours that an agent or the voice
    /// server satisfied; today only, in `all`, networks and lines, and absent
    /// where `left_in_ivr` is.
    PICK_UP_WITH_IVR = pick_up_with_ivr:
        quotient!((answered + self_served_in_hours) / (received - received_out_of_hours)),
        Indicator { windows: Windows::Today, scopes: Scopes::Wide, ..RATE };
    /// Share of the calls received that were answered, as one health fund counts;
    /// today only, in `all`, networks and lines, and absent where `left_in_ivr` is.
    PICK_UP_INBOUND = pick_up_inbound:
        quotient!((answered) / (received)),
        Indicator { windows: Windows::Today, scopes: Scopes::Wide, ..RATE };
    /// Share of the callback promises that were attempted by their due time.
    CALLBACKS_CALLED_WITHIN_TIME = callbacks_called_within_time:
        quotient!((callbacks_called) / (callbacks_due)),
        RATE;
    /// Share of the callback promises that were reached by their due time.
    CALLBACKS_REACHED_WITHIN_TIME = callbacks_reached_within_time:
        quotient!((callbacks_reached) / (callbacks_due)),
        RATE;
    /// Share of the messages and recontacts that were handled by their due time.
    MESSAGES_HANDLED_WITHIN_TIME = messages_handled_within_time:
        quotient!((messages_handled) / (messages_due)),
        RATE;
    /// Share of the legs that waited longer than they first heard, of those that
    /// heard it and did not leave before that time.
    ANNOUNCED_EXCEEDED = announced_exceeded:
        quotient!((announced_exceeded) / (announced)),
        Indicator { direction: Direction::LowerIsBetter, ..RATE };
    /// Share of the calls received of which the caller was identified.
    IDENTIFICATION = identification:
        quotient!((identified) / (received)),
        RATE;
    /// Share of the legs of reason transfer that left the queue by an answer.
    SECOND_LEVEL_PICK_UP = second_level_pick_up:
        quotient!((answered) / (left_queue)),
        Indicator { legs: Legs::SecondLevel, ..RATE };
    /// Share of the scores that are 4 or 5.
    SATISFACTION = satisfaction:
        quotient!((satisfied) / (surveys)),
        RATE;
    /// Share of their time at work that agents were talking, holding or wrapping
    /// up, in microseconds of all agents; not by quarter-hour.
    OCCUPANCY = occupancy:
        quotient!((busy_micros) / (busy_micros + ready_micros)),
        Indicator { windows: Windows::ButQuarters, direction: Direction::Neither, ..RATE };
}

indicators! {
    /// The times of a window, in seconds.
    Times of f64, listed in TIMES:

    /// Average speed of answer.
    ANSWER_MEAN = answer_mean_seconds:
        quotient!((answer_micros) / (answer_waits)),
        TIME;
    /// Median speed of answer, within 2 %.
    ANSWER_P50 = answer_p50_seconds:
        Formula::Percentile { of: Distribution::AnswerWaits, percent: 50 },
        TIME;
    /// 90th percentile of the speed of answer, within 2 %.
    ANSWER_P90 = answer_p90_seconds:
        Formula::Percentile { of: Distribution::AnswerWaits, percent: 90 },
        TIME;
    /// 95th percentile of the speed of answer, within 2 %.
    ANSWER_P95 = answer_p95_seconds:
        Formula::Percentile { of: Distribution::AnswerWaits, percent: 95 },
        TIME;
    /// The longest wait of an answered leg, within 2 % and never below it.
    ANSWER_LONGEST = answer_longest_seconds:
        Formula::LongestAnswerWait,
        TIME;
    /// Average time to abandon.
    ABANDON_MEAN = abandon_mean_seconds:
        quotient!((abandon_micros) / (abandon_waits)),
        Indicator { direction: Direction::Neither, ..TIME };
    /// Average handle time: talk, hold and wrap-up of a call ended.
    HANDLE_MEAN = handle_mean_seconds:
        quotient!((handle_micros) / (calls_ended)),
        Indicator { direction: Direction::Neither, ..TIME };
    /// Average speed of answer of legs of reason transfer.
    SECOND_LEVEL_ANSWER_MEAN = second_level_answer_mean_seconds:
        quotient!((answer_micros) / (answer_waits)),
        Indicator { legs: Legs::SecondLevel, ..TIME };
    /// Median of the absolute error of what was first announced, over answered
    /// legs, within 2 %.
    ANNOUNCED_ERROR_P50 = announced_error_p50_seconds:
        Formula::Percentile { of: Distribution::AnnouncedErrors, percent: 50 },
        TIME;
    /// Mean score, from 1 to 5; no time, but a mean like the others.
    SATISFACTION_MEAN = satisfaction_mean:
        quotient!((scores) / (surveys)),
        Indicator { unit: Unit::Score, direction: Direction::HigherIsBetter, ..TIME };
}

/// Calls received that left the voice server by no known way out.
pub const LEFT_IN_IVR: Indicator = Indicator {
    name: "left_in_ivr",
    windows: Windows::Today,
    scopes: Scopes::Wide,
    direction: Direction::LowerIsBetter,
    formula: Formula::Sum(terms!(left_in_ivr)),
    words: words::LEFT_IN_IVR,
    ..COUNT
};

/// A count that is the sum of others.
const fn derived(sum: Derived) -> Indicator {
    Indicator {
        name: sum.name(),
        formula: Formula::Sum(sum.terms()),
        words: sum.words(),
        ..COUNT
    }
}

const DERIVED: &[Indicator] = &[
    derived(Derived::Offered),
    derived(Derived::Asked),
    LEFT_IN_IVR,
];

const COUNTED: &[Indicator] = &{
    let mut entries = [COUNT; Count::ALL.len()];
    let mut at = 0;
    while at < entries.len() {
        let count = Count::ALL[at];
        entries[at] = Indicator {
            name: count.name(),
            direction: count.direction(),
            formula: Formula::Counted(count),
            words: count.words(),
            ..COUNT
        };
        at += 1;
    }
    entries
};

/// Every indicator of a window: counts, rates, times, each in the order of the
/// fields of its struct.
pub const INDICATORS: &[Indicator] = &{
    const LISTS: &[&[Indicator]] = &[DERIVED, COUNTED, RATES, TIMES];
    let mut all = [COUNT; DERIVED.len() + COUNTED.len() + RATES.len() + TIMES.len()];
    let (mut list, mut from) = (0, 0);
    while list < LISTS.len() {
        let mut at = 0;
        while at < LISTS[list].len() {
            all[from + at] = LISTS[list][at];
            at += 1;
        }
        from += at;
        list += 1;
    }
    all
};
