//! Where and when a day plays: its country, its hot instants, when to look.

use vigie_contract::event::{Body, Event};

use crate::clock::{DAY, HOUR, MINUTE, QUARTER, SECOND, Zone};
use crate::country::{Agency, Country, HOURS, Traits, UNKNOWN_AGENCY, country};

use super::dice::Dice;
use super::stories::Told;

/// An ordinary day, both clock changes of Europe and of Miquelon, the end of the year,
/// and Christmas.
const DATES: [(i16, i8, i8); 7] = [
    (2026, 5, 12),
    (2026, 3, 28),
    (2026, 10, 24),
    (2026, 10, 31),
    (2026, 12, 31),
    (2026, 12, 25),
    (2026, 3, 7),
];

pub struct Scene {
    pub country: Country,
    /// The first instant and the last of a time that is drawn anywhere.
    pub from: i64,
    pub to: i64,
    /// Instants that times are drawn close to.
    pub hot: Vec<i64>,
    /// Midnights and clock changes of every zone.
    edges: Vec<i64>,
    /// Agencies that events name, and the one that nobody knows.
    pub agencies: Vec<&'static str>,
}

pub fn scene(dice: &mut Dice<'_>) -> Scene {
    let date = dice.pick(&DATES);
    let days = 1 + dice.below(3) as i64;
    let mut numbers = |count: usize| {
        (0..count)
            .map(|_| u64::from(dice.number()))
            .collect::<Vec<_>>()
    };
    let (agencies, hours, closures) = (numbers(4), numbers(8), numbers(2));
    let switches = numbers(1)[0];
    let country = country(&Traits {
        agencies: &agencies,
        hours: &hours,
        switches,
        closures: &closures,
        date,
    });
    let from = midnight(date);
    let to = from + days * DAY;
    let edges = edges(&country, from, to);
    let candidates = candidates(&country, from, to);
    let hot = (0..4).map(|_| dice.pick(&candidates)).collect();
    let mut agencies: Vec<&'static str> =
        country.agencies.iter().map(|agency| agency.code).collect();
    agencies.push(UNKNOWN_AGENCY);
    Scene {
        country,
        from,
        to,
        hot,
        edges,
        agencies,
    }
}

/// A country of more agencies, and the middle of what is looked at of it.
pub fn wide(dice: &mut Dice<'_>) -> Scene {
    let date = dice.pick(&DATES);
    let country = super::wide::country(dice, date);
    let from = midnight(date);
    let to = from + DAY;
    let edges = edges(&country, from, to);
    let agencies = country.agencies.iter().map(|agency| agency.code);
    Scene {
        hot: vec![super::wide::centre(dice, from)],
        agencies: agencies.chain([UNKNOWN_AGENCY]).collect(),
        country,
        from,
        to,
        edges,
    }
}

fn midnight((year, month, day): (i16, i8, i8)) -> i64 {
    let date = jiff::civil::date(year, month, day);
    let utc = date
        .to_zoned(jiff::tz::TimeZone::UTC)
        .expect("a date of these centuries");
    utc.timestamp().as_microsecond()
}

/// Noon first; then midnights, openings and closings, clock changes, quarters.
fn candidates(country: &Country, from: i64, to: i64) -> Vec<i64> {
    let mut candidates = vec![from + 10 * HOUR];
    for zone in zones(country) {
        for midnight in midnights(zone, from, to) {
            candidates.push(midnight);
            for hours in &HOURS {
                let minutes = hours.week[0]
                    .iter()
                    .flat_map(|&(opens, closes)| [opens, closes]);
                candidates.extend(minutes.map(|minute| midnight + i64::from(minute) * MINUTE));
            }
        }
        candidates.extend(changes(zone, from, to));
    }
    candidates.extend([from + 13 * QUARTER, from + 41 * QUARTER]);
    candidates.retain(|at| (from..=to).contains(at));
    candidates
}

fn edges(country: &Country, from: i64, to: i64) -> Vec<i64> {
    // There are many midnights, and few changes.
    let often = |zone| changes(zone, from, to).flat_map(|change| [change; 5]);
    zones(country)
        .flat_map(|zone| midnights(zone, from, to).chain(often(zone)))
        .collect()
}

/// From the one of the day that holds `from`.
fn midnights(zone: Zone, from: i64, to: i64) -> impl Iterator<Item = i64> {
    let next = move |midnight: &i64| Some(zone.end_of_day(*midnight));
    std::iter::successors(Some(zone.start_of_day(from)), next)
        .take_while(move |midnight| *midnight <= to)
}

fn zones(country: &Country) -> impl Iterator<Item = Zone> {
    Zone::all().filter(|zone| is_used(country, *zone))
}

fn is_used(country: &Country, zone: Zone) -> bool {
    let of_agencies = country
        .agencies
        .iter()
        .map(|agency| zone_of(country, agency));
    let of_lines = country.lines.iter().filter_map(|line| line.zone);
    of_agencies
        .chain(of_lines.map(Zone::named))
        .chain([Zone::named(country.zone)])
        .any(|used| used == zone)
}

fn zone_of(country: &Country, agency: &Agency) -> Zone {
    let of_region = || {
        let mut regions = country.regions.iter();
        regions
            .find(|region| Some(region.code) == agency.region)?
            .zone
    };
    Zone::named(agency.zone.or_else(of_region).unwrap_or(country.zone))
}

/// When the clocks of a zone change.
fn changes(zone: Zone, from: i64, to: i64) -> impl Iterator<Item = i64> {
    let offset = move |at: i64| zone.wall(at) - at;
    let quarters = (from..to).step_by(QUARTER as usize);
    quarters.filter(move |&at| offset(at) != offset(at - 1))
}

impl Scene {
    /// The zone of an agency's days.
    pub fn zone(&self, agency: &str) -> Zone {
        let mut agencies = self.country.agencies.iter();
        let known = agencies.find(|known| known.code == agency);
        known.map_or(Zone::named(self.country.zone), |known| {
            zone_of(&self.country, known)
        })
    }

    /// An instant: close to a hot one more often than not.
    pub fn time(&self, dice: &mut Dice<'_>) -> i64 {
        const NEAR: [i64; 12] = [0, 0, 0, -1, 1, 5, -5, 30, -30, 300, -300, 900];
        let hot = dice.pick(&self.hot);
        let at = match dice.below(12) {
            0..=4 => hot + dice.pick(&NEAR) * SECOND,
            5 => hot + dice.pick(&[0, -1, 1, 500_000]),
            6 => hot - HOUR + dice.span(7_200),
            7 => hot - dice.pick(&[3_600, 7_200, 7_199, 7_201]) * SECOND,
            8 => return dice.pick(&self.edges) + dice.pick(&[0, -1, 1]),
            _ => self.from + (self.to - self.from) / 65_536 * dice.below(65_536) as i64,
        };
        if dice.chance(15) {
            at + dice.span(10) / 10 + 1
        } else {
            at
        }
    }
}

/// When to look: at events, windows after them, what follows from the passing of
/// time, midnights; and a second after each.
pub fn instants(scene: &Scene, told: &[Told], count: usize, dice: &mut Dice<'_>) -> Vec<i64> {
    let latest = told.iter().map(|told| told.event.time.0).max();
    let latest = latest.unwrap_or(scene.to);
    let mut instants = Vec::new();
    for _ in 0..count {
        let number = usize::from(dice.number());
        let (kind, number) = (number % 16, number / 16);
        let second = (number % 2) as i64 * SECOND;
        let number = number / 2;
        let event = told.get(number % told.len().max(1)).map(|told| &told.event);
        let at = event.map_or(scene.from, |event| event.time.0);
        let hot = scene.hot[number % scene.hot.len()];
        let seconds = |seconds: i64| seconds * SECOND;
        let instant = match kind {
            0 => latest + seconds(31),
            1 => at + second,
            2 => at + seconds(300) + second,
            3 => at + seconds(900) + second,
            4 => at + seconds(3_600) + second,
            5..=9 => {
                let edges = event.map_or(vec![at], |event| edges_of(scene, event));
                edges[(number / 7 + kind) % edges.len()] + second
            }
            10 => hot + second,
            11 => hot + seconds(300) + second,
            12 => latest + 2 * HOUR + second,
            13 => Zone::named(scene.country.zone).end_of_day(at) + second,
            14 => scene.edges[number % scene.edges.len()] + second,
            _ => {
                // A window after the one before, so that the two can be held together.
                let before: Option<&i64> = instants.last();
                before.map_or(at, |before| before + seconds([300, 900, 3_600][number % 3]))
            }
        };
        // Views are of whole seconds.
        instants.push(instant.div_euclid(SECOND) * SECOND);
    }
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// When the passing of time alone makes something of an event.
fn edges_of(scene: &Scene, event: &Event<'static>) -> Vec<i64> {
    let at = event.time.0;
    if let Some(due) = due_of(&event.body) {
        return vec![due, due + DAY, due - QUARTER];
    }
    match &event.body {
        Body::CallQueued(data) => vec![
            at + 2 * HOUR,
            at + 4 * HOUR,
            at + 26 * HOUR,
            scene.zone(&data.agency).end_of_day(at),
        ],
        // The call goes on nowhere.
        Body::CallOverflowed(_) => vec![at + 60 * SECOND],
        // The caller has come back, or never will; and is forgotten.
        Body::CallSelfServed(_) => vec![at + DAY, at + 25 * HOUR, at + 26 * HOUR],
        Body::AgentStateChanged(_) => vec![at + 12 * HOUR, at + 26 * HOUR],
        // Its source is silent, its source is forgotten.
        _ => vec![at + 300 * SECOND, at + DAY],
    }
}

pub fn due_of(body: &Body<'static>) -> Option<i64> {
    match body {
        Body::CallCallbackAccepted(data) => Some(data.due_at.0),
        Body::CallRecontactPromised(data) => Some(data.due_at.0),
        Body::CallVoicemailLeft(data) => data.due_at.map(|due| due.0),
        _ => None,
    }
}
