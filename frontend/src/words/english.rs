//! The console in English.

use vigie_contract::definition::{ESTIMATED_MEDIAN, LONGEST_WAIT, WAITING};
use vigie_contract::indicator::{Operand, PICK_UP_AGENT};

use super::catalogue::{Words, named};
use super::supervision;

pub static ENGLISH: Words = Words {
    language: "Language",
    breadcrumbs: "Path",
    skip_to_figures: "Skip to figures",
    theme_automatic: "Theme: the system’s",
    theme_light: "Theme: light",
    theme_dark: "Theme: dark",
    key_search: ("/", "search"),

    everything: "All networks",
    level_all: "Everything",
    level_network: "Network",
    level_region: "Region",
    level_agency: "Agency",
    level_queue: "Queue",
    level_line: "Line",
    level_line_region: "Line in a region",
    level_selection: "Selection",
    selection_of: |members| format!("Selection of {members}"),
    members: "Chosen scopes",
    networks: "Networks",
    regions: "Regions",
    agencies: "Agencies",
    queues: "Queues",
    unassigned: "Unassigned",
    not_in_directory: "not in directory",
    not_in_directory_long: "Seen in calls, absent from the directory",

    search: "Search for a scope",
    search_placeholder: "Region, agency, queue, line…",
    search_nothing: "Nothing matches",
    search_failed: "The list of scopes could not be read",
    search_loading: "Reading the list…",
    search_more: "The closest; type more for others",
    search_results: |count| match count {
        0 => "No result".to_owned(),
        1 => "1 result".to_owned(),
        _ => format!("{count} results"),
    },

    link_state: "State of the link",
    connecting: "Connecting…",
    connected: "Connected",
    loading: "Loading…",
    live: "Live",
    starting: "Waiting for the first call",
    catching_up: "Catching up",
    stale: "Old data",
    disconnected: "Disconnected from Kafka",
    silent: "No word from the server",
    reconnecting: "Reconnecting",
    reconnecting_in: |time| format!("in {time}"),
    reconnect_now: "Try now",
    messages_left: |count, written| match count {
        1 => format!("{written} message to read"),
        _ => format!("{written} messages to read"),
    },
    figures_of: |time| format!("Figures of {time}"),
    newest_event: |age| format!("latest event {age} ago"),
    no_event_yet: "no event received",
    event_clock: "Time of the calls",
    event_clock_long: "The time shown is that of the calls read, not of the clock",
    not_current: |time| format!("Not current: figures of {time}"),

    notices: "What the figures lack",
    partial: "Live, in part",
    blocked: "Reading stopped",
    notice_partial: |partitions, since| match partitions {
        1 => format!("Figures incomplete since {since}: a part of the feed is not read."),
        _ => format!(
            "Figures incomplete since {since}: {partitions} parts of the feed are not read."
        ),
    },
    notice_agencies: "Agencies concerned:",
    notice_sources: "Sources concerned:",
    notice_and_more: |more| format!("and {more} more"),
    notice_blocked: "Nothing is read any more: refused messages cannot be put aside. \
                     Tell whoever is on call.",
    notice_refused_waiting: |since| format!("Since {since}, refused messages cannot be put aside."),
    notice_clock_behind: |time| {
        format!("The server’s clock is {time} behind; the figures follow Kafka’s.")
    },
    notice_clock_ahead: |time| {
        format!("The server’s clock is {time} ahead; the figures follow Kafka’s.")
    },
    notice_lost: |count, written, time| match count {
        1 => format!("1 message was gone before it was read ({time}): the figures lack it."),
        _ => format!(
            "{written} messages were gone before they were read ({time}): the figures lack them."
        ),
    },
    notice_directory_refused: |faults, written, since| match faults {
        1 => format!(
            "The directory’s file has been refused since {since}, for 1 fault: the version before stays in force."
        ),
        _ => format!(
            "The directory’s file has been refused since {since}, for {written} faults: the version before stays in force."
        ),
    },

    figures: "Figures of the scope",
    close: "Close",
    explain: |figure| format!("{figure}: formula and window"),
    waiting: WAITING.words.title.en,
    waiting_long: WAITING.words.sentence.en,
    longest_wait: LONGEST_WAIT.words.title.en,
    longest_wait_long: LONGEST_WAIT.words.sentence.en,
    nobody_waits: "nobody waits",
    all_requests: "asked for an agent",
    of_which_requests: |_, written| format!("{written} of them asked for an agent"),
    median_and_p90: |median, p90| format!("median {median} · P90 {p90}"),
    pick_up_15m: "Pick-up (agent), 15 min",
    pick_up_today: "Pick-up (agent), today",
    pick_up_long: PICK_UP_AGENT.words.sentence.en,
    no_call_asked: "no call to count",
    estimate: ESTIMATED_MEDIAN.words.title.en,
    estimate_long: ESTIMATED_MEDIAN.words.sentence.en,
    estimate_p90: |p90| format!("under {p90} nine times in ten"),
    estimate_too_little_history: "no estimate: too few calls known",
    estimate_nobody_staffed: "no estimate: no agent staffed",
    estimate_closed: "no estimate: closed",
    estimate_several_lines: "several lines: see each",
    record_held_60m: "Waits within the P90 given, 60 min",
    record_held_today: "Waits within the P90 given, today",
    record_error_60m: "Median error of the estimate, 60 min",
    record_error_today: "Median error of the estimate, today",
    record_bias_60m: "Mean deviation of the estimate, 60 min",
    record_bias_today: "Mean deviation of the estimate, today",
    foreseen_too_long: |time| format!("{time} too long"),
    foreseen_too_short: |time| format!("{time} too short"),
    foreseen_right: "none",
    estimate_median: "Median",
    wait_mean: "Mean",

    formula: "Formula",
    counts: "Counts",
    window: "Window",
    window_now: |time| format!("At this moment: {time}"),
    window_15m: |from, to| format!("Last 15 minutes: from {from} to {to}"),
    window_today: |to| format!("From midnight, local to each agency, to {to}"),
    formula_waiting: WAITING.formula.en,
    formula_longest: LONGEST_WAIT.formula.en,
    other_rates: "Other readings",
    of_family_network: "family network",
    of_platforms: "platforms",
    reason_asked: "Asked for an agent",
    reason_overflow: "Overflow from another queue",
    reason_transfer: "Transfer by an agent",
    reason_callback: "Callback by an agent",
    operands: &[
        named(Operand::named("answered"), "Answered", "answered"),
        named(
            Operand::named("promises_kept"),
            "Callbacks kept",
            "callbacks kept",
        ),
        named(
            Operand::named("asked"),
            "Asked for an agent",
            "asked for an agent",
        ),
        named(
            Operand::named("callbacks_accepted"),
            "Callbacks accepted",
            "callbacks accepted",
        ),
        named(
            Operand::named("promises_broken"),
            "Callbacks broken",
            "callbacks broken",
        ),
        named(
            Operand::named("short_abandoned"),
            "Short abandons, not counted",
            "short abandons",
        ),
        named(
            Operand::named("left_queue"),
            "Left the queue",
            "left the queue",
        ),
    ],
    wait_median: "Median of those waiting",
    wait_p90: "9 in 10 wait less than",

    supervision: &supervision::ENGLISH,
};
