//! Views and frames with every field present, every figure different, so that
//! two fields that change places change the bytes.

use std::collections::BTreeMap;

use vigie_contract::frame::*;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::topic::Topic;
use vigie_contract::view::*;

use crate::list_samples;

/// An instant.
pub fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// A scope.
pub fn scope(path: &str) -> Scope {
    path.parse().unwrap()
}

/// Counts that all differ, and from those of another `seed`.
fn counts(seed: i64) -> Counts {
    Counts {
        left_in_ivr: Some(seed + 99),
        ..Counts::from_counted(|count| seed + count as i64)
    }
}

fn rates(seed: i64) -> Rates {
    let rate = |place: i64| Rate::of(seed + place, 200);
    Rates {
        pick_up_agent: rate(1),
        pick_up_presented: rate(2),
        pick_up_queue: rate(3),
        service_level: rate(4),
        service_level_without_short: rate(5),
        service_level_short_good: rate(6),
        abandon_rate: rate(7),
        service_level_20s: rate(18),
        service_level_60s: rate(19),
        service_level_180s: rate(20),
        service_level_300s: rate(21),
        service_level_600s: rate(22),
        pick_up_with_ivr: rate(8),
        pick_up_inbound: rate(9),
        callbacks_called_within_time: rate(10),
        callbacks_reached_within_time: rate(11),
        messages_handled_within_time: rate(12),
        announced_exceeded: rate(13),
        identification: rate(14),
        second_level_pick_up: rate(15),
        satisfaction: rate(16),
        occupancy: rate(17),
    }
}

fn times(seed: f64) -> Times {
    Times {
        answer_mean_seconds: Some(seed + 0.25),
        answer_p50_seconds: Some(seed + 1.25),
        answer_p90_seconds: Some(seed + 2.25),
        answer_p95_seconds: Some(seed + 3.25),
        answer_longest_seconds: Some(seed + 4.25),
        abandon_mean_seconds: Some(seed + 5.25),
        handle_mean_seconds: Some(seed + 6.25),
        second_level_answer_mean_seconds: Some(seed + 7.25),
        announced_error_p50_seconds: Some(seed + 8.25),
        satisfaction_mean: Some(seed / 100.0 + 1.5),
    }
}

fn window(seed: i64) -> Window {
    Window {
        counts: counts(seed),
        second_level: counts(seed + 40),
        callback: counts(seed + 80),
        rates: rates(seed),
        times: times(seed as f64),
        complete: Some(0.96875),
        spread: Some(Spread {
            agencies: seed + 1,
            best: 0.96875,
            worst: 0.5,
            interquartile_range: 0.125,
        }),
    }
}

/// A view in which nothing is absent.
pub fn full_view() -> View {
    View {
        as_of: at("2026-11-21T09:30:00Z"),
        scope: scope("ft/NAQ/NAQ-0331").into(),
        clock: Clock::Wall,
        now: Now {
            waiting: 11,
            waiting_by_reason: ByReason {
                asked: 5,
                overflow: 3,
                transfer: 2,
                callback: 1,
            },
            longest_wait_seconds: Some(412.5),
            wait_p50_seconds: Some(41.0),
            wait_p90_seconds: Some(300.125),
            agents: Agents {
                staffed: 31,
                available: 12,
                ready: 13,
                ringing: 14,
                talking: 15,
                holding: 16,
                wrap_up: 17,
                paused: 18,
                offline: 19,
                pauses: BTreeMap::from([("lunch".to_owned(), 9), ("training".to_owned(), 8)]),
            },
            promises: Promises {
                open: 7,
                due_15m: 4,
                overdue: 6,
                predicted_missed: 3,
                record_60m: PredictionRecord {
                    precision: Rate::of(5, 6),
                    recall: Rate::of(5, 8),
                },
                record_today: PredictionRecord {
                    precision: Rate::of(21, 25),
                    recall: Rate::of(21, 24),
                },
            },
            levers: Some(vec![
                Lever {
                    agency: "NAQ-0331".to_owned(),
                    queue: "indemnisation".to_owned(),
                    kind: LeverKind::Overflow,
                    on: true,
                    to: Some(QueuePlace {
                        agency: "NAQ-PLAT".to_owned(),
                        queue: "placement".to_owned(),
                    }),
                    message: None,
                    since: at("2026-11-21T09:02:03.000004Z"),
                },
                Lever {
                    agency: "NAQ-0332".to_owned(),
                    queue: "inscription".to_owned(),
                    kind: LeverKind::Message,
                    on: false,
                    to: None,
                    message: Some("Fermeture à 15 h".to_owned()),
                    since: at("2026-11-21T08:00:00Z"),
                },
            ]),
            data_age_seconds: Some(0.75),
            sources: Sources {
                known: 27,
                reporting: 26,
            },
            complete_to: Some(at("2026-11-21T09:29:40.5Z")),
        },
        windows: BTreeMap::from([
            ("5m".to_owned(), window(10)),
            ("15m".to_owned(), window(20)),
            ("60m".to_owned(), window(30)),
            ("today".to_owned(), window(100)),
        ]),
        handled: BTreeMap::from([("5m".to_owned(), window(150))]),
        quarters: Some(vec![Quarter {
            start: at("2026-11-21T09:15:00Z"),
            window: window(170),
            handled: window(50),
            cohort: Cohort {
                entered: 21,
                answered: 10,
                abandoned: 5,
                closed_otherwise: 4,
                waiting: 2,
            },
        }]),
        estimate: Estimate {
            mean_seconds: Some(62.25),
            p50_seconds: Some(45.0),
            p90_seconds: Some(160.5),
            reason: Some(NoEstimate::TooLittleHistory),
            record_60m: record(27, 32),
            record_today: record(171, 190),
        },
        callers: Some(callers()),
        closing: Some(Closing {
            queues: 3,
            untold: 1,
            closes_at: Some(at("2026-11-21T17:00:00Z")),
            expected_cut_off: Some(2.75),
            latest_entry: Some(at("2026-11-21T16:41:30.5Z")),
            promises_due_after: 5,
            basis: Some(ClosingBasis::Departures),
            reason: Some(NoEstimate::NobodyStaffed),
        }),
        closing_record: Some(ClosingRecord {
            before_60m: closing_score(12),
            before_30m: closing_score(13),
            before_15m: closing_score(14),
        }),
        severity: Some(Severity::Critical),
        judged: Some(judged()),
    }
}

/// What is judged, of each state and silence one.
fn judged() -> Judged {
    Judged::each_of(|concern| {
        let place = concern as i64;
        let state = [Severity::Ok, Severity::Warning, Severity::Critical][place as usize % 3];
        let since = at("2026-11-21T09:04:10Z") + Span::from_seconds(place);
        Judgement {
            state,
            since: (state != Severity::Ok).then_some(since),
            value: Some(place as f64 + 0.625),
            upper: Some(place as f64 + 0.75),
            warning: place as f64 + 0.5,
            critical: place as f64 + 0.375,
            suppressed: Suppressed::ALL.get(place as usize).copied(),
        }
    })
}

fn callers() -> Callers {
    let rate = |place: i64| Rate::of(place, 64);
    Callers {
        lived: rate(29),
        ended_by_promise: rate(5),
        attempts_per_episode: Mean::of(96, 64),
        without_caller: rate(7),
        repeat_calls: rate(11),
        satisfied_and_back: rate(13),
        satisfied_and_back_so_far: rate(3),
    }
}

fn closing_score(closings: i64) -> ClosingScore {
    ClosingScore {
        closings,
        expected_mean: Some(1.5),
        cut_off_mean: Some(1.25),
        error_mean: Some(0.75),
    }
}

fn record(held: i64, given: i64) -> Record {
    Record {
        held: Rate::of(held, given),
        error_p50_seconds: Some(18.5),
        bias_seconds: Some(-4.25),
        unscored: 2,
    }
}

/// A view of a scope in which nothing has happened: what is absent is null.
pub fn empty_view() -> View {
    let windows = ["5m", "15m", "60m", "today"].map(|name| (name.to_owned(), Window::default()));
    View {
        as_of: at("2026-11-21T05:00:00Z"),
        scope: Scope::All.into(),
        clock: Clock::Event,
        now: Now::default(),
        windows: BTreeMap::from(windows.clone()),
        handled: BTreeMap::from(windows),
        quarters: None,
        estimate: Estimate::absent(NoEstimate::TooLittleHistory),
        callers: None,
        closing: None,
        closing_record: None,
        severity: None,
        judged: None,
    }
}

fn feed() -> Feed {
    Feed {
        state: FeedState::Partial,
        lag_messages: Some(1_234),
        data_age_seconds: Some(61.5),
        partial: Some(Partial {
            since: at("2026-11-21T09:12:00Z"),
            partitions: vec![
                TroubledPartition {
                    partition: 2,
                    why: Trouble::Unanswered,
                    since: at("2026-11-21T09:12:00Z"),
                },
                TroubledPartition {
                    partition: 5,
                    why: Trouble::Behind,
                    since: at("2026-11-21T09:13:00Z"),
                },
            ],
            agencies: vec![Crumb {
                scope: scope("ft/NAQ/NAQ-0331"),
                name: "Bordeaux".to_owned(),
            }],
            agencies_total: 83,
            sources: vec!["/pbx/bordeaux-1".to_owned()],
            sources_total: 1,
        }),
        lost: Some(Lost {
            messages: 17,
            noticed: at("2026-11-21T08:00:00Z"),
        }),
        clock_off_seconds: Some(-7.25),
        refused_waiting_since: Some(at("2026-11-21T09:20:00Z")),
        directory_refused: Some(RefusedDirectory {
            since: at("2026-11-21T09:25:00Z"),
            faults: 20,
        }),
    }
}

fn figures(seq: u64, view: View) -> Update {
    Update {
        topic: Topic::Figures(view.scope.clone()),
        seq,
        as_of: view.as_of,
        feed: feed(),
        content: Content::Figures(Box::new(ScopeFigures {
            path: vec![
                Crumb {
                    scope: Scope::All,
                    name: "Tous les réseaux".to_owned(),
                },
                Crumb {
                    scope: scope("ft"),
                    name: "France Travail".to_owned(),
                },
            ],
            rules: Rules {
                short_abandons_count: true,
            },
            view,
        })),
    }
}

fn children(seq: u64, gone: Vec<Scope>) -> Update {
    Update {
        topic: Topic::Children(scope("ft/NAQ/NAQ-0331").into()),
        seq,
        as_of: at("2026-11-21T09:30:00Z"),
        feed: Feed::starting(),
        content: Content::Children(ScopeChildren {
            cards: vec![Card {
                scope: scope("ft/NAQ/NAQ-0331/indemnisation"),
                name: "Indemnisation".to_owned(),
                known: true,
                waiting: 3,
                longest_wait_seconds: Some(33.5),
                pick_up_agent_15m: Rate::of(15, 16),
                pick_up_agent_today: Rate::of(60, 64),
                offered_today: 65,
                answered_today: 61,
                abandoned_today: 4,
                answer_mean_15m_seconds: Some(72.25),
                severity: Some(Severity::Warning),
                worst: Some(Worst {
                    concern: Concern::LongestWait,
                    since: at("2026-11-21T09:25:05Z"),
                }),
                suppressed: Some(Suppressed::Maintenance),
            }],
            gone,
        }),
    }
}

fn incidents(seq: u64, gone: Vec<String>) -> Update {
    Update {
        topic: "incidents/pick/ft/NAQ+ft/OCC".parse().unwrap(),
        seq,
        as_of: at("2026-11-21T09:30:00Z"),
        feed: Feed::starting(),
        content: Content::Incidents(ScopeIncidents {
            total: 1,
            incidents: list_samples::incidents().incidents,
            gone,
        }),
    }
}

/// Frames of the server, by the name of their file.
pub fn server_frames() -> Vec<(&'static str, ServerFrame)> {
    vec![
        (
            "hello",
            ServerFrame::Hello(Hello {
                protocol: PROTOCOL.to_owned(),
                build: "0.1.0+3f2a91c".to_owned(),
                server_time: at("2026-11-21T09:30:00.417Z"),
            }),
        ),
        (
            "snapshot_figures",
            ServerFrame::Snapshot(figures(41, full_view())),
        ),
        (
            "delta_figures",
            ServerFrame::Delta(figures(42, empty_view())),
        ),
        (
            "snapshot_children",
            ServerFrame::Snapshot(children(7, Vec::new())),
        ),
        (
            "delta_children",
            ServerFrame::Delta(children(8, vec![scope("ft/NAQ/NAQ-0331/placement")])),
        ),
        (
            "snapshot_incidents",
            ServerFrame::Snapshot(incidents(3, Vec::new())),
        ),
        (
            "delta_incidents",
            ServerFrame::Delta(incidents(
                4,
                vec!["2026-11-21T08:00:00Z/ft/OCC/OCC-0101/pick_up".to_owned()],
            )),
        ),
        (
            "refused",
            ServerFrame::Refused(Refused {
                topic: "figures/ft/NAQ/NAQ-9999".to_owned(),
                reason: RefusedReason::UnknownScope,
                message: "nothing is known of ft/NAQ/NAQ-9999".to_owned(),
            }),
        ),
    ]
}

/// Frames of the client, by the name of their file.
pub fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    vec![
        (
            "subscribe",
            ClientFrame::Subscribe(Subscribe {
                topic: "children/ft/NAQ".to_owned(),
            }),
        ),
        (
            "unsubscribe",
            ClientFrame::Unsubscribe(Unsubscribe {
                topic: "figures/line/3949".to_owned(),
            }),
        ),
    ]
}
