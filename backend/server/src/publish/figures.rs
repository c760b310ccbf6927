//! Where figures come from.

use vigie_contract::extent::Extent;
use vigie_contract::frame::{Crumb, MOST_INCIDENTS, MOST_PARTS, Rules};
use vigie_contract::incident::Incident;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, View};
use vigie_model::{Fold, IncidentsTold};

/// What a topic tells of incidents: so that its frame is under a megabyte.
const TOLD: IncidentsTold = IncidentsTold {
    most: MOST_INCIDENTS,
    most_parts: MOST_PARTS,
};

/// Where figures come from: the fold, or a stand-in in a test. All are as of one
/// instant.
pub trait Figures {
    /// The instant that they are as of; `None` before the first.
    fn as_of(&self) -> Option<Time>;
    /// The first scope of it that nobody ever named.
    fn unnamed<'e>(&self, of: &'e Extent) -> Option<&'e Scope>;
    /// How many cells lie below it, which is what making its figures costs.
    fn cells(&self, of: &Extent) -> usize;
    /// Its view; `None` where nobody ever named any of it.
    fn view(&self, of: &Extent) -> Option<View>;
    /// A card for each child or member; `None` where nobody ever named any of it.
    fn children(&self, of: &Extent) -> Option<Vec<Card>>;
    /// Its incidents that go on, or that ended at an instant or later: how many there are,
    /// and the first of them; `None` where nobody ever named any of it.
    fn incidents(&self, of: &Extent, since: Time) -> Option<(usize, Vec<Incident>)>;
    /// The path from the top down to it.
    fn path(&self, of: &Extent) -> Vec<Crumb>;
    /// The rules of the directory that its rates go by.
    fn rules(&self, of: &Extent) -> Rules;
}

impl Figures for Fold {
    fn as_of(&self) -> Option<Time> {
        Fold::as_of(self)
    }

    fn unnamed<'e>(&self, of: &'e Extent) -> Option<&'e Scope> {
        Fold::unnamed(self, of)
    }

    fn cells(&self, of: &Extent) -> usize {
        self.cells_of(of)
    }

    fn view(&self, of: &Extent) -> Option<View> {
        Fold::view(self, of)
    }

    fn children(&self, of: &Extent) -> Option<Vec<Card>> {
        Fold::children(self, of)
    }

    fn incidents(&self, of: &Extent, since: Time) -> Option<(usize, Vec<Incident>)> {
        self.incidents_since(of, since, TOLD)
    }

    fn path(&self, of: &Extent) -> Vec<Crumb> {
        Fold::path(self, of)
    }

    fn rules(&self, of: &Extent) -> Rules {
        Rules {
            short_abandons_count: self.short_abandons_count(of),
        }
    }
}
