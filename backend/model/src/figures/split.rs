//! How the change of the pick-up rate `agent` is split (`docs/explain.md`): over the
//! shares of those who asked, and over the scopes that it is made of.
//!
//! Numbers alone, in parts of one: the rate is a quotient r = N ÷ D, both linear in the
//! shares. What is compared are two windows, before and after, in this order.

use vigie_contract::explanation::Parts;
use vigie_contract::indicator::{Count, Formula, PICK_UP_AGENT, Summand};

/// How far the two denominators are apart, as their difference ÷ their sum, below which
/// the integrals are summed as series: what is written with a logarithm there is a small
/// difference of large numbers.
const NEARLY_CONSTANT: f64 = 0.05;

/// The most terms of a series, of which each is less than [`NEARLY_CONSTANT`]² of the
/// one before.
const TERMS: i32 = 8;

/// How many shares the rate is written over.
pub(crate) const SHARES: usize = Parts::COUNTS.len();

/// A window as its rate is written over shares: counts, of which short abandons that do
/// not count against are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Calls that asked for an agent; more than 0.
    pub asked: i64,
    /// The counts of [`Parts::COUNTS`], in their order.
    pub of: [i64; SHARES],
    /// The numerator of the rate and its denominator, which is more than 0.
    pub sides: [i64; 2],
}

/// What each share made of the change of the rate: the Aumann–Shapley split.
///
/// On the straight line from the shares before to those after, each share moves the rate
/// by its derivative. Its part is the integral of that along the line, so that the parts
/// add up to the change, and no order in which the shares might have changed is
/// preferred. With Δ the change of a share, and n and d its weights in N and D, the part
/// is Δ·(n·I − d·J), where I = ∫ 1 ÷ D dt and J = ∫ N ÷ D² dt, over t from 0 to 1.
///
/// Both windows the other way round give the same parts with their signs turned. The
/// parts are in the order of [`Parts::COUNTS`].
pub(crate) fn by_share(before: &Counted, after: &Counted) -> [f64; SHARES] {
    let per_asked = |value: i64, window: &Counted| value as f64 / window.asked as f64;
    // Of counts, not of shares: each difference is rounded once.
    let change = |from: i64, to: i64| {
        let [from, to] = [(from, after.asked), (to, before.asked)]
            .map(|(count, other)| i128::from(count) * i128::from(other));
        (to - from) as f64 / (before.asked as f64 * after.asked as f64)
    };
    let [numerators, denominators] = [0, 1].map(|side| Line {
        ends: [before, after].map(|window| per_asked(window.sides[side], window)),
        change: change(before.sides[side], after.sides[side]),
    });
    let [reciprocal, quotient] = integrals(numerators, denominators);
    std::array::from_fn(|at| {
        let [n, d] = weights(Parts::COUNTS[at]).map(f64::from);
        change(before.of[at], after.of[at]) * (n * reciprocal - d * quotient)
    })
}

/// A quantity that changes linearly from one window to the other.
#[derive(Clone, Copy, Debug)]
struct Line {
    ends: [f64; 2],
    /// The second end less the first, known better than from the two.
    change: f64,
}

/// ∫ 1 ÷ D dt and ∫ N ÷ D² dt, along the line.
///
/// The first is ln(D₁ ÷ D₀) ÷ ΔD. The second follows from it, since the change of N ÷ D
/// is ΔN·∫ 1 ÷ D dt − ΔD·∫ N ÷ D² dt. Where D is nearly constant, both are summed as
/// series about the middle of the line: with m the mean of D, h half its change ÷ m, and
/// s from −1 to 1, D = m·(1 + h·s).
fn integrals(n: Line, d: Line) -> [f64; 2] {
    let h = d.change / (d.ends[0] + d.ends[1]);
    if h.abs() >= NEARLY_CONSTANT {
        let reciprocal = log_ratio(d) / d.change;
        let moved = n.ends[1] / d.ends[1] - n.ends[0] / d.ends[0];
        return [reciprocal, (n.change * reciprocal - moved) / d.change];
    }
    let mean = |line: Line| (line.ends[0] + line.ends[1]) / 2.0;
    let (middle, square) = (mean(d), h * h);
    let powers = |of: fn(f64) -> f64| -> f64 {
        let terms = 0..TERMS;
        terms.map(|k| of(f64::from(k)) * square.powi(k)).sum()
    };
    // ½ ∫ 1 ÷ (1 + hs) ds, ½ ∫ 1 ÷ (1 + hs)² ds and −½ ∫ s ÷ (1 + hs)² ds.
    let once = powers(|k| 1.0 / (2.0 * k + 1.0));
    let twice = powers(|_| 1.0);
    let leaning = h * powers(|k| 2.0 * (k + 1.0) / (2.0 * k + 3.0));
    let quotient = mean(n) * twice - n.change / 2.0 * leaning;
    [once / middle, quotient / (middle * middle)]
}

/// ln(D₁ ÷ D₀), by way of the change, which is known better than the quotient.
fn log_ratio(d: Line) -> f64 {
    match d.change > 0.0 {
        true => (d.change / d.ends[0]).ln_1p(),
        false => -(-d.change / d.ends[1]).ln_1p(),
    }
}

/// How often a share is in the numerator and in the denominator of the rate, once those
/// answered are written as those who asked less all others of them.
fn weights(count: Count) -> [i8; 2] {
    let Formula::Quotient { parts, .. } = PICK_UP_AGENT.formula else {
        return [0, 0];
    };
    let of = |wanted: Count| {
        let known = parts
            .iter()
            .find(|part| part.of == Summand::Count(wanted))
            .map(|part| [part.numerator, part.denominator]);
        known.unwrap_or_default()
    };
    let [n, d] = of(count);
    match is_settled_promise(count) {
        true => [n, d],
        false => {
            let [of_answered, below_answered] = of(Count::Answered);
            [n - of_answered, d - below_answered]
        }
    }
}

/// Whether a count of [`Parts::COUNTS`] is none of those who asked in the window.
fn is_settled_promise(count: Count) -> bool {
    count == Count::PromisesKept || count == Count::PromisesBroken
}

/// What a child made of the change of its parent's rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OfChild {
    /// Its share of the parent's denominator, before and after.
    pub weights: [f64; 2],
    /// What its own rate made.
    pub rate: f64,
    /// What its weight made.
    pub weight: f64,
}

/// What each child made of the change: by its own rate, and by its weight.
///
/// `whole` and each child are the numerator and the denominator, before and after; the
/// children add up to the whole, of which the denominators are more than 0. A child whose
/// denominator is 0 is absent there.
///
/// With w a child's share of the denominator, q its rate and r the whole's, and a bar for
/// the mean of before and after, q makes w̄·Δq of the change and w makes (q̄ − r̄)·Δw. That
/// is the change of Σ w·q, and prefers neither window; r̄ takes nothing away, as all Δw add
/// up to 0, and makes a child that grows lift the rate where it is better than the whole.
/// A child that is absent on one side has one rate, which is its mean, and no change of
/// it: all that it made, its weight made.
pub(crate) fn by_child(whole: [[i64; 2]; 2], children: &[[[i64; 2]; 2]]) -> Vec<OfChild> {
    let rate = |[numerator, denominator]: [i64; 2]| {
        (denominator != 0).then(|| numerator as f64 / denominator as f64)
    };
    let mean_of_whole = whole.into_iter().flat_map(rate).sum::<f64>() / 2.0;
    let of_child = |child: &[[i64; 2]; 2]| {
        let weights = [0, 1].map(|at: usize| child[at][1] as f64 / whole[at][1] as f64);
        let [first, last] = child.map(rate);
        let (mean, change) = match (first, last) {
            (Some(first), Some(last)) => ((first + last) / 2.0, last - first),
            (Some(only), None) | (None, Some(only)) => (only, 0.0),
            (None, None) => (mean_of_whole, 0.0),
        };
        OfChild {
            weights,
            rate: (weights[0] + weights[1]) / 2.0 * change,
            weight: (mean - mean_of_whole) * (weights[1] - weights[0]),
        }
    };
    children.iter().map(of_child).collect()
}

#[cfg(test)]
mod tests;
