//! The figures of each agency, as metrics.

use std::collections::{HashMap, HashSet};

use metrics::{Counter, Gauge};
use vigie_contract::scope::Scope;
use vigie_contract::view::{Estimate, NoEstimate};
use vigie_model::{Forgotten, Measures};

use super::metrics::{
    AGENCY_ABANDONED, AGENCY_ANSWERED, AGENCY_ESTIMATE, AGENCY_ESTIMATE_BIAS,
    AGENCY_ESTIMATE_ERROR, AGENCY_ESTIMATE_HELD, AGENCY_LONGEST_WAIT, AGENCY_NO_ESTIMATE,
    AGENCY_OFFERED, AGENCY_WAITING,
};

/// The metrics of agencies: bounded by the directory, all others together
/// under `agency="unknown"`.
#[derive(Default)]
pub struct AgencyGauges {
    gauges: HashMap<Scope, AgencyMetrics>,
}

struct AgencyMetrics {
    waiting: Gauge,
    longest_wait_seconds: Gauge,
    offered: Counter,
    answered: Counter,
    abandoned: Counter,
    /// The estimated wait, once for each percentile. Its label is `percentile`, since
    /// `quantile` is a label of summaries alone.
    estimated: [Gauge; 2],
    /// A gauge for each reason why there is no estimate.
    no_estimate: [(NoEstimate, Gauge); 4],
    held: Gauge,
    error_seconds: Gauge,
    bias_seconds: Gauge,
}

/// What the agencies that the directory does not know are called.
const UNKNOWN: &str = "unknown";

impl AgencyGauges {
    /// Whether a scope has metrics here.
    pub fn are_of(scope: &Scope) -> bool {
        matches!(scope, Scope::Agency(..))
    }

    /// Sets the figures of some agencies, those that the directory does not know all
    /// of them; `forgotten` counts with the unknown.
    pub fn set(&mut self, agencies: &[Measures], forgotten: Forgotten) {
        let mut unknown = (forgotten != Forgotten::default()).then(|| all_unknown(forgotten));
        for figures in agencies {
            if figures.known {
                self.set_one(figures);
                continue;
            }
            let sum = unknown.get_or_insert_with(|| all_unknown(forgotten));
            sum.waiting += figures.waiting;
            sum.offered += figures.offered;
            sum.answered += figures.answered;
            sum.abandoned += figures.abandoned;
            sum.longest_wait_seconds = max(sum.longest_wait_seconds, figures.longest_wait_seconds);
        }
        if let Some(sum) = unknown {
            self.set_one(&sum);
        }
    }

    /// Lets go of the agencies that are not among some scopes, since the directory has
    /// them elsewhere or not at all any more. Their counters stand still.
    pub fn keep(&mut self, scopes: &HashSet<Scope>) {
        self.gauges.retain(|scope, metrics| {
            let is_there = scopes.contains(scope) || *scope == unknown_scope();
            if !is_there {
                metrics.let_go();
            }
            is_there
        });
    }

    fn set_one(&mut self, figures: &Measures) {
        if !self.gauges.contains_key(&figures.scope) {
            let Some(made) = AgencyMetrics::new(&figures.scope) else {
                return;
            };
            self.gauges.insert(figures.scope.clone(), made);
        }
        let metrics = &self.gauges[&figures.scope];
        metrics.waiting.set(figures.waiting as f64);
        metrics
            .longest_wait_seconds
            .set(figures.longest_wait_seconds.unwrap_or(0.0));
        // Never lowers a counter: a correction is held back until it is caught
        // up with.
        metrics.offered.absolute(figures.offered);
        metrics.answered.absolute(figures.answered);
        metrics.abandoned.absolute(figures.abandoned);
        metrics.set_estimate(&figures.estimate);
    }
}

/// Where the agencies that the directory does not know are counted together.
fn unknown_scope() -> Scope {
    let unknown = || UNKNOWN.to_owned();
    Scope::Agency(unknown(), unknown(), unknown())
}

/// The agencies that the directory does not know, none of them counted yet.
fn all_unknown(forgotten: Forgotten) -> Measures {
    Measures {
        scope: unknown_scope(),
        known: false,
        waiting: 0,
        longest_wait_seconds: None,
        offered: forgotten.offered,
        answered: forgotten.answered,
        abandoned: forgotten.abandoned,
        // They have nothing in common that could be estimated.
        estimate: Estimate::absent(NoEstimate::SeveralLines),
    }
}

impl AgencyMetrics {
    /// `None` for a scope that is no agency.
    fn new(scope: &Scope) -> Option<Self> {
        let Scope::Agency(network, region, agency) = scope else {
            return None;
        };
        let labels = [
            ("network", network.clone()),
            ("region", region.clone()),
            ("agency", agency.clone()),
        ];
        let with = |name, value: &str| {
            let [network, region, agency] = labels.clone();
            [network, region, agency, (name, value.to_owned())]
        };
        Some(Self {
            waiting: metrics::gauge!(AGENCY_WAITING, &labels),
            longest_wait_seconds: metrics::gauge!(AGENCY_LONGEST_WAIT, &labels),
            offered: metrics::counter!(AGENCY_OFFERED, &labels),
            answered: metrics::counter!(AGENCY_ANSWERED, &labels),
            abandoned: metrics::counter!(AGENCY_ABANDONED, &labels),
            estimated: ["50", "90"].map(|percentile| {
                metrics::gauge!(AGENCY_ESTIMATE, &with("percentile", percentile))
            }),
            no_estimate: NoEstimate::ALL.map(|reason| {
                let labels = with("reason", reason.name());
                (reason, metrics::gauge!(AGENCY_NO_ESTIMATE, &labels))
            }),
            held: metrics::gauge!(AGENCY_ESTIMATE_HELD, &labels),
            error_seconds: metrics::gauge!(AGENCY_ESTIMATE_ERROR, &labels),
            bias_seconds: metrics::gauge!(AGENCY_ESTIMATE_BIAS, &labels),
        })
    }

    /// Shows that nothing is known any more.
    fn let_go(&self) {
        self.waiting.set(f64::NAN);
        self.longest_wait_seconds.set(f64::NAN);
        for (_, gauge) in &self.no_estimate {
            gauge.set(f64::NAN);
        }
        let estimate = self.estimated.iter();
        let record = [&self.held, &self.error_seconds, &self.bias_seconds];
        estimate.chain(record).for_each(|gauge| gauge.set(f64::NAN));
    }

    fn set_estimate(&self, estimate: &Estimate) {
        let set = |gauge: &Gauge, value: Option<f64>| gauge.set(value.unwrap_or(f64::NAN));
        set(&self.estimated[0], estimate.p50_seconds);
        set(&self.estimated[1], estimate.p90_seconds);
        for (reason, gauge) in &self.no_estimate {
            gauge.set(f64::from(u8::from(estimate.reason == Some(*reason))));
        }
        set(&self.held, estimate.record_60m.held.map(|rate| rate.value));
        set(&self.error_seconds, estimate.record_60m.error_p50_seconds);
        set(&self.bias_seconds, estimate.record_60m.bias_seconds);
    }
}

fn max(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;
    use vigie_contract::view::{Rate, Record};

    use super::*;

    #[test]
    fn an_agency_shows_the_record_of_its_estimates() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let mut figures = Measures {
            scope: "ft/NAQ/A".parse().unwrap(),
            known: true,
            waiting: 0,
            longest_wait_seconds: None,
            offered: 0,
            answered: 0,
            abandoned: 0,
            estimate: Estimate::absent(NoEstimate::Closed),
        };
        let mut agencies = AgencyGauges::default();
        let mut shown = |figures: &Measures| {
            metrics::with_local_recorder(&recorder, || {
                agencies.set(std::slice::from_ref(figures), Forgotten::default());
            });
            let text = recorder.handle().render();
            ["held_ratio", "error_seconds", "bias_seconds"].map(|name| {
                let name = format!("vigie_agency_estimate_{name}{{");
                let line = text.lines().find(|line| line.starts_with(&name))?;
                line.rsplit(' ').next().map(str::to_owned)
            })
        };
        let nothing = || Some("NaN".to_owned());
        assert_eq!(shown(&figures), [nothing(), nothing(), nothing()]);
        figures.estimate.record_60m = Record {
            held: Rate::of(3, 4),
            error_p50_seconds: Some(12.5),
            bias_seconds: Some(-4.25),
            unscored: 0,
        };
        let expected = ["0.75", "12.5", "-4.25"].map(|value| Some(value.to_owned()));
        assert_eq!(shown(&figures), expected);
    }

    #[test]
    fn an_agency_that_the_directory_has_elsewhere_is_let_go_of() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let figures = |scope: &str, known| Measures {
            scope: scope.parse().unwrap(),
            known,
            waiting: 3,
            longest_wait_seconds: Some(20.0),
            offered: 5,
            answered: 4,
            abandoned: 1,
            estimate: Estimate::absent(NoEstimate::Closed),
        };
        let all = [
            figures("ft/NAQ/A", true),
            figures("ft/NAQ/B", true),
            figures("unassigned/unassigned/C", false),
        ];
        let mut agencies = AgencyGauges::default();
        metrics::with_local_recorder(&recorder, || {
            agencies.set(&all, Forgotten::default());
            let scopes = [all[1].scope.clone(), "ft/BRE/A".parse().unwrap()];
            agencies.keep(&scopes.into());
        });
        let text = recorder.handle().render();
        let shown = |metric: &str, agency: &str| {
            let agency = format!("agency=\"{agency}\"");
            let is_it = |line: &&str| line.starts_with(metric) && line.contains(&agency);
            let line = text.lines().find(is_it).unwrap();
            line.rsplit(' ').next().unwrap().to_owned()
        };
        let waiting = ["A", "B", "unknown"].map(|agency| shown("vigie_agency_waiting", agency));
        assert_eq!(waiting, ["NaN", "3", "3"]);
        // A counter stands still: it does not go back, nor away.
        assert_eq!(shown("vigie_agency_offered_total", "A"), "5");
    }
}
