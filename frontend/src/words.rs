//! Everything the console says, in each of its languages.
//!
//! One struct holds every message, so that a message missing from a language
//! does not compile; nothing else in the console puts words on the screen.
//! Names of scopes come from the directory and are not translated.

mod english;
mod french;

use vigie_contract::indicator::Operand;

pub use english::ENGLISH;
pub use french::FRENCH;

/// What the product is called, in any language.
pub const BRAND: &str = "Vigie";

/// A language of the console. French comes first: it is what an address that
/// names none is shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    French,
    English,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::French, Language::English];

    /// As in the address bar and the page's `lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::French => "fr",
            Language::English => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Language::French => "Français",
            Language::English => "English",
        }
    }

    pub const fn words(self) -> &'static Words {
        match self {
            Language::French => &FRENCH,
            Language::English => &ENGLISH,
        }
    }
}

/// What an operand of a formula is called.
pub struct OperandWords {
    pub operand: Operand,
    /// By itself, as a line begins.
    pub alone: &'static str,
    /// Within a formula.
    pub within: &'static str,
}

const fn named(operand: Operand, alone: &'static str, within: &'static str) -> OperandWords {
    OperandWords {
        operand,
        alone,
        within,
    }
}

/// Every message. Those that hold a figure are functions of it, already written
/// out by [`crate::figures`], or of the count where grammar depends on it.
pub struct Words {
    // The frame of the page.
    pub language: &'static str,
    pub breadcrumbs: &'static str,
    pub skip_to_figures: &'static str,
    pub theme_automatic: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub keys: &'static [(&'static str, &'static str)],

    // Scopes.
    pub everything: &'static str,
    pub level_all: &'static str,
    pub level_network: &'static str,
    pub level_region: &'static str,
    pub level_agency: &'static str,
    pub level_queue: &'static str,
    pub level_line: &'static str,
    pub level_line_region: &'static str,
    pub networks: &'static str,
    pub regions: &'static str,
    pub agencies: &'static str,
    pub queues: &'static str,
    pub unassigned: &'static str,
    pub not_in_directory: &'static str,
    pub not_in_directory_long: &'static str,

    // Search.
    pub search: &'static str,
    pub search_placeholder: &'static str,
    pub search_nothing: &'static str,
    pub search_failed: &'static str,
    pub search_loading: &'static str,
    pub search_results: fn(usize) -> String,
    pub search_more: &'static str,

    // State of the link and of the data.
    pub link_state: &'static str,
    pub connecting: &'static str,
    pub connected: &'static str,
    pub loading: &'static str,
    pub live: &'static str,
    pub starting: &'static str,
    pub catching_up: &'static str,
    pub stale: &'static str,
    pub disconnected: &'static str,
    pub silent: &'static str,
    pub reconnecting: &'static str,
    pub reconnecting_in: fn(&str) -> String,
    pub reconnect_now: &'static str,
    pub messages_left: fn(i64, &str) -> String,
    pub figures_of: fn(&str) -> String,
    pub newest_event: fn(&str) -> String,
    pub no_event_yet: &'static str,
    pub event_clock: &'static str,
    pub event_clock_long: &'static str,
    pub not_current: fn(&str) -> String,

    // What is wrong with the data, each in a line of its own.
    pub notices: &'static str,
    pub partial: &'static str,
    pub blocked: &'static str,
    pub notice_partial: fn(usize, &str) -> String,
    pub notice_agencies: &'static str,
    pub notice_sources: &'static str,
    pub notice_and_more: fn(u64) -> String,
    pub notice_blocked: &'static str,
    pub notice_refused_waiting: fn(&str) -> String,
    pub notice_clock_behind: fn(&str) -> String,
    pub notice_clock_ahead: fn(&str) -> String,
    pub notice_lost: fn(u64, &str, &str) -> String,

    // Tiles.
    pub figures: &'static str,
    pub explain: fn(&str) -> String,
    pub close: &'static str,
    pub waiting: &'static str,
    pub waiting_long: &'static str,
    pub longest_wait: &'static str,
    pub longest_wait_long: &'static str,
    pub nobody_waits: &'static str,
    pub all_requests: &'static str,
    pub of_which_requests: fn(i64, &str) -> String,
    pub median_and_p90: fn(&str, &str) -> String,
    pub pick_up_15m: &'static str,
    pub pick_up_today: &'static str,
    pub pick_up_long: &'static str,
    pub no_call_asked: &'static str,
    pub estimate: &'static str,
    pub estimate_long: &'static str,
    pub estimate_p90: fn(&str) -> String,
    pub estimate_too_little_history: &'static str,
    pub estimate_nobody_staffed: &'static str,
    pub estimate_closed: &'static str,
    pub estimate_several_lines: &'static str,
    pub record_held_60m: &'static str,
    pub record_held_today: &'static str,
    pub record_error_60m: &'static str,
    pub record_error_today: &'static str,
    pub record_bias_60m: &'static str,
    pub record_bias_today: &'static str,
    pub foreseen_too_long: fn(&str) -> String,
    pub foreseen_too_short: fn(&str) -> String,
    pub foreseen_right: &'static str,
    pub estimate_median: &'static str,
    pub wait_mean: &'static str,

    // What is behind a figure.
    pub formula: &'static str,
    pub counts: &'static str,
    pub window: &'static str,
    pub window_now: fn(&str) -> String,
    pub window_15m: fn(&str, &str) -> String,
    pub window_today: fn(&str) -> String,
    pub formula_waiting: &'static str,
    pub formula_longest: &'static str,
    pub other_rates: &'static str,
    pub of_family_network: &'static str,
    pub of_platforms: &'static str,
    pub reason_asked: &'static str,
    pub reason_overflow: &'static str,
    pub reason_transfer: &'static str,
    pub reason_callback: &'static str,
    /// What the formulas of rates name: those that are explained, and no other.
    pub operands: &'static [OperandWords],
    pub wait_median: &'static str,
    pub wait_p90: &'static str,

    // The table.
    pub group_now: &'static str,
    pub group_15m: &'static str,
    pub group_today: &'static str,
    pub column_waiting: &'static str,
    pub column_longest: &'static str,
    pub column_pick_up: &'static str,
    pub column_answer_mean: &'static str,
    pub column_offered: &'static str,
    pub column_answered: &'static str,
    pub column_abandoned: &'static str,
    pub sort_by: fn(&str) -> String,
    pub order_held: &'static str,
    pub order_held_long: &'static str,
    pub no_children: &'static str,
    pub no_children_yet: &'static str,

    // A scope that cannot be shown.
    pub unknown_scope: &'static str,
    pub unknown_scope_long: fn(&str) -> String,
    pub not_a_scope: &'static str,
    pub not_a_scope_long: fn(&str) -> String,
    pub too_large: &'static str,
    pub too_large_long: fn(&str) -> String,
    pub show_everything: &'static str,
}
