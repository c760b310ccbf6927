//! The splits add up, and are what the definitions say: against integrals that are summed
//! step by step, with derivatives written down by hand.

use proptest::prelude::*;

use super::*;

/// How far from the change the parts may add up to, in parts of one.
const EXACT: f64 = 1e-9;

/// A window of counts, in the order of [`Parts::COUNTS`], with those answered.
fn counted(answered: i64, of: [i64; 8]) -> Counted {
    let [
        abandoned,
        cut_off,
        lost,
        callbacks,
        voicemails,
        deflected,
        kept,
        broken,
    ] = of;
    let asked = answered + abandoned + cut_off + lost + callbacks + voicemails + deflected;
    Counted {
        asked,
        of,
        sides: [answered + kept, asked - callbacks + kept + broken],
    }
}

fn rate([numerator, denominator]: [i64; 2]) -> f64 {
    numerator as f64 / denominator as f64
}

fn moved(before: &Counted, after: &Counted) -> f64 {
    rate(after.sides) - rate(before.sides)
}

fn sum(parts: &[f64]) -> f64 {
    parts.iter().sum()
}

/// Counts as windows have them, and as none ever had.
fn count() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => Just(0_i64),
        2 => Just(1_i64),
        4 => 0..200_i64,
        1 => 0..1_000_001_i64,
        1 => Just(1_000_000_i64),
    ]
}

/// A window of which the rate can be written over shares.
fn window() -> impl Strategy<Value = Counted> {
    let any =
        (count(), prop::array::uniform8(count())).prop_map(|(answered, of)| counted(answered, of));
    any.prop_filter("a rate over shares", |window| {
        window.asked > 0 && window.sides[1] > 0
    })
}

/// The windows from which the largest parts come, and the smallest denominators.
fn extreme() -> Vec<Counted> {
    const M: i64 = 1_000_000;
    vec![
        counted(1, [0; 8]),
        counted(0, [1, 0, 0, 0, 0, 0, 0, 0]),
        counted(M, [0; 8]),
        // All broken, all kept, of one who asked.
        counted(0, [0, 0, 0, 1, 0, 0, 0, M]),
        counted(0, [0, 0, 0, 1, 0, 0, M, 0]),
        counted(1, [0, 0, 0, 0, 0, 0, M, 0]),
        // Nearly all are to be called back.
        counted(1, [0, 0, 0, M - 1, 0, 0, 0, 0]),
        counted(0, [0, 0, 1, M - 1, 0, 0, 0, 0]),
        counted(1, [0, 0, 0, M - 2, 0, 0, 0, 0]),
        counted(1, [M, M, M, M, M, M, M, M]),
        counted(0, [0, 0, 0, 0, 0, M, 0, 1]),
        counted(0, [0, 0, 0, 0, 0, 1, 2_049, 0]),
        counted(44, [39, 0, 0, M, 1, 0, 0, 1]),
    ]
}

/// The derivatives of the rate by each share, from its formula:
/// (1 − ab − co − lo − cb − vm − de + kept) ÷ (1 − cb + kept + broken).
fn gradient(n: f64, d: f64) -> [f64; 8] {
    let less = -1.0 / d;
    [
        less,
        less,
        less,
        less + n / (d * d),
        less,
        less,
        1.0 / d - n / (d * d),
        -n / (d * d),
    ]
}

/// The parts by Simpson's rule along the line. Steps are even in the logarithm of the
/// denominator where it changes, so that they are short where it is small.
fn integrated(before: &Counted, after: &Counted) -> [f64; 8] {
    const STEPS: usize = 8_000;
    let shares = |window: &Counted| window.of.map(|count| count as f64 / window.asked as f64);
    let [n, d] = [0, 1]
        .map(|side| [before, after].map(|window| window.sides[side] as f64 / window.asked as f64));
    let (from, to) = (shares(before), shares(after));
    let ratio = (d[1] / d[0]).ln();
    // How much of the line is left at a step and how much is done, each without what the
    // other loses in rounding; and how fast it goes there.
    let instant = |at: f64| match ratio.abs() > 0.01 {
        true => {
            let below = d[0] * (ratio * at).exp();
            let parts = [d[1] - below, below - d[0], below * ratio];
            parts.map(|part| part / (d[1] - d[0]))
        }
        false => [1.0 - at, at, 1.0],
    };
    let mut sums = [0.0; 8];
    for step in 0..=STEPS {
        let [left, done, speed] = instant(step as f64 / STEPS as f64);
        let factor = match step {
            0 | STEPS => 1.0,
            _ if step % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let along = |ends: [f64; 2]| left * ends[0] + done * ends[1];
        for (sum, slope) in sums.iter_mut().zip(gradient(along(n), along(d))) {
            *sum += factor * slope * speed / (3.0 * STEPS as f64);
        }
    }
    let mut parts = sums;
    for (at, part) in parts.iter_mut().enumerate() {
        *part *= to[at] - from[at];
    }
    parts
}

#[test]
fn shares_weigh_as_the_formula_says() {
    for (count, expected) in Parts::COUNTS.into_iter().zip([
        [-1, 0],
        [-1, 0],
        [-1, 0],
        [-1, -1],
        [-1, 0],
        [-1, 0],
        [1, 1],
        [0, 1],
    ]) {
        assert_eq!(weights(count), expected, "{}", count.name());
    }
}

#[test]
fn what_did_not_change_has_no_part() {
    for window in extreme() {
        assert_eq!(by_share(&window, &window), [0.0; SHARES], "{window:?}");
    }
}

#[test]
fn of_extremes_the_parts_add_up_and_are_the_integrals() {
    for before in extreme() {
        for after in extreme() {
            let parts = by_share(&before, &after);
            let off = sum(&parts) - moved(&before, &after);
            assert!(off.abs() < EXACT, "{before:?} {after:?}: {off:e}");
            for (part, expected) in parts.iter().zip(integrated(&before, &after)) {
                let off = part - expected;
                assert!(off.abs() < EXACT, "{before:?} {after:?}: {off:e}");
            }
        }
    }
}

#[test]
fn the_series_and_the_logarithm_meet() {
    // About where the one takes over from the other: h = 0.05 is 100 to 90.47….
    for below in [9_040, 9_045, 9_047, 9_048, 9_050, 9_999, 10_000, 10_001] {
        let before = counted(6_000, [2_000, 0, 0, 0, 1_000, 1_000, 0, 0]);
        let after = counted(below - 1_000, [1_000, 0, 0, 10_000 - below, 0, 0, 0, 0]);
        let parts = by_share(&before, &after);
        for (part, expected) in parts.iter().zip(integrated(&before, &after)) {
            assert!(
                (part - expected).abs() < 1e-12,
                "{below}: {part} {expected}"
            );
        }
    }
}

/// The other shares as they were, whoever is to be called back is one less answered: that
/// raises no rate. What a rate gains where callers are sent to callbacks, it gains by
/// those who do not give up any more.
#[test]
fn callers_sent_to_callbacks_that_nobody_has_kept_raise_the_rate_as_fewer_abandon() {
    let before = counted(60, [40, 0, 0, 0, 0, 0, 0, 0]);
    let after = counted(60, [10, 0, 0, 30, 0, 0, 0, 0]);
    let parts = by_share(&before, &after);
    assert!((sum(&parts) - (60.0 / 70.0 - 0.6)).abs() < EXACT);
    let parts = Parts::in_order(parts);
    assert!(parts.abandoned > 0.25);
    assert!(parts.callbacks_accepted < 0.0);
    assert_eq!([parts.promises_kept, parts.promises_broken], [0.0, 0.0]);
}

/// Children, of which some are absent on a side.
fn children() -> impl Strategy<Value = Vec<[[i64; 2]; 2]>> {
    let side = (0.0..=1.0_f64, count())
        .prop_map(|(share, below)| [(share * below as f64).floor() as i64, below]);
    prop::collection::vec(prop::array::uniform2(side), 1..12)
}

fn whole(children: &[[[i64; 2]; 2]]) -> [[i64; 2]; 2] {
    let mut whole = [[0; 2]; 2];
    for child in children {
        for (at, side) in child.iter().enumerate() {
            whole[at][0] += side[0];
            whole[at][1] += side[1];
        }
    }
    whole
}

#[test]
fn a_child_that_came_is_weight_alone() {
    // 80 of 100, then as before with 20 of 50 elsewhere.
    let parts = by_child(
        [[80, 100], [100, 150]],
        &[[[80, 100], [80, 100]], [[0, 0], [20, 50]]],
    );
    assert_eq!((parts[0].rate, parts[1].rate), (0.0, 0.0));
    assert_eq!(parts[1].weights, [0.0, 1.0 / 3.0]);
    assert!(parts[1].weight < 0.0, "worse than the whole, and grown");
    let sum = parts[0].weight + parts[1].weight;
    assert!((sum - (100.0 / 150.0 - 0.8)).abs() < EXACT);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn parts_by_share_add_up_and_are_the_integrals(before in window(), after in window()) {
        let parts = by_share(&before, &after);
        prop_assert!((sum(&parts) - moved(&before, &after)).abs() < EXACT);
        for (part, expected) in parts.iter().zip(integrated(&before, &after)) {
            prop_assert!((part - expected).abs() < EXACT, "{} is {}", part, expected);
        }
        let back = by_share(&after, &before);
        for (part, back) in parts.iter().zip(back) {
            prop_assert!((part + back).abs() < EXACT, "{} and back {}", part, back);
        }
    }

    #[test]
    fn parts_by_child_add_up(children in children()) {
        let whole = whole(&children);
        prop_assume!(whole.iter().all(|side| side[1] > 0));
        let parts = by_child(whole, &children);
        let sum: f64 = parts.iter().map(|part| part.rate + part.weight).sum();
        prop_assert!((sum - (rate(whole[1]) - rate(whole[0]))).abs() < EXACT);
        for (child, part) in children.iter().zip(&parts) {
            if child[0][1] == 0 || child[1][1] == 0 {
                prop_assert_eq!(part.rate, 0.0);
            }
        }
    }
}
