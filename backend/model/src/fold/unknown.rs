//! What events name and the directory does not know, and what found no place.

use std::collections::BTreeMap;
use std::ops::Range;

use vigie_contract::time::Time;
use vigie_contract::unknown::{OverKind, OverLimit, OverName, Unknown, UnknownCode, UnknownCodes};

use super::input::Forgotten;
use super::state::Fold;
use crate::contribution::{CellId, CellKind};
use crate::limits::OTHER;
use crate::partition::Partition;
use crate::partition::cell::CellKey;
use crate::sums::Ever;

/// When a code was named that the directory does not know, and how many calls were
/// offered there.
#[derive(Clone, Copy, Debug)]
struct HeardCode {
    since: Time,
    last: Time,
    offered: i64,
}

/// What is known of each code, by its agency (if it is the code of a queue) and the
/// code.
type UnlistedCodes<'p> = BTreeMap<(Option<&'p str>, &'p str), HeardCode>;

impl HeardCode {
    fn and(self, other: Self) -> Self {
        Self {
            since: self.since.min(other.since),
            last: self.last.max(other.last),
            offered: self.offered + other.offered,
        }
    }
}

impl Fold {
    /// What events name and the directory does not know, and what found no place:
    /// of each list the part that `page` says. `None` before the first advance.
    pub fn unknown(&self, page: Range<usize>) -> Option<Unknown> {
        let as_of = self.as_of()?;
        let directory = &self.terms.directory;
        let [mut agencies, mut lines, mut queues] = [
            UnlistedCodes::new(),
            UnlistedCodes::new(),
            UnlistedCodes::new(),
        ];
        for (partition, heard, codes) in self.partitions.values().flat_map(unlisted) {
            let (agency, queue, line) = partition.names_of(codes);
            let is_agency_known = agency.is_some_and(|code| directory.knows_agency(code));
            if let Some(code) = agency
                && !is_agency_known
            {
                note(&mut agencies, (None, code), heard);
            }
            if let Some((agency, code)) = agency.zip(queue)
                && is_agency_known
                && !directory.knows_queue(agency, code)
            {
                note(&mut queues, (Some(agency), code), heard);
            }
            if let Some(code) = line
                && !directory.knows_line(code)
            {
                note(&mut lines, (None, code), heard);
            }
        }
        Some(Unknown {
            as_of,
            agencies: listed(agencies, &page, |_, code| directory.agencies_like(code)),
            lines: listed(lines, &page, |_, code| directory.lines_like(code)),
            queues: listed(queues, &page, |agency, code| {
                agency.map_or(Vec::new(), |agency| directory.queues_like(agency, code))
            }),
            over_limits: self.over_limits(&page),
        })
    }

    /// How often each limit was met since the state began.
    pub fn over_limit(&self) -> impl Iterator<Item = (OverKind, u64)> + '_ {
        OverKind::ALL.into_iter().map(|kind| {
            let of_kind = self.partitions.values().flat_map(Partition::over);
            let of_kind = of_kind.filter(|over| over.kind == kind);
            (kind, of_kind.map(|over| over.times).sum())
        })
    }

    /// Counts since the state began of what is forgotten, and was of agencies that
    /// the directory does not know.
    pub fn forgotten(&self) -> Forgotten {
        let sum = |of: fn(&Ever) -> i64| {
            let sum: i64 = self.partitions.values().map(|one| of(&one.gone())).sum();
            sum.max(0) as u64
        };
        Forgotten {
            offered: sum(|ever| ever.offered),
            answered: sum(|ever| ever.answered),
            abandoned: sum(|ever| ever.abandoned),
        }
    }

    fn over_limits(&self, page: &Range<usize>) -> Vec<OverLimit> {
        let of_kind = |(kind, times): (OverKind, u64)| {
            let over = self.partitions.values().flat_map(Partition::over);
            let mut named: BTreeMap<(Option<&str>, &str), OverName> = BTreeMap::new();
            for name in over
                .filter(|over| over.kind == kind)
                .flat_map(|over| &over.named)
            {
                let place = named.entry((name.agency.as_deref(), &name.code));
                let known = place.or_insert_with(|| OverName {
                    code: name.code.to_string(),
                    agency: name.agency.as_deref().map(str::to_owned),
                    since: name.since,
                    last: name.last,
                    times: 0,
                });
                known.since = known.since.min(name.since);
                known.last = known.last.max(name.last);
                known.times += name.times;
            }
            (times > 0).then(|| OverLimit {
                kind,
                limit: self.settings.limits.of(kind),
                times,
                named: paged(named.into_values(), page),
            })
        };
        self.over_limit().filter_map(of_kind).collect()
    }
}

fn note<'p>(list: &mut UnlistedCodes<'p>, key: (Option<&'p str>, &'p str), heard: HeardCode) {
    list.entry(key)
        .and_modify(|known| *known = known.and(heard))
        .or_insert(heard);
}

/// The cells of a partition that the directory does not list, with what is heard
/// of them.
fn unlisted(partition: &Partition) -> impl Iterator<Item = (&Partition, HeardCode, CellKey)> {
    (0..).zip(partition.cells()).filter_map(move |(at, cell)| {
        let (is_listed, since, last) = partition.naming(CellId(at));
        let is_there = cell.key.kind != CellKind::Vacant && !is_listed;
        is_there.then(|| {
            let offered = cell.ever().offered;
            let heard = HeardCode {
                since,
                last,
                offered,
            };
            (partition, heard, cell.key)
        })
    })
}

/// A page of codes, each with those that it may have been meant for.
fn listed<'d>(
    codes: UnlistedCodes<'_>,
    page: &Range<usize>,
    like: impl Fn(Option<&str>, &str) -> Vec<&'d str>,
) -> UnknownCodes {
    let codes = codes.into_iter().filter(|((_, code), _)| *code != OTHER);
    let codes: Vec<_> = codes.collect();
    UnknownCodes {
        total: codes.len() as u64,
        codes: paged(codes.into_iter(), page)
            .into_iter()
            .map(|((agency, code), heard)| UnknownCode {
                code: code.to_owned(),
                agency: agency.map(str::to_owned),
                since: heard.since,
                last: heard.last,
                offered: heard.offered.max(0) as u64,
                did_you_mean: like(agency, code).into_iter().map(str::to_owned).collect(),
            })
            .collect(),
    }
}

fn paged<T>(list: impl Iterator<Item = T>, page: &Range<usize>) -> Vec<T> {
    list.skip(page.start).take(page.len()).collect()
}
