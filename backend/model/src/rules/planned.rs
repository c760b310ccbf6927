//! Interruptions that the directory plans: what is affected is not judged meanwhile.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

/// An interruption that is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    /// From when on.
    pub from: Time,
    /// Until when; no more at this instant.
    pub to: Time,
    /// What is affected, with all that lies below it.
    pub scopes: Vec<Scope>,
    /// Why.
    pub reason: String,
}

impl Planned {
    /// Whether it affects a scope. `line` is that of a queue, which is affected by what
    /// affects its line.
    pub(crate) fn affects(&self, scope: &Scope, line: Option<&str>) -> bool {
        let mut scopes = self.scopes.iter();
        scopes.any(|affected| holds(affected, scope) || is_on(affected, scope, line))
    }
}

/// Whether a scope is another, or lies below it.
fn holds(above: &Scope, scope: &Scope) -> bool {
    let path = scope.to_string();
    let prefix = above.to_string();
    let is_on_line = matches!(scope, Scope::Line(_) | Scope::LineRegion(..));
    match above {
        Scope::All => true,
        Scope::Network(_) if is_on_line => false,
        Scope::Network(_)
        | Scope::Region(..)
        | Scope::Agency(..)
        | Scope::Queue(..)
        | Scope::Line(_)
        | Scope::LineRegion(..) => {
            let rest = path.strip_prefix(&prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// Whether a queue is one of a line, or of a line in a region.
fn is_on(affected: &Scope, scope: &Scope, line: Option<&str>) -> bool {
    let Scope::Queue(_, of, _, _) = scope else {
        return false;
    };
    match affected {
        Scope::Line(affected) => Some(affected.as_str()) == line,
        Scope::LineRegion(affected, region) => Some(affected.as_str()) == line && region == of,
        Scope::All
        | Scope::Network(_)
        | Scope::Region(..)
        | Scope::Agency(..)
        | Scope::Queue(..) => false,
    }
}
