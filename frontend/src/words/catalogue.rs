//! Every message, in a struct: one missing from a language does not compile.

use vigie_contract::indicator::Operand;

use super::supervision::SupervisionWords;

/// What an operand of a formula is called.
pub struct OperandWords {
    pub operand: Operand,
    /// By itself, as a line begins.
    pub alone: &'static str,
    /// Within a formula.
    pub within: &'static str,
}

pub(super) const fn named(
    operand: Operand,
    alone: &'static str,
    within: &'static str,
) -> OperandWords {
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
    /// A key of the whole console, and what it does.
    pub key_search: (&'static str, &'static str),

    // Scopes.
    pub everything: &'static str,
    pub level_all: &'static str,
    pub level_network: &'static str,
    pub level_region: &'static str,
    pub level_agency: &'static str,
    pub level_queue: &'static str,
    pub level_line: &'static str,
    pub level_line_region: &'static str,
    pub level_selection: &'static str,
    pub selection_of: fn(usize) -> String,
    pub members: &'static str,
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
    pub notice_directory_refused: fn(u64, &str, &str) -> String,

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

    // The pages, each with its own.
    pub supervision: &'static SupervisionWords,
}
