//! What matches a few letters of a scope's name, code or parents, and in which
//! order; pure.

use crate::accents::folded;
use crate::ranking::ranked;

/// A scope that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub scope: String,
    /// Its name in the directory, else its code.
    pub name: String,
    /// The names of the scopes above it, but for everything: `France Travail › Bretagne`.
    pub trail: String,
    folded_name: String,
    folded_code: String,
    folded_trail: String,
}

/// Every scope that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index(Vec<Entry>);

impl Index {
    /// From paths and names; parents come before their children.
    pub fn new(scopes: Vec<(String, String)>) -> Self {
        let mut names = std::collections::HashMap::new();
        let mut entries = Vec::with_capacity(scopes.len());
        for (scope, name) in scopes {
            let trail = above(&scope)
                .map(|parent| names.get(parent).map_or(parent, String::as_str))
                .collect::<Vec<_>>()
                .join(" › ");
            let code = scope.rsplit('/').next().unwrap_or_default();
            entries.push(Entry {
                folded_name: folded(&name),
                folded_code: folded(code),
                folded_trail: folded(&trail),
                trail,
                name: name.clone(),
                scope: scope.clone(),
            });
            names.insert(scope, name);
        }
        Self(entries)
    }

    /// The best matches of a query, best first: every word of it must be found.
    /// Without a word, the tops of both trees.
    pub fn matches(&self, query: &str, limit: usize) -> Vec<Entry> {
        let query = folded(query);
        let words: Vec<&str> = query.split_whitespace().collect();
        if words.is_empty() {
            return self.top(limit);
        }
        let found: Vec<(u32, &Entry)> = self
            .0
            .iter()
            .filter_map(|entry| Some((entry.distance(&words)?, entry)))
            .collect();
        // Equals stay in the order of the directory, parents first.
        let rank = |index: usize| (found[index].0, found[index].1.depth());
        ranked(found.len(), &|a, b| rank(a).cmp(&rank(b)))
            .into_iter()
            .take(limit)
            .map(|index| found[index].1.clone())
            .collect()
    }

    fn top(&self, limit: usize) -> Vec<Entry> {
        let tops = self.0.iter().filter(|entry| entry.is_top());
        tops.take(limit).cloned().collect()
    }
}

impl Entry {
    /// Whether a tree starts here: everything, a network, a line.
    fn is_top(&self) -> bool {
        above(&self.scope).next().is_none()
    }

    fn depth(&self) -> usize {
        self.scope.matches('/').count()
    }

    /// How far the words are from naming this scope; `None` where one is not found.
    fn distance(&self, words: &[&str]) -> Option<u32> {
        words.iter().map(|word| self.distance_of(word)).sum()
    }

    fn distance_of(&self, word: &str) -> Option<u32> {
        let starts_a_word = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric())
                .any(|part| part.starts_with(word))
        };
        if self.folded_code == word || self.folded_name == word {
            Some(0)
        } else if self.folded_name.starts_with(word) {
            Some(1)
        } else if starts_a_word(&self.folded_name) {
            Some(2)
        } else if self.folded_code.starts_with(word) || starts_a_word(&self.folded_code) {
            Some(3)
        } else if self.folded_name.contains(word) || self.folded_code.contains(word) {
            Some(6)
        } else if starts_a_word(&self.folded_trail) {
            Some(8)
        } else {
            None
        }
    }
}

/// The paths above a path, from the top, but for `all` and the bare word `line`.
fn above(scope: &str) -> impl Iterator<Item = &str> {
    scope
        .match_indices('/')
        .map(|(at, _)| &scope[..at])
        .filter(|parent| *parent != "line")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let scopes = [
            ("all", "Tous"),
            ("ft", "France Travail"),
            ("ft/BRE", "Bretagne"),
            ("ft/BRE/BRE-0001", "Brest Cœur de Ville"),
            ("ft/BRE/BRE-0001/indemnisation", "Indemnisation"),
            ("ft/IDF", "Île-de-France"),
            ("ft/IDF/IDF-0331", "Montreuil"),
            ("ft/IDF/IDF-0331/indemnisation", "Indemnisation"),
            ("line/3949", "Demandeurs d’emploi"),
            ("line/3949/BRE", "Bretagne"),
        ];
        Index::new(scopes.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec())
    }

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let found = index().matches(query, 3);
        let found: Vec<&str> = found.iter().map(|entry| entry.scope.as_str()).collect();
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn finds_by_name_code_and_parents_whatever_the_accents() {
        check(
            "ile",
            &["ft/IDF", "ft/IDF/IDF-0331", "ft/IDF/IDF-0331/indemnisation"],
        );
        check(
            "coeur",
            &["ft/BRE/BRE-0001", "ft/BRE/BRE-0001/indemnisation"],
        );
        check("france", &["ft", "ft/IDF", "ft/BRE"]);
        check("0331", &["ft/IDF/IDF-0331"]);
        check("3949", &["line/3949"]);
        check("d'emploi", &["line/3949"]);
        check("indem mont", &["ft/IDF/IDF-0331/indemnisation"]);
        check("bretagne", &["ft/BRE", "line/3949/BRE", "ft/BRE/BRE-0001"]);
        check("zzz", &[]);
        check("indem zzz", &[]);
        check("  ", &["all", "ft", "line/3949"]);
    }

    #[test]
    fn tells_where_a_scope_is() {
        let found = index().matches("0331", 1);
        assert_eq!(found[0].trail, "France Travail › Île-de-France");
        let found = index().matches("bretagne", 9);
        assert_eq!(found[1].trail, "Demandeurs d’emploi");
        assert_eq!(index().matches("tous", 1)[0].trail, "");
    }
}
