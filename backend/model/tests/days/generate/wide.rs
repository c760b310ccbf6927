//! A country of more agencies, in which what is bad has something in common: regions in
//! which callers wait, lines on which they do, sources that fall silent.

use vigie_contract::event::{Body, Event, QueueReason};
use vigie_contract::time::Time;

use crate::clock::{HOUR, MINUTE, SECOND};
use crate::country::{self, Country};

use super::dice::{Dice, mixed};
use super::events::{self, Entry, Spot};
use super::scene::{self, Scene};
use super::stories::{self, SOURCES, Told};
use super::{Arrival, Day, Live, arrivals};

/// How long is looked at of such a day, around its middle.
pub const PERIOD: i64 = 26 * MINUTE;

/// Numbers that such a day is read from, and of a story of it.
pub const NUMBERS: usize = 700;
const STORY: usize = 40;

/// What happens to several agencies at once.
#[derive(Clone, Copy)]
enum Trouble {
    /// Callers wait.
    Waits,
    /// They are cut off.
    CutOff,
    /// Nobody picks up.
    Abandoned,
}

/// Whom it happens to.
#[derive(Clone, Copy)]
enum Where {
    Everywhere,
    Network(&'static str),
    Region(&'static str),
    Queue(&'static str),
    Agency(usize),
}

/// The day that numbers mean.
pub fn day(numbers: &[u16]) -> (Day, i64) {
    let (own, stories) = numbers.split_at(NUMBERS - 12 * STORY);
    let mut dice = Dice::new(own);
    let scene = scene::wide(&mut dice);
    let centre = scene.hot[0];
    let mut teller = Teller {
        salt: dice.number() | 1,
        sources: (0..scene.country.agencies.len())
            .map(|_| dice.pick(&SOURCES))
            .collect(),
        told: Vec::new(),
        scene: &scene,
    };
    teller.goes_on(&mut dice, centre);
    for _ in 0..4 + dice.below(12) {
        teller.trouble(&mut dice, centre);
    }
    let mut told = teller.told;
    for (number, story) in stories.chunks(STORY).take(dice.below(12)).enumerate() {
        told.extend(stories::tell(&scene, number, story));
    }
    let arrivals = match dice.chance(50) {
        true => arrivals::arrivals(&mut dice, told).0,
        false => at_once(told),
    };
    let day = Day {
        country: scene.country,
        arrivals,
        instants: Vec::new(),
        live: Live {
            stride: 1,
            until: centre,
        },
    };
    (day, centre - PERIOD / 2)
}

/// In the order of their times, through one partition.
fn at_once(mut told: Vec<Told>) -> Vec<Arrival> {
    told.sort_by_key(|told| told.event.time.0);
    let arrival = |told: Told| Arrival {
        partition: 0,
        what: super::What::Event(told.event),
    };
    told.into_iter().map(arrival).collect()
}

struct Teller<'s> {
    scene: &'s Scene,
    /// By agency, who tells of it.
    sources: Vec<&'static str>,
    salt: u16,
    told: Vec<Told>,
}

impl Teller<'_> {
    fn country(&self) -> &Country {
        &self.scene.country
    }

    fn say(&mut self, agency: usize, call: &str, at: i64, body: Body<'static>) {
        let number = self.told.len();
        self.told.push(Told {
            event: Event {
                id: format!("w-{number}").into(),
                source: self.sources[agency].into(),
                time: Time(at),
                subject: call.to_owned().into(),
                body,
                arrival: None,
            },
            travel: mixed(self.salt, number),
            held: 0,
        });
    }

    /// A call, and what became of it.
    fn call(&mut self, agency: usize, queue: &'static str, at: i64, length: i64, end: Trouble) {
        let spot = Spot {
            agency: self.country().agencies[agency].code,
            queue,
        };
        let network = self.country().agencies[agency].network;
        let known = &self.country().queues;
        let of_queue = known
            .iter()
            .find(|known| known.code == queue && known.network == network);
        let entry = Entry {
            line: of_queue.map_or("9999", |queue| queue.line),
            spot,
            reason: QueueReason::Asked,
            origin: None,
            asked_at: None,
            announced: None,
        };
        let call = format!("wide-{}", self.told.len());
        self.say(agency, &call, at, events::queued(entry));
        let body = match end {
            Trouble::Waits => events::answered(spot),
            Trouble::CutOff => events::cut_off(spot),
            Trouble::Abandoned => events::abandoned(spot),
        };
        self.say(agency, &call, at + length, body);
    }

    /// Every agency has calls, until its source falls silent.
    fn goes_on(&mut self, dice: &mut Dice<'_>, centre: i64) {
        let silent = SOURCES.map(|_| {
            let after = dice.pick(&[14, 14, 14, -14, -10, -7, 0]);
            let back = after + dice.pick(&[60, 60, 4, 12, 20]);
            (centre + after * MINUTE, centre + back * MINUTE)
        });
        for agency in 0..self.sources.len() {
            let source = SOURCES
                .iter()
                .position(|source| *source == self.sources[agency]);
            let (from, to) = silent[source.expect("a source of the list")];
            // So many that a silence of less than a quarter of an hour is unusual.
            let calls = dice.pick(&[8, 20, 60]);
            let number = 50 * MINUTE / calls;
            let step = number - number % SECOND;
            let mut at = centre - 50 * MINUTE + dice.span(30);
            while at < centre + 14 * MINUTE {
                if !(from..to).contains(&at) {
                    self.call(agency, "q", at, 2 * SECOND, Trouble::Waits);
                }
                at += step;
            }
        }
    }

    fn trouble(&mut self, dice: &mut Dice<'_>, centre: i64) {
        let trouble = dice.pick(&[
            Trouble::Waits,
            Trouble::Waits,
            Trouble::Waits,
            Trouble::CutOff,
            Trouble::Abandoned,
        ]);
        let agency = dice.below(self.sources.len());
        let first = &self.country().agencies[agency];
        let whom = match dice.below(6) {
            0 => Where::Everywhere,
            1 => Where::Network(first.network),
            2 | 3 => Where::Region(first.region.unwrap_or("NAQ")),
            4 => Where::Queue(dice.pick(&["q", "p"])),
            _ => Where::Agency(agency),
        };
        let queue = match whom {
            Where::Queue(queue) => queue,
            _ => dice.pick(&["q", "q", "p", "x"]),
        };
        let share = dice.pick(&[100, 80, 50, 30]);
        let at = centre - PERIOD / 2 + dice.span(1_300);
        let spread = dice.pick(&[1, 30, 240]);
        let length = dice.pick(&[40, 100, 200, 400, 700]);
        for agency in 0..self.sources.len() {
            let known = &self.country().agencies[agency];
            let is_there = match whom {
                Where::Everywhere | Where::Queue(_) => true,
                Where::Network(network) => known.network == network,
                Where::Region(region) => known.region == Some(region),
                Where::Agency(number) => number == agency,
            };
            let drawn = mixed(self.salt, self.told.len() + agency);
            if is_there && drawn % 100 < share {
                let at = at + (drawn >> 8) as i64 % (spread * SECOND);
                let length = (length + (drawn >> 40) as i64 % length) * SECOND;
                self.call(agency, queue, at - at % SECOND, length, trouble);
            }
        }
    }
}

/// In the middle of an ordinary day, or where most agencies open or close.
pub fn centre(dice: &mut Dice<'_>, from: i64) -> i64 {
    let hour = dice.pick(&[10, 10, 10, 6, 11, 22, 14]);
    let minute = dice.pick(&[0, 30, 30, 25]);
    from + hour * HOUR + minute * MINUTE
}

/// Who there is in such a country.
pub fn country(dice: &mut Dice<'_>, date: (i16, i8, i8)) -> Country {
    let count = 8 + dice.below(13);
    let regions = 2 + dice.below(3);
    let agencies = (0..count)
        .map(|number| country::Agency {
            code: CODES[number],
            network: dice.pick(&["ft", "ft", "ft", "caf"]),
            region: match dice.below(20) {
                0 => None,
                _ => Some(REGIONS[dice.below(regions)]),
            },
            zone: None,
            hours: dice.pick(&[None, None, None, None, None, Some("office"), Some("long")]),
            line_hours: Vec::new(),
            queues: dice.pick(&[&["q", "p"], &["q", "p"], &["q"], &["p"], &[]]),
        })
        .collect();
    let plain = country::country(&country::Traits {
        agencies: &[],
        hours: &[],
        switches: 0,
        closures: &[],
        date,
    });
    Country { agencies, ..plain }
}

const REGIONS: [&str; 4] = ["NAQ", "BRE", "REU", "MTQ"];

const CODES: [&str; 20] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S",
    "T",
];
