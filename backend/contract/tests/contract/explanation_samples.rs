//! Explanations with every field present, every figure different.

use vigie_contract::explanation::*;
use vigie_contract::indicator::{Counts, Rate};

use crate::view_samples::{at, scope};

/// A window, of which the counts begin at a number.
fn window(to: &str, first: i64, rate: Option<Rate>, no_shares: Option<NoShares>) -> ComparedWindow {
    ComparedWindow {
        from: at("2026-11-21T08:00:00Z"),
        to: at(to),
        counts: Counts::from_counted(|count| first + count as i64),
        rate,
        presented: rate.and_then(|rate| Rate::of(rate.of[0] - 1, rate.of[1])),
        no_shares,
        unseen: Unseen {
            deflected_saturated: first + 101,
            deflected_closed: first + 102,
            out_of_hours: first + 103,
            overflowed_in: first + 104,
            overflowed_out: first + 105,
            left_in_ivr: Some(first + 106),
            promises_open: Some(first + 107),
        },
    }
}

/// A change that can be split, with a child that came and what is in none.
pub fn split() -> Explanation {
    let child = |path: &str, before, after, weight_after| ChildPart {
        scope: Some(scope(path)),
        name: Some("Bordeaux Centre".to_owned()),
        before,
        after,
        weight_before: 0.5,
        weight_after,
        rate_points: -1.25,
        weight_points: 0.125,
    };
    Explanation {
        scope: scope("ft/NAQ").into(),
        window: "60m".to_owned(),
        short_abandons_count: false,
        before: window("2026-11-21T09:00:00Z", 1, Rate::of(80, 100), None),
        after: window("2026-11-21T10:30:00Z", 1_000, Rate::of(45, 50), None),
        change_points: Some(10.25),
        parts: Some(Parts::in_order([0.5, 1.5, 2.5, -3.5, 4.5, 5.5, 6.5, 7.5])),
        children: Some(vec![
            child("ft/NAQ/NAQ-0331", Rate::of(1, 4), Rate::of(2, 5), 0.75),
            child("ft/NAQ/NAQ-0332", Rate::of(3, 7), Rate::of(5, 8), 0.25),
            ChildPart {
                scope: None,
                name: None,
                before: None,
                after: None,
                ..child("ft", None, None, 0.0625)
            },
        ]),
    }
}

/// Nothing to split: nobody asked before, and after it all who did are to be called back.
pub fn nothing_to_split() -> Explanation {
    let empty = |to, first, why| ComparedWindow {
        unseen: Unseen::default(),
        ..window(to, first, None, Some(why))
    };
    Explanation {
        before: empty("2026-11-21T09:00:00Z", 1, NoShares::NobodyAsked),
        after: empty("2026-11-21T10:30:00Z", 2, NoShares::AllToBeCalledBack),
        change_points: None,
        parts: None,
        children: None,
        ..split()
    }
}
