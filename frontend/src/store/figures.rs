//! The figures of a scope, as signals.

use leptos::prelude::*;
use vigie_contract::frame::{Crumb, RefusedReason, Rules, ScopeFigures};
use vigie_contract::view::View;

/// The figures of a scope.
#[derive(Clone, Copy)]
pub struct FiguresShelf {
    /// The scopes from the top down to this one.
    pub path: RwSignal<Vec<Crumb>>,
    /// What its rates go by; none before the first snapshot.
    pub rules: RwSignal<Option<Rules>>,
    /// Its figures; none before the first snapshot.
    pub view: RwSignal<Option<View>>,
    /// Why the server does not tell them.
    pub refused: RwSignal<Option<RefusedReason>>,
}

impl FiguresShelf {
    /// A shelf that tells of the way to its scope by `path`.
    pub fn new(path: RwSignal<Vec<Crumb>>) -> Self {
        Self {
            path,
            rules: RwSignal::new(None),
            view: RwSignal::new(None),
            refused: RwSignal::new(None),
        }
    }

    /// Forgets the scope: another one is to be shown.
    pub fn clear(&self) {
        self.path.set(Vec::new());
        self.rules.set(None);
        self.view.set(None);
    }

    pub(super) fn refuse(&self, reason: RefusedReason) {
        self.clear();
        self.refused.set(Some(reason));
    }

    pub(super) fn set(&self, figures: ScopeFigures) {
        let ScopeFigures { path, rules, view } = figures;
        if self.path.with_untracked(|before| *before != path) {
            self.path.set(path);
        }
        self.rules.set(Some(rules));
        self.view.set(Some(view));
    }
}
