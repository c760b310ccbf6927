//! The examples of `docs/explain.md` are what the code computes, and a rate that cannot be
//! split says why.

use proptest::prelude::*;

use super::*;
use crate::tally::{Family, Sink, Slot};

const PAGE: &str = include_str!("../../../../../docs/explain.md");

/// The sums of a window, of counts by name.
fn tally(counts: &[(&str, i64)]) -> Tally {
    let mut tally = Tally::default();
    for (name, number) in counts {
        let count = Count::ALL.iter().find(|count| count.name() == *name);
        let count = *count.unwrap_or_else(|| panic!("no such count: {name}"));
        tally.add(Slot::count(Family::First, count), *number);
    }
    tally
}

fn side(short_abandons_count: bool, promises_open: i64, tally: &Tally) -> Side {
    let of = SideOf {
        from: Time::from_seconds(0),
        to: Time::from_seconds(3_600),
        short_abandons_count,
        is_wide_today: false,
        promises_open: Some(promises_open),
    };
    Side::new(of, tally)
}

fn hour() -> WindowLength {
    WindowLength::Seconds(3_600)
}

fn of_counts(before: &[(&str, i64)], after: &[(&str, i64)]) -> Explanation {
    let [before, after] = [before, after].map(|counts| side(true, 0, &tally(counts)));
    explain(&Scope::All, hour(), &before, &after)
}

/// The tables of a section of the page: the cells of each row after the header.
fn tables(heading: &str) -> Vec<Vec<Vec<&'static str>>> {
    let (_, section) = PAGE
        .split_once(&format!("\n### {heading}\n"))
        .expect(heading);
    let section = section.split("\n## ").next().unwrap();
    let section = section.split("\n### ").next().unwrap();
    let mut tables: Vec<Vec<Vec<&str>>> = vec![Vec::new()];
    for line in section.lines().filter(|line| !line.starts_with("|--")) {
        match line
            .strip_prefix("| ")
            .and_then(|line| line.strip_suffix(" |"))
        {
            Some(row) => {
                let cells = row.split('|').map(str::trim).collect();
                tables.last_mut().unwrap().push(cells);
            }
            None if tables.last().is_some_and(|table| !table.is_empty()) => {
                tables.push(Vec::new());
            }
            None => {}
        }
    }
    tables.retain(|table| !table.is_empty());
    for table in &mut tables {
        table.remove(0);
    }
    tables
}

/// A number of the page, which has a minus of its own.
fn number(cell: &str) -> f64 {
    let cell = cell.trim_end_matches(" %").replace('−', "-");
    match cell.as_str() {
        "" => 0.0,
        text => text.parse().unwrap_or_else(|_| panic!("no number: {text}")),
    }
}

fn assert_shown(shown: &str, value: f64, what: &str) {
    assert!(
        (number(shown) - value).abs() <= 0.005 + 1e-9,
        "{what}: {shown}, not {value}"
    );
}

fn assert_share(shown: &str, rate: Option<Rate>, what: &str) {
    assert_shown(shown, rate.unwrap().value * 100.0, what);
}

/// Holds a table of counts with their parts to the code.
fn check_parts(table: &[Vec<&'static str>]) {
    let mut sums = [Tally::default(), Tally::default()];
    let mut open = [0; 2];
    for row in table {
        for at in [0, 1] {
            match row[0].trim_matches('`') {
                "pick_up_agent" | "presented" => {}
                "promises_open" => open[at] = number(row[at + 1]) as i64,
                name => sums[at].merge(&tally(&[(name, number(row[at + 1]) as i64)])),
            }
        }
    }
    let [before, after] = [0, 1].map(|at| side(true, open[at], &sums[at]));
    let found = explain(&Scope::All, hour(), &before, &after);
    let parts = found.parts.unwrap();
    let mut shown = 0;
    for row in table {
        let name = row[0].trim_matches('`');
        if name == "pick_up_agent" {
            assert_share(row[1], found.before.rate, name);
            assert_share(row[2], found.after.rate, name);
            assert_shown(row[3], found.change_points.unwrap(), name);
        } else if name == "presented" {
            assert_share(row[1], found.before.presented, name);
            assert_share(row[2], found.after.presented, name);
        } else if name == "promises_open" {
            assert_eq!(
                found.after.unseen.promises_open,
                Some(number(row[2]) as i64)
            );
        }
        for (_, part) in parts.each().filter(|(count, _)| count.name() == name) {
            assert_shown(row[3], part, name);
            shown += i32::from(part != 0.0);
        }
    }
    let made = parts.each().filter(|(_, part)| *part != 0.0).count();
    assert_eq!(shown, made as i32, "every part is shown");
}

#[test]
fn the_examples_by_share_are_computed() {
    let [saturated] = &tables("Saturated")[..] else {
        panic!("a table");
    };
    check_parts(saturated);
    let [risen, settled] = &tables("Risen for a bad reason")[..] else {
        panic!("two tables");
    };
    check_parts(risen);
    check_parts(settled);
}

#[test]
fn the_example_by_child_is_computed() {
    let [table] = &tables("Every agency better, the region worse")[..] else {
        panic!("a table");
    };
    let (total, rows) = table.split_last().unwrap();
    let mut sides = [0, 1].map(|_| Vec::new());
    for row in rows {
        for at in [0, 1] {
            if let Some((answered, asked)) = row[at + 1].split_once(" of ") {
                let (answered, asked) = (number(answered) as i64, number(asked) as i64);
                let counts = [("answered", answered), ("abandoned", asked - answered)];
                let path = format!("ft/NAQ/{}", row[0]);
                sides[at].push((path.parse::<Scope>().unwrap(), row[0], tally(&counts)));
            }
        }
    }
    let [before, after] = sides.map(|children| {
        let mut sum = Tally::default();
        children.iter().for_each(|(_, _, tally)| sum.merge(tally));
        let mut side = side(true, 0, &sum);
        for (scope, name, tally) in &children {
            side.add_child(scope, name, tally);
        }
        side
    });
    let found = explain(&"ft/NAQ".parse::<Scope>().unwrap(), hour(), &before, &after);
    let children = found.children.unwrap();
    assert_eq!(children.len(), rows.len());
    for (row, child) in rows.iter().zip(&children) {
        assert_eq!(child.name.as_deref(), Some(row[0]));
        assert_shown(row[3], child.weight_before * 100.0, row[0]);
        assert_shown(row[4], child.weight_after * 100.0, row[0]);
        assert_shown(row[5], child.rate_points, row[0]);
        assert_shown(row[6], child.weight_points, row[0]);
    }
    assert_share(total[1], found.before.rate, "before");
    assert_share(total[2], found.after.rate, "after");
    let sum = |of: fn(&ChildPart) -> f64| children.iter().map(of).sum::<f64>();
    assert_shown(total[5], sum(|child| child.rate_points), "rates");
    assert_shown(total[6], sum(|child| child.weight_points), "weights");
}

#[test]
fn what_cannot_be_split_says_why() {
    let some = [("answered", 3), ("abandoned", 1)];
    let nobody = of_counts(&[("deflected_closed", 9)], &some);
    assert_eq!(nobody.before.no_shares, Some(NoShares::NobodyAsked));
    assert_eq!((nobody.before.rate, nobody.change_points), (None, None));
    assert_eq!((nobody.parts, nobody.children), (None, None));
    assert_eq!(nobody.before.unseen.deflected_closed, 9);
    let called_back = of_counts(&some, &[("callbacks_accepted", 4)]);
    assert_eq!(
        called_back.after.no_shares,
        Some(NoShares::AllToBeCalledBack)
    );
    assert_eq!((called_back.after.rate, called_back.parts), (None, None));
    assert_eq!(called_back.after.presented.unwrap().of, [0, 4]);
    let promises = of_counts(&some, &[("promises_kept", 3), ("promises_broken", 1)]);
    assert_eq!(promises.after.no_shares, Some(NoShares::PromisesAlone));
    assert_eq!((promises.change_points, promises.parts), (Some(0.0), None));
    assert_eq!(promises.children, Some(Vec::new()));
    assert_eq!(promises.before.no_shares, None);
}

#[test]
fn short_abandons_that_do_not_count_are_left_out_of_those_who_asked() {
    let before = tally(&[("answered", 8), ("abandoned", 2)]);
    let after = tally(&[("answered", 8), ("abandoned", 12), ("short_abandoned", 10)]);
    let explained = |counts| {
        let [before, after] = [&before, &after].map(|tally| side(counts, 0, tally));
        explain(&Scope::All, hour(), &before, &after)
    };
    let left_out = explained(false);
    assert_eq!(left_out.after.rate.unwrap().of, [8, 10]);
    assert_eq!(left_out.after.counts.abandoned, 12);
    assert_eq!(left_out.parts, Some(Parts::default()));
    let written = serde_json::to_string(&left_out).unwrap();
    assert!(!written.contains("-0.0"), "{written}");
    assert_eq!(left_out.change_points, Some(0.0));
    let counted = explained(true);
    assert!((counted.parts.unwrap().abandoned + 40.0).abs() < 1e-9);
    let alone = tally(&[("abandoned", 10), ("short_abandoned", 10)]);
    let alone = side(false, 0, &alone);
    let why = explain(&Scope::All, hour(), &alone, &alone)
        .before
        .no_shares;
    assert_eq!(why, Some(NoShares::NobodyAsked));
}

/// A window of a child: each count up to a highest, short abandons among those abandoned.
fn child() -> impl Strategy<Value = Vec<(&'static str, i64)>> {
    let highest = prop_oneof![Just(0_i64), Just(1), Just(50), Just(1_000_000)];
    let counts = highest.prop_flat_map(|highest| prop::array::uniform10(0..=highest));
    counts.prop_map(|counts| {
        let [answered, abandoned, short, others @ ..] = counts;
        let fixed = [
            ("answered", answered),
            ("abandoned", abandoned),
            ("short_abandoned", short.min(abandoned)),
        ];
        let names = Parts::COUNTS.map(Count::name);
        let others = names
            .into_iter()
            .filter(|name| *name != "abandoned")
            .zip(others);
        fixed.into_iter().chain(others).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    /// Whatever the counts and the rule: both splits add up to the change of the rate, in
    /// which what no child has is one more child.
    #[test]
    fn both_splits_add_up_to_the_change(
        windows in prop::collection::vec(prop::array::uniform2(prop::option::of(child())), 1..6),
        elsewhere in prop::array::uniform2(child()),
        short_abandons_count in any::<bool>(),
    ) {
        let [before, after] = [0, 1].map(|at| {
            let mut sum = tally(&elsewhere[at]);
            let children: Vec<Option<Tally>> = windows
                .iter()
                .map(|sides| sides[at].as_deref().map(tally))
                .collect();
            children.iter().flatten().for_each(|tally| sum.merge(tally));
            let mut side = side(short_abandons_count, 0, &sum);
            for (number, tally) in children.iter().enumerate() {
                if let Some(tally) = tally {
                    side.add_child(&Scope::Network(format!("n{number}")), "n", tally);
                }
            }
            side
        });
        let found = explain(&Scope::All, hour(), &before, &after);
        if let (Some(parts), Some(change)) = (found.parts, found.change_points) {
            let sum: f64 = parts.each().map(|(_, part)| part).sum();
            prop_assert!((sum - change).abs() < 1e-9, "{} is {}", sum, change);
        }
        if let (Some(children), Some(change)) = (&found.children, found.change_points)
            && !children.is_empty()
        {
            let sum: f64 = children.iter().map(|child| child.rate_points + child.weight_points).sum();
            prop_assert!((sum - change).abs() < 1e-9, "{} is {}", sum, change);
            let weights: f64 = children.iter().map(|child| child.weight_after).sum();
            prop_assert!((weights - 1.0).abs() < 1e-9);
        }
    }
}
