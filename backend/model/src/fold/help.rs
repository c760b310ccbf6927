//! Who could help whom: the agencies of a scope by pressure and by slack.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use vigie_contract::extent::{Extent, ExtentRef};
use vigie_contract::help::{Effect, Help};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

use super::state::Fold;
use crate::board::ScopeId;
use crate::contribution::CellId;
use crate::estimate::{Waits, mixture};
use crate::figures::{self, HelpRows};
use crate::partition::Partition;
use crate::sums::HelpSums;

/// Up to so many callers are sent to another agency, in what it would change.
const CALLERS: u32 = 5;

/// Why it cannot be told who could help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHelp {
    /// Neither the directory nor an event has named the scope.
    #[error("neither the directory nor an event has named {0}")]
    UnknownScope(Scope),
    /// No time has passed yet.
    #[error("no figures yet")]
    NotYet,
    /// It has no agencies that could help one another.
    #[error(
        "{0}: who could help is told of all, a network, a region, a line or a line in a region"
    )]
    NotOfAgencies(Extent),
    /// What callers would leave is not a queue.
    #[error("from: {0} is not a queue")]
    NotAQueue(Scope),
    /// Where callers would go is not an agency.
    #[error("to: {0} is not an agency")]
    NotAnAgency(Scope),
    /// It is not in the scope.
    #[error("{name}: {scope} is not of {of}")]
    Outside {
        /// Which of the two: from or to.
        name: &'static str,
        /// What was asked for.
        scope: Box<Scope>,
        /// The scope that it should be of.
        of: Box<Scope>,
    },
    /// Callers would go where they are.
    #[error("to: {0} has the queue itself")]
    Itself(Scope),
}

/// The cells of an agency that are looked at, with their partitions.
#[derive(Default)]
struct Looked<'f>(Vec<(i32, &'f Partition, Vec<CellId>)>);

impl Looked<'_> {
    /// Those of its cells that are of calls of a queue, by the code of the queue, with the
    /// lines that they name.
    fn queues(&self) -> BTreeMap<&str, (Looked<'_>, BTreeSet<&str>)> {
        let mut queues: BTreeMap<&str, (Looked<'_>, BTreeSet<&str>)> = BTreeMap::new();
        for (number, partition, cells) in &self.0 {
            for &cell in cells {
                let Some((queue, line)) = partition.queue_and_line(cell) else {
                    continue;
                };
                let (of_queue, lines) = queues.entry(queue).or_default();
                lines.extend(line);
                match of_queue.0.last_mut() {
                    Some((last, _, cells)) if last == number => cells.push(cell),
                    Some(_) | None => of_queue.0.push((*number, partition, vec![cell])),
                }
            }
        }
        queues
    }
}

impl Fold {
    /// The agencies of a scope by pressure and by slack; and, where that is asked, what it
    /// would change if the next callers of a queue went to an agency.
    ///
    /// # Errors
    /// Why it cannot be told: nobody has named a scope, no time has passed, or a scope is
    /// not of the kind that it should be.
    pub fn help<'e>(
        &self,
        of: impl Into<ExtentRef<'e>>,
        asked: Option<(&Scope, &Scope)>,
    ) -> Result<Help, NoHelp> {
        let of = of.into();
        let scope = match of {
            ExtentRef::Scope(
                scope @ (Scope::All
                | Scope::Network(_)
                | Scope::Region(..)
                | Scope::Line(_)
                | Scope::LineRegion(..)),
            ) => scope,
            ExtentRef::Scope(Scope::Agency(..) | Scope::Queue(..)) | ExtentRef::Selection(_) => {
                return Err(NoHelp::NotOfAgencies(of.to_extent()));
            }
        };
        let find = |scope: &Scope| {
            let id = self.board.tree().find(scope);
            id.ok_or_else(|| NoHelp::UnknownScope(scope.clone()))
        };
        let id = find(scope)?;
        let as_of = self.board_time().ok_or(NoHelp::NotYet)?;
        let agencies = self.looked_at(id);
        let effect = match asked {
            Some((from, to)) => {
                find(from)?;
                find(to)?;
                Some(self.effect(scope, &agencies, (from, to), as_of)?)
            }
            None => None,
        };
        let number = agencies.len() as i64;
        let HelpRows {
            pressed,
            pressure,
            with_slack,
            slack,
            untold,
        } = self.help_rows(&agencies, as_of);
        Ok(Help {
            as_of,
            scope: scope.clone(),
            agencies: number,
            pressed,
            pressure,
            with_slack,
            slack,
            untold,
            effect,
        })
    }

    /// The agencies of a scope, those of which nothing was heard included, each with the
    /// cells of it that are of the scope.
    fn looked_at(&self, id: ScopeId) -> BTreeMap<Scope, Looked<'_>> {
        let tree = self.board.tree();
        let listed = tree.agencies_below(id).into_iter();
        let mut agencies: BTreeMap<Scope, Looked<'_>> = listed
            .map(|id| (tree.node(id).scope.clone(), Looked::default()))
            .collect();
        for (number, partition, cells) in self.numbered_cells_below(id) {
            for (agency, cells) in partition.by_agency(cells) {
                let (network, region) = self.terms.directory.place_of(agency);
                let scope = Scope::Agency(network.into(), region.into(), agency.into());
                let looked = agencies.entry(scope).or_default();
                looked.0.push((number, partition, cells));
            }
        }
        agencies
    }

    fn help_rows(&self, agencies: &BTreeMap<Scope, Looked<'_>>, as_of: Time) -> HelpRows {
        let tree = self.board.tree();
        let mut numbers: BTreeMap<i32, HashMap<CellId, usize>> = BTreeMap::new();
        let mut all: Vec<(Scope, String, HelpSums)> = Vec::with_capacity(agencies.len());
        for (place, (scope, looked)) in agencies.iter().enumerate() {
            let mut sums = HelpSums::default();
            for (number, partition, cells) in &looked.0 {
                partition.add_help(cells, as_of, &self.terms, &mut sums);
                let of_partition = numbers.entry(*number).or_default();
                of_partition.extend(cells.iter().map(|&cell| (cell, place)));
            }
            let id = tree.find(scope);
            // Whatever the agency told shows that it is heard, be it of another line.
            let told = id.into_iter().flat_map(|id| self.cells_below(id));
            sums.newest = told
                .filter_map(|(partition, cells)| partition.newest_of(cells))
                .max();
            let name = id.map_or_else(|| scope.to_string(), |id| tree.node(id).name.clone());
            all.push((scope.clone(), name, sums));
        }
        for (number, cells) in &numbers {
            for (place, change) in self.partitions[number].changes_of_late(cells, as_of) {
                all[place].2.changes.push(change);
            }
        }
        let estimate = |scope: &Scope| self.estimate_of(&agencies[scope], 0, as_of);
        figures::help_rows(all.into_iter(), as_of, estimate)
    }

    /// What it would change if the next callers of a queue went to an agency of the scope.
    fn effect(
        &self,
        of: &Scope,
        agencies: &BTreeMap<Scope, Looked<'_>>,
        (from, to): (&Scope, &Scope),
        as_of: Time,
    ) -> Result<Effect, NoHelp> {
        let outside = |name, scope: &Scope| NoHelp::Outside {
            name,
            scope: Box::new(scope.clone()),
            of: Box::new(of.clone()),
        };
        let (Scope::Queue(_, _, _, code), Some(left)) = (from, from.parent()) else {
            return Err(NoHelp::NotAQueue(from.clone()));
        };
        let Scope::Agency(network, region, agency) = to else {
            return Err(NoHelp::NotAnAgency(to.clone()));
        };
        if left == *to {
            return Err(NoHelp::Itself(to.clone()));
        }
        let leaving = agencies.get(&left).map(Looked::queues);
        let leaving = leaving.as_ref().and_then(|queues| queues.get(&**code));
        let unnamed = (Looked::default(), BTreeSet::new());
        let (leaving, lines) = match leaving {
            Some(named) => named,
            // A queue that the directory lists and no event has named.
            None if !of.is_of_lines() && agencies.contains_key(&left) => &unnamed,
            None => return Err(outside("from", from)),
        };
        let entered = agencies.get(to).ok_or_else(|| outside("to", to))?.queues();
        let serves = |queue: &str, of_queue: &BTreeSet<&str>| match lines.is_empty() {
            true => queue == code,
            false => !of_queue.is_disjoint(lines),
        };
        let serving = entered.iter().filter(|(queue, (_, of))| serves(queue, of));
        let median = |looked: &Looked<'_>| {
            let waits = self.estimate_of(looked, 0, as_of);
            waits.map_or(f64::INFINITY, |waits| waits.p50_seconds)
        };
        // The one of the same code, else the one that is expected to answer first.
        let taking = serving.min_by(|(one, (of_one, _)), (other, (of_other, _))| {
            let is_other = |queue: &str| queue != code;
            let by_median = || median(of_one).total_cmp(&median(of_other));
            is_other(one)
                .cmp(&is_other(other))
                .then_with(by_median)
                .then_with(|| one.cmp(other))
        });
        let going = |looked| self.estimates_behind(looked, CALLERS, as_of);
        let staying = self.estimates_behind(leaving, CALLERS + 1, as_of);
        let going = taking.map_or_else(Vec::new, |(_, (looked, _))| going(looked));
        let why = |waits: &[Result<Waits, NoEstimate>]| waits.first().and_then(|one| one.err());
        Ok(Effect {
            from: from.clone(),
            to: to.clone(),
            queue: taking.map(|(queue, _)| {
                let codes = [network, region, agency].map(String::clone);
                let [network, region, agency] = codes;
                Scope::Queue(network, region, agency, (*queue).to_owned())
            }),
            no_estimate_from: why(&staying),
            no_estimate_to: why(&going),
            steps: figures::effect(&staying, &going),
        })
    }

    /// The estimates of the next callers of a queue, each behind those before.
    fn estimates_behind(
        &self,
        looked: &Looked<'_>,
        callers: u32,
        as_of: Time,
    ) -> Vec<Result<Waits, NoEstimate>> {
        let behind = (0..callers).map(|more| self.estimate_of(looked, more, as_of));
        behind.collect()
    }

    fn estimate_of(
        &self,
        looked: &Looked<'_>,
        more: u32,
        as_of: Time,
    ) -> Result<Waits, NoEstimate> {
        let places = looked.0.iter();
        let queues = places
            .flat_map(|(_, partition, cells)| partition.estimates(cells, more, as_of, &self.terms));
        mixture::mix(&queues.collect::<Vec<_>>())
    }
}
