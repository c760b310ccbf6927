//! What is made to go wrong on purpose: at a place, from when, until when.

use std::str::FromStr;

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

/// Something that is made to go wrong, whatever else does.
///
/// Written `KIND:SCOPE@FROM/UNTIL`, as in
/// `staff:ft/NAQ@2026-11-23T09:00:00Z/2026-11-23T10:00:00Z`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// In which agencies: those of a network, a region or one.
    pub scope: Scope,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
}

/// What can be made to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Every other agent who is there leaves at once, and comes back at the end.
    Staff,
    /// The telephones are cut off: every agent who is there is gone at once, and comes
    /// back at the end. Callers still reach the queues.
    Platform,
    /// Events stay on the way, and arrive together at the end.
    Feed,
    /// Waits are announced at a tenth of what they are expected to be.
    Announcements,
}

/// Why a text is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no fault: {problem}")]
pub struct NotAFault {
    text: String,
    problem: String,
}

impl FromStr for Fault {
    type Err = NotAFault;

    fn from_str(text: &str) -> Result<Self, NotAFault> {
        let refuse = |problem: String| NotAFault {
            text: text.to_owned(),
            problem,
        };
        let form = || refuse("it is not KIND:SCOPE@FROM/UNTIL".to_owned());
        let (kind, rest) = text.split_once(':').ok_or_else(form)?;
        let kind = match kind {
            "staff" => FaultKind::Staff,
            "platform" => FaultKind::Platform,
            "feed" => FaultKind::Feed,
            "announcements" => FaultKind::Announcements,
            _ => {
                let problem = format!("{kind:?} is not staff, platform, feed or announcements");
                return Err(refuse(problem));
            }
        };
        let (scope, times) = rest.split_once('@').ok_or_else(form)?;
        let scope: Scope = scope.parse().map_err(|error| refuse(format!("{error}")))?;
        let (from, until) = times.split_once('/').ok_or_else(form)?;
        let time = |text: &str| {
            let parsed: Result<Time, _> = text.parse();
            parsed.map_err(|error| refuse(format!("{error}")))
        };
        let (from, until) = (time(from)?, time(until)?);
        match scope {
            Scope::Network(_) | Scope::Region(..) | Scope::Agency(..) => {}
            Scope::All | Scope::Queue(..) | Scope::Line(_) | Scope::LineRegion(..) => {
                let problem = format!("{scope} is neither a network, a region nor an agency");
                return Err(refuse(problem));
            }
        }
        if until <= from {
            return Err(refuse("it ends before it begins".to_owned()));
        }
        Ok(Self {
            kind,
            scope,
            from,
            until,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_or_it_is_said_why_not() {
        let times = "2026-11-23T09:00:00Z/2026-11-23T10:00:00Z";
        let fault: Fault = format!("staff:ft/NAQ@{times}").parse().unwrap();
        assert_eq!(fault.kind, FaultKind::Staff);
        assert_eq!(fault.scope.to_string(), "ft/NAQ");
        assert_eq!((fault.until - fault.from).seconds(), 3_600.0);
        for (text, problem) in [
            ("staff", "it is not KIND:SCOPE@FROM/UNTIL"),
            (
                "fire:ft@a/b",
                "\"fire\" is not staff, platform, feed or announcements",
            ),
            ("feed:ft", "it is not KIND:SCOPE@FROM/UNTIL"),
            ("feed:ft//x@a/b", "a part of the path is empty"),
            ("feed:ft@monday/tuesday", "monday"),
            (
                &format!("feed:line/3949@{times}"),
                "line/3949 is neither a network, a region nor an agency",
            ),
            (
                "feed:ft@2026-11-23T09:00:00Z/2026-11-23T09:00:00Z",
                "it ends before it begins",
            ),
        ] {
            let refused = text.parse::<Fault>().unwrap_err().to_string();
            assert!(refused.contains(problem), "{refused}");
            assert!(refused.contains(&format!("{text:?}")), "{refused}");
        }
    }
}
