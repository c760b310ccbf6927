//! Measures a simulated country: how fast, how many events, how its figures
//! stand against the published ones.
//!
//! `cargo run --release -p vigie-simulator --example measure [DAYS [SCALE [calm]]]`;
//! `calm`: without incidents.

use std::collections::BTreeMap;
use std::io::{self, Write};

use vigie_contract::event::Body;
use vigie_contract::time::Time;
use vigie_simulator::{Figures, Incident, Settings, Side, Simulation};

/// What is added up for a network.
#[derive(Default)]
struct Sums {
    agencies: usize,
    figures: Figures,
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let days: i64 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let scale: f64 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1.0);
    let mut settings = Settings {
        scale,
        incidents: arguments.next().as_deref() != Some("calm"),
        ..Settings::default()
    };
    settings.end = Time(settings.start.0 + days * 86_400_000_000);

    let mut out = io::stdout().lock();
    let mut simulation = Simulation::new(settings.clone());
    let mut types: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut by_second: BTreeMap<i64, u32> = BTreeMap::new();
    let mut calls_by_second: BTreeMap<i64, u32> = BTreeMap::new();
    let mut events = 0_u64;
    // Callback promises by call: when due, and whether anybody tried in time.
    let mut promised: BTreeMap<String, (Time, bool)> = BTreeMap::new();
    for delivery in simulation.by_ref() {
        events += 1;
        *types.entry(delivery.event.body.type_name()).or_default() += 1;
        *by_second.entry(delivery.at.second()).or_default() += 1;
        let event = delivery.event;
        match event.body {
            Body::CallReceived(_) => *calls_by_second.entry(event.time.second()).or_default() += 1,
            Body::CallCallbackAccepted(data) => {
                promised.insert(event.subject.to_string(), (data.due_at, false));
            }
            Body::PromiseAttempted(_) | Body::CallAnswered(_) => {
                if let Some((due, called)) = promised.get_mut(event.subject.as_str()) {
                    *called |= event.time <= *due;
                }
            }
            _ => {}
        }
    }
    writeln!(out, "{events} events")?;
    if let Some(seconds) = cpu_seconds() {
        let speed = events as f64 / seconds;
        writeln!(
            out,
            "{seconds:.1} seconds of CPU: {speed:.0} events a second"
        )?;
    }
    let peak = |counts: &BTreeMap<i64, u32>| {
        counts
            .iter()
            .max_by_key(|(_, count)| **count)
            .map(|(second, count)| (Time::from_seconds(*second).to_string(), *count))
    };
    writeln!(
        out,
        "most events delivered in a second: {:?}",
        peak(&by_second)
    )?;
    writeln!(
        out,
        "most calls received in a second: {:?}",
        peak(&calls_by_second)
    )?;
    let mut by_hour: BTreeMap<i64, u32> = BTreeMap::new();
    for (second, count) in &by_second {
        *by_hour.entry(second / 3_600).or_default() += count;
    }
    let (hour, most) = by_hour
        .iter()
        .max_by_key(|(_, count)| **count)
        .unwrap_or((&0, &0));
    writeln!(
        out,
        "busiest hour {}: {:.0} events a second",
        Time::from_seconds(hour * 3_600),
        f64::from(*most) / 3_600.0
    )?;
    for (name, count) in &types {
        writeln!(out, "  {name:<24} {count:>9}")?;
    }
    let called = promised.values().filter(|(_, called)| *called).count();
    writeln!(
        out,
        "called back within two hours: {:.1} % of {}",
        100.0 * called as f64 / promised.len().max(1) as f64,
        promised.len()
    )?;
    for incident in simulation.incidents() {
        match incident {
            Incident::BenefitDay {
                region,
                from,
                until,
                factor,
            } => writeln!(
                out,
                "benefit day in {region}, {from} to {until}, times {factor}"
            )?,
            Incident::FeedCut {
                agency,
                from,
                until,
            } => writeln!(out, "{agency} cut off, {from} to {until}")?,
            Incident::StaffLeave {
                who, from, until, ..
            } => writeln!(out, "{who:?} of an agency away, {from} to {until}")?,
            Incident::FalseAnnouncements { from, until, .. } => {
                writeln!(out, "false announcements, {from} to {until}")?;
            }
        }
    }
    if let Some(peak) = peak_memory() {
        writeln!(out, "most memory held: {peak}")?;
    }
    networks(&mut out, &simulation)
}

/// Seconds of CPU that this thread, the only one, has had, where the system
/// tells: other work on the machine does not change it.
fn cpu_seconds() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: f64 = status.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// The most memory that this process has held, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}

/// Prints the figures of the networks, by origin, and of Île-de-France.
fn networks(out: &mut impl Write, simulation: &Simulation) -> io::Result<()> {
    let directory = simulation.network().agencies().collect::<Vec<_>>();
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    for agency in &directory {
        sums.entry(agency.network.to_owned()).or_default().agencies += 1;
    }
    for row in simulation
        .truth()
        .rows()
        .filter(|row| row.side == Side::Origin)
    {
        let Some(agency) = directory.iter().find(|agency| agency.code == row.agency) else {
            continue;
        };
        let mut names = vec![agency.network.to_owned()];
        names.push(match agency.region {
            Some("IDF") => format!("{}/IDF", agency.network),
            Some(_) => format!("{}/other", agency.network),
            None => format!("{}/none", agency.network),
        });
        for name in names {
            let figures = &mut sums.entry(name).or_default().figures;
            figures.add(row.figures);
        }
    }
    writeln!(
        out,
        "{:<12} {:>5} {:>8} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}",
        "",
        "units",
        "offered",
        "asked",
        "pickup",
        "agent%",
        "wait s",
        "quit s",
        "over%",
        "callb%",
        "kept%"
    )?;
    for (name, sum) in &sums {
        let counts = sum.figures.counts;
        let percent = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
        let mean = |waits: vigie_simulator::Waits| {
            waits.sum_microseconds as f64 / 1e6 / f64::from(waits.count.max(1))
        };
        writeln!(
            out,
            "{name:<12} {:>5} {:>8} {:>8} {:>6.1} {:>6.1} {:>6.0} {:>6.0} {:>6.1} {:>6.1} {:>6.1}",
            sum.agencies,
            counts.offered(),
            counts.asked(),
            percent(counts.answered, counts.asked()),
            percent(
                counts.answered + counts.promises_kept,
                counts.asked() - counts.callbacks_accepted
                    + counts.promises_kept
                    + counts.promises_broken
            ),
            mean(sum.figures.answer_waits),
            mean(sum.figures.abandon_waits),
            percent(counts.overflowed_out, counts.offered()),
            percent(counts.callbacks_accepted, counts.offered()),
            percent(
                counts.promises_kept,
                counts.promises_kept + counts.promises_broken
            ),
        )?;
    }
    Ok(())
}
