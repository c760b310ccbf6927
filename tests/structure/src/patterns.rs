//! Whether patterns match every value there is.
//!
//! The usual algorithm (Maranget, "Warnings for pattern matching", 2007), with
//! what a reader of text can know of types: the variants of the house's enums,
//! those of `Option`, `Result` and `bool`; of anything else, that the match
//! compiles.

use std::collections::{BTreeMap, BTreeSet};

use crate::modules::ModuleId;

/// An enum of the house: the module that defines it, and its name there.
pub type EnumId = (ModuleId, String);

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Takes anything: `_`, or a name.
    Anything,
    /// Takes what is made in one way, if its fields are taken.
    Made(Maker, BTreeMap<String, Pattern>),
    /// Takes what one of several takes.
    Either(Vec<Pattern>),
}

/// A way in which values are made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maker {
    /// A variant of an enum of the house.
    Variant(EnumId, String),
    /// One of a set that is known to be complete: `Some` and `None`.
    OneOf(&'static [&'static str], &'static str),
    /// The only one of its type: a tuple, a struct.
    Only,
    /// Something of a type that is not known: a literal, a foreign variant.
    Unknown(String),
}

impl Pattern {
    /// The enums of the house whose variants it names.
    pub fn enums(&self, found: &mut BTreeSet<EnumId>) {
        match self {
            Self::Anything => {}
            Self::Made(maker, fields) => {
                if let Maker::Variant(id, _) = maker {
                    found.insert(id.clone());
                }
                fields.values().for_each(|field| field.enums(found));
            }
            Self::Either(patterns) => patterns.iter().for_each(|pattern| pattern.enums(found)),
        }
    }
}

/// What is known of the house's enums.
pub trait Enums {
    /// The variants of an enum, if they are known.
    fn variants(&self, id: &EnumId) -> Option<&[String]>;
}

/// Whether rows of patterns would still take every value if an enum had one
/// more variant.
pub fn take_one_more(rows: &[Pattern], more: &EnumId, enums: &dyn Enums) -> bool {
    let rows = rows.iter().map(|pattern| vec![pattern.clone()]).collect();
    take_all(rows, more, enums)
}

fn take_all(rows: Vec<Vec<Pattern>>, more: &EnumId, enums: &dyn Enums) -> bool {
    let rows: Vec<Vec<Pattern>> = rows.into_iter().flat_map(spread).collect();
    match rows.first() {
        None => return false,
        Some(row) if row.is_empty() => return true,
        Some(_) => {}
    }
    let makers: BTreeSet<Maker> = rows.iter().filter_map(|row| maker(&row[0])).collect();
    let takes_others = || {
        let others = rows.iter().filter(|row| row[0] == Pattern::Anything);
        take_all(others.map(|row| row[1..].to_vec()).collect(), more, enums)
    };
    let is_complete = match makers.first() {
        None => return takes_others(),
        Some(Maker::Only) => true,
        Some(Maker::OneOf(all, _)) => makers.len() == all.len(),
        Some(Maker::Variant(id, _)) if id == more => false,
        Some(Maker::Variant(id, _)) => enums
            .variants(id)
            .is_some_and(|variants| variants.len() == makers.len()),
        // It compiles: where nothing takes others, there are none.
        Some(Maker::Unknown(_)) => rows.iter().all(|row| row[0] != Pattern::Anything),
    };
    (is_complete || takes_others())
        && makers
            .iter()
            .all(|maker| take_all(made(&rows, maker), more, enums))
}

fn maker(pattern: &Pattern) -> Option<Maker> {
    match pattern {
        Pattern::Made(maker, _) => Some(maker.clone()),
        Pattern::Anything | Pattern::Either(_) => None,
    }
}

/// The rows that take what is made in one way, its fields in place of it.
fn made(rows: &[Vec<Pattern>], maker: &Maker) -> Vec<Vec<Pattern>> {
    let fields_of = |row: &Vec<Pattern>| match &row[0] {
        Pattern::Made(by, fields) if by == maker => fields.keys().cloned().collect(),
        _ => Vec::new(),
    };
    let names: BTreeSet<String> = rows.iter().flat_map(fields_of).collect();
    let in_place = |row: &Vec<Pattern>| {
        let fields = match &row[0] {
            Pattern::Anything => BTreeMap::new(),
            Pattern::Made(by, fields) if by == maker => fields.clone(),
            Pattern::Made(..) | Pattern::Either(_) => return None,
        };
        let field = |name| fields.get(name).cloned().unwrap_or(Pattern::Anything);
        let fields = names.iter().map(field);
        Some(fields.chain(row[1..].iter().cloned()).collect())
    };
    rows.iter().filter_map(in_place).collect()
}

/// A row for each pattern that its first stands for.
fn spread(row: Vec<Pattern>) -> Vec<Vec<Pattern>> {
    match row.first() {
        Some(Pattern::Either(patterns)) => patterns
            .iter()
            .flat_map(|pattern| spread([std::slice::from_ref(pattern), &row[1..]].concat()))
            .collect(),
        _ => vec![row],
    }
}
