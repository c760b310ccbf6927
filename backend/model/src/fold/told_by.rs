//! Who told of each scope last, and when that source was last heard.

use hashbrown::HashMap;
use vigie_contract::time::Time;

use super::judging::ToldBy;
use super::state::Fold;

impl Fold {
    /// Looks who told of each scope last, and when that source was last heard, wherever
    /// what it told counted: a source that tells of one agency has not gone silent for
    /// another. Of several that told at one time it is the one heard last.
    pub(super) fn told_last(&self) -> Vec<Option<ToldBy>> {
        let clock = self.settings.clock;
        let mut heard: HashMap<&str, Time> = HashMap::new();
        for partition in self.partitions.values() {
            for (name, time) in partition.last_heard_of_sources(clock) {
                let known = heard.entry(partition.name(name)).or_insert(time);
                *known = time.max(*known);
            }
        }
        let tree = self.board.tree();
        let mut of_scope: Vec<Option<(Time, Time, &str, ToldBy)>> = vec![None; tree.len()];
        for (&number, partition) in &self.partitions {
            for (cell, source) in partition.newest_sources() {
                let name = partition.name(source.name);
                let by = ToldBy {
                    heard: heard[name],
                    source: (number, source.name),
                };
                let told = Some((source.newest, by.heard, name, by));
                for scope in tree.scopes_above(number, cell) {
                    let known = &mut of_scope[scope.0];
                    *known = told.max(*known);
                }
            }
        }
        let told = of_scope.into_iter();
        told.map(|told| told.map(|(.., by)| by)).collect()
    }
}
