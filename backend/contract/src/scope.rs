//! The paths of the two trees of scopes (`indicators.md`, Scopes).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a network, region or line is called where the directory does not say.
pub const UNASSIGNED: &str = "unassigned";

/// What the path of a selection of scopes begins with
/// ([`Selection`](crate::extent::Selection)): no network is called so.
pub const PICK: &str = "pick";

/// A scope: a node of the organisation's tree or of the lines' tree.
///
/// Written as a path: `all`, `ft/NAQ/NAQ-0331/indemnisation`, `line/3949/NAQ`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything.
    All,
    /// A network, by code.
    Network(String),
    /// A region of a network.
    Region(String, String),
    /// An agency, below its network and region.
    Agency(String, String, String),
    /// A queue of an agency.
    Queue(String, String, String, String),
    /// A telephone line, by number.
    Line(String),
    /// A line in a region.
    LineRegion(String, String),
}

impl Scope {
    /// The scope above, in the same tree; `None` at the top, and for a line.
    pub fn parent(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::All | Self::Line(_) => return None,
            Self::Network(_) => Self::All,
            Self::Region(network, _) => Self::Network(network),
            Self::Agency(network, region, _) => Self::Region(network, region),
            Self::Queue(network, region, agency, _) => Self::Agency(network, region, agency),
            Self::LineRegion(line, _) => Self::Line(line),
        })
    }

    /// Whether it is of the tree of lines, not of that of the organisation.
    pub fn is_of_lines(&self) -> bool {
        match self {
            Self::Line(_) | Self::LineRegion(..) => true,
            Self::All
            | Self::Network(_)
            | Self::Region(..)
            | Self::Agency(..)
            | Self::Queue(..) => false,
        }
    }
}

/// Why a text is not the path of a scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path:?} is not a scope: {problem}")]
pub struct NotAScope {
    /// The text.
    pub path: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl std::str::FromStr for Scope {
    type Err = NotAScope;

    fn from_str(path: &str) -> Result<Self, NotAScope> {
        let refuse = |problem| {
            Err(NotAScope {
                path: path.to_owned(),
                problem,
            })
        };
        let parts: Vec<&str> = path.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return refuse("a part of the path is empty");
        }
        let own = |part: &str| part.to_owned();
        match parts[..] {
            ["all"] => Ok(Scope::All),
            ["line"] => refuse("the number of the line is missing"),
            ["line", line] => Ok(Scope::Line(own(line))),
            ["line", line, region] => Ok(Scope::LineRegion(own(line), own(region))),
            ["line", ..] => refuse("a line has regions and nothing below them"),
            [PICK, ..] => refuse("pick begins a selection, no network"),
            [network, ..] if network.starts_with('+') => refuse("no network begins with +"),
            [network] => Ok(Scope::Network(own(network))),
            [network, region] => Ok(Scope::Region(own(network), own(region))),
            [network, region, agency] => Ok(Scope::Agency(own(network), own(region), own(agency))),
            [network, region, agency, queue] => Ok(Scope::Queue(
                own(network),
                own(region),
                own(agency),
                own(queue),
            )),
            _ => refuse("more than network, region, agency and queue"),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::All => f.write_str("all"),
            Scope::Network(network) => f.write_str(network),
            Scope::Region(network, region) => write!(f, "{network}/{region}"),
            Scope::Agency(network, region, agency) => write!(f, "{network}/{region}/{agency}"),
            Scope::Queue(network, region, agency, queue) => {
                write!(f, "{network}/{region}/{agency}/{queue}")
            }
            Scope::Line(line) => write!(f, "line/{line}"),
            Scope::LineRegion(line, region) => write!(f, "line/{line}/{region}"),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = String::deserialize(deserializer)?;
        path.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_back() {
        for path in [
            "all",
            "ft",
            "ft/NAQ",
            "ft/NAQ/NAQ-0331",
            "ft/NAQ/NAQ-0331/indemnisation",
            "unassigned/unassigned/BANK",
            "line/3949",
            "line/3949/NAQ",
        ] {
            assert_eq!(path.parse::<Scope>().unwrap().to_string(), path);
        }
    }

    #[test]
    fn refusals_say_why() {
        for (path, problem) in [
            ("", "a part of the path is empty"),
            ("ft//X", "a part of the path is empty"),
            ("line", "the number of the line is missing"),
            ("line/1/2/3", "a line has regions and nothing below them"),
            ("pick/a/b", "pick begins a selection, no network"),
            ("+a/b", "no network begins with +"),
            ("a/b/c/d/e", "more than network, region, agency and queue"),
        ] {
            assert_eq!(
                path.parse::<Scope>().unwrap_err().problem,
                problem,
                "{path}"
            );
        }
    }
}
