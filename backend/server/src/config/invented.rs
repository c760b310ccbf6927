//! How much of what events name has a place (`docs/limits.md`).

use vigie_contract::time::Span;
use vigie_model::Limits;

use crate::given_settings::GivenSettings;

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Reads the limits of what producers can invent.
pub(super) fn limits(given: &mut GivenSettings) -> Limits {
    let default = Limits::default();
    let mut number = |name: &str, default, most| {
        // One at least: what exceeds counts under `other`, which needs a first.
        given.number(name, default, 1..=most)
    };
    let default_days = (default.due_within.seconds() as i64 / SECONDS_OF_A_DAY) as u64;
    Limits {
        agencies: number("limits.agencies", default.agencies, 1_000_000),
        lines: number("limits.lines", default.lines, 1_000_000),
        sources: number("limits.sources", default.sources, 1_000_000),
        places: number("limits.places", default.places, 10_000_000),
        queues: number("limits.queues_per_agency", default.queues, 1_000_000),
        agents: number("limits.agents", default.agents, 100_000_000),
        agents_of_agency: number(
            "limits.agents_per_agency",
            default.agents_of_agency,
            10_000_000,
        ),
        pause_reasons: number(
            "limits.pause_reasons_per_agency",
            default.pause_reasons,
            10_000,
        ),
        duties: number("limits.duties", default.duties, 10_000_000),
        promises: number("limits.promises", default.promises, 100_000_000),
        due_within: Span::from_seconds(
            number("limits.promise_due_days", default_days, 400) as i64 * SECONDS_OF_A_DAY,
        ),
        events_of_one: number("limits.events_of_one", default.events_of_one, 100_000),
        callers: number("limits.callers", default.callers, 1_000_000_000),
    }
}
