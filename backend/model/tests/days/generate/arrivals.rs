//! How events travel: late, twice, in another order, through partitions.

use vigie_contract::event::{Body, Event};
use vigie_contract::time::{Span, Time};

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

pub fn arrivals(dice: &mut Dice<'_>, told: Vec<Told>) -> Vec<Arrival> {
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
                2 => What::Event(far_ahead(&event)),
                _ => What::Event(of_same_id(&event, travel >> 9)),
            };
            arrive(at, travel >> 5, spoilt);
        }
        // Of those that arrive at once, some pass others.
        let tie = if roads == Roads::Straight { 0 } else { travel };
        arrive(at, tie, What::Event(event));
    }
    arriving.sort_by_key(|&(at, tie, _)| (at, tie));
    arriving
        .into_iter()
        .map(|(_, _, arrival)| arrival)
        .collect()
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

fn far_ahead(event: &Event<'static>) -> Event<'static> {
    Event {
        id: format!("{}-ahead", event.id).into(),
        time: Time(event.time.0 + 440 * DAY),
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
