//! The headline figures of a scope, in one row of a table.

use vigie_contract::scope::Scope;
use vigie_contract::view::Card;

use super::indicators;
use super::now;
use super::view::Setting;
use crate::books::By;
use crate::sums::{ScopeSums, TODAY, WindowAt, place_of};
use crate::tally::Family;

/// A scope, and what it is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedScope<'n> {
    pub scope: &'n Scope,
    /// Its name in the directory, else its code.
    pub name: &'n str,
    /// Whether the directory knows it.
    pub known: bool,
}

/// The card of a scope.
pub(crate) fn card(named: NamedScope<'_>, sums: &ScopeSums<'_>, setting: Setting<'_>) -> Card {
    let window = |name| {
        let place = place_of(&sums.sliding, name).unwrap_or(WindowAt::Today);
        sums.windows.of(By::Origin, place)
    };
    let (quarter, today) = (window("15m"), window(TODAY));
    let directory = setting.directory;
    let short = directory.short_abandons_count_in(named.scope, setting.as_of);
    let counts = indicators::counts(&today, Family::First);
    Card {
        scope: named.scope.clone(),
        name: named.name.to_owned(),
        known: named.known,
        waiting: now::waiting(&sums.present),
        longest_wait_seconds: now::longest_wait(&sums.present, setting.as_of),
        pick_up_agent_15m: indicators::pick_up_agent(&*quarter, short),
        pick_up_agent_today: indicators::pick_up_agent(&*today, short),
        offered_today: counts.offered,
        answered_today: counts.answered,
        abandoned_today: counts.abandoned,
        answer_mean_15m_seconds: indicators::answer_mean(&quarter),
        severity: None,
        worst: None,
        suppressed: None,
    }
}
