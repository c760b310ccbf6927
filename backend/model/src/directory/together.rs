//! What the directory says of several scopes together.

use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use super::Versions;

impl Versions {
    /// Whether calls given up within a few seconds count against the pick-up rates of a
    /// scope or a selection: the rule that its members share, else the default, as above
    /// networks.
    pub fn short_abandons_count_over<'e>(&self, of: impl Into<ExtentRef<'e>>, at: Time) -> bool {
        let members = of.into().members().iter();
        let mut rules = members.map(|scope| self.short_abandons_count_in(scope, at));
        let default = || self.short_abandons_count_in(&Scope::All, at);
        let first = rules.next().unwrap_or_else(default);
        match rules.all(|rule| rule == first) {
            true => first,
            false => default(),
        }
    }

    /// The last midnight of a scope; of a selection, that of the member whose day began
    /// first.
    pub(crate) fn midnight_over(&self, of: ExtentRef<'_>, at: Time) -> Time {
        let members = of.members().iter();
        let midnights = members.map(|scope| self.midnight_in(scope, at));
        midnights.min().unwrap_or(at)
    }
}
