//! What producers name beyond the limits, told: each second as a metric, and once
//! in a while in the log.

use std::collections::BTreeMap;

use vigie_contract::time::{Span, Time};
use vigie_contract::unknown::{OverKind, OverLimit};
use vigie_model::Fold;

use crate::telemetry::metrics as names;

/// One line of the log a kind stands for those of so long.
const LOG_EVERY: Span = Span::from_seconds(60);

/// So many of them are looked at for the log, and so many named in a line.
const LOOKED_AT: usize = 100;
const NAMED: usize = 5;

/// What was told of it.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How often each limit had been met when it was last logged.
    logged: BTreeMap<OverKind, u64>,
    at: Option<Time>,
}

impl Told {
    /// Sets the metrics, and logs what is new.
    pub(super) fn tell(&mut self, fold: &Fold, now: Time) {
        let mut is_new = false;
        for (kind, times) in fold.over_limit() {
            metrics::counter!(names::OVER_LIMIT, "kind" => kind.name()).absolute(times);
            is_new |= times > self.logged.get(&kind).copied().unwrap_or(0);
        }
        let is_due = self.at.is_none_or(|at| now < at || now - at >= LOG_EVERY);
        if !(is_new && is_due) {
            return;
        }
        self.at = Some(now);
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

/// The last of them, in words.
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
