//! Where figures come from.

use vigie_contract::frame::{Crumb, Rules};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, View};
use vigie_model::Fold;

/// Where figures come from: the fold, or a stand-in in a test. All are as of one
/// instant.
pub trait Figures {
    /// The instant that they are as of; `None` before the first.
    fn as_of(&self) -> Option<Time>;
    /// The scope's view; `None` where nobody ever named the scope.
    fn view(&self, scope: &Scope) -> Option<View>;
    /// A card for each child of the scope; `None` where nobody ever named it.
    fn children(&self, scope: &Scope) -> Option<Vec<Card>>;
    /// The path from the top down to the scope.
    fn path(&self, scope: &Scope) -> Vec<Crumb>;
    /// The rules of the directory that the rates of the scope go by.
    fn rules(&self, scope: &Scope) -> Rules;
}

impl Figures for Fold {
    fn as_of(&self) -> Option<Time> {
        Fold::as_of(self)
    }

    fn view(&self, scope: &Scope) -> Option<View> {
        Fold::view(self, scope)
    }

    fn children(&self, scope: &Scope) -> Option<Vec<Card>> {
        Fold::children(self, scope)
    }

    fn path(&self, scope: &Scope) -> Vec<Crumb> {
        Fold::path(self, scope)
    }

    fn rules(&self, scope: &Scope) -> Rules {
        Rules {
            short_abandons_count: self.short_abandons_count(scope),
        }
    }
}
