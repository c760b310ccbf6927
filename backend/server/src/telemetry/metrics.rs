//! The metrics of the service, declared once: name, kind, help and labels.
//!
//! A label holds values of closed lists or of the directory, never anything
//! that an event could make up.

use std::time::Duration;

use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use vigie_contract::frame::{FeedState, RefusedReason};
use vigie_contract::indicator::Operand;
use vigie_contract::view::{Concern, Severity};
use vigie_model::Turned;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number that never decreases.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// A number of seconds, counted in buckets.
    Histogram,
}

/// A metric as declared.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// The name of the metric.
    pub name: &'static str,
    /// The kind of the metric.
    pub kind: Kind,
    /// What the metric tells, in a sentence.
    pub help: &'static str,
    /// The labels of the metric.
    pub labels: &'static [&'static str],
}

/// The name of a metric: as it is given, or `(agency "answered")` for that of an
/// agency which shows a count of the catalogue.
macro_rules! name {
    ($name:literal) => {
        $name
    };
    ((agency $count:literal)) => {{
        // Does not compile where the catalogue has no such count.
        const _: Operand = Operand::named($count);
        concat!("vigie_agency_", $count, "_total")
    }};
}

macro_rules! declare {
    ($($constant:ident = $kind:ident $name:tt [$($label:literal),*] $help:literal;)+) => {
        $(#[doc = $help] pub const $constant: &str = name!($name);)+

        /// Every metric of the service.
        pub const METRICS: &[Metric] = &[
            $(Metric { name: $constant, kind: Kind::$kind, help: $help, labels: &[$($label),*] },)+
        ];
    };
}

declare! {
    EVENTS = Counter "vigie_events_total" ["type", "outcome"]
        "Messages read, by type of event and by the one outcome each has.";
    EVENTS_LATE = Counter "vigie_events_late_total" []
        "Events applied more than the allowed lateness behind their partition.";
    REFUSED = Counter "vigie_refused_total" ["reason"]
        "Messages refused, by reason: malformed, personal_data, too_far_ahead, too_far_behind or poison.";
    SEVERITY_CHANGES = Counter "vigie_severity_changes_total" ["concern", "to"]
        "Changes of how bad something is in a scope, by what it is and how bad it became.";
    INCIDENTS = Counter "vigie_incidents_total" ["turned"]
        "Incidents that began, worsened, went into a wider one or ended.";
    OFFSET_GAPS = Counter "vigie_offset_gaps_total" []
        "Messages that the broker had thrown away before they were read.";
    PARTITION_WHOLE = Gauge "vigie_partition_whole" ["partition"]
        "1 where the figures hold what the broker has of a partition, else 0.";
    LOOP_AGE = Gauge "vigie_loop_age_seconds" ["loop"]
        "Since a loop of the service last went round: engine, reader, refused.";
    CLOCK_OFF = Gauge "vigie_clock_off_seconds" []
        "By how much the broker's clock is ahead of the service's, 0 within five seconds.";
    DIRECTORY_IN_FORCE = Gauge "vigie_directory_last_reload_successful" []
        "1 where the directory's file as it was last read is in force, 0 where it is refused.";
    DIRECTORY_TIME = Gauge "vigie_directory_last_reload_success_timestamp_seconds" []
        "When the version of the directory in force was read.";
    REFUSED_WAITING = Gauge "vigie_refused_waiting" []
        "Messages refused that the broker has not taken yet.";
    REFUSED_GIVEN_UP = Counter "vigie_refused_given_up_total" []
        "Messages refused that their topic takes in no form: they are not in it.";
    LAG = Gauge "vigie_consumer_lag_messages" ["partition"]
        "Messages of a partition not yet folded.";
    FOLD_SECONDS = Histogram "vigie_fold_seconds" []
        "Time to fold messages at a time: a batch, or what 0.1 s does of it.";
    PUBLISH_SECONDS = Histogram "vigie_publish_seconds" []
        "Time to compute and encode, each second, what is watched.";
    SELECTIONS_POSTPONED = Counter "vigie_selections_postponed_total" []
        "Topics of selections that had to wait for the next second: others cost too much.";
    CLIENTS = Gauge "vigie_clients" []
        "Websockets open.";
    CLIENTS_RESYNCED = Counter "vigie_clients_resynced_total" []
        "Clients that were too slow and were sent a fresh snapshot.";
    CLIENTS_CLOSED = Counter "vigie_clients_closed_total" ["reason"]
        "Websockets closed by the service, by reason.";
    SUBSCRIPTIONS_REFUSED = Counter "vigie_subscriptions_refused_total" ["reason"]
        "Subscriptions that could not be served, by reason.";
    CONNECTIONS = Gauge "vigie_connections" []
        "Connections open, websockets included.";
    CONNECTIONS_REFUSED = Counter "vigie_connections_refused_total" ["reason"]
        "Connections that found no place, by reason: full or address.";
    REQUESTS_REFUSED = Counter "vigie_requests_refused_total" ["reason"]
        "Requests turned away, by reason.";
    ANSWER_SECONDS = Histogram "vigie_answer_seconds" []
        "Time of the engine for an answer of the API.";
    FEED_STATE = Gauge "vigie_feed_state" ["state"]
        "1 for the state that the feed is in, 0 for the others; stalled where the service itself is stuck.";
    DATA_AGE = Gauge "vigie_data_age_seconds" []
        "Time since the newest event of all.";
    AS_OF = Gauge "vigie_as_of_timestamp_seconds" []
        "The instant that the figures are as of.";
    SNAPSHOT_TIME = Gauge "vigie_snapshot_timestamp_seconds" []
        "When the last snapshot was written.";
    SNAPSHOT_BYTES = Gauge "vigie_snapshot_bytes" []
        "Size of the last snapshot.";
    SNAPSHOTS_UNUSABLE = Counter "vigie_snapshots_unusable_total" []
        "Snapshots found at a start that could not be used.";
    SNAPSHOTS_FAILED = Counter "vigie_snapshots_failed_total" []
        "Snapshots that could not be written.";
    AGENCY_WAITING = Gauge "vigie_agency_waiting" ["network", "region", "agency"]
        "Calls that wait for an agent.";
    AGENCY_LONGEST_WAIT = Gauge "vigie_agency_longest_wait_seconds" ["network", "region", "agency"]
        "Age of the call that waits longest, 0 where none does.";
    AGENCY_OFFERED = Counter (agency "offered") ["network", "region", "agency"]
        "Calls offered to agents.";
    AGENCY_ANSWERED = Counter (agency "answered") ["network", "region", "agency"]
        "Calls that an agent picked up.";
    AGENCY_ABANDONED = Counter (agency "abandoned") ["network", "region", "agency"]
        "Calls whose caller hung up first.";
    AGENCY_ESTIMATE = Gauge "vigie_agency_estimated_wait_seconds" ["network", "region", "agency", "percentile"]
        "Estimated wait of the next caller, NaN where there is no estimate.";
    AGENCY_NO_ESTIMATE = Gauge "vigie_agency_no_estimate" ["network", "region", "agency", "reason"]
        "1 for the reason why there is no estimate, 0 for the others.";
    AGENCY_ESTIMATE_HELD = Gauge "vigie_agency_estimate_held_ratio" ["network", "region", "agency"]
        "Share of waits within the 90th percentile given, over 60 minutes; NaN of none.";
    AGENCY_ESTIMATE_ERROR = Gauge "vigie_agency_estimate_error_seconds" ["network", "region", "agency"]
        "Median error of the estimates given, over 60 minutes; NaN of none.";
    AGENCY_ESTIMATE_BIAS = Gauge "vigie_agency_estimate_bias_seconds" ["network", "region", "agency"]
        "Mean of the estimates given less the waits, over 60 minutes; NaN of none.";
    CALLERS = Gauge "vigie_callers" []
        "Callers that are known, those of the last 26 hours.";
    CALLS_UNFOLLOWED = Counter "vigie_calls_unfollowed_total" []
        "Calls whose caller there was no room to know.";
    LIVED = Gauge "vigie_lived_ratio" ["scope"]
        "Share of the callers of today who reached an agent, NaN of none.";
    OVER_LIMIT = Counter "vigie_over_limit_total" ["kind"]
        "Times that events named more than there is room for, by what it was.";
    BUILD_INFO = Gauge "vigie_build_info" ["version"]
        "Always 1; the version is in the label.";
}

/// The bounds of the buckets, in seconds: from a tenth of a millisecond to ten
/// seconds.
const BUCKETS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    10.0,
];

/// Starts collecting metrics, for the whole process.
pub fn start() -> anyhow::Result<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS.iter().filter(|m| m.kind == Kind::Histogram) {
        builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), BUCKETS)?;
    }
    let handle = builder.install_recorder()?;
    for metric in METRICS {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram => {
                metrics::describe_histogram!(metric.name, Unit::Seconds, metric.help);
            }
        }
    }
    metrics::gauge!(BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    // Counters without label values to come are there from the start, so that
    // a rate over them sees the first increase.
    for name in [
        EVENTS_LATE,
        OFFSET_GAPS,
        REFUSED_GIVEN_UP,
        CLIENTS_RESYNCED,
        SELECTIONS_POSTPONED,
        SNAPSHOTS_UNUSABLE,
        SNAPSHOTS_FAILED,
    ] {
        metrics::counter!(name).absolute(0);
    }
    metrics::gauge!(CLIENTS).set(0.0);
    metrics::gauge!(CONNECTIONS).set(0.0);
    let with_reasons: [(&'static str, &[&'static str]); 4] = [
        (CLIENTS_CLOSED, CLOSED_FOR),
        (
            SUBSCRIPTIONS_REFUSED,
            &RefusedReason::ALL.map(RefusedReason::name),
        ),
        (CONNECTIONS_REFUSED, &["full", "address"]),
        (REQUESTS_REFUSED, REFUSED_FOR),
    ];
    for (name, reasons) in with_reasons {
        for reason in reasons {
            metrics::counter!(name, "reason" => *reason).absolute(0);
        }
    }
    for reason in [
        "malformed",
        "personal_data",
        "too_far_ahead",
        "too_far_behind",
        "poison",
    ] {
        metrics::counter!(REFUSED, "reason" => reason).absolute(0);
    }
    for concern in Concern::ALL {
        for to in Severity::ALL {
            severity_changes(concern, to).absolute(0);
        }
    }
    for turned in Turned::ALL {
        incidents(turned).absolute(0);
    }
    Ok(handle)
}

/// The counter of how often that became of an incident.
pub fn incidents(turned: Turned) -> metrics::Counter {
    metrics::counter!(INCIDENTS, "turned" => turned.name())
}

/// The counter of how often something became so bad.
pub fn severity_changes(concern: Concern, to: Severity) -> metrics::Counter {
    metrics::counter!(SEVERITY_CHANGES, "concern" => concern.name(), "to" => to.name())
}

/// Why a websocket is closed by the service, as the label `reason` says it.
pub const CLOSED_FOR: &[&str] = &[
    "full",
    "no_subprotocol",
    "no_subscription",
    "not_reading",
    "not_the_protocol",
    "too_many_messages",
];

/// Why a request is turned away, as the label `reason` says it.
pub const REFUSED_FOR: &[&str] = &["body", "busy", "clients", "host", "late", "origin"];

/// What becomes of a message, as the label `outcome` says it.
pub const OUTCOMES: &[&str] = &["applied", "duplicate", "too_late", "refused", "skipped"];

/// The type of messages that are no event of the contract.
pub const OTHER_TYPE: &str = "other";

/// What the metric of the feed says while the engine does not go round: nothing
/// that it last said holds.
pub const STALLED: &str = "stalled";

/// Sets the one state that the feed is in; `None`: the engine is stuck.
pub fn set_feed_state(state: Option<FeedState>) {
    let gauge = |name| metrics::gauge!(FEED_STATE, "state" => name);
    for (known, name) in FeedState::ALL {
        gauge(name).set(f64::from(u8::from(state == Some(known))));
    }
    gauge(STALLED).set(f64::from(u8::from(state.is_none())));
}

/// Notes how long something took.
pub fn record(name: &'static str, duration: Duration) {
    metrics::histogram!(name).record(duration.as_secs_f64());
}
