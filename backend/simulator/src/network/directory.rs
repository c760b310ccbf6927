//! The network as a directory file, format version 1.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::agency::Agency;
use super::hours::HOURS;
use super::networks::NETWORKS;
use super::places::REGIONS;
use crate::calendar::Hours;

const HEAD: &str = "\
# The simulated network. Written by the simulator, whose tests compare.
version = 1

[defaults]
time_zone = \"Europe/Paris\"
";

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Writing to a `String` cannot fail.
macro_rules! put {
    ($text:expr, $($what:tt)*) => {{ let _ = writeln!($text, $($what)*); }};
}

/// The directory file of some agencies.
pub(super) fn toml(agencies: &[Agency]) -> String {
    let networks: BTreeSet<usize> = agencies.iter().map(|a| a.network).collect();
    let regions: BTreeSet<usize> = agencies.iter().filter_map(|a| a.region).collect();
    let mut text = HEAD.to_owned();
    for kind in networks.iter().map(|&index| &NETWORKS[index]) {
        put!(
            text,
            "\n[[network]]\ncode = {:?}\nname = {:?}",
            kind.code,
            kind.name
        );
    }
    for region in regions.iter().map(|&index| &REGIONS[index]) {
        put!(
            text,
            "\n[[region]]\ncode = {:?}\nname = {:?}",
            region.code,
            region.name
        );
        put!(text, "time_zone = {:?}", region.zone.name());
    }
    for kind in networks.iter().map(|&index| &NETWORKS[index]) {
        for line in kind.lines {
            put!(
                text,
                "\n[[line]]\nnumber = {:?}\nname = {:?}",
                line.number,
                line.name
            );
            put!(
                text,
                "network = {:?}\nhours = {:?}",
                kind.code,
                line.hours.name
            );
        }
    }
    for hours in HOURS {
        put_hours(&mut text, hours);
    }
    for kind in networks.iter().map(|&index| &NETWORKS[index]) {
        for queue in kind.queues {
            put!(
                text,
                "\n[[queue]]\ncode = {:?}\nnetwork = {:?}",
                queue.code,
                kind.code
            );
            put!(text, "line = {:?}\nname = {:?}", queue.line, queue.name);
        }
    }
    for agency in agencies {
        put_agency(&mut text, agency);
    }
    text
}

fn put_hours(text: &mut String, hours: &Hours) {
    put!(text, "\n[[hours]]\nname = {:?}", hours.name);
    for (day, intervals) in DAYS.iter().zip(hours.week) {
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let intervals: Vec<String> = intervals
            .iter()
            .map(|&(from, to)| format!("\"{}-{}\"", clock(from), clock(to)))
            .collect();
        if !intervals.is_empty() {
            put!(text, "{day} = [{}]", intervals.join(", "));
        }
    }
}

fn put_agency(text: &mut String, agency: &Agency) {
    put!(
        text,
        "\n[[agency]]\ncode = {:?}\nname = {:?}",
        agency.code,
        agency.name
    );
    put!(text, "network = {:?}", agency.kind().code);
    if let Some(region) = agency.region {
        put!(text, "region = {:?}", REGIONS[region].code);
    }
    let queues: Vec<String> = agency
        .queues
        .iter()
        .map(|&queue| format!("{:?}", agency.queue(queue).code))
        .collect();
    put!(text, "queues = [{}]", queues.join(", "));
    put!(text, "hours = {:?}", agency.hours.name);
    if let Some((line, hours)) = agency.line_hours {
        put!(text, "line_hours = {{ {line:?} = {:?} }}", hours.name);
    }
}
