//! Days that are made so that things coincide.
//!
//! A day is a handful of numbers, which proptest draws and shrinks, and what
//! they are read as: the smaller the numbers, the plainer the day. Times are
//! drawn near a few *hot* instants of the day (midnights, opening and closing,
//! clock changes, quarters), so that calls end when queues close, windows begin
//! when calls do, and many things happen at once; and at the very edges of the
//! rules, a microsecond before and after (`edges` says which).

mod arrivals;
mod dice;
pub mod events;
mod scene;
mod stories;
pub mod wide;

use std::fmt;

use proptest::prelude::*;
use vigie_contract::event::Event;
use vigie_contract::time::Time;

use crate::country::Country;

use dice::Dice;

pub use scene::due_of;

/// What came through a partition.
#[derive(Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "an event is the rule; boxing it would only be one more word in every test"
)]
pub enum What {
    Event(Event<'static>),
    /// No event of the contract.
    Refused,
    /// An event of a type that the contract does not have.
    Skipped,
}

#[derive(Clone)]
pub struct Arrival {
    pub partition: i32,
    pub what: What,
}

/// A day, and how it is told.
#[derive(Clone)]
pub struct Day {
    pub country: Country,
    /// In the order in which they come.
    pub arrivals: Vec<Arrival>,
    /// When to look, oldest first.
    pub instants: Vec<i64>,
    /// How the live fold is driven.
    pub live: Live,
}

impl Day {
    /// The times of its events, in the order in which they come.
    pub fn times(&self) -> impl Iterator<Item = i64> + '_ {
        self.arrivals
            .iter()
            .filter_map(|arrival| match &arrival.what {
                What::Event(event) => Some(event.time.0),
                What::Refused | What::Skipped => None,
            })
    }
}

/// While events arrive, a live fold advances after every `stride`-th of them,
/// but not past `until`.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub stride: usize,
    pub until: i64,
}

const HEADER: usize = 36;
const STORY: usize = 40;

/// The numbers that a day is read from.
#[derive(Clone)]
pub struct Sketch {
    header: Vec<u16>,
    stories: Vec<Vec<u16>>,
    instants: Vec<u16>,
}

pub fn sketch() -> impl Strategy<Value = Sketch> {
    let numbers = |length| prop::collection::vec(any::<u16>(), length);
    (
        numbers(HEADER..HEADER + 1),
        prop::collection::vec(numbers(STORY..STORY + 1), 1..26),
        numbers(1..11),
    )
        .prop_map(|(header, stories, instants)| Sketch {
            header,
            stories,
            instants,
        })
}

impl Sketch {
    /// The day that these numbers mean.
    pub fn day(&self) -> Day {
        let mut header = Dice::new(&self.header);
        let scene = scene::scene(&mut header);
        let mut told = Vec::new();
        for (number, story) in self.stories.iter().enumerate() {
            told.extend(stories::tell(&scene, number, story));
        }
        for burst in 0..header.pick(&[0, 0, 0, 0, 0, 0, 1, 3]) {
            told.extend(stories::burst(&scene, 1_000 + burst, header.number()));
        }
        let mut instants = Dice::new(&self.instants);
        let mut instants = scene::instants(&scene, &told, self.instants.len(), &mut instants);
        let until = instants[header.below(instants.len())];
        let stride = 1 + header.below(9);
        let (arrivals, jump) = arrivals::arrivals(&mut header, told);
        if jump > 0 {
            let jumped: Vec<i64> = instants.iter().map(|at| at + jump).collect();
            instants.extend(jumped);
            instants.sort_unstable();
        }
        Day {
            live: Live { stride, until },
            arrivals,
            country: scene.country,
            instants,
        }
    }
}

/// Shown as the day that it means: what a failure prints.
impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.day())?;
        writeln!(
            f,
            "from {:?}, {:?}, {:?}",
            self.header, self.stories, self.instants
        )
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "a day with the directory\n{}", self.country.toml())?;
        for arrival in &self.arrivals {
            write!(f, "  [{}] ", arrival.partition)?;
            match &arrival.what {
                What::Refused => writeln!(f, "no event")?,
                What::Skipped => writeln!(f, "an unknown type")?,
                What::Event(event) => writeln!(
                    f,
                    "{} {} {}#{} {:?}",
                    event.time, event.subject, event.source, event.id, event.body
                )?,
            }
        }
        let instants: Vec<String> = self
            .instants
            .iter()
            .map(|&at| Time(at).to_string())
            .collect();
        writeln!(f, "as of {instants:?}, {:?}", self.live)
    }
}
