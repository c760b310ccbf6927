//! All figures of a scope.

use std::collections::BTreeMap;

use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Clock, Now, View, Window};

use super::indicators::{self, Context, PresenceAtEnd};
use super::{callers, closing, estimate, extent, now};
use crate::books::By;
use crate::contribution::Occupied;
use crate::directory::Versions;
use crate::sums::{ScopeSums, TODAY, WindowAt, place_of};

/// What figures depend on beside sums.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'s> {
    /// The instant that the sums are as of.
    pub as_of: Time,
    /// The clock that this instant was read from.
    pub clock: Clock,
    /// The directory, whose rules the rates go by.
    pub directory: &'s Versions,
}

/// The view of a scope or of a selection. `agencies`: the agencies below a network, a
/// region or all, and those of a selection, each with its sums, for the spread; none for
/// other scopes.
pub fn view<'e>(
    of: impl Into<ExtentRef<'e>>,
    sums: &ScopeSums<'_>,
    agencies: &[(&Scope, ScopeSums<'_>)],
    setting: Setting<'_>,
) -> View {
    let of = of.into();
    let windows = |by| windows(of, sums, agencies, by, setting);
    View {
        as_of: setting.as_of,
        scope: of.to_extent(),
        clock: setting.clock,
        now: Now {
            levers: extent::has_levers(of).then(|| now::levers(sums)),
            ..now::now(sums, setting.as_of)
        },
        windows: windows(By::Origin),
        handled: windows(By::Handler),
        quarters: None,
        estimate: estimate::estimate(of, sums),
        callers: sums.callers.as_ref().map(callers::callers),
        closing: closing::closing(sums),
        closing_record: None,
        severity: None,
        judged: None,
    }
}

fn windows(
    of: ExtentRef<'_>,
    sums: &ScopeSums<'_>,
    agencies: &[(&Scope, ScopeSums<'_>)],
    by: By,
    setting: Setting<'_>,
) -> BTreeMap<String, Window> {
    let is_wide = extent::is_wide(of);
    // Who counts in two members would have been busy in both.
    let has_presence = !extent::may_share_agents(of);
    let directory = setting.directory;
    let sliding = sums.sliding.iter().enumerate();
    let sliding = sliding.map(|(at, known)| (&*known.name, WindowAt::Sliding(at)));
    sliding
        .chain([(TODAY, WindowAt::Today)])
        .map(|(name, at)| {
            let context = Context {
                short_abandons_count: directory.short_abandons_count_over(of, setting.as_of),
                is_wide_today: is_wide && at == WindowAt::Today,
                presence: has_presence.then(|| presence(sums, at, setting)),
            };
            let of_agencies = agencies.iter().map(|(scope, sums)| {
                let place = place_of(&sums.sliding, name)?;
                let window = sums.windows.in_place(by, place);
                indicators::pick_up_agent(
                    &window,
                    directory.short_abandons_count_in(scope, setting.as_of),
                )
            });
            let start = match at {
                WindowAt::Sliding(at) => {
                    setting.as_of - Span::from_seconds(sums.sliding[at].seconds)
                }
                WindowAt::Today => directory.midnight_over(of, setting.as_of),
            };
            let window = Window {
                complete: now::told(&sums.sources, start, setting.as_of),
                spread: indicators::spread(of_agencies),
                ..indicators::window(&sums.windows.of(by, at), context)
            };
            (name.to_owned(), window)
        })
        .collect()
}

/// The agents at the end of a window, from which follows how busy they were in it.
fn presence(sums: &ScopeSums<'_>, at: WindowAt, setting: Setting<'_>) -> PresenceAtEnd {
    let agents = &sums.present.agents;
    let as_of = setting.as_of;
    match at {
        WindowAt::Sliding(place) => PresenceAtEnd::Sliding {
            end: as_of.0,
            length: Span::from_seconds(sums.sliding[place].seconds).0,
            busy: agents.occupied(Occupied::Busy),
            ready: agents.occupied(Occupied::Ready),
        },
        WindowAt::Today => PresenceAtEnd::Today {
            busy: agents.since_midnight(Occupied::Busy, as_of),
            ready: agents.since_midnight(Occupied::Ready, as_of),
        },
    }
}
