//! Lists with every field present, every figure different.

use vigie_contract::event::{PromiseKind, QueueReason};
use vigie_contract::incident::*;
use vigie_contract::lists::*;
use vigie_contract::unknown::*;
use vigie_contract::view::{Concern, Severity, Suppressed};

use crate::view_samples::{at, full_view, scope};

/// The legs that wait: one heard an announcement, one did not.
pub fn waiting_calls() -> WaitingCalls {
    let call = |queue: &str, reason, waiting_seconds, announced_wait_seconds| WaitingCall {
        agency: "NAQ-0331".to_owned(),
        queue: queue.to_owned(),
        reason,
        waiting_seconds,
        announced_wait_seconds,
    };
    WaitingCalls {
        as_of: at("2026-11-21T09:30:00Z"),
        scope: scope("ft/NAQ/NAQ-0331").into(),
        total: 7,
        next: Some(2),
        waiting: vec![
            call("indemnisation", QueueReason::Overflow, 412.5, Some(240.25)),
            call("placement", QueueReason::Asked, 3.000001, None),
        ],
    }
}

/// The calls behind a count: one that overflowed before, and one whose end alone was told.
pub fn ended_calls() -> EndedCalls {
    let whole = EndedCall {
        agency: "NAQ-0332".to_owned(),
        queue: "placement".to_owned(),
        origin_agency: "NAQ-0331".to_owned(),
        origin_queue: "indemnisation".to_owned(),
        reason: Some(QueueReason::Overflow),
        ended_at: at("2026-11-21T09:29:12.5Z"),
        waited_seconds: Some(512.25),
        announced_wait_seconds: Some(180.5),
    };
    let end_alone = EndedCall {
        reason: None,
        ended_at: at("2026-11-21T09:04:00.000001Z"),
        waited_seconds: None,
        announced_wait_seconds: None,
        ..whole.clone()
    };
    EndedCalls {
        as_of: at("2026-11-21T09:30:00Z"),
        since: at("2026-11-21T09:00:00Z"),
        scope: scope("ft/NAQ/NAQ-0331").into(),
        outcome: CallOutcome::CutOff,
        book: Book::Origin,
        family: LegFamily::FirstLevel,
        total: 5,
        next: Some(2),
        calls: vec![whole, end_alone],
    }
}

/// The promises that are open.
pub fn open_promises() -> OpenPromises {
    OpenPromises {
        as_of: at("2026-11-21T09:30:00Z"),
        scope: scope("ft/NAQ").into(),
        total: 3,
        next: None,
        promises: vec![OpenPromise {
            call: "8f31".to_owned(),
            agency: "NAQ-0331".to_owned(),
            queue: "indemnisation".to_owned(),
            kind: PromiseKind::Recontact,
            made_at: at("2026-11-21T08:12:03.000004Z"),
            due_at: at("2026-11-21T10:12:03.5Z"),
            attempts: 2,
            predicted_missed: true,
        }],
    }
}

/// The levers pulled today: those of the full view.
pub fn lever_changes() -> LeverChanges {
    LeverChanges {
        as_of: at("2026-11-21T09:30:00Z"),
        scope: scope("all").into(),
        total: 12,
        next: Some(1_000),
        levers: full_view().now.levers.unwrap(),
    }
}

/// The incidents of a region: one that goes on, one that went into it, one of a source
/// that is over.
pub fn incidents() -> Incidents {
    let part = |path: &str, indicator, ended: Option<&str>, suppressed| Part {
        scope: scope(path),
        indicator,
        began: at("2026-11-21T09:04:10Z"),
        ended: ended.map(at),
        worst: Severity::Critical,
        suppressed,
    };
    let touched = Touched {
        waiting: 31,
        offered: 212,
        abandoned: 40,
        promises: 12,
    };
    let shared = Incident {
        id: "2026-11-21T09:04:10Z/ft/NAQ/longest_wait".to_owned(),
        scope: Some(scope("ft/NAQ")),
        source: None,
        indicator: Concern::LongestWait,
        cause: Cause::SharedRegion,
        began: at("2026-11-21T09:04:10Z"),
        ended: None,
        state: Severity::Warning,
        worst: Severity::Critical,
        merged_into: None,
        touched,
        parts_total: 5,
        parts: vec![
            part("ft/NAQ/NAQ-2401", Concern::LongestWait, None, None),
            part(
                "ft/NAQ/NAQ-0331/indemnisation",
                Concern::PickUp,
                Some("2026-11-21T09:20:00Z"),
                Some(Suppressed::Maintenance),
            ),
        ],
    };
    let merged = Incident {
        id: "2026-11-21T09:04:15Z/ft/NAQ/NAQ-2401/longest_wait".to_owned(),
        scope: Some(scope("ft/NAQ/NAQ-2401")),
        cause: Cause::Alone,
        ended: Some(at("2026-11-21T09:06:10Z")),
        state: Severity::Ok,
        merged_into: Some(shared.id.clone()),
        touched: Touched::default(),
        parts_total: 0,
        parts: Vec::new(),
        ..shared.clone()
    };
    let silent = Incident {
        id: "2026-11-21T07:00:00Z/source:/pbx/naq/data_age".to_owned(),
        scope: None,
        source: Some("/pbx/naq".to_owned()),
        indicator: Concern::DataAge,
        cause: Cause::SilentSource,
        ..merged.clone()
    };
    Incidents {
        as_of: at("2026-11-21T09:30:00Z"),
        scope: scope("ft/NAQ").into(),
        total: 9,
        next: Some(3),
        incidents: vec![shared, merged, silent],
    }
}

/// What the directory does not know: one of each kind, and two limits met.
pub fn unknown() -> Unknown {
    let codes = |total, code: &str, agency: Option<&str>, offered, meant: &str| UnknownCodes {
        total,
        codes: vec![UnknownCode {
            code: code.to_owned(),
            agency: agency.map(str::to_owned),
            since: at("2026-11-20T09:12:03.12Z"),
            last: at("2026-11-21T09:29:59.000001Z"),
            offered,
            did_you_mean: vec![meant.to_owned()],
        }],
    };
    let over = |kind, limit, times, code: &str, agency: Option<&str>| OverLimit {
        kind,
        limit,
        times,
        named: vec![OverName {
            code: code.to_owned(),
            agency: agency.map(str::to_owned),
            since: at("2026-11-21T08:00:00Z"),
            last: at("2026-11-21T08:00:01Z"),
            times: 3,
        }],
    };
    Unknown {
        as_of: at("2026-11-21T09:30:00Z"),
        agencies: codes(4, "NAQ-O331", None, 17, "NAQ-0331"),
        lines: codes(5, "39 49", None, 18, "3949"),
        queues: codes(6, "indemnisatoin", Some("NAQ-0331"), 19, "indemnisation"),
        over_limits: vec![
            over(OverKind::Agency, 2_000, 21, "X-1", None),
            over(OverKind::Queue, 100, 22, "Q-101", Some("NAQ-0331")),
        ],
    }
}
