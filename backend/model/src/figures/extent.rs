//! What of a view depends on what it is of.

use std::collections::HashSet;

use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;

/// Whether levers are shown: above agencies they would be too many.
pub(crate) fn has_levers(of: ExtentRef<'_>) -> bool {
    let mut members = of.members().iter();
    members.all(|scope| matches!(scope, Scope::Agency(..) | Scope::Queue(..)))
}

/// Whether what the voice server did counts there, of which events name no agency.
pub(crate) fn is_wide(of: ExtentRef<'_>) -> bool {
    let mut members = of.members().iter();
    members.all(|scope| matches!(scope, Scope::All | Scope::Network(_) | Scope::Line(_)))
}

/// Whether there is a next caller only where there is one line: an agency or a region
/// has one, whatever the line; a network, all of them and several lines may not.
pub(crate) fn needs_one_line(of: ExtentRef<'_>) -> bool {
    let is_of_several = |scope: &Scope| match of {
        ExtentRef::Scope(_) => false,
        ExtentRef::Selection(_) => scope.is_of_lines(),
    };
    let mut members = of.members().iter();
    members.any(|scope| matches!(scope, Scope::All | Scope::Network(_)) || is_of_several(scope))
}

/// Whether an agent may count in several members: two queues of an agency, or scopes of
/// two lines.
pub(crate) fn may_share_agents(of: ExtentRef<'_>) -> bool {
    let mut agencies = HashSet::new();
    let mut lines = HashSet::new();
    for scope in of.members() {
        match scope {
            Scope::Queue(_, _, agency, _) => {
                if !agencies.insert(agency) {
                    return true;
                }
            }
            Scope::Line(line) | Scope::LineRegion(line, _) => {
                lines.insert(line);
            }
            Scope::All | Scope::Network(_) | Scope::Region(..) | Scope::Agency(..) => {}
        }
    }
    lines.len() > 1
}
