//! Made calls: two agencies with three queues, and agents who take them.

use proptest::prelude::*;

/// 08:00 of the first day, in seconds.
pub const START: i64 = 8 * 3_600;

/// A directory in which line 3949 is open on Thursday mornings, until noon.
pub const MORNINGS: &str = r#"
version = 1
[defaults]
time_zone = "UTC"
[[hours]]
name = "mornings"
thursday = ["06:00-12:00"]
[[network]]
code = "n"
name = "n"
[[line]]
number = "3949"
name = "3949"
network = "n"
hours = "mornings"
"#;

/// An event and the second in which it arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub arrives: i64,
    pub text: String,
}

struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// Exponential, of a mean.
    fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.roll()).ln()
    }
}

/// An event; what it is about is in `data`.
pub fn event(kind: &str, id: &str, subject: &str, seconds: f64, data: &str) -> Line {
    let micros = (seconds * 1e6) as i64;
    let time = vigie_contract::time::Time(micros);
    Line {
        arrives: seconds as i64,
        text: format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/pbx","type":"{kind}","time":"{time}","subject":"{subject}","data":{data}}}"#
        ),
    }
}

fn entered(line: &str, agency: &str, queue: &str, call: &str, at: f64) -> Line {
    let data = format!(r#"{{"line":"{line}","agency":"{agency}","queue":"{queue}"}}"#);
    event("call.queued", &format!("{call}-q"), call, at, &data)
}

#[derive(Clone, Copy)]
struct Place<'p> {
    agency: &'p str,
    queue: &'p str,
}

impl Place<'_> {
    /// What an event says there.
    fn data(self, more: &str) -> String {
        let Self { agency, queue } = self;
        format!(r#"{{"agency":"{agency}","queue":"{queue}"{more}}}"#)
    }
}

/// A caller gives up.
fn abandoned(place: Place<'_>, call: &str, at: f64) -> Line {
    let id = format!("{call}-b");
    event("call.abandoned", &id, call, at, &place.data(""))
}

/// An agent picks a call up, and talks for so long.
fn handled(place: Place<'_>, call: &str, agent: usize, taken: f64, talk: f64) -> [Line; 2] {
    let agent = format!(r#","agent":"{}-{agent}""#, place.agency);
    let ended = format!(r#"{agent},"talk_seconds":{talk:.3}"#);
    [
        ("call.answered", "a", taken, agent),
        ("call.ended", "e", taken + talk, ended),
    ]
    .map(|(kind, id, at, more)| event(kind, &format!("{call}-{id}"), call, at, &place.data(&more)))
}

/// A call that joins a queue of line 3949.
pub fn entry(agency: &str, queue: &str, call: &str, at: i64) -> Line {
    entered("3949", agency, queue, call, at as f64)
}

/// A call that joins a queue of another line.
pub fn entry_on(line: &str, agency: &str, queue: &str, call: &str, at: i64) -> Line {
    entered(line, agency, queue, call, at as f64)
}

fn state(agency: &str, agent: usize, state: &str, at: f64) -> Line {
    let name = format!("{agency}-{agent}");
    let data = format!(r#"{{"agency":"{agency}","agent":"{name}","state":"{state}"}}"#);
    event(
        "agent.state_changed",
        &format!("{name}-{state}-{at}"),
        &name,
        at,
        &data,
    )
}

const AGENTS: usize = 4;

/// Everyone of an agency signs off.
pub fn everyone_leaves(agency: &str, at: i64) -> Vec<Line> {
    let leave = |agent| state(agency, agent, "offline", at as f64);
    (0..AGENTS).map(leave).collect()
}

/// So many calls, with so much work for each agent's time; in the order of their
/// times.
pub fn calls(seed: u64, number: usize, load: f64) -> Vec<Line> {
    let mut dice = Dice(seed | 1);
    let mut lines = Vec::new();
    for agency in ["A", "B"] {
        let queues: &[&str] = if agency == "A" {
            &["one", "two"]
        } else {
            &["one"]
        };
        let start = START as f64;
        lines.extend((0..AGENTS).map(|agent| state(agency, agent, "ready", start)));
        // When each agent is free.
        let mut free = [start; AGENTS];
        let mut at = start;
        for call in 0..number / 2 {
            at += dice.wait(100.0 / (load * AGENTS as f64));
            let queue = queues[(dice.roll() * queues.len() as f64) as usize % queues.len()];
            let name = format!("{agency}{call}");
            lines.push(entered("3949", agency, queue, &name, at));
            let (agent, ready) = free
                .iter()
                .copied()
                .enumerate()
                .min_by(|one, other| one.1.total_cmp(&other.1))
                .expect("there are agents");
            let taken = ready.max(at) + 0.5;
            let place = Place { agency, queue };
            if taken - at > dice.wait(600.0) {
                let gone = at + (taken - at) * dice.roll();
                lines.push(abandoned(place, &name, gone));
                continue;
            }
            let talk = dice.wait(100.0);
            free[agent] = taken + talk;
            lines.extend(handled(place, &name, agent, taken, talk));
        }
    }
    // By time: in the text it stands at a fixed width behind a fixed key.
    lines.sort_by_key(time_of);
    lines
}

fn time_of(line: &Line) -> vigie_contract::time::Time {
    let from = line.text.find(r#""time":""#).expect("a time") + 8;
    let rest = &line.text[from..];
    let until = rest.find('"').expect("its end");
    rest[..until].parse().expect("a time")
}

/// Agencies alike, with one queue each, and first come first served.
pub struct Crew {
    pub agencies: usize,
    pub agents: usize,
    /// Work that comes for each agent's time.
    pub load: f64,
    pub hours: i64,
    /// When half of the agents sign off.
    pub half_leave_at_hour: Option<i64>,
}

const TALK_SECONDS: f64 = 240.0;
const PATIENCE_SECONDS: f64 = 900.0;

/// The calls of agencies alike; in the order of their times.
pub fn crews(seed: u64, crew: &Crew) -> Vec<Line> {
    let mut lines = Vec::new();
    for number in 0..crew.agencies {
        one_crew(
            &mut Dice(seed + number as u64),
            &format!("C{number}"),
            crew,
            &mut lines,
        );
    }
    lines.sort_by_cached_key(time_of);
    lines
}

fn one_crew(dice: &mut Dice, agency: &str, crew: &Crew, lines: &mut Vec<Line>) {
    let start = START as f64;
    let end = start + crew.hours as f64 * 3_600.0;
    let half_leave = crew
        .half_leave_at_hour
        .map_or(f64::MAX, |hour| start + hour as f64 * 3_600.0);
    let stays = |agent: usize, at: f64| at < half_leave || agent < crew.agents / 2;
    let mut free = vec![start; crew.agents];
    for agent in 0..crew.agents {
        lines.push(state(agency, agent, "ready", start));
        // All of them say every ten minutes that they are still there.
        let mut at = start + dice.roll() * 600.0;
        while at < end && stays(agent, at) {
            lines.push(state(agency, agent, "ready", at));
            at += 600.0;
        }
    }
    let mut at = start;
    let mut call = 0;
    loop {
        // From the mean to a third more in the morning, and as much less at night.
        let hour = at / 3_600.0;
        let load = crew.load * (1.0 + 0.35 * ((hour - 4.0) / 24.0 * std::f64::consts::TAU).sin());
        at += dice.wait(TALK_SECONDS / (load * crew.agents as f64));
        if at >= end {
            return;
        }
        call += 1;
        let name = format!("{agency}-{call}");
        lines.push(entered("3949", agency, "one", &name, at));
        let ready = (0..crew.agents)
            .filter(|&agent| stays(agent, free[agent].max(at)))
            .min_by(|&one, &other| free[one].total_cmp(&free[other]))
            .expect("half of them stay");
        let taken = free[ready].max(at) + 0.2;
        let place = Place {
            agency,
            queue: "one",
        };
        let patience = dice.wait(PATIENCE_SECONDS);
        if taken - at > patience {
            lines.push(abandoned(place, &name, at + patience));
            continue;
        }
        let talk = dice.wait(TALK_SECONDS);
        free[ready] = taken + talk;
        lines.extend(handled(place, &name, ready, taken, talk));
        if !stays(ready, free[ready]) {
            lines.push(state(agency, ready, "offline", free[ready] + 0.1));
        }
    }
}

/// Each up to 29 s late, and a fifth of them twice.
pub fn shuffled(lines: &[Line], seed: u64) -> Vec<Line> {
    let mut dice = Dice(seed ^ 0x5eed);
    let mut mixed: Vec<Line> = lines
        .iter()
        .flat_map(|line| {
            let again = dice.roll() < 0.2;
            let copies = if again { 2 } else { 1 };
            let late: Vec<i64> = (0..copies).map(|_| (dice.roll() * 29.0) as i64).collect();
            late.into_iter().map(|late| Line {
                arrives: line.arrives + late,
                text: line.text.clone(),
            })
        })
        .collect();
    mixed.sort_by_key(|line| line.arrives);
    mixed
}

/// Events of one queue in any order and at any time: outcomes without entries,
/// thousands at one instant, days of silence, clocks that jump back.
pub fn absurd() -> impl Strategy<Value = Vec<Line>> {
    let step = prop_oneof![
        4 => Just(0.0),
        4 => 0.0..3.0_f64,
        2 => 0.0..600.0_f64,
        1 => 0.0..200_000.0_f64,
        1 => -60.0..0.0_f64,
    ];
    let one = (step, 0..5_u8, 0..200_u32, 1..40_u32);
    proptest::collection::vec(one, 20..400).prop_map(|steps| {
        let mut at = START as f64;
        let mut lines = Vec::new();
        for (number, (step, kind, call, times)) in steps.into_iter().enumerate() {
            at = (at + step).max(START as f64);
            for time in 0..times {
                let name = format!("{}", call + time);
                let id = format!("{number}-{time}");
                let place = r#"{"agency":"A","queue":"one""#;
                let with_agent = format!(r#"{place},"agent":"a{}"}}"#, call % 7);
                lines.push(match kind {
                    0 | 1 => Line {
                        text: entered("3949", "A", "one", &name, at)
                            .text
                            .replace("-q", &id),
                        arrives: at as i64,
                    },
                    2 => event("call.answered", &id, &name, at, &with_agent),
                    3 => event("call.abandoned", &id, &name, at, &format!("{place}}}")),
                    _ => {
                        let ended = with_agent.replace('}', r#","talk_seconds":86400}"#);
                        event("call.ended", &id, &name, at, &ended)
                    }
                });
            }
        }
        lines
    })
}
