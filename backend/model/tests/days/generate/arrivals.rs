//! How events travel: late, twice, in another order, through partitions.

use vigie_contract::event::{Body, Event};
use vigie_contract::time::Span;

use crate::clock::{DAY, MINUTE, SECOND};

use super::dice::Dice;
use super::stories::Told;
use super::{Arrival, What};

/// How events travel on this day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Roads {
    /// Each at once, in the order of their times.
    Straight,
    /// Less than the allowed lateness behind.
    Bumpy,
    /// Some in a backlog of ten minutes, some of a quarter-hour.
    Backlogs,
    /// Some a day late, or more.
    Days,
}

/// In the order in which they come, and by how much time jumps on this day.
pub fn arrivals(dice: &mut Dice<'_>, told: Vec<Told>) -> (Vec<Arrival>, i64) {
    let roads = dice.pick(&[Roads::Straight, Roads::Bumpy, Roads::Backlogs, Roads::Days]);
    let partitions = 1 + dice.below(3) as i32;
    let twice = dice.pick(&[0, 0, 5, 20]);
    let spoilt = dice.pick(&[0, 0, 0, 3]);
    let mut arriving: Vec<(i64, u64, Arrival)> = Vec::new();
    for Told {
        event,
        travel,
        held,
    } in told
    {
        let partition = partition_of(&event, partitions);
        let at = event.time.0 + held + delay(roads, travel);
        let mut arrive = |at: i64, tie: u64, what: What| {
            arriving.push((at, tie, Arrival { partition, what }));
        };
        let hundredth = |shift: u32| travel >> shift & 0x7f;
        if hundredth(40) < twice {
            arrive(
                at + delay(Roads::Days, travel >> 7),
                travel >> 3,
                What::Event(event.clone()),
            );
        }
        if hundredth(47) < spoilt {
            let spoilt = match travel % 4 {
                0 => What::Refused,
                1 => What::Skipped,
                2 => What::Event(far_off(&event, travel >> 11)),
                _ => What::Event(of_same_id(&event, travel >> 9)),
            };
            arrive(at, travel >> 5, spoilt);
        }
        // Of those that arrive at once, some pass others.
        let tie = if roads == Roads::Straight { 0 } else { travel };
        arrive(at, tie, What::Event(event));
    }
    arriving.sort_by_key(|&(at, tie, _)| (at, tie));
    let arrivals = arriving.into_iter().map(|(_, _, arrival)| arrival);
    let mut arrivals: Vec<Arrival> = arrivals.collect();
    let jump = jump(dice, &mut arrivals);
    (arrivals, jump)
}

/// On some days an installation is silent for weeks, or clocks are wrong for a
/// while: from one arrival to another all that is told is of another time.
fn jump(dice: &mut Dice<'_>, arrivals: &mut [Arrival]) -> i64 {
    let jump = dice.pick(&[0, 0, 0, 0, 0, 0, 0, 8, 8, 30, -9, 400]) * DAY;
    let from = dice.below(arrivals.len() + 1);
    let length = dice.pick(&[usize::MAX, usize::MAX, 3, 12, 29, 30, 31, 60]);
    let jumping = arrivals.iter_mut().skip(from).take(length);
    for arrival in jumping {
        if let What::Event(event) = &mut arrival.what {
            event.time = event.time + Span(jump);
        }
    }
    jump
}

fn delay(roads: Roads, travel: u64) -> i64 {
    let bumpy = (travel >> 16) as i64 % (30 * SECOND);
    match (roads, travel % 16) {
        (Roads::Straight, _) => 0,
        (_, 0..=7) | (Roads::Bumpy, _) => bumpy.abs(),
        (Roads::Backlogs | Roads::Days, 8..=12) => 10 * MINUTE,
        (Roads::Backlogs, _) => 15 * MINUTE,
        (_, 13) => 6 * 60 * MINUTE,
        (_, 14) => DAY,
        _ => 2 * DAY,
    }
}

/// By the key of the record, as a producer spreads them.
fn partition_of(event: &Event<'_>, partitions: i32) -> i32 {
    event.key().bytes().map(i32::from).sum::<i32>() % partitions
}

/// What a clock tells that is wrong: a year ahead, about a week, or years behind.
fn far_off(event: &Event<'static>, travel: u64) -> Event<'static> {
    let by = match travel % 6 {
        0 | 1 => 440 * DAY,
        2 => 8 * DAY,
        3 => 7 * DAY + 1,
        4 => 7 * DAY - 6 * 60 * MINUTE,
        _ => -20_000 * DAY,
    };
    Event {
        id: format!("{}-ahead", event.id).into(),
        time: event.time + Span(by),
        ..event.clone()
    }
}

/// Another event that goes by the same id: a second later, or of another call.
fn of_same_id(event: &Event<'static>, travel: u64) -> Event<'static> {
    let mut other = event.clone();
    match travel % 2 {
        0 => other.time = event.time + Span::from_seconds(1),
        _ if matches!(other.body, Body::AgentStateChanged(_)) => {}
        _ => other.subject = format!("{}-other", event.subject).into(),
    }
    other
}
