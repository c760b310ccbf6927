//! Types of events that the contract does not have, with their number: a
//! producer may be newer, or have misspelt one.

use std::collections::BTreeMap;

use vigie_contract::event::Body;

use crate::misspelt::{LETTERS_APART, Misspelt, shown};

/// Types that are told one by one; a producer can invent any number of them.
const TOLD: usize = 10;

/// Types of events that were skipped.
#[derive(Debug, Default)]
pub struct UnknownTypes {
    by_name: BTreeMap<String, u64>,
    others: u64,
}

impl UnknownTypes {
    /// Counts an event of such a type.
    pub fn count(&mut self, name: &str) {
        if let Some(number) = self.by_name.get_mut(name) {
            *number += 1;
        } else if self.by_name.len() < TOLD {
            self.by_name.insert(name.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    /// A line for each type.
    pub fn told(&self) -> impl Iterator<Item = String> {
        let named = self.by_name.iter().map(|(name, number)| {
            let events = counted(*number);
            let shown = shown(name);
            let meant =
                meant(name).map_or(String::new(), |meant| format!(": did you mean {meant}?"));
            format!("skipped {events} of the unknown type {shown:?}{meant}")
        });
        let others = (self.others > 0).then(|| {
            let events = counted(self.others);
            format!("skipped {events} of other unknown types")
        });
        named.chain(others)
    }
}

fn counted(number: u64) -> String {
    match number {
        1 => "1 event".to_owned(),
        number => format!("{number} events"),
    }
}

/// The type of the contract that is most like a name, if one is.
fn meant(name: &str) -> Option<&'static str> {
    let name = Misspelt::of(name);
    let types = Body::TYPES.iter();
    let types = types.map(|known| (name.letters_apart(known), *known));
    let nearest = types.min()?;
    (nearest.0 <= LETTERS_APART).then_some(nearest.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_with_its_number_and_what_was_meant() {
        let mut unknown = UnknownTypes::default();
        for name in [
            "call.queud",
            "teleported",
            "call.queud",
            "Agent_State.Changed",
        ] {
            unknown.count(name);
        }
        let told: Vec<String> = unknown.told().collect();
        assert_eq!(
            told,
            [
                r#"skipped 1 event of the unknown type "Agent_State.Changed": did you mean agent.state_changed?"#,
                r#"skipped 2 events of the unknown type "call.queud": did you mean call.queued?"#,
                r#"skipped 1 event of the unknown type "teleported""#,
            ]
        );
        assert_eq!(UnknownTypes::default().told().count(), 0);
    }

    #[test]
    fn any_number_of_them_is_told_in_a_few_lines() {
        let mut unknown = UnknownTypes::default();
        for number in 0..1_000 {
            unknown.count(&format!("{number}{}", "x".repeat(500)));
        }
        let told: Vec<String> = unknown.told().collect();
        assert_eq!(told.len(), TOLD + 1);
        assert!(told.iter().all(|line| line.len() < 150));
        assert_eq!(told[TOLD], "skipped 990 events of other unknown types");
    }
}
