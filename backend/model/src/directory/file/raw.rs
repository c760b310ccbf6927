//! The file as it is written: loose, nothing of it checked but its types.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDirectory {
    pub version: i64,
    /// Any value is read here, as it is of the dates of closures.
    pub valid_from: Option<toml::Value>,
    #[serde(default)]
    pub defaults: RawDefaults,
    #[serde(default)]
    pub network: Vec<RawNetwork>,
    #[serde(default)]
    pub region: Vec<RawRegion>,
    #[serde(default)]
    pub line: Vec<RawLine>,
    #[serde(default)]
    pub hours: Vec<RawHours>,
    #[serde(default)]
    pub queue: Vec<RawQueue>,
    #[serde(default)]
    pub agency: Vec<RawAgency>,
    #[serde(default)]
    pub closure: Vec<RawClosure>,
    #[serde(default)]
    pub maintenance: Vec<RawMaintenance>,
}

/// When something is bad, where it is not as elsewhere.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSeverity {
    pub pick_up: Option<RawCriterion>,
    pub estimated_wait: Option<RawCriterion>,
    pub longest_wait: Option<RawCriterion>,
    pub callbacks_reached: Option<RawCriterion>,
    pub cut_off: Option<RawCriterion>,
    pub data_age: Option<RawCriterion>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCriterion {
    pub warning: Option<f64>,
    pub critical: Option<f64>,
    pub hold_seconds: Option<f64>,
    pub release_seconds: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMaintenance {
    /// Instants are text. Any value is read here, so that one without its quotes is a
    /// fault like others, with its place.
    pub from: toml::Value,
    pub to: toml::Value,
    pub scopes: Vec<String>,
    pub reason: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDefaults {
    pub time_zone: Option<String>,
    pub answer_within_seconds: Option<f64>,
    pub short_abandon_seconds: Option<f64>,
    pub short_abandons_count: Option<bool>,
    pub target: Option<f64>,
    #[serde(default)]
    pub severity: RawSeverity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetwork {
    pub code: String,
    pub name: String,
    pub target: Option<f64>,
    pub short_abandons_count: Option<bool>,
    #[serde(default)]
    pub severity: RawSeverity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegion {
    pub code: String,
    pub name: String,
    pub time_zone: Option<String>,
    pub target: Option<f64>,
    #[serde(default)]
    pub severity: RawSeverity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLine {
    pub number: String,
    pub name: String,
    pub network: String,
    pub time_zone: Option<String>,
    pub hours: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHours {
    pub name: String,
    #[serde(default)]
    pub monday: Vec<String>,
    #[serde(default)]
    pub tuesday: Vec<String>,
    #[serde(default)]
    pub wednesday: Vec<String>,
    #[serde(default)]
    pub thursday: Vec<String>,
    #[serde(default)]
    pub friday: Vec<String>,
    #[serde(default)]
    pub saturday: Vec<String>,
    #[serde(default)]
    pub sunday: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQueue {
    pub code: String,
    pub network: String,
    pub line: String,
    pub name: String,
    pub answer_within_seconds: Option<f64>,
    pub target: Option<f64>,
    #[serde(default)]
    pub severity: RawSeverity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAgency {
    pub code: String,
    pub name: String,
    pub network: String,
    pub region: Option<String>,
    pub time_zone: Option<String>,
    pub desk_number: Option<String>,
    pub hours: Option<String>,
    #[serde(default)]
    pub line_hours: BTreeMap<String, String>,
    #[serde(default)]
    pub queues: Vec<String>,
    pub target: Option<f64>,
    #[serde(default)]
    pub severity: RawSeverity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClosure {
    pub name: Option<String>,
    /// Dates are text. Any value is read here, so that one without its quotes
    /// is a fault like others, with its place.
    pub date: Option<toml::Value>,
    pub from: Option<toml::Value>,
    pub to: Option<toml::Value>,
    pub networks: Option<Vec<String>>,
    pub regions: Option<Vec<String>>,
    pub agencies: Option<Vec<String>>,
    pub lines: Option<Vec<String>>,
}
