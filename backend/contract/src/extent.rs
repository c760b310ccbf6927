//! What figures are of: a scope, or a selection of scopes.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::scope::{NotAScope, PICK, Scope};

/// The most scopes that a selection may have.
pub const MOST_MEMBERS: usize = 100;

/// The most bytes that the path of a selection may have: a hundred queues with codes
/// of twenty bytes fit.
pub const LONGEST_PATH: usize = 8 * 1024;

/// What figures are of.
///
/// Written as the path of a scope, or of a selection. It is apart from [`Scope`] so
/// that nothing that belongs to one node of a tree can be a selection's: a cell, a
/// name in the directory, a judgement that holds, an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// A node of one of the two trees.
    Scope(Scope),
    /// Some of them together.
    Selection(Selection),
}

/// Two or more scopes of one tree, none of which lies within another: what counts in
/// one of them counts in no other, agents apart.
///
/// Written as `pick/ft/NAQ/NAQ-0331+ft/NAQ/NAQ-0332`. A `+` that belongs to a code is
/// written `++`; no path of a scope begins with one, so that of an odd number of them
/// in a row the last parts two members. Members are in the order of their paths, byte
/// by byte, so that each selection has one form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selection(Vec<Scope>);

/// What figures are of, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtentRef<'e> {
    /// A scope.
    Scope(&'e Scope),
    /// A selection.
    Selection(&'e Selection),
}

/// Why a text does not say what figures are of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnExtent {
    /// It is not the path of a scope.
    #[error(transparent)]
    Scope(#[from] NotAScope),
    /// A member of the selection is not the path of a scope.
    #[error("in a selection, {0}")]
    Member(NotAScope),
    /// The scopes make no selection.
    #[error(transparent)]
    Selection(#[from] NotASelection),
}

/// Why some scopes make no selection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASelection {
    /// A scope is named more than once.
    #[error("a selection names each scope once: {0} is there twice")]
    Twice(Box<Scope>),
    /// A scope lies within another.
    #[error("a selection counts nothing twice: {inner} lies within {outer}")]
    Within {
        /// The scope that is counted already.
        inner: Box<Scope>,
        /// The scope that counts it.
        outer: Box<Scope>,
    },
    /// Scopes are of both trees.
    #[error("a selection is of one tree: {line} is of the lines, {other} is not")]
    BothTrees {
        /// A scope of the lines.
        line: Box<Scope>,
        /// A scope of the organisation.
        other: Box<Scope>,
    },
    /// There are more than may be.
    #[error("a selection of {0} scopes: {MOST_MEMBERS} are the most")]
    TooMany(usize),
    /// Its path is longer than may be.
    #[error("the path of a selection has {0} bytes: {LONGEST_PATH} are the most")]
    TooLong(usize),
}

impl Extent {
    /// What some scopes are together; a scope alone is itself, not a selection of one.
    ///
    /// # Errors
    /// If they make no selection.
    pub fn of(mut scopes: Vec<Scope>) -> Result<Self, NotASelection> {
        if scopes.len() == 1 {
            return Ok(Self::Scope(scopes.remove(0)));
        }
        Selection::of(scopes).map(Self::Selection)
    }

    /// The scopes that it is made of, in the order of their paths.
    pub fn members(&self) -> &[Scope] {
        ExtentRef::from(self).members()
    }
}

impl Selection {
    fn of(mut scopes: Vec<Scope>) -> Result<Self, NotASelection> {
        if scopes.len() > MOST_MEMBERS {
            return Err(NotASelection::TooMany(scopes.len()));
        }
        scopes.sort_by_cached_key(Scope::to_string);
        let twice = scopes.windows(2).find(|pair| pair[0] == pair[1]);
        if let Some(pair) = twice {
            return Err(NotASelection::Twice(Box::new(pair[0].clone())));
        }
        let lines = scopes.iter().find(|scope| scope.is_of_lines());
        let others = scopes.iter().find(|scope| !scope.is_of_lines());
        if let (Some(line), Some(other)) = (lines, others) {
            return Err(NotASelection::BothTrees {
                line: Box::new(line.clone()),
                other: Box::new(other.clone()),
            });
        }
        let known: HashSet<&Scope> = scopes.iter().collect();
        for scope in &scopes {
            let mut above = std::iter::successors(scope.parent(), Scope::parent);
            if let Some(outer) = above.find(|above| known.contains(above)) {
                let (inner, outer) = (Box::new(scope.clone()), Box::new(outer));
                return Err(NotASelection::Within { inner, outer });
            }
        }
        let selection = Self(scopes);
        let length = selection.to_string().len();
        match length > LONGEST_PATH {
            true => Err(NotASelection::TooLong(length)),
            false => Ok(selection),
        }
    }

    /// Its scopes, in the order of their paths.
    pub fn members(&self) -> &[Scope] {
        &self.0
    }
}

impl<'e> ExtentRef<'e> {
    /// The scopes that it is made of, in the order of their paths.
    pub fn members(self) -> &'e [Scope] {
        match self {
            Self::Scope(scope) => std::slice::from_ref(scope),
            Self::Selection(selection) => selection.members(),
        }
    }

    /// The same, owned.
    pub fn to_extent(self) -> Extent {
        match self {
            Self::Scope(scope) => Extent::Scope(scope.clone()),
            Self::Selection(selection) => Extent::Selection(selection.clone()),
        }
    }
}

impl<'e> From<&'e Extent> for ExtentRef<'e> {
    fn from(extent: &'e Extent) -> Self {
        match extent {
            Extent::Scope(scope) => Self::Scope(scope),
            Extent::Selection(selection) => Self::Selection(selection),
        }
    }
}

impl<'e> From<&'e Scope> for ExtentRef<'e> {
    fn from(scope: &'e Scope) -> Self {
        Self::Scope(scope)
    }
}

impl From<Scope> for Extent {
    fn from(scope: Scope) -> Self {
        Self::Scope(scope)
    }
}

impl PartialEq<Scope> for Extent {
    fn eq(&self, scope: &Scope) -> bool {
        match self {
            Self::Scope(own) => own == scope,
            Self::Selection(_) => false,
        }
    }
}

impl std::str::FromStr for Extent {
    type Err = NotAnExtent;

    /// Members may be in any order.
    fn from_str(path: &str) -> Result<Self, NotAnExtent> {
        let Some(members) = path
            .strip_prefix(PICK)
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            return Ok(Self::Scope(path.parse()?));
        };
        // Longer ones are not looked at: they may be of any length.
        if path.len() > 2 * LONGEST_PATH {
            return Err(NotASelection::TooLong(path.len()).into());
        }
        let members = parted(members);
        let scopes: Result<Vec<Scope>, NotAScope> =
            members.iter().map(|member| member.parse()).collect();
        Ok(Self::of(scopes.map_err(NotAnExtent::Member)?)?)
    }
}

/// The members of a selection, with each `++` as the `+` that it stands for.
fn parted(text: &str) -> Vec<String> {
    let mut members = Vec::new();
    let mut member = String::new();
    let mut left = text;
    while let Some(at) = left.find('+') {
        member.push_str(&left[..at]);
        let rest = left[at..].trim_start_matches('+');
        let pluses = left.len() - at - rest.len();
        (0..pluses / 2).for_each(|_| member.push('+'));
        if pluses % 2 == 1 {
            members.push(std::mem::take(&mut member));
        }
        left = rest;
    }
    member.push_str(left);
    members.push(member);
    members
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, member) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { PICK } else { "" })?;
            f.write_str(if at == 0 { "/" } else { "+" })?;
            f.write_str(&member.to_string().replace('+', "++"))?;
        }
        Ok(())
    }
}

impl fmt::Display for ExtentRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(scope) => scope.fmt(f),
            Self::Selection(selection) => selection.fmt(f),
        }
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ExtentRef::from(self).fmt(f)
    }
}

impl Serialize for Extent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Extent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = String::deserialize(deserializer)?;
        path.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Result<Extent, NotAnExtent> {
        path.parse()
    }

    #[test]
    fn a_selection_has_one_form_whatever_the_order_it_was_named_in() {
        for (written, form) in [
            ("pick/ft/NAQ/A+ft/NAQ/B", "pick/ft/NAQ/A+ft/NAQ/B"),
            ("pick/ft/NAQ/B+ft/NAQ/A", "pick/ft/NAQ/A+ft/NAQ/B"),
            ("pick/line/9+line/3949/NAQ", "pick/line/3949/NAQ+line/9"),
            (
                "pick/cnaf/OCC+ft/NAQ/A+cnaf/ARA",
                "pick/cnaf/ARA+cnaf/OCC+ft/NAQ/A",
            ),
            // One that is alone is a scope, and a scope is itself.
            ("pick/ft/NAQ", "ft/NAQ"),
            ("pick/all", "all"),
            ("ft/NAQ/A+B", "ft/NAQ/A+B"),
            ("pickles/NAQ", "pickles/NAQ"),
        ] {
            let extent = read(written).unwrap();
            assert_eq!(extent.to_string(), form);
            assert_eq!(read(form).unwrap(), extent);
        }
    }

    #[test]
    fn a_plus_of_a_code_is_written_twice() {
        for members in [
            ["ft/NAQ/A+B", "ft/NAQ/C"],
            ["ft/NAQ/A+", "ft/NAQ/B"],
            ["ft/NAQ/A++", "ft/NAQ/B+C"],
            ["ft/NAQ/+", "ft/NAQ/++"],
            ["line/+33/+", "line/0+"],
            ["ft/pick/pick", "ft/pick/line"],
        ] {
            let scopes = members.map(|path| path.parse().unwrap()).to_vec();
            let extent = Extent::of(scopes).unwrap();
            assert_eq!(read(&extent.to_string()), Ok(extent.clone()), "{extent}");
            let mut paths: Vec<String> = extent.members().iter().map(Scope::to_string).collect();
            paths.sort();
            let mut expected = members.map(str::to_owned).to_vec();
            expected.sort();
            assert_eq!(paths, expected);
        }
    }

    #[test]
    fn refusals_name_the_scope_at_fault() {
        let many: Vec<String> = (0..=MOST_MEMBERS).map(|at| format!("ft/R/{at}")).collect();
        let long: Vec<String> = (0..MOST_MEMBERS)
            .map(|at| format!("ft/R/{}{at}", "x".repeat(90)))
            .collect();
        for (path, problem) in [
            (
                "pick/",
                "in a selection, \"\" is not a scope: a part of the path is empty",
            ),
            (
                "pick/ft/A+",
                "in a selection, \"\" is not a scope: a part of the path is empty",
            ),
            (
                "pick/+ft/A",
                "in a selection, \"\" is not a scope: a part of the path is empty",
            ),
            (
                "pick/ft/A+pick/ft/B",
                "in a selection, \"pick/ft/B\" is not a scope: pick begins a selection, no network",
            ),
            (
                "pick",
                "\"pick\" is not a scope: pick begins a selection, no network",
            ),
            (
                "+ft/A",
                "\"+ft/A\" is not a scope: no network begins with +",
            ),
            (
                "pick/ft/A+ft/A",
                "a selection names each scope once: ft/A is there twice",
            ),
            (
                "pick/ft/A/1+ft/A+ft/A0",
                "a selection counts nothing twice: ft/A/1 lies within ft/A",
            ),
            (
                "pick/ft+all",
                "a selection counts nothing twice: ft lies within all",
            ),
            (
                "pick/line/1/NAQ+line/1",
                "a selection counts nothing twice: line/1/NAQ lies within line/1",
            ),
            (
                "pick/ft+line/3949",
                "a selection is of one tree: line/3949 is of the lines, ft is not",
            ),
            (
                &format!("pick/{}", many.join("+")),
                "a selection of 101 scopes: 100 are the most",
            ),
            (
                &format!("pick/{}", long.join("+")),
                "the path of a selection has 9794 bytes: 8192 are the most",
            ),
            (
                &format!("pick/{}", "a+".repeat(100_000)),
                "the path of a selection has 200005 bytes: 8192 are the most",
            ),
        ] {
            let short: String = path.chars().take(60).collect();
            assert_eq!(read(path).unwrap_err().to_string(), problem, "{short}");
        }
    }
}
