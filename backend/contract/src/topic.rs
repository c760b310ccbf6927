//! What can be watched, by name.
//!
//! A topic is the unit of everything live: who watches subscribes to topics,
//! frames say which topic they are of, and what a person may see is decided
//! topic by topic.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::extent::{Extent, NotAnExtent};

/// Topics that one connection may hold at a time.
pub const MOST_TOPICS: usize = 16;

/// Something that can be watched.
///
/// Written as its kind and what it is of: `figures/ft/NAQ`, `children/all`. Each
/// topic has one such form, which frames name it by. Only selections may be named in
/// others: their members in any order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The figures of a scope, or of a selection.
    Figures(Extent),
    /// A card for each child of a scope, or for each member of a selection.
    Children(Extent),
    /// The incidents of a scope, or of a selection.
    Incidents(Extent),
}

/// Why a text names no topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATopic {
    /// It does not begin with a kind of topic.
    #[error(
        "{0:?} is not a topic: it begins with none of \"figures/\", \"children/\" and \"incidents/\""
    )]
    Kind(String),
    /// What follows its kind is the path of neither a scope nor a selection.
    #[error(transparent)]
    Extent(#[from] NotAnExtent),
}

impl Topic {
    /// What the topic is about.
    pub fn extent(&self) -> &Extent {
        match self {
            Topic::Figures(extent) | Topic::Children(extent) | Topic::Incidents(extent) => extent,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Topic::Figures(_) => "figures",
            Topic::Children(_) => "children",
            Topic::Incidents(_) => "incidents",
        }
    }
}

impl std::str::FromStr for Topic {
    type Err = NotATopic;

    fn from_str(text: &str) -> Result<Self, NotATopic> {
        match text.split_once('/') {
            Some(("figures", extent)) => Ok(Topic::Figures(extent.parse()?)),
            Some(("children", extent)) => Ok(Topic::Children(extent.parse()?)),
            Some(("incidents", extent)) => Ok(Topic::Incidents(extent.parse()?)),
            _ => Err(NotATopic::Kind(text.to_owned())),
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind(), self.extent())
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for (name, scope) in [
            ("figures/all", "all"),
            ("figures/ft/NAQ", "ft/NAQ"),
            ("children/line/3949", "line/3949"),
            // A network may be called like a kind.
            ("children/figures/children", "figures/children"),
            ("figures/pick/ft/A+ft/B", "pick/ft/A+ft/B"),
            ("incidents/ft/NAQ", "ft/NAQ"),
        ] {
            let topic: Topic = name.parse().unwrap();
            assert_eq!(topic.to_string(), name);
            assert_eq!(topic.extent().to_string(), scope);
        }
    }

    #[test]
    fn refusals_say_why() {
        let kind =
            "is not a topic: it begins with none of \"figures/\", \"children/\" and \"incidents/\"";
        for (name, problem) in [
            ("", format!("\"\" {kind}")),
            ("figures", format!("\"figures\" {kind}")),
            ("Figures/all", format!("\"Figures/all\" {kind}")),
            ("all", format!("\"all\" {kind}")),
            (
                "figures/",
                "\"\" is not a scope: a part of the path is empty".to_owned(),
            ),
            (
                "children//all",
                "\"/all\" is not a scope: a part of the path is empty".to_owned(),
            ),
        ] {
            let refusal = name.parse::<Topic>().unwrap_err();
            assert_eq!(refusal.to_string(), problem, "{name}");
        }
    }
}
