//! What is said to be bad, and what of it has one cause, against what was made to go
//! wrong: the simulator's truth says what, where and when, and knows nothing of
//! judgements.
//!
//! The countries are small and have more agents than they need, so that on an ordinary
//! morning nothing is shared and nothing critical. Whatever is has to lie where something
//! was made to go wrong, or where its calls went, and then or soon after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use vigie_contract::event::{Body, Event};
use vigie_contract::incident::{Cause, Incident, Part};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Clock, Concern, Severity};
use vigie_model::{Directory, IncidentTurned, Input, Outcome, Settings as FoldSettings, Turned};
use vigie_simulator::{Fault, FaultKind, Hardship, Settings, Simulation, TroubleKind};

use crate::seeds;
use crate::watched::Fold;

const MINUTE: i64 = 60;

/// How long the figures are behind what arrives.
const BEHIND: Span = Span::from_seconds(30);

/// What went wrong is the cause of what becomes bad up to so long after it: rates are of
/// an hour, and whoever was sent away calls again.
const AFTERMATH: Span = Span::from_seconds(75 * MINUTE);

/// A silence of less is never critical.
const SILENCE: Span = Span::from_seconds(5 * MINUTE);

/// One caller of five who is called back does not answer, whoever is there: two promises
/// of two that were missed are no sign of anything, as they would be by default.
const CALLBACKS: &str = "callbacks_reached = { critical = 0.4 }";

/// By when it has to be said, in minutes: that something goes wrong, after it began; and
/// that it is over, after it ended, or after whoever was silent says something again.
struct Bounds {
    said: i64,
    over: i64,
}

/// The bounds of each kind. `None`: none of the six things that are judged is about it.
fn bounds(kind: TroubleKind) -> Option<Bounds> {
    match kind {
        // The first callers have to wait for five minutes, in a quarter of the agencies.
        TroubleKind::Platform => Some(Bounds { said: 15, over: 75 }),
        // Queues have to grow first.
        TroubleKind::Staff => Some(Bounds { said: 40, over: 75 }),
        // Silence is bad once it is fifteen times as long as usual. It is over once nothing
        // has been silent for 54 s, a tenth under the threshold, for two minutes: where
        // less than that is said, some of these minutes begin again.
        TroubleKind::Feed => Some(Bounds { said: 15, over: 10 }),
        TroubleKind::Announcements | TroubleKind::BenefitDay => None,
    }
}

/// Two networks of two regions on a Wednesday from before they open, with
/// twice the agents that they need.
fn country(seed: u64, faults: Vec<Fault>) -> Settings {
    Settings {
        seed,
        start: at("07:15:00"),
        end: at("12:30:00"),
        scale: 0.5,
        incidents: false,
        faults,
        hardship: Hardship {
            calls: 0.55,
            ..Hardship::ORDINARY
        },
        networks: ["caf", "cnam"].map(str::to_owned).to_vec(),
        regions: ["BRE", "HDF"].map(str::to_owned).to_vec(),
        ..Settings::default()
    }
}

/// An instant of that Wednesday, by UTC.
fn at(clock: &str) -> Time {
    format!("2026-11-25T{clock}Z").parse().unwrap()
}

fn fault(kind: FaultKind, scope: &str, from: Time, minutes: i64) -> Fault {
    Fault {
        kind,
        scope: scope.parse().unwrap(),
        from,
        until: from + Span::from_seconds(minutes * MINUTE),
    }
}

/// What was made to go wrong, as the truth tells it.
#[derive(Debug)]
struct Trouble {
    kind: TroubleKind,
    struck: BTreeSet<String>,
    from: Time,
    until: Time,
}

/// What events say of agencies, whatever is made of it.
#[derive(Default)]
struct Seen {
    /// The lines on which each agency takes calls, and the source that tells of it.
    lines: BTreeMap<String, BTreeSet<String>>,
    sources: BTreeMap<String, String>,
    /// When calls went from one agency to another.
    overflows: Vec<(Time, String, String)>,
    /// When something came from each source.
    heard: BTreeMap<String, BTreeSet<Time>>,
}

impl Seen {
    fn take(&mut self, delivered: Time, event: &Event<'_>) {
        let heard = self.heard.entry(event.source.to_string()).or_default();
        heard.insert(delivered);
        match &event.body {
            Body::CallQueued(data) => {
                let agency = data.agency.to_string();
                self.sources
                    .insert(agency.clone(), event.source.to_string());
                let lines = self.lines.entry(agency).or_default();
                lines.insert(data.line.to_string());
            }
            Body::CallOverflowed(data) => {
                let (from, to) = (data.agency.to_string(), data.to.agency.to_string());
                self.overflows.push((event.time, from, to));
            }
            _ => {}
        }
    }
}

/// A morning, judged at every fifth second.
struct Judged {
    path: String,
    troubles: Vec<Trouble>,
    seen: Seen,
    /// The agencies, by their codes.
    agencies: BTreeMap<String, Scope>,
    /// What became of incidents, and those that there are at the end.
    turned: Vec<IncidentTurned>,
    incidents: Vec<Incident>,
    /// What became critical, and when.
    critical: Vec<(Time, Scope, Concern)>,
}

impl Judged {
    fn new(settings: Settings) -> Self {
        let path = format!("seed {}, {:?}", settings.seed, settings.faults);
        let (start, end) = (settings.start, settings.end);
        let mut simulation = Simulation::new(settings);
        let toml = simulation.network().directory_toml();
        let defaults = format!("[defaults]\nseverity.{CALLBACKS}");
        let directory = Directory::parse(&toml.replacen("[defaults]", &defaults, 1));
        let directory = directory.unwrap_or_else(|faults| panic!("{faults:?}"));
        let settings = FoldSettings {
            trusts_arrivals: true,
            ..FoldSettings::live(Clock::Event)
        };
        let mut fold = Fold::new(Arc::new(directory), settings);
        let mut seen = Seen::default();
        fold.apply(Input::Advance { to: start });
        for (offset, delivery) in simulation.by_ref().enumerate() {
            fold.apply(Input::Advance {
                to: delivery.at - BEHIND,
            });
            seen.take(delivery.at, &delivery.event);
            let outcome = fold.apply(Input::Event {
                partition: 0,
                offset: offset as i64,
                arrived: Some(delivery.at),
                event: &delivery.event,
            });
            let is_taken = matches!(outcome, Outcome::Applied { .. });
            assert!(is_taken, "{path}: {outcome:?} {}", delivery.event.to_json());
        }
        fold.apply(Input::Advance { to: end });
        let agencies = fold.scopes().filter_map(|crumb| match &crumb.scope {
            Scope::Agency(_, _, code) => Some((code.clone(), crumb.scope)),
            _ => None,
        });
        let agencies = agencies.collect();
        let critical = fold.take_severity().into_iter();
        let critical = critical.filter(|changed| changed.to == Severity::Critical);
        let truth = simulation.truth();
        let troubles = truth.troubles().map(|trouble| Trouble {
            kind: trouble.kind,
            struck: trouble.agencies.iter().map(ToString::to_string).collect(),
            from: trouble.from,
            until: trouble.until,
        });
        Self {
            path,
            troubles: troubles.collect(),
            seen,
            agencies,
            critical: critical
                .map(|changed| (changed.at, changed.scope, changed.concern))
                .collect(),
            turned: fold.take_incidents(),
            incidents: fold.incidents(&Scope::All).expect("a fold that judges"),
        }
    }

    /// Whether an agency lies in a scope, on whose lines it takes calls.
    fn is_in(&self, code: &str, scope: &Scope) -> bool {
        let Some(Scope::Agency(network, region, _)) = self.agencies.get(code) else {
            return false;
        };
        let takes = |line: &String| {
            let lines = self.seen.lines.get(code);
            lines.is_some_and(|lines| lines.contains(line))
        };
        match scope {
            Scope::All => true,
            Scope::Network(own) => own == network,
            Scope::Region(own, of) => (own, of) == (network, region),
            Scope::Agency(_, _, own) | Scope::Queue(_, _, own, _) => own == code,
            Scope::Line(line) => takes(line),
            Scope::LineRegion(line, of) => takes(line) && of == region,
        }
    }

    /// Whether an incident is of an agency.
    fn is_of(&self, incident: &Incident, code: &str) -> bool {
        match (&incident.scope, &incident.source) {
            (Some(scope), _) => self.is_in(code, scope),
            (None, source) => self.seen.sources.get(code) == source.as_ref(),
        }
    }

    /// Whether an incident is of all that trouble struck, and not of one of several.
    fn is_of_all(&self, incident: &Incident, trouble: &Trouble) -> bool {
        let is_one = trouble.struck.len() == 1;
        let mut struck = trouble.struck.iter();
        is_one == (incident.cause == Cause::Alone) && struck.all(|code| self.is_of(incident, code))
    }

    /// The agencies that trouble can be told of: those that it struck, and those to which
    /// their calls went meanwhile and soon after.
    fn touched<'j>(&'j self, trouble: &'j Trouble) -> BTreeSet<&'j str> {
        let mut touched: BTreeSet<&str> = trouble.struck.iter().map(String::as_str).collect();
        let lasts = trouble.from..trouble.until + AFTERMATH;
        for (at, from, to) in &self.seen.overflows {
            if lasts.contains(at) && touched.contains(from.as_str()) {
                touched.insert(to);
            }
        }
        touched
    }

    /// Whether something that was made to go wrong explains what is said of some agencies
    /// at an instant.
    fn is_explained(&self, at: Time, is_of: impl Fn(&str) -> bool) -> bool {
        self.troubles.iter().any(|trouble| {
            let lasts = trouble.from..trouble.until + AFTERMATH;
            let is_judged = bounds(trouble.kind).is_some();
            let mut touched = self.touched(trouble).into_iter();
            is_judged && lasts.contains(&at) && touched.any(&is_of)
        })
    }

    /// Whether the source of an agency, or of the agency of a queue, has sent nothing for
    /// as long as is critical: some platforms take no call for long, and that is told.
    fn has_been_silent(&self, scope: &Scope, at: Time) -> bool {
        let (Scope::Agency(_, _, code) | Scope::Queue(_, _, code, _)) = scope else {
            return false;
        };
        let heard = self.seen.sources.get(code);
        let heard = heard.and_then(|source| self.seen.heard.get(source));
        let lately = at - SILENCE..at;
        heard.is_none_or(|heard| heard.range(lately).next().is_none())
    }

    /// Nothing is shared, and nothing critical, that nothing explains.
    fn hold_to_causes(&self) {
        for told in &self.turned {
            let incident = &told.incident;
            let is_shared = incident.cause != Cause::Alone;
            if told.turned == Turned::Began && is_shared {
                let is_of = |code: &str| self.is_of(incident, code);
                let is_explained = self.is_explained(told.at, is_of);
                assert!(is_explained, "{}: nothing explains {told:?}", self.path);
            }
        }
        for (at, scope, concern) in &self.critical {
            let is_of = |code: &str| self.is_in(code, scope);
            let is_silence = *concern == Concern::DataAge && self.has_been_silent(scope, *at);
            let is_explained = is_silence || self.is_explained(*at, is_of);
            let what = format!("{scope}, {}", concern.name());
            assert!(
                is_explained,
                "{}: nothing explains {what} at {at}",
                self.path
            );
        }
    }

    /// What was made to go wrong is one incident of all that it struck, told and over in
    /// time.
    fn hold_to_troubles(&self) {
        for trouble in &self.troubles {
            let Some(bounds) = bounds(trouble.kind) else {
                continue;
            };
            let holds = |incident: &Incident| self.is_of_all(incident, trouble);
            let from = trouble.from;
            let began = self.turned.iter().find(|told| {
                let is_meanwhile = from <= told.at && told.at < trouble.until;
                told.turned == Turned::Began && is_meanwhile && holds(&told.incident)
            });
            let began =
                began.unwrap_or_else(|| panic!("{}: none of {:#?}", self.path, self.incidents));
            let after = (began.at - from).seconds() / MINUTE as f64;
            assert!(
                after <= bounds.said as f64,
                "{}: {began:?} said after {after} min",
                self.path
            );
            self.hold_end(self.last(&began.incident.id), trouble, bounds.over);
        }
    }

    /// An incident, and what of it is of those that trouble struck, is over in time.
    fn hold_end(&self, incident: &Incident, trouble: &Trouble, minutes: i64) {
        let bound = Span::from_seconds(minutes * MINUTE);
        let is_in_time =
            |ended: Option<Time>, back: Time| ended.is_some_and(|at| at <= back + bound);
        let mut all_back = trouble.until;
        for code in &trouble.struck {
            let back = self.back(code, trouble);
            all_back = all_back.max(back);
            let is_of_it = |part: &&Part| self.agencies.get(code) == Some(&part.scope);
            for part in incident.parts.iter().filter(is_of_it) {
                let is_in_time = is_in_time(part.ended, back);
                assert!(is_in_time, "{}: back at {back}, {part:?}", self.path);
            }
        }
        let is_in_time = is_in_time(incident.ended, all_back);
        assert!(
            is_in_time,
            "{}: back at {all_back}, {incident:?}",
            self.path
        );
    }

    /// When all was well again at an agency: where it was silent, once it says something.
    fn back(&self, code: &str, trouble: &Trouble) -> Time {
        let heard = self.seen.sources.get(code);
        let heard = heard.and_then(|source| self.seen.heard.get(source));
        let next = heard.and_then(|heard| heard.range(trouble.until..).next());
        match trouble.kind {
            TroubleKind::Feed => next.copied().unwrap_or(trouble.until),
            TroubleKind::BenefitDay
            | TroubleKind::Staff
            | TroubleKind::Platform
            | TroubleKind::Announcements => trouble.until,
        }
    }

    /// An incident, or that which it went into.
    fn last(&self, id: &str) -> &Incident {
        let incident = self.incidents.iter().find(|incident| incident.id == id);
        let incident = incident.unwrap_or_else(|| panic!("{}: no {id}", self.path));
        match &incident.merged_into {
            Some(wider) => self.last(wider),
            None => incident,
        }
    }
}

/// Judges a morning, and holds all that was said to what was made to go wrong.
fn hold(settings: Settings) -> Judged {
    let judged = Judged::new(settings);
    judged.hold_to_causes();
    judged.hold_to_troubles();
    judged
}

#[test]
fn on_an_ordinary_morning_nothing_is_shared_and_nothing_critical() {
    for seed in 1..=seeds(1) {
        let judged = hold(country(seed, Vec::new()));
        assert!(judged.troubles.is_empty());
        assert!(judged.seen.lines.len() > 15, "{:?}", judged.seen.lines);
    }
}

/// The scope and the cause of what is told of something that goes wrong for an hour.
fn told_as(kind: FaultKind, scope: &str) -> (Option<Scope>, Cause) {
    let judged = hold(country(1, vec![fault(kind, scope, at("09:00:00"), 60)]));
    let [trouble] = &judged.troubles[..] else {
        panic!("{:?}", judged.troubles);
    };
    let holds = |incident: &&Incident| {
        incident.merged_into.is_none() && judged.is_of_all(incident, trouble)
    };
    let own = judged.incidents.iter().find(holds);
    let own = own.expect("an incident of all that was struck");
    (own.scope.clone(), own.cause)
}

#[test]
fn a_region_whose_telephones_are_cut_off_is_one_incident() {
    let (scope, cause) = told_as(FaultKind::Platform, "caf/HDF");
    assert_eq!(scope, Some("caf/HDF".parse().unwrap()));
    assert_eq!(cause, Cause::SharedRegion);
}

#[test]
fn a_region_whose_staff_leaves_is_one_incident() {
    let (scope, cause) = told_as(FaultKind::Staff, "cnam/HDF");
    assert_eq!(scope, Some("cnam/HDF".parse().unwrap()));
    assert_eq!(cause, Cause::SharedRegion);
}

#[test]
fn a_region_that_falls_silent_is_one_incident() {
    let (scope, cause) = told_as(FaultKind::Feed, "caf/HDF");
    assert_eq!(scope, Some("caf/HDF".parse().unwrap()));
    assert_eq!(cause, Cause::SharedRegion);
}

#[test]
fn a_network_that_falls_silent_is_one_incident() {
    let (scope, cause) = told_as(FaultKind::Feed, "caf");
    assert_eq!(scope, Some("caf".parse().unwrap()));
    assert_eq!(cause, Cause::SharedNetwork);
}

#[test]
fn an_agency_that_falls_silent_is_an_incident_of_its_own() {
    let (scope, cause) = told_as(FaultKind::Feed, "caf/HDF/CAF-59");
    assert_eq!(scope, Some("caf/HDF/CAF-59".parse().unwrap()));
    assert_eq!(cause, Cause::Alone);
}

/// What callers were told is none of the six things that are judged.
#[test]
fn false_announcements_are_no_incident() {
    let false_ones = fault(FaultKind::Announcements, "caf", at("09:00:00"), 60);
    let judged = hold(country(1, vec![false_ones]));
    let [trouble] = &judged.troubles[..] else {
        panic!("{:?}", judged.troubles);
    };
    assert_eq!(trouble.kind, TroubleKind::Announcements);
}

/// Something that goes wrong for an hour or so on a morning.
fn any_fault() -> impl Strategy<Value = Fault> {
    let regions = ["caf/BRE", "caf/HDF", "cnam/BRE", "cnam/HDF"];
    let regions_and_networks = [&regions[..], &["caf", "cnam"]].concat();
    let what = prop_oneof![
        (
            Just(FaultKind::Platform),
            select(regions_and_networks.clone())
        ),
        (Just(FaultKind::Staff), select(regions_and_networks.clone())),
        (Just(FaultKind::Feed), select(regions_and_networks)),
        (Just(FaultKind::Announcements), select(regions.to_vec())),
    ];
    let minutes = (0..45_i64, 45..75_i64);
    (what, minutes).prop_map(|((kind, scope), (after, lasts))| {
        let from = at("08:45:00") + Span::from_seconds(after * MINUTE);
        fault(kind, scope, from, lasts)
    })
}

/// Of each seed another country, and something else that goes wrong in it.
#[test]
fn whatever_goes_wrong_is_told_and_nothing_else() {
    for seed in 1..=seeds(3) {
        let mut bytes = [14; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let fault = any_fault().new_tree(&mut runner).unwrap().current();
        hold(country(100 + seed, vec![fault]));
    }
}
