//! Holds who could help to the count by brute force: who waits in which agency, and for
//! how long its agents were idle.

use vigie_contract::help::{Help, HelpAgency};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use crate::oracle::{Helped, Moment};
use crate::watched::Fold;

/// Of so many scopes and instants, one is compared: all would cost as much as a third of
/// what all else does.
const ONE_OF: i64 = 3;

/// Compares the agencies of a scope that has some; of another there is nothing to tell.
pub fn of_help(
    fold: &Fold,
    moment: &Moment<'_, '_>,
    scope: &Scope,
    path: &str,
    differences: &mut Vec<String>,
) {
    let second = fold.as_of().map_or(0, Time::second);
    let turn = second + scope.to_string().len() as i64;
    if turn % ONE_OF != 0 {
        return;
    }
    let told = fold.help(scope, None);
    let help = match (scope, told) {
        (Scope::Agency(..) | Scope::Queue(..), Err(_)) => return,
        (_, Ok(help)) => help,
        (_, Err(reason)) => return differences.push(format!("{path}: no help: {reason}")),
    };
    let mut differ = |what: String| differences.push(format!("{path}: help: {what}"));
    let counted = moment.help(scope);
    let none = Helped::default();
    for row in help.pressure.iter().chain(&help.slack) {
        let count = counted.get(&row.scope).unwrap_or(&none);
        let [shown, expected] = [shown(row), expected(count)];
        if shown != expected {
            differ(format!("{}: {shown:?}, not {expected:?}", row.scope));
        }
        let idle = row.idle_agents.map(|idle| (idle * 300e6).round() as i64);
        if idle.is_some_and(|idle| idle != count.idle) {
            differ(format!("{}: idle {idle:?}, not {}", row.scope, count.idle));
        }
    }
    let pressed = counted.iter().filter(|(_, count)| count.waiting > 0);
    let mut pressed: Vec<&Scope> = pressed.map(|(scope, _)| scope).collect();
    let mut shown: Vec<&Scope> = help.pressure.iter().map(|row| &row.scope).collect();
    shown.sort();
    pressed.sort();
    if shown != pressed || help.pressed != pressed.len() as i64 {
        differ(format!("under pressure: {shown:?}, not {pressed:?}"));
    }
    // Who was idle and is signed off, or serves other lines since, could help no more.
    let could = |count: &&Helped| count.idle > 0 && count.agents.is_some();
    let idle = counted.values().filter(could).count() as i64;
    let Help { untold, .. } = help;
    let most = help.with_slack + untold.closed + untold.stale;
    if !(help.with_slack..=most).contains(&idle) || help.slack.len() as i64 != help.with_slack {
        differ(format!(
            "{} with slack of {idle}: {untold:?}",
            help.with_slack
        ));
    }
    if !help
        .slack
        .is_sorted_by(|one, other| one.idle_agents >= other.idle_agents)
    {
        differ("not the most slack first".to_owned());
    }
}

type Standing = (i64, Option<i64>, Option<i64>, Vec<(String, i64)>);

fn shown(row: &HelpAgency) -> Standing {
    let queues = row.queues.iter();
    let mut queues: Vec<_> = queues.map(|of| (of.queue.clone(), of.waiting)).collect();
    queues.sort();
    (row.waiting, row.staffed, row.ready, queues)
}

fn expected(count: &Helped) -> Standing {
    (
        count.waiting,
        count.agents.map(|[staffed, _]| staffed),
        count.agents.map(|[_, ready]| ready),
        count.queues.clone().into_iter().collect(),
    )
}
