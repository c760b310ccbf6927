//! What is measured on: lines of NDJSON in memory.
//!
//! The made calls are the same on every machine, from a seed, with no file: a
//! dense stream over any number of agencies. The recorded ones are a month of a
//! real call centre, where they are at hand.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use vigie_contract::time::Time;

/// 2026-11-23, a Monday, 09:00 in Paris.
pub const START: Time = Time::from_seconds(1_795_420_800);

/// Queues of each made agency: with 1,000 of them, the country's four thousand.
pub const QUEUES: u64 = 4;

/// Lines of events, in the order in which they arrive.
pub struct Corpus {
    text: String,
    lines: Vec<std::ops::Range<usize>>,
}

impl Corpus {
    fn new(text: String) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            lines.push(start..start + line.len());
            start += line.len();
        }
        Self { text, lines }
    }

    /// The first `number` lines, all where there are fewer.
    pub fn first(&self, number: usize) -> impl Iterator<Item = &[u8]> + Clone {
        self.between(0, number)
    }

    /// The lines from `from` (included) to `to` (excluded), line feeds included.
    pub fn between(&self, from: usize, to: usize) -> impl Iterator<Item = &[u8]> + Clone {
        let to = to.min(self.lines.len());
        self.lines[from.min(to)..to]
            .iter()
            .map(|line| &self.text.as_bytes()[line.clone()])
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Bytes of all lines.
    pub fn size(&self) -> usize {
        self.text.len()
    }
}

/// A month of recorded calls; `None` where they are not at hand.
///
/// They are looked for in `VIGIE_RECORDED_DATA`, by default the folder `data`
/// of the folder `shared` beside the repository.
pub fn recorded() -> Option<Corpus> {
    let folder = match std::env::var_os("VIGIE_RECORDED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let file = std::fs::File::open(folder.join("bank-1999-01.ndjson.gz")).ok()?;
    let mut text = String::new();
    MultiGzDecoder::new(file).read_to_string(&mut text).ok()?;
    Some(Corpus::new(text))
}

/// SplitMix64: numbers that look random, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Calls of `agencies` agencies, `rate` events a second, about `events` events.
///
/// A call is received, queued, and answered and ended or, one in five,
/// abandoned; waits reach four minutes, talks eight. Every agency takes its
/// share from the first second on.
pub fn made(agencies: u64, events: usize, rate: u64) -> Corpus {
    let mut random = Random(agencies);
    let mut calls: Vec<(i64, String)> = Vec::with_capacity(events + 4);
    for call in 0.. {
        if calls.len() >= events {
            break;
        }
        // Four events a call, a little less.
        let start = START.0 + (call * 3_800_000 / rate) as i64;
        add_call(&mut calls, &mut random, call, start, agencies);
    }
    calls.sort();
    calls.truncate(events);
    Corpus::new(calls.into_iter().map(|(_, line)| line).collect())
}

fn add_call(
    calls: &mut Vec<(i64, String)>,
    random: &mut Random,
    call: u64,
    start: i64,
    agencies: u64,
) {
    let agency = random.below(agencies);
    let queue = random.below(QUEUES);
    let place = format!(r#""agency":"{}","queue":"queue-{queue}""#, code_of(agency));
    let line = format!(r#""line":"39{queue:02}""#);
    let caller = format!(r#""caller":"c{:010x}""#, random.below(1 << 40));
    let agent = format!(r#""agent":"a{agency:05}-{}""#, random.below(8));
    let mut number = 0;
    let mut add = |at: i64, kind: &str, data: String| {
        number += 1;
        let mut text = String::with_capacity(256);
        let written = writeln!(
            text,
            r#"{{"specversion":"1.0","id":"{call:08x}-{number}","source":"/pbx/{agency:05}","type":"{kind}","time":"{}","subject":"{call:08x}","data":{{{data}}}}}"#,
            Time(at),
        );
        assert!(written.is_ok(), "a text takes what is written to it");
        calls.push((at, text));
    };
    let queued = start + 1_000_000 + random.below(9_000_000) as i64;
    let out = queued + random.below(240_000_000) as i64;
    add(
        start,
        "call.received",
        format!(r#"{line},"identified":true,{caller}"#),
    );
    add(
        queued,
        "call.queued",
        format!(r#"{line},{place},{caller},"identified":true"#),
    );
    if random.below(5) == 0 {
        return add(out, "call.abandoned", place);
    }
    let talk = 20 + random.below(460);
    add(out, "call.answered", format!("{place},{agent}"));
    add(
        out + talk as i64 * 1_000_000,
        "call.ended",
        format!(r#"{place},{agent},"talk_seconds":{talk}"#),
    );
}

/// The code of a made agency.
pub fn code_of(agency: u64) -> String {
    format!("NAQ-{agency:05}")
}
