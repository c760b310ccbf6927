//! A small country as plain data: what the directory of a day says, and the
//! same written as a directory file.
//!
//! The count reads the data, the fold reads the file: neither sees the other's
//! understanding of it.

use std::fmt::Write;

/// Whether directory files may have `[[closure]]`.
pub const CLOSURES: bool = true;

/// A range of minutes of the day, the end not included.
pub type Range = (u32, u32);

/// Opening hours: the ranges of each day of the week, Monday first.
#[derive(Clone, Copy, Debug)]
pub struct Hours {
    pub name: &'static str,
    pub week: [&'static [Range]; 7],
}

#[derive(Clone, Copy, Debug)]
pub struct Network {
    pub code: &'static str,
    pub short_abandons_count: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub code: &'static str,
    pub zone: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub number: &'static str,
    pub network: &'static str,
    pub zone: Option<&'static str>,
    pub hours: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
pub struct Queue {
    pub code: &'static str,
    pub network: &'static str,
    pub line: &'static str,
    pub answer_within_seconds: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Agency {
    pub code: &'static str,
    pub network: &'static str,
    pub region: Option<&'static str>,
    pub zone: Option<&'static str>,
    pub hours: Option<&'static str>,
    pub line_hours: Vec<(&'static str, &'static str)>,
    pub queues: &'static [&'static str],
}

/// A day on which places are closed; empty lists say nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Closure {
    /// Year, month, day.
    pub date: (i16, i8, i8),
    pub networks: Vec<&'static str>,
    pub regions: Vec<&'static str>,
    pub agencies: Vec<&'static str>,
    pub lines: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Country {
    pub zone: &'static str,
    pub answer_within_seconds: i64,
    pub short_abandon_seconds: i64,
    pub short_abandons_count: bool,
    pub networks: Vec<Network>,
    pub regions: Vec<Region>,
    pub lines: Vec<Line>,
    pub queues: Vec<Queue>,
    pub agencies: Vec<Agency>,
    pub closures: Vec<Closure>,
}

const DAY: &[Range] = &[(8 * 60 + 30, 12 * 60 + 30), (13 * 60 + 30, 16 * 60 + 30)];
const LONG: &[Range] = &[(7 * 60, 24 * 60)];
/// Round the hours that clock changes skip and repeat, and to midnight.
const NIGHT: &[Range] = &[(0, 90), (150, 720), (23 * 60, 24 * 60)];

pub const HOURS: [Hours; 4] = [
    Hours {
        name: "office",
        week: [DAY, DAY, DAY, DAY, DAY, &[], &[]],
    },
    Hours {
        name: "long",
        week: [LONG; 7],
    },
    Hours {
        name: "night",
        week: [NIGHT; 7],
    },
    Hours {
        name: "never",
        week: [&[]; 7],
    },
];

pub const ZONES: [&str; 6] = [
    "Europe/Paris",
    "America/Martinique",
    "America/Cayenne",
    "Indian/Reunion",
    "Indian/Mayotte",
    "America/Miquelon",
];

const REGIONS: [Region; 7] = [
    Region {
        code: "NAQ",
        zone: Some("Europe/Paris"),
    },
    Region {
        code: "BRE",
        zone: None,
    },
    Region {
        code: "MTQ",
        zone: Some("America/Martinique"),
    },
    Region {
        code: "GUF",
        zone: Some("America/Cayenne"),
    },
    Region {
        code: "REU",
        zone: Some("Indian/Reunion"),
    },
    Region {
        code: "MYT",
        zone: Some("Indian/Mayotte"),
    },
    Region {
        code: "SPM",
        zone: Some("America/Miquelon"),
    },
];

/// Code, network, region, own zone: from which a day takes a few.
const AGENCIES: [(&str, &str, Option<&str>, Option<&str>); 10] = [
    ("N1", "ft", Some("NAQ"), None),
    ("N2", "ft", Some("NAQ"), None),
    ("P", "ft", None, None),
    ("B", "caf", Some("BRE"), None),
    ("M", "caf", Some("MTQ"), None),
    ("G", "caf", Some("GUF"), None),
    ("R", "cnam", Some("REU"), None),
    ("Y", "cnam", Some("MYT"), None),
    ("S", "ft", Some("SPM"), None),
    ("O", "caf", Some("NAQ"), Some("Indian/Reunion")),
];

/// An agency that no directory has.
pub const UNKNOWN_AGENCY: &str = "Z";

/// Numbers that name a country; all zero: the plainest.
pub struct Traits<'a> {
    pub agencies: &'a [u64],
    pub hours: &'a [u64],
    pub switches: u64,
    pub closures: &'a [u64],
    pub date: (i16, i8, i8),
}

fn hours_by(number: u64) -> Option<&'static str> {
    match number % 6 {
        0 | 5 => None,
        at => Some(HOURS[at as usize - 1].name),
    }
}

pub fn country(traits: &Traits<'_>) -> Country {
    let switch = |bit: u32| traits.switches >> bit & 1 == 1;
    let hours = |at: usize| hours_by(traits.hours.get(at).copied().unwrap_or(0));
    let lines = vec![
        Line {
            number: "3949",
            network: "ft",
            zone: None,
            hours: hours(0),
        },
        Line {
            number: "3995",
            network: "ft",
            zone: switch(0).then_some("America/Martinique"),
            hours: None,
        },
        Line {
            number: "3230",
            network: "caf",
            zone: switch(1).then_some("Indian/Reunion"),
            hours: hours(1),
        },
    ];
    let mut agencies: Vec<Agency> = Vec::new();
    for (at, &number) in traits.agencies.iter().enumerate() {
        let (code, network, region, zone) = AGENCIES[number as usize % AGENCIES.len()];
        if agencies.iter().any(|known| known.code == code) {
            continue;
        }
        let line_hours = match hours(2 * at + 3) {
            Some(name) if switch(at as u32 + 2) => vec![("3949", name)],
            _ => Vec::new(),
        };
        agencies.push(Agency {
            code,
            network,
            region,
            zone,
            hours: hours(2 * at + 2),
            line_hours,
            queues: if switch(at as u32 + 6) { &["q"] } else { &[] },
        });
    }
    Country {
        zone: if switch(12) {
            "Indian/Reunion"
        } else {
            "Europe/Paris"
        },
        answer_within_seconds: if switch(10) { 60 } else { 180 },
        short_abandon_seconds: 5,
        short_abandons_count: !switch(11),
        networks: vec![
            Network {
                code: "ft",
                short_abandons_count: switch(13).then_some(false),
            },
            Network {
                code: "caf",
                short_abandons_count: switch(14).then_some(true),
            },
            Network {
                code: "cnam",
                short_abandons_count: None,
            },
        ],
        regions: REGIONS.to_vec(),
        lines,
        queues: queues(),
        closures: closures(traits, &agencies),
        agencies,
    }
}

/// One queue serves a line of another network; `x` is in no directory.
fn queues() -> Vec<Queue> {
    [
        ("q", "ft", "3949", Some(30)),
        ("p", "ft", "3995", None),
        ("q", "caf", "3230", Some(300)),
        ("p", "caf", "3949", None),
        ("q", "cnam", "3230", None),
    ]
    .map(|(code, network, line, answer_within_seconds)| Queue {
        code,
        network,
        line,
        answer_within_seconds,
    })
    .to_vec()
}

fn closures(traits: &Traits<'_>, agencies: &[Agency]) -> Vec<Closure> {
    if !CLOSURES {
        return Vec::new();
    }
    traits
        .closures
        .iter()
        .filter(|&&number| number % 3 != 0)
        .map(|&number| {
            let bit = |bit: u32| number >> (bit + 4) & 1 == 1;
            let (year, month, day) = traits.date;
            let date = jiff::civil::date(year, month, day);
            let date = if bit(0) {
                date.tomorrow().expect("no end of time")
            } else {
                date
            };
            let agency = agencies.get(number as usize / 3 % agencies.len().max(1));
            Closure {
                date: (date.year(), date.month(), date.day()),
                networks: if bit(1) { vec!["caf"] } else { Vec::new() },
                regions: if bit(2) { vec!["NAQ"] } else { Vec::new() },
                agencies: agency
                    .filter(|_| bit(3))
                    .map(|agency| agency.code)
                    .into_iter()
                    .collect(),
                lines: if bit(4) { vec!["3949"] } else { Vec::new() },
            }
        })
        .fold(Vec::new(), |mut closures, closure| {
            // A directory says nothing twice.
            if !closures.contains(&closure) {
                closures.push(closure);
            }
            closures
        })
}

impl Country {
    /// The same as a directory file.
    pub fn toml(&self) -> String {
        let mut file = format!(
            "version = 1\n[defaults]\ntime_zone = \"{}\"\nanswer_within_seconds = {}\n\
             short_abandon_seconds = {}\nshort_abandons_count = {}\n",
            self.zone,
            self.answer_within_seconds,
            self.short_abandon_seconds,
            self.short_abandons_count
        );
        self.write_places(&mut file)
            .and_then(|()| self.write_hours(&mut file))
            .expect("a text takes every write");
        file
    }

    fn write_places(&self, file: &mut String) -> std::fmt::Result {
        for network in &self.networks {
            table(
                file,
                "network",
                &[("code", Some(network.code)), ("name", Some(network.code))],
            )?;
            if let Some(count) = network.short_abandons_count {
                writeln!(file, "short_abandons_count = {count}")?;
            }
        }
        for region in &self.regions {
            let fields = [
                ("code", Some(region.code)),
                ("name", Some(region.code)),
                ("time_zone", region.zone),
            ];
            table(file, "region", &fields)?;
        }
        for line in &self.lines {
            let fields = [
                ("number", Some(line.number)),
                ("name", Some(line.number)),
                ("network", Some(line.network)),
                ("time_zone", line.zone),
                ("hours", line.hours),
            ];
            table(file, "line", &fields)?;
        }
        for queue in &self.queues {
            let fields = [
                ("code", Some(queue.code)),
                ("name", Some(queue.code)),
                ("network", Some(queue.network)),
                ("line", Some(queue.line)),
            ];
            table(file, "queue", &fields)?;
            if let Some(seconds) = queue.answer_within_seconds {
                writeln!(file, "answer_within_seconds = {seconds}")?;
            }
        }
        for agency in &self.agencies {
            let fields = [
                ("code", Some(agency.code)),
                ("name", Some(agency.code)),
                ("network", Some(agency.network)),
                ("region", agency.region),
                ("time_zone", agency.zone),
                ("hours", agency.hours),
            ];
            table(file, "agency", &fields)?;
            let has = |queue: &&&str| {
                let of_network = |known: &Queue| known.network == agency.network;
                self.queues
                    .iter()
                    .any(|known| of_network(known) && known.code == **queue)
            };
            let queues: Vec<&&str> = agency.queues.iter().filter(has).collect();
            writeln!(file, "queues = {queues:?}")?;
            for (line, hours) in &agency.line_hours {
                writeln!(file, "line_hours = {{ {line:?} = {hours:?} }}")?;
            }
        }
        Ok(())
    }

    fn write_hours(&self, file: &mut String) -> std::fmt::Result {
        const WEEK: [&str; 7] = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        for hours in &HOURS {
            table(file, "hours", &[("name", Some(hours.name))])?;
            for (day, ranges) in WEEK.iter().zip(hours.week) {
                let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
                let ranges: Vec<String> = ranges
                    .iter()
                    .map(|&(from, to)| format!("{}-{}", clock(from), clock(to)))
                    .collect();
                writeln!(file, "{day} = {ranges:?}")?;
            }
        }
        for closure in &self.closures {
            let (year, month, day) = closure.date;
            writeln!(
                file,
                "[[closure]]\ndate = \"{year:04}-{month:02}-{day:02}\""
            )?;
            for (name, codes) in [
                ("networks", &closure.networks),
                ("regions", &closure.regions),
                ("agencies", &closure.agencies),
                ("lines", &closure.lines),
            ] {
                if !codes.is_empty() {
                    writeln!(file, "{name} = {codes:?}")?;
                }
            }
        }
        Ok(())
    }
}

fn table(
    file: &mut String,
    name: &str,
    fields: &[(&str, Option<&'static str>)],
) -> std::fmt::Result {
    writeln!(file, "[[{name}]]")?;
    for (field, value) in fields {
        if let Some(value) = value {
            writeln!(file, "{field} = {value:?}")?;
        }
    }
    Ok(())
}
