//! What is bad in the scope, a line each, and what is not judged.

use leptos::prelude::*;
use vigie_contract::view::{Concern, Judged, Judgement, Severity, Suppressed};

use super::state::state;
use crate::figures::{count, duration, share};
use crate::session::Session;
use crate::words::Language;

/// A line of what is bad.
#[derive(Clone, PartialEq)]
struct Line {
    severity: Severity,
    said: String,
}

#[component]
pub fn Concerns() -> impl IntoView {
    let state = state();
    let session = state.session;
    let judged = Memo::new(move |_| {
        let view = state.figures.view.read();
        view.as_ref().and_then(|view| view.judged)
    });
    let lines = Memo::new(move |_| judged.get().map_or(Vec::new(), |it| bad(session, &it)));
    let note = Memo::new(move |_| {
        let reason = judged.get().and_then(|judged| silenced(&judged))?;
        Some((session.words().supervision.suppressed)(reason))
    });
    view! {
        <ul class="concerns">
            {move || {
                lines
                    .get()
                    .into_iter()
                    .map(|line| {
                        view! { <li data-severity=line.severity.name()>{line.said}</li> }
                    })
                    .collect_view()
            }}
            {move || note.get().map(|note| view! { <li class="note">{note}</li> })}
        </ul>
    }
}

/// What is bad, the worst first, and of what is as bad that which has been so longest.
fn bad(session: Session, judged: &Judged) -> Vec<Line> {
    let mut bad: Vec<(Concern, Judgement)> = judged
        .each()
        .into_iter()
        .filter(|(_, judgement)| judgement.state != Severity::Ok)
        .collect();
    bad.sort_by_key(|(_, one)| (std::cmp::Reverse(one.state), one.since));
    let line = |(concern, judgement): (Concern, Judgement)| {
        let since = judgement.since.map(|since| session.moment(since));
        Line {
            severity: judgement.state,
            said: said(session.language(), concern, judgement, since.as_deref()),
        }
    };
    bad.into_iter().map(line).collect()
}

/// The line of something that is bad: how bad, what, how much, against what, since when.
fn said(language: Language, concern: Concern, judgement: Judgement, since: Option<&str>) -> String {
    let page = language.words().supervision;
    let threshold = match judgement.state {
        Severity::Critical => judgement.critical,
        Severity::Warning | Severity::Ok => judgement.warning,
    };
    let write = |value| write(language, concern, value);
    let mut parts = vec![
        (page.severity)(judgement.state).to_owned(),
        (page.concern)(concern).to_owned(),
    ];
    if let Some(value) = judgement.value {
        parts.push((page.beyond)(&write(value), &write(threshold)));
    }
    parts.extend(judgement.upper.map(|upper| (page.at_best)(&write(upper))));
    parts.extend(since.map(page.since));
    parts.join(" · ")
}

/// A value of something that is judged, in its unit.
fn write(language: Language, concern: Concern, value: f64) -> String {
    match concern {
        Concern::PickUp | Concern::CallbacksReached => share(language, value),
        Concern::EstimatedWait | Concern::LongestWait | Concern::DataAge => {
            duration(language, Some(value))
        }
        Concern::CutOff => count(language, value as i64),
    }
}

/// Why something is not judged; of several reasons the one that silences most.
fn silenced(judged: &Judged) -> Option<Suppressed> {
    let reasons = judged.each().map(|(_, judgement)| judgement.suppressed);
    let most = [
        Suppressed::Maintenance,
        Suppressed::Closed,
        Suppressed::Stale,
        Suppressed::Opening,
    ];
    most.into_iter()
        .find(|reason| reasons.contains(&Some(*reason)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    fn judgement(state: Severity, value: f64, upper: Option<f64>) -> Judgement {
        Judgement {
            state,
            since: None,
            value: Some(value),
            upper,
            warning: 0.85,
            critical: 0.7,
            suppressed: None,
        }
    }

    #[test]
    fn a_line_says_how_bad_what_how_much_and_since_when() {
        let rate = judgement(Severity::Critical, 0.521, Some(0.64));
        assert_eq!(
            said(English, Concern::PickUp, rate, Some("09:04:10")),
            "Critical · Pick-up over 60 min · 52.1%, threshold 70.0% · at best 64.0% · \
             since 09:04:10"
        );
        let wait = Judgement {
            warning: 300.0,
            ..judgement(Severity::Warning, 412.0, None)
        };
        assert_eq!(
            said(French, Concern::LongestWait, wait, None).replace('\u{202f}', " "),
            "Attention · Attente la plus longue · 6 min 52, seuil 5 min 00"
        );
    }

    #[test]
    fn what_silences_most_is_said() {
        let judged = |reason: fn(Concern) -> Option<Suppressed>| {
            Judged::each_of(|concern| Judgement {
                suppressed: reason(concern),
                ..judgement(Severity::Ok, 0.0, None)
            })
        };
        assert_eq!(silenced(&judged(|_| None)), None);
        let opening = |concern| (concern == Concern::PickUp).then_some(Suppressed::Opening);
        assert_eq!(silenced(&judged(opening)), Some(Suppressed::Opening));
        let stale = |concern| match concern {
            Concern::DataAge => None,
            _ => Some(Suppressed::Stale),
        };
        assert_eq!(silenced(&judged(stale)), Some(Suppressed::Stale));
    }
}
