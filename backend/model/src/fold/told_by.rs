//! Who told of each scope last, and when that source was last heard.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use vigie_contract::time::Time;

use super::judging::{Judging, ToldBy};
use super::state::Fold;
use crate::names::NameId;

impl Fold {
    /// Looks who told of each scope last, and when that source was last heard, wherever
    /// what it told counted: a source that tells of one agency has not gone silent for
    /// another.
    pub(super) fn hear(&self, judging: &mut Judging) {
        let heard = self.heard_by_partition();
        let mut of_name: BTreeMap<&str, Time> = BTreeMap::new();
        for (number, of_source) in &heard {
            let partition = &self.partitions[number];
            for (&name, &heard) in of_source {
                let known = of_name.entry(partition.name(name)).or_insert(heard);
                *known = heard.max(*known);
            }
        }
        let numbers = of_name.iter().enumerate();
        let numbers: HashMap<&str, ToldBy> = numbers
            .map(|(source, (&name, &heard))| (name, ToldBy { heard, source }))
            .collect();
        judging.sources = of_name.keys().map(|&name| name.into()).collect();
        judging.told_by = self.told_last(&heard, &numbers);
    }

    /// When each partition last heard of each of its sources.
    fn heard_by_partition(&self) -> Vec<(i32, HashMap<NameId, Time>)> {
        let clock = self.settings.clock;
        let partitions = self.partitions.iter();
        partitions
            .map(|(&number, partition)| (number, partition.last_heard_of_sources(clock)))
            .collect()
    }

    /// The source that told of each scope last; of several, the one heard last.
    fn told_last(
        &self,
        heard: &[(i32, HashMap<NameId, Time>)],
        numbers: &HashMap<&str, ToldBy>,
    ) -> Vec<Option<ToldBy>> {
        let tree = self.board.tree();
        let mut of_scope: Vec<Option<(Time, Time, usize)>> = vec![None; tree.len()];
        for (number, of_source) in heard {
            let partition = &self.partitions[number];
            let names = of_source.keys();
            let of_source: HashMap<NameId, ToldBy> = names
                .map(|&name| (name, numbers[partition.name(name)]))
                .collect();
            for (cell, source) in partition.newest_sources() {
                let ToldBy { heard, source: by } = of_source[&source.name];
                let told = Some((source.newest, heard, by));
                for scope in tree.scopes_above(*number, cell) {
                    let known = &mut of_scope[scope.0];
                    *known = told.max(*known);
                }
            }
        }
        let told = of_scope.into_iter();
        told.map(|told| told.map(|(_, heard, source)| ToldBy { heard, source }))
            .collect()
    }
}
