//! No `match` takes a variant of the domain's enums that it does not name.
//!
//! Whoever adds a variant is led by the compiler to every place that decides
//! by it. An arm `_ =>` takes the new variant without a word.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Lit, Pat, Path};

use crate::finding::Finding;
use crate::modules::{Definition, House, ModuleId};
use crate::names::Match;
use crate::patterns::{EnumId, Enums, Maker, Pattern, take_one_more};

/// The crates whose enums are the domain's.
const DOMAIN: [&str; 2] = ["vigie_contract", "vigie_model"];

/// The matches of a house that would take another variant of the domain's.
pub fn findings(house: &House<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, module) in house.modules.iter().enumerate() {
        for found in &module.names.matches {
            for taken in taken(house, id, found) {
                findings.push(Finding {
                    file: module.file.path.clone(),
                    line: found.line,
                    what: format!("wildcard over {} in {}", taken.1, found.function),
                    mend: format!(
                        "a new variant would be taken without a word: name those of {}",
                        house.modules[taken.0].file.path
                    ),
                });
            }
        }
    }
    findings
}

/// The closed enums of the domain of which a match would take another variant.
fn taken(house: &House<'_>, module: ModuleId, found: &Match) -> Vec<EnumId> {
    let reader = Reader {
        house,
        module,
        self_type: found.self_type.as_deref(),
    };
    let arms = found.arms.iter();
    let mut named = BTreeSet::new();
    arms.clone()
        .map(|arm| match arm {
            Pat::Guard(arm) => &*arm.pat,
            arm => arm,
        })
        .for_each(|arm| reader.read(arm).enums(&mut named));
    // An arm with a condition takes nothing for certain.
    let certain = arms.filter(|arm| !matches!(arm, Pat::Guard(_)));
    let rows: Vec<Pattern> = certain.map(|arm| reader.read(arm)).collect();
    let is_taken = |id: &EnumId| house.is_closed(id) && take_one_more(&rows, id, house);
    named.into_iter().filter(is_taken).collect()
}

impl House<'_> {
    /// Whether an enum is the domain's, and no more variants are announced.
    fn is_closed(&self, (module, name): &EnumId) -> bool {
        let is_domain = DOMAIN.contains(&self.modules[*module].source.name.as_str());
        let definition = self.definition(*module, name);
        is_domain && matches!(definition, Some(Definition::Enum { is_open: false, .. }))
    }
}

impl Enums for House<'_> {
    fn variants(&self, (module, name): &EnumId) -> Option<&[String]> {
        match self.definition(*module, name)? {
            Definition::Enum { variants, .. } => (!variants.is_empty()).then_some(variants),
            Definition::Other => None,
        }
    }
}

/// Reads patterns as they are written in a module.
struct Reader<'h, 's> {
    house: &'h House<'s>,
    module: ModuleId,
    self_type: Option<&'h [String]>,
}

impl Reader<'_, '_> {
    fn read(&self, pattern: &Pat) -> Pattern {
        match pattern {
            Pat::Guard(pattern) => self.read(&pattern.pat),
            Pat::Paren(pattern) => self.read(&pattern.pat),
            Pat::Reference(pattern) => self.read(&pattern.pat),
            Pat::Type(pattern) => self.read(&pattern.pat),
            Pat::Or(pattern) => {
                Pattern::Either(pattern.cases.iter().map(|case| self.read(case)).collect())
            }
            Pat::Ident(pattern) => match &pattern.subpat {
                Some((_, pattern)) => self.read(pattern),
                None if pattern.ident.to_string().starts_with(char::is_uppercase) => {
                    let path = [pattern.ident.to_string()];
                    Pattern::Made(self.maker(&path), BTreeMap::new())
                }
                None => Pattern::Anything,
            },
            Pat::Path(pattern) => {
                Pattern::Made(self.maker(&segments(&pattern.path)), BTreeMap::new())
            }
            Pat::Tuple(pattern) => Pattern::Made(Maker::Only, self.in_order(pattern.elems.iter())),
            Pat::TupleStruct(pattern) => Pattern::Made(
                self.maker(&segments(&pattern.path)),
                self.in_order(pattern.elems.iter()),
            ),
            Pat::Struct(pattern) => {
                let field = |field: &syn::FieldPat| (name(&field.member), self.read(&field.pat));
                let maker = self.maker(&segments(&pattern.path));
                Pattern::Made(maker, pattern.fields.iter().map(field).collect())
            }
            Pat::Lit(pattern) => match &pattern.lit {
                Lit::Bool(lit) => {
                    let word = if lit.value { "true" } else { "false" };
                    Pattern::Made(Maker::OneOf(&["false", "true"], word), BTreeMap::new())
                }
                _ => unknown("a literal"),
            },
            Pat::Wild(_) | Pat::Rest(_) => Pattern::Anything,
            Pat::Slice(_) => unknown("a slice"),
            _ => unknown("something else"),
        }
    }

    /// The fields of a tuple, by their numbers; those after `..` by their
    /// distance from the end.
    fn in_order<'p>(
        &self,
        fields: impl DoubleEndedIterator<Item = &'p Pat> + Clone,
    ) -> BTreeMap<String, Pattern> {
        let is_rest = |field: &&Pat| matches!(field, Pat::Rest(_));
        let front = fields
            .clone()
            .take_while(|field| !is_rest(field))
            .enumerate();
        let mut read: BTreeMap<String, Pattern> = front
            .map(|(at, field)| (at.to_string(), self.read(field)))
            .collect();
        if fields.clone().any(|field| is_rest(&field)) {
            let back = fields.rev().take_while(|field| !is_rest(field)).enumerate();
            read.extend(back.map(|(at, field)| (format!("last {at}"), self.read(field))));
        }
        read
    }

    fn maker(&self, path: &[String]) -> Maker {
        let of_self = match (path, self.self_type) {
            ([first, rest @ ..], Some(self_type)) if first == "Self" => {
                Some([self_type, rest].concat())
            }
            _ => None,
        };
        let path = of_self.as_deref().unwrap_or(path);
        if let Some((module, name, variant)) = self.house.variant(self.module, path) {
            return Maker::Variant((module, name), variant);
        }
        match path.last().map_or("", String::as_str) {
            "Some" => Maker::OneOf(&["None", "Some"], "Some"),
            "None" => Maker::OneOf(&["None", "Some"], "None"),
            "Ok" => Maker::OneOf(&["Err", "Ok"], "Ok"),
            "Err" => Maker::OneOf(&["Err", "Ok"], "Err"),
            // A type by itself is a struct, unless it is a constant.
            last if path.len() == 1 && last.contains(char::is_lowercase) => Maker::Only,
            last => Maker::Unknown(last.to_owned()),
        }
    }
}

fn unknown(what: &str) -> Pattern {
    Pattern::Made(Maker::Unknown(what.to_owned()), BTreeMap::new())
}

fn segments(path: &Path) -> Vec<String> {
    let names = path.segments.iter();
    names.map(|segment| segment.ident.to_string()).collect()
}

fn name(member: &syn::Member) -> String {
    match member {
        syn::Member::Named(name) => name.to_string(),
        syn::Member::Unnamed(index) => index.index.to_string(),
    }
}
