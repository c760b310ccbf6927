//! The windows and the levels of scopes in which a figure stands.

use serde::Serialize;

use crate::indicator::{Scopes, Windows};

/// What a figure is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Windowed {
    /// The instant of the view.
    #[serde(rename = "now")]
    Now,
    /// Each sliding window.
    #[serde(rename = "sliding")]
    Sliding,
    /// The last 60 minutes.
    #[serde(rename = "60m")]
    Hour,
    /// Today, from local midnight.
    #[serde(rename = "today")]
    Today,
    /// Each quarter-hour of today.
    #[serde(rename = "quarters")]
    Quarters,
}

/// A level of one of the two trees of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Everything.
    All,
    /// Networks.
    Network,
    /// Regions of a network.
    Region,
    /// Agencies.
    Agency,
    /// Queues of an agency.
    Queue,
    /// Lines.
    Line,
    /// Lines in a region.
    LineRegion,
}

impl Level {
    /// Every level, from the top down.
    pub const EVERY: &'static [Level] = &[
        Level::All,
        Level::Network,
        Level::Region,
        Level::Agency,
        Level::Queue,
        Level::Line,
        Level::LineRegion,
    ];

    /// The levels of an indicator of a window.
    pub(super) const fn of(scopes: Scopes) -> &'static [Level] {
        match scopes {
            Scopes::All => Level::EVERY,
            Scopes::Wide => &[Level::All, Level::Network, Level::Line],
        }
    }
}

impl Windowed {
    /// What an indicator of a window is over.
    pub(super) const fn of(windows: Windows) -> &'static [Windowed] {
        match windows {
            Windows::All => &[Windowed::Sliding, Windowed::Today, Windowed::Quarters],
            Windows::ButQuarters => &[Windowed::Sliding, Windowed::Today],
            Windows::Today => &[Windowed::Today],
        }
    }
}
