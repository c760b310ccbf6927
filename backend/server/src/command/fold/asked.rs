//! The scopes that are asked for: one by its path, several together as a selection, or
//! many by a pattern.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use vigie_contract::extent::{Extent, NotAnExtent};
use vigie_contract::scope::{NotAScope, PICK, Scope};
use vigie_contract::view::{Counts, Now, View, Window};
use vigie_model::Fold;

/// What `--scope` was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A scope, or a selection of scopes. It has a view even where nobody has named it,
    /// of zeros.
    One(Extent),
    /// The scopes of one of the two trees that a pattern matches.
    Every(Pattern),
}

/// A path with wildcards: `*` stands for one part, `**` for any number of
/// parts, none included. The root `all` has no parts. A star that belongs to a
/// code is written `\*`, a backslash `\\`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tree: Tree,
    parts: Vec<PatternPart>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tree {
    Organisation,
    Lines,
}

impl Tree {
    /// Parts of the longest path.
    const fn depth(self) -> usize {
        match self {
            Tree::Organisation => 4,
            Tree::Lines => 2,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternPart {
    Code(String),
    One,
    AnyNumber,
}

impl FromStr for Asked {
    type Err = NotAnExtent;

    fn from_str(text: &str) -> Result<Self, NotAnExtent> {
        let is_selection = text.split('/').next() == Some(PICK);
        match unescaped(text) {
            Ok(path) => path.parse().map(Asked::One),
            Err(_) if is_selection => {
                let problem = "a selection names each of its scopes, without a *";
                Err(not_a_scope(text, problem).into())
            }
            // A star that stands for something, or a fault that the pattern names.
            Err(_) => Ok(text.parse().map(Asked::Every)?),
        }
    }
}

fn not_a_scope(text: &str, problem: &'static str) -> NotAScope {
    NotAScope {
        path: text.to_owned(),
        problem,
    }
}

/// A text without the backslashes that escape stars and backslashes.
fn unescaped(text: &str) -> Result<String, &'static str> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '*' => return Err("a * stands for a whole part of the path, \\* for a star"),
            '\\' => match characters.next() {
                Some(escaped @ ('*' | '\\')) => escaped,
                _ => return Err("a \\ goes before * or \\; a backslash is written \\\\"),
            },
            other => other,
        });
    }
    Ok(plain)
}

impl FromStr for Pattern {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let refuse = |problem| not_a_scope(text, problem);
        let (tree, path) = match text.strip_prefix("line/") {
            Some(path) => (Tree::Lines, path),
            None => (Tree::Organisation, text),
        };
        let parts = path
            .split('/')
            .map(|part| match part {
                "" => Err(refuse("a part of the path is empty")),
                "*" => Ok(PatternPart::One),
                "**" => Ok(PatternPart::AnyNumber),
                part => unescaped(part).map(PatternPart::Code).map_err(refuse),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let least = parts
            .iter()
            .filter(|part| **part != PatternPart::AnyNumber)
            .count();
        if least > tree.depth() {
            return Err(refuse("no scope has so many parts"));
        }
        let text = text.to_owned();
        Ok(Self { text, tree, parts })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Pattern {
    /// Whether a scope is one of those meant.
    pub fn matches(&self, scope: &Scope) -> bool {
        let (tree, parts) = place_of(scope);
        tree == self.tree && stands_for(&self.parts, &parts)
    }
}

/// The tree of a scope, and its path there from the root: in this order parents
/// come before children, and siblings go by their codes.
fn place_of(scope: &Scope) -> (Tree, Vec<&str>) {
    match scope {
        Scope::All => (Tree::Organisation, vec![]),
        Scope::Network(network) => (Tree::Organisation, vec![network]),
        Scope::Region(network, region) => (Tree::Organisation, vec![network, region]),
        Scope::Agency(network, region, agency) => {
            (Tree::Organisation, vec![network, region, agency])
        }
        Scope::Queue(network, region, agency, queue) => {
            (Tree::Organisation, vec![network, region, agency, queue])
        }
        Scope::Line(line) => (Tree::Lines, vec![line]),
        Scope::LineRegion(line, region) => (Tree::Lines, vec![line, region]),
    }
}

fn stands_for(pattern: &[PatternPart], path: &[&str]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [PatternPart::AnyNumber, rest @ ..] => {
            (0..=path.len()).any(|taken| stands_for(rest, &path[taken..]))
        }
        [first, rest @ ..] => path.split_first().is_some_and(|(part, path)| {
            let fits = match first {
                PatternPart::Code(code) => code == part,
                PatternPart::One | PatternPart::AnyNumber => true,
            };
            fits && stands_for(rest, path)
        }),
    }
}

/// Which scopes are shown at each instant.
///
/// A pattern stands for what the directory lists, and for what only events have
/// named from the first view on in which it has a figure other than zero. So
/// what is shown depends on the figures, like the figures not on the order of
/// the events; a scope that was once shown stays.
pub struct ShownScopes {
    asked: Vec<Asked>,
    /// Whether each that was asked for was ever shown.
    shown: Vec<bool>,
    listed: HashSet<Scope>,
    had_figures: HashSet<Extent>,
}

impl ShownScopes {
    /// Of what was asked for; `listed` is what the directory lists.
    pub fn new(asked: Vec<Asked>, listed: impl IntoIterator<Item = Scope>) -> Self {
        Self {
            shown: vec![false; asked.len()],
            asked,
            listed: listed.into_iter().collect(),
            had_figures: HashSet::new(),
        }
    }

    /// The scopes asked for by their path, alone or in a selection.
    pub fn paths(&self) -> Vec<Scope> {
        let paths = self.asked.iter().filter_map(|asked| match asked {
            Asked::One(extent) => Some(extent.members()),
            Asked::Every(_) => None,
        });
        paths.flatten().cloned().collect()
    }

    /// Whether all of them are.
    pub fn has_no_pattern(&self) -> bool {
        self.asked
            .iter()
            .all(|asked| matches!(asked, Asked::One(_)))
    }

    /// What may be shown, each once, in the order asked for; the scopes of a pattern by
    /// their paths. With each the number of what it was asked by.
    pub fn candidates(&self, fold: &Fold) -> Vec<(usize, Extent)> {
        let mut taken = HashSet::new();
        let mut candidates = Vec::new();
        for (number, asked) in self.asked.iter().enumerate() {
            let extents = match asked {
                Asked::One(extent) => vec![extent.clone()],
                Asked::Every(pattern) => {
                    let known = fold.scopes().map(|crumb| crumb.scope);
                    let mut matching: Vec<Scope> =
                        known.filter(|scope| pattern.matches(scope)).collect();
                    matching.sort_unstable_by(|one, other| place_of(one).cmp(&place_of(other)));
                    matching.into_iter().map(Extent::from).collect()
                }
            };
            let new = extents
                .into_iter()
                .filter(|extent| taken.insert(extent.clone()));
            candidates.extend(new.map(|extent| (number, extent)));
        }
        candidates
    }

    /// Whether the view of a candidate is shown.
    pub fn shows(&mut self, number: usize, view: &View) -> bool {
        let mut members = view.scope.members().iter();
        let is_named = members.all(|scope| self.listed.contains(scope))
            || self.had_figures.contains(&view.scope)
            || (has_figures(view) && self.had_figures.insert(view.scope.clone()));
        let shows = is_named || matches!(self.asked[number], Asked::One(_));
        self.shown[number] |= shows;
        shows
    }

    /// The scopes asked for by their path, alone or in a selection, that nobody has named.
    pub fn unnamed(&self, fold: &Fold) -> impl Iterator<Item = &Scope> {
        let asked = self.asked.iter().filter_map(|asked| match asked {
            Asked::One(extent) => Some(extent),
            Asked::Every(_) => None,
        });
        let members =
            asked.flat_map(|extent| extent.members().iter().map(move |one| (extent, one)));
        let unnamed = members.filter(|(extent, scope)| {
            let had_figures = match extent {
                Extent::Scope(_) => self.had_figures.contains(extent),
                // Whose figures are in those of a selection, its view does not tell.
                Extent::Selection(_) => fold.cells_of(*scope) > 0,
            };
            !self.listed.contains(scope) && !had_figures
        });
        unnamed.map(|(_, scope)| scope)
    }

    /// The patterns that stood for nothing; what an earlier one stood for
    /// counts.
    pub fn unmatched(&self) -> Vec<&Pattern> {
        let patterns = self.asked.iter().zip(&self.shown);
        let unmatched = patterns.filter_map(|(asked, shown)| match asked {
            Asked::Every(pattern) => (!shown).then_some(pattern),
            Asked::One(_) => None,
        });
        unmatched
            .filter(|pattern| {
                let had_figures = self.had_figures.iter().flat_map(Extent::members);
                let mut named = self.listed.iter().chain(had_figures);
                !named.any(|scope| pattern.matches(scope))
            })
            .collect()
    }
}

/// Whether a view has any figure other than zero. What tells of arrival (late
/// events, data age, sources) does not count: it depends on the order of events.
fn has_figures(view: &View) -> bool {
    let now = Now {
        data_age_seconds: None,
        sources: Default::default(),
        complete_to: None,
        levers: None,
        ..view.now.clone()
    };
    let has_levers = view
        .now
        .levers
        .as_ref()
        .is_some_and(|levers| !levers.is_empty());
    let mut windows = view.windows.values().chain(view.handled.values());
    has_levers || now != Now::default() || windows.any(|window| !is_zero(window))
}

fn is_zero(window: &Window) -> bool {
    let counts = Counts {
        left_in_ivr: window.counts.left_in_ivr.filter(|count| *count != 0),
        late: 0,
        too_late: 0,
        duplicate: 0,
        ..window.counts
    };
    let without = Window {
        counts,
        ..window.clone()
    };
    without == Window::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every scope of a small country, in the order of paths.
    const PATHS: [&str; 10] = [
        "all",
        "cnaf",
        "ft",
        "ft/NAQ",
        "ft/NAQ/NAQ-0331",
        "ft/NAQ/NAQ-0331/placement",
        "ft/NAQ/NAQ-0332",
        "ft/OCC",
        "line/3949",
        "line/3949/NAQ",
    ];

    fn check(pattern: &str, expected: &[&str]) {
        let pattern: Pattern = pattern.parse().unwrap();
        let matching: Vec<&str> = PATHS
            .into_iter()
            .filter(|path| pattern.matches(&path.parse().unwrap()))
            .collect();
        assert_eq!(matching, expected, "{pattern}");
    }

    #[test]
    fn a_star_stands_for_one_part_two_for_any_number() {
        check("*", &["cnaf", "ft"]);
        check("ft/*", &["ft/NAQ", "ft/OCC"]);
        check("*/*/*", &["ft/NAQ/NAQ-0331", "ft/NAQ/NAQ-0332"]);
        check("*/NAQ/*", &["ft/NAQ/NAQ-0331", "ft/NAQ/NAQ-0332"]);
        check("ft/NAQ/**", &PATHS[3..7]);
        check("**", &PATHS[..8]);
        check("**/placement", &["ft/NAQ/NAQ-0331/placement"]);
        check("ft/**/*", &PATHS[3..8]);
        check("occ/*", &[]);
    }

    #[test]
    fn a_star_of_a_code_is_escaped() {
        for (text, path) in [
            (
                r"unassigned/unassigned/A1/\*45",
                "unassigned/unassigned/A1/*45",
            ),
            (r"line/\*\*", "line/**"),
            (r"ft/NAQ/a\\b", r"ft/NAQ/a\b"),
            (r"ft/NAQ/\\\*", r"ft/NAQ/\*"),
            ("ft/NAQ", "ft/NAQ"),
        ] {
            let extent = path.parse().unwrap();
            assert_eq!(text.parse(), Ok(Asked::One(extent)), "{text}");
        }
        let pattern: Pattern = r"*/*/*/\*45".parse().unwrap();
        assert!(pattern.matches(&"u/u/A1/*45".parse().unwrap()));
        assert!(!pattern.matches(&"u/u/A1/145".parse().unwrap()));
        for text in [r"ft/a\", r"ft/a\b", r"ft/*/a\b", r"ft/\**"] {
            assert!(text.parse::<Asked>().is_err(), "{text}");
        }
        for (text, problem) in [
            (
                "line/1/2/3",
                "\"line/1/2/3\" is not a scope: a line has regions and nothing below them",
            ),
            (
                "pick/ft/*+cnaf",
                "\"pick/ft/*+cnaf\" is not a scope: \
                 a selection names each of its scopes, without a *",
            ),
            (
                "pick/ft+ft/NAQ",
                "a selection counts nothing twice: ft/NAQ lies within ft",
            ),
        ] {
            let refused = text.parse::<Asked>().unwrap_err();
            assert_eq!(refused.to_string(), problem);
        }
    }

    #[test]
    fn lines_are_a_tree_of_their_own() {
        check("line/*", &["line/3949"]);
        check("line/*/NAQ", &["line/3949/NAQ"]);
        check("line/**", &["line/3949", "line/3949/NAQ"]);
    }

    #[test]
    fn refusals_say_why() {
        for (pattern, problem) in [
            ("ft//*", "a part of the path is empty"),
            ("line/", "a part of the path is empty"),
            (
                "ft/NAQ/NAQ-*",
                "a * stands for a whole part of the path, \\* for a star",
            ),
            (
                "***",
                "a * stands for a whole part of the path, \\* for a star",
            ),
            (
                "ft/*/a\\b",
                "a \\ goes before * or \\; a backslash is written \\\\",
            ),
            ("a/b/c/d/*", "no scope has so many parts"),
            ("line/3949/*/*", "no scope has so many parts"),
        ] {
            assert_eq!(
                pattern.parse::<Pattern>().unwrap_err().problem,
                problem,
                "{pattern}"
            );
        }
        assert!("a/b/c/d/**".parse::<Pattern>().is_ok());
    }

    #[test]
    fn paths_are_in_the_order_of_the_trees() {
        let mut scopes: Vec<Scope> = PATHS
            .iter()
            .rev()
            .map(|path| path.parse().unwrap())
            .collect();
        scopes.sort_unstable_by(|one, other| place_of(one).cmp(&place_of(other)));
        let paths: Vec<String> = scopes.iter().map(Scope::to_string).collect();
        assert_eq!(paths, PATHS);
    }
}
