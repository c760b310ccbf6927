//! Who may see what: asked here, and nowhere else.
//!
//! Handlers, sockets, subscriptions and questions to the engine take a
//! [`Permitted`] topic, which nothing but [`permit`] makes; so what comes from
//! outside as a name or a path is read here as well. Today everybody may see
//! everything.

use std::fmt;

use vigie_contract::extent::Extent;
use vigie_contract::topic::{NotATopic, Topic};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Whoever reaches the service.
    Everybody,
}

/// What whoever asked for it may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Permitted<T>(T);

impl<T> std::ops::Deref for Permitted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Why somebody may not see a topic: there is no reason yet, and whoever adds one
/// is told by the compiler where it has to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {}

impl fmt::Display for Forbidden {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Forbidden {}

/// Why what was named is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The name cannot be that of a topic.
    #[error(transparent)]
    NotATopic(#[from] NotATopic),
    /// The topic may be seen by others only.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

/// Whether somebody may see a topic: a selection only who may see every member.
pub fn permit(identity: Identity, topic: Topic) -> Result<Permitted<Topic>, Forbidden> {
    match identity {
        Identity::Everybody => Ok(Permitted(topic)),
    }
}

/// The topic of a name, as a subscription has it.
pub fn permit_named(identity: Identity, name: &str) -> Result<Permitted<Topic>, Denied> {
    Ok(permit(identity, name.parse()?)?)
}

/// The topic of a scope or a selection, as the path of an address has it.
pub fn permit_extent(
    identity: Identity,
    topic: fn(Extent) -> Topic,
    path: &str,
) -> Result<Permitted<Topic>, Denied> {
    let extent = path.parse().map_err(NotATopic::Extent)?;
    Ok(permit(identity, topic(extent))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_may_see_everything_that_is_a_topic() {
        let everybody = Identity::Everybody;
        for name in ["figures/all", "children/ft/NAQ", "figures/line/3949"] {
            let topic = permit_named(everybody, name).unwrap();
            assert_eq!(topic.to_string(), name);
            let again = permit(everybody, (*topic).clone()).unwrap();
            assert_eq!(again, topic);
        }
        let topic = permit_extent(everybody, Topic::Children, "ft/NAQ").unwrap();
        assert_eq!(topic.to_string(), "children/ft/NAQ");
    }

    #[test]
    fn a_selection_is_one_topic_in_whichever_order_it_is_named() {
        let one = permit_named(Identity::Everybody, "figures/pick/ft/B+ft/A").unwrap();
        let other = permit_extent(Identity::Everybody, Topic::Figures, "pick/ft/A+ft/B").unwrap();
        assert_eq!(one, other);
    }

    #[test]
    fn what_is_none_is_told_in_the_words_of_what_was_asked() {
        let named = permit_named(Identity::Everybody, "ft/NAQ").unwrap_err();
        assert!(named.to_string().starts_with("\"ft/NAQ\" is not a topic"));
        let path = permit_extent(Identity::Everybody, Topic::Figures, "ft//X").unwrap_err();
        let problem = "\"ft//X\" is not a scope: a part of the path is empty";
        assert_eq!(path.to_string(), problem);
    }
}
