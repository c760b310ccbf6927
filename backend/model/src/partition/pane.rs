//! What happened in one second.
//!
//! A contribution waits here until the second has passed. Then it is in the
//! cells, and stays for the sliding windows to take it in and out again: packed,
//! since an hour of the country is a million of them.

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};

use super::cell::Source;
use crate::contribution::{CellId, Closed, Contribution, What};

/// What happened in one second.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Pane {
    /// Those to come in when the second passes.
    contributions: Vec<Contribution>,
    /// Events heard, until then.
    heard: Vec<(CellId, Source)>,
    /// Those that came in, packed.
    passed: Vec<u8>,
}

/// A contribution as packed: without what only cells need to know.
#[derive(Serialize, Deserialize)]
struct Packed {
    micros: u32,
    handler: CellId,
    origin: Option<CellId>,
    sign: i8,
    what: What,
}

impl Pane {
    /// Adds what will come in when the second passes.
    pub(super) fn push(&mut self, contribution: Contribution) {
        self.contributions.push(contribution);
    }

    /// Adds what has come in after the second had passed.
    pub(super) fn push_passed(&mut self, contribution: &Contribution) {
        let bytes = std::mem::take(&mut self.passed);
        self.passed = postcard::to_extend(&Packed::of(contribution), bytes)
            .expect("a contribution is numbers");
    }

    /// Takes note of an event of a source.
    pub(super) fn hear(&mut self, cell: CellId, source: Source) {
        match self.heard.last_mut() {
            Some((known, last)) if *known == cell && last.name == source.name => {
                last.newest = last.newest.max(source.newest);
                last.heard = last.heard.max(source.heard);
            }
            _ => self.heard.push((cell, source)),
        }
    }

    /// The second passes: what comes in.
    pub(super) fn pass(&mut self) -> (Vec<Contribution>, Vec<(CellId, Source)>) {
        let contributions = std::mem::take(&mut self.contributions);
        for contribution in &contributions {
            self.push_passed(contribution);
        }
        self.passed.shrink_to_fit();
        (contributions, std::mem::take(&mut self.heard))
    }

    /// What has come in, for the windows.
    pub(super) fn passed(&self, second: i64) -> impl Iterator<Item = Contribution> + '_ {
        let mut bytes = &self.passed[..];
        std::iter::from_fn(move || {
            if bytes.is_empty() {
                return None;
            }
            let (packed, rest) =
                postcard::take_from_bytes::<Packed>(bytes).expect("it was packed here");
            bytes = rest;
            Some(packed.unpack(second))
        })
    }
}

impl Packed {
    fn of(contribution: &Contribution) -> Self {
        let &Contribution {
            at,
            handler,
            origin,
            sign,
            what,
        } = contribution;
        let micros = (at - Time::from_seconds(at.second())).0;
        Self {
            micros: micros as u32,
            handler,
            origin: (origin != handler).then_some(origin),
            sign,
            what: match what {
                What::Entered { reason, .. } => What::Entered {
                    reason,
                    asked: Time(0),
                },
                What::Closed(closed) => What::Closed(Closed {
                    asked: Time(0),
                    entered: Time(0),
                    ..closed
                }),
                other => other,
            },
        }
    }

    fn unpack(self, second: i64) -> Contribution {
        Contribution {
            at: Time::from_seconds(second) + Span(self.micros.into()),
            handler: self.handler,
            origin: self.origin.unwrap_or(self.handler),
            sign: self.sign,
            what: self.what,
        }
    }
}
