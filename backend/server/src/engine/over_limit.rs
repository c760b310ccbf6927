//! What producers name beyond the limits, told: each second as a metric, and once
//! in a while in the log.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use vigie_contract::unknown::{OverKind, OverLimit};
use vigie_model::Fold;

use crate::telemetry::metrics as names;
use crate::telemetry::seldom::Seldom;

/// How much time one line of the log stands for, for each kind of limit.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// The most limits that are looked at for the log, and the most names that are told
/// in a line.
const LOOKED_AT: usize = 100;
const NAMED: usize = 5;

/// The limits that producers have met, as far as that was told.
#[derive(Debug)]
pub(super) struct OverLimits {
    /// How often each limit had been met when it was last logged.
    logged: BTreeMap<OverKind, u64>,
    log: Seldom,
}

impl Default for OverLimits {
    fn default() -> Self {
        Self {
            logged: BTreeMap::new(),
            log: Seldom::every(LOG_EVERY),
        }
    }
}

impl OverLimits {
    /// Sets the metrics, and logs what is new.
    pub(super) fn tell(&mut self, fold: &Fold) {
        let mut is_new = false;
        for (kind, times) in fold.over_limit() {
            metrics::counter!(names::OVER_LIMIT, "kind" => kind.name()).absolute(times);
            is_new |= times > self.logged.get(&kind).copied().unwrap_or(0);
        }
        if !is_new || self.log.happened(Instant::now()).is_none() {
            return;
        }
        let over = fold
            .unknown(0..LOOKED_AT)
            .map(|unknown| unknown.over_limits);
        for over in over.into_iter().flatten() {
            let before = self.logged.insert(over.kind, over.times).unwrap_or(0);
            if over.times > before {
                tracing::warn!(
                    kind = over.kind.name(),
                    limit = over.limit,
                    times = over.times - before,
                    named = latest(&over),
                    "more is named than there is room for"
                );
            }
        }
    }
}

/// What was named last beyond a limit, in words.
fn latest(over: &OverLimit) -> String {
    let mut named: Vec<_> = over.named.iter().collect();
    named.sort_by_key(|name| std::cmp::Reverse(name.last));
    let words = named
        .into_iter()
        .take(NAMED)
        .map(|name| match &name.agency {
            Some(agency) if *agency != name.code => format!("{agency}/{}", name.code),
            _ => name.code.clone(),
        });
    words.collect::<Vec<_>>().join(", ")
}
