//! Why the pick-up rate `agent` of a scope moved between two windows.

use std::collections::BTreeMap;

use vigie_contract::explanation::{
    ChildPart, ComparedWindow, Explanation, NoShares, Parts, Unseen, WindowLength,
};
use vigie_contract::extent::ExtentRef;
use vigie_contract::indicator::PICK_UP_AGENT;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Count, Counts, Rate};

use super::indicators::{self, Context};
use super::split::{self, Counted};
use crate::tally::{Summed, Tally};

/// A part of one in points. A zero of either sign is written as one without.
fn points(part: f64) -> f64 {
    part * 100.0 + 0.0
}

/// One of the two windows between which the rate of a scope moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    short_abandons_count: bool,
    window: ComparedWindow,
    /// The name of each child that has a rate, and that rate, by the rule of the scope.
    children: BTreeMap<Scope, (String, Rate)>,
}

/// What a side is made of, beside its sums.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideOf {
    pub from: Time,
    pub to: Time,
    /// Whether short abandons count against the rate, by the rule of the scope.
    pub short_abandons_count: bool,
    /// Whether the window is today, and the scope is `all`, a network or a line.
    pub is_wide_today: bool,
    /// Promises open at the end, where that is known.
    pub promises_open: Option<i64>,
}

impl Side {
    /// A side of a scope, of the sums of its window by origin.
    pub(crate) fn new(of: SideOf, tally: &Tally) -> Self {
        let context = Context {
            short_abandons_count: of.short_abandons_count,
            is_wide_today: of.is_wide_today,
            presence: None,
        };
        let window = indicators::window(tally, context);
        let (counts, rate) = (window.counts, window.rates.pick_up_agent);
        Self {
            short_abandons_count: of.short_abandons_count,
            window: ComparedWindow {
                from: of.from,
                to: of.to,
                counts,
                rate,
                presented: window.rates.pick_up_presented,
                no_shares: no_shares(&counts, rate, of.short_abandons_count),
                unseen: Unseen {
                    deflected_saturated: counts.deflected_saturated,
                    deflected_closed: counts.deflected_closed,
                    out_of_hours: counts.out_of_hours,
                    overflowed_in: counts.overflowed_in,
                    overflowed_out: counts.overflowed_out,
                    left_in_ivr: counts.left_in_ivr,
                    promises_open: of.promises_open,
                },
            },
            children: BTreeMap::new(),
        }
    }

    /// Takes in a child of the scope, with the sums of the same window.
    pub(crate) fn add_child(&mut self, scope: &Scope, name: &str, tally: &impl Summed) {
        if let Some(rate) = indicators::pick_up_agent(tally, self.short_abandons_count) {
            let named = (name.to_owned(), rate);
            self.children.insert(scope.clone(), named);
        }
    }

    /// The window as its rate is written over shares; `None` where it has none.
    fn counted(&self) -> Option<Counted> {
        let sides = self.window.rate?.of;
        let counts = &self.window.counts;
        let asked = counts.asked - forgiven(counts, self.short_abandons_count);
        (asked > 0).then(|| Counted {
            asked,
            of: Parts::COUNTS.map(|count| match count == Count::Abandoned {
                true => counts.abandoned - forgiven(counts, self.short_abandons_count),
                false => counts.get(count),
            }),
            sides,
        })
    }

    /// The rate of a child; `None` where it has none.
    fn child(&self, scope: &Scope) -> Option<Rate> {
        self.children.get(scope).map(|(_, rate)| *rate)
    }
}

/// Short abandons that are left out of the rate.
fn forgiven(counts: &Counts, short_abandons_count: bool) -> i64 {
    match PICK_UP_AGENT.forgives_short_abandons(short_abandons_count) {
        true => counts.short_abandoned,
        false => 0,
    }
}

fn no_shares(counts: &Counts, rate: Option<Rate>, short_abandons_count: bool) -> Option<NoShares> {
    let has_asked = counts.asked > forgiven(counts, short_abandons_count);
    match (has_asked, rate) {
        (true, Some(_)) => None,
        (false, None) => Some(NoShares::NobodyAsked),
        (true, None) => Some(NoShares::AllToBeCalledBack),
        (false, Some(_)) => Some(NoShares::PromisesAlone),
    }
}

/// Why a rate moved from one side to the other, both of the same scope or selection and of
/// windows of one length.
pub fn explain<'e>(
    of: impl Into<ExtentRef<'e>>,
    length: WindowLength,
    before: &Side,
    after: &Side,
) -> Explanation {
    let rates = before.window.rate.zip(after.window.rate);
    let shares = before.counted().zip(after.counted());
    Explanation {
        scope: of.into().to_extent(),
        window: length.to_string(),
        short_abandons_count: after.short_abandons_count,
        before: before.window.clone(),
        after: after.window.clone(),
        change_points: rates.map(|(from, to)| points(to.value - from.value)),
        parts: shares.map(|(from, to)| Parts::in_order(split::by_share(&from, &to).map(points))),
        children: rates.map(|(from, to)| children([before, after], [from.of, to.of])),
    }
}

/// A child, and its rates before and after; without a scope what is in no child.
type RatesOf<'s> = (Option<&'s Scope>, [Option<Rate>; 2]);

/// What each child made of the change, by scope; at the end what is in no child.
fn children(sides: [&Side; 2], whole: [[i64; 2]; 2]) -> Vec<ChildPart> {
    let names: BTreeMap<&Scope, &str> = sides
        .iter()
        .flat_map(|side| side.children.iter())
        .map(|(scope, (name, _))| (scope, name.as_str()))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let mut named: Vec<RatesOf<'_>> = names
        .keys()
        .map(|scope| (Some(*scope), sides.map(|side| side.child(scope))))
        .collect();
    let rest = rest(&named, whole);
    if rest.iter().any(Option::is_some) {
        named.push((None, rest));
    }
    let counted: Vec<[[i64; 2]; 2]> = named
        .iter()
        .map(|(_, rates)| rates.map(|rate| rate.map_or([0, 0], |rate| rate.of)))
        .collect();
    let parts = split::by_child(whole, &counted);
    let child = |((scope, [before, after]), part): (RatesOf<'_>, split::OfChild)| {
        let [weight_before, weight_after] = part.weights;
        ChildPart {
            scope: scope.cloned(),
            name: scope.and_then(|scope| names.get(scope).map(|name| (*name).to_owned())),
            before,
            after,
            weight_before,
            weight_after,
            rate_points: points(part.rate),
            weight_points: points(part.weight),
        }
    };
    named.into_iter().zip(parts).map(child).collect()
}

/// What counts in the scope and in none of its children: calls of a line that name no
/// agency, or of an agency that name no queue.
fn rest(named: &[RatesOf<'_>], whole: [[i64; 2]; 2]) -> [Option<Rate>; 2] {
    [0, 1].map(|at: usize| {
        let of_children = named.iter().filter_map(|(_, rates)| rates[at]);
        let [numerator, denominator] = of_children.fold(whole[at], |left, child| {
            [left[0] - child.of[0], left[1] - child.of[1]]
        });
        Rate::of(numerator, denominator)
    })
}

#[cfg(test)]
mod tests;
