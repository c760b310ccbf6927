//! Another version of the directory while events are folded.

use std::sync::Arc;

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, Severity, Suppressed, View};
use vigie_model::{Directory, Input, Settings};

use crate::watched::Fold;
use crate::{event, give};

/// A directory of one agency, with what a version says of it.
fn version(top: &str, agency: &str) -> Arc<Directory> {
    let text = format!(
        r#"
version = 1
{top}
[[network]]
code = "ft"
name = "ft"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[region]]
code = "BRE"
name = "Bretagne"
[[hours]]
name = "mornings"
monday = ["08:00-12:00"]
tuesday = ["08:00-12:00"]
wednesday = ["08:00-12:00"]
thursday = ["08:00-12:00"]
friday = ["08:00-12:00"]
[[line]]
number = "3949"
name = "3949"
network = "ft"
[[line]]
number = "3995"
name = "3995"
network = "ft"
[[queue]]
code = "q"
name = "q"
network = "ft"
line = "3949"
[[agency]]
code = "A"
name = "A"
network = "ft"
queues = ["q"]
{agency}
"#
    );
    Arc::new(Directory::parse(&text).unwrap_or_else(|faults| panic!("{faults:?}")))
}

fn at(text: &str) -> Time {
    text.parse().expect("an instant")
}

fn scope(text: &str) -> Scope {
    text.parse().expect("a scope")
}

struct Service {
    fold: Fold,
    told: usize,
}

impl Service {
    fn start(directory: Arc<Directory>) -> Self {
        Self {
            fold: Fold::new(
                directory,
                Settings {
                    trusts_arrivals: true,
                    ..Settings::live(Clock::Event)
                },
            ),
            told: 0,
        }
    }

    fn tell(&mut self, kind: &str, call: &str, time: &str) {
        self.told += 1;
        let id = self.told;
        let line = format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/pbx","type":"call.{kind}","subject":"{call}","time":"{time}","data":{{"line":"3949","agency":"A","queue":"q"}}}}"#
        );
        give(&mut self.fold, 0, id, &event(&line));
    }

    /// A call that is answered so many seconds after it entered.
    fn answer(&mut self, entered: &str, seconds: i64) {
        let call = format!("call-{}", self.told);
        let answered = Time::from_seconds(at(entered).second() + seconds);
        self.tell("queued", &call, entered);
        self.tell("answered", &call, &answered.to_string());
    }

    fn read(&mut self, directory: &Arc<Directory>) {
        let after = Time(i64::MIN);
        self.fold.apply(Input::Directory { directory, after });
    }

    fn view(&mut self, of: &str, time: &str) -> View {
        self.fold.apply(Input::Advance { to: at(time) });
        self.fold.view(&scope(of)).expect("the scope is known")
    }

    fn offered_today(&mut self, of: &str, time: &str) -> i64 {
        self.view(of, time).windows["today"].counts.offered
    }

    fn level_today(&mut self, of: &str, time: &str) -> Option<(i64, i64)> {
        let level = self.view(of, time).windows["today"].rates.service_level;
        level.map(|level| (level.of[0], level.of[1]))
    }
}

#[test]
fn an_agency_moves_to_another_region_at_once_with_all_its_figures() {
    let mut service = Service::start(version("", r#"region = "NAQ""#));
    service.answer("2026-06-10T10:00:00Z", 10);
    service.tell("queued", "waits", "2026-06-10T10:05:00Z");
    service.view("all", "2026-06-10T10:05:30Z");
    let before = service.view("ft/NAQ/A", "2026-06-10T10:20:00Z");
    assert_ne!(
        before.severity,
        Some(Severity::Ok),
        "somebody has waited long"
    );
    service.read(&version("", r#"region = "BRE""#));
    let fold = &service.fold;
    assert_eq!(fold.view(&scope("ft/NAQ/A")), None);
    let after = fold.view(&scope("ft/BRE/A")).expect("it is there at once");
    assert_eq!((&after.windows, &after.now), (&before.windows, &before.now));
    let region = fold.view(&scope("ft/BRE")).expect("so is its region");
    assert_eq!(
        region.windows["today"].counts,
        before.windows["today"].counts
    );
    // What is left of the old region is what the directory lists: nothing.
    assert_eq!(fold.view(&scope("ft/NAQ")), None);
    assert!(!fold.path(&scope("ft/BRE/A")).is_empty());
}

#[test]
fn the_same_directory_again_changes_nothing() {
    let mut service = Service::start(version("", r#"region = "NAQ""#));
    service.answer("2026-06-10T10:00:00Z", 10);
    service.tell("queued", "waits", "2026-06-10T10:05:00Z");
    service.view("all", "2026-06-10T10:05:30Z");
    service.view("all", "2026-06-10T10:20:00Z");
    let all = |fold: &Fold| -> Vec<_> {
        let mut scopes: Vec<Scope> = fold.scopes().map(|crumb| crumb.scope).collect();
        scopes.sort();
        scopes
            .into_iter()
            .map(|scope| (fold.view(&scope), fold.incidents(&scope), scope))
            .collect()
    };
    let before = all(&service.fold);
    assert!(
        before.iter().any(|(view, ..)| {
            view.as_ref().and_then(|view| view.severity) > Some(Severity::Ok)
        })
    );
    service.read(&version("", r#"region = "NAQ""#));
    assert_eq!(all(&service.fold), before);
}

#[test]
fn a_threshold_of_counting_changes_at_midnight() {
    // Paris is two hours ahead: midnight is at 22:00 UTC.
    let mut service = Service::start(version("[defaults]\nanswer_within_seconds = 30", ""));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T10:00:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-10T10:05:00Z"),
        Some((0, 1))
    );
    service.read(&version("[defaults]\nanswer_within_seconds = 90", ""));
    service.answer("2026-06-10T10:10:00Z", 60);
    service.answer("2026-06-10T21:55:00Z", 60);
    assert_eq!(service.level_today(agency, "2026-06-10T22:00:00Z"), None);
    // An event of yesterday that comes late counts by the rule of yesterday.
    service.answer("2026-06-10T20:00:00Z", 60);
    service.answer("2026-06-10T22:05:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-10T22:10:00Z"),
        Some((1, 1))
    );
    let hour = service.view(agency, "2026-06-10T22:10:00Z");
    let level = hour.windows["60m"]
        .rates
        .service_level
        .map(|level| level.of);
    assert_eq!(level, Some([1, 2]), "one of before midnight, one of after");
}

#[test]
fn counting_changes_at_the_midnight_of_a_date_that_is_later() {
    let mut service = Service::start(version("[defaults]\nanswer_within_seconds = 30", ""));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T10:00:00Z", 60);
    let later = "valid_from = \"2026-06-12\"\n[defaults]\nanswer_within_seconds = 90";
    service.read(&version(later, ""));
    service.answer("2026-06-11T10:00:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-11T10:05:00Z"),
        Some((0, 1))
    );
    service.answer("2026-06-12T10:00:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-12T10:05:00Z"),
        Some((1, 1))
    );
}

#[test]
fn a_date_that_is_past_means_the_coming_midnight() {
    let mut service = Service::start(version("[defaults]\nanswer_within_seconds = 30", ""));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T10:00:00Z", 60);
    let past = "valid_from = \"2026-06-01\"\n[defaults]\nanswer_within_seconds = 90";
    service.read(&version(past, ""));
    service.answer("2026-06-10T11:00:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-10T11:05:00Z"),
        Some((0, 2))
    );
    service.answer("2026-06-11T10:00:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-11T10:05:00Z"),
        Some((1, 1))
    );
}

#[test]
fn what_was_to_hold_from_midnight_is_replaced_by_what_comes_before_that() {
    let mut service = Service::start(version("[defaults]\nanswer_within_seconds = 30", ""));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T10:00:00Z", 60);
    service.read(&version("[defaults]\nanswer_within_seconds = 90", ""));
    service.answer("2026-06-10T11:00:00Z", 60);
    service.read(&version("[defaults]\nanswer_within_seconds = 40", ""));
    service.answer("2026-06-11T10:00:00Z", 60);
    assert_eq!(
        service.level_today(agency, "2026-06-11T10:05:00Z"),
        Some((0, 1))
    );
    // However often, no more is kept than can be needed.
    for seconds in 1..500 {
        let top = format!("[defaults]\nanswer_within_seconds = {seconds}");
        service.read(&version(&top, ""));
    }
    assert!(service.fold.directory().iter().count() <= 3);
    for day in 12..20 {
        service.answer(&format!("2026-06-{day}T10:00:00Z"), 60);
    }
    service.read(&version("", ""));
    assert_eq!(service.fold.directory().iter().count(), 2);
    assert_eq!(
        service.level_today(agency, "2026-06-19T10:05:00Z"),
        Some((1, 1))
    );
}

#[test]
fn a_time_zone_changes_at_the_midnight_of_the_one_before() {
    let mut service = Service::start(version("", r#"time_zone = "Europe/Paris""#));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T10:00:00Z", 10);
    service.read(&version("", r#"time_zone = "Indian/Reunion""#));
    // Midnight in La Réunion is at 20:00 UTC: the day goes on as one of Paris.
    service.answer("2026-06-10T20:30:00Z", 10);
    assert_eq!(service.offered_today(agency, "2026-06-10T21:00:00Z"), 2);
    // The first day by the new zone begins where the last by the old one ends.
    service.answer("2026-06-10T22:30:00Z", 10);
    assert_eq!(service.offered_today(agency, "2026-06-10T22:00:00Z"), 0);
    assert_eq!(service.offered_today(agency, "2026-06-10T23:00:00Z"), 1);
    service.answer("2026-06-11T12:00:00Z", 10);
    assert_eq!(service.offered_today(agency, "2026-06-11T19:00:00Z"), 2);
    service.answer("2026-06-11T20:30:00Z", 10);
    assert_eq!(service.offered_today(agency, "2026-06-11T20:00:00Z"), 0);
    assert_eq!(service.offered_today(agency, "2026-06-11T21:00:00Z"), 1);
}

#[test]
fn the_line_of_a_queue_changes_at_midnight_for_events_that_name_none() {
    let other = version("", "").text().map(|text| {
        let queue = "network = \"ft\"\nline = \"3949\"";
        text.replace(queue, "network = \"ft\"\nline = \"3995\"")
    });
    let other = Arc::new(Directory::parse(&other.expect("a text")).expect("a directory"));
    let mut service = Service::start(version("", ""));
    let abandoned = |service: &mut Service, time: &str| {
        service.told += 1;
        let id = service.told;
        let line = format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/pbx","type":"call.abandoned","subject":"call-{id}","time":"{time}","data":{{"agency":"A","queue":"q"}}}}"#
        );
        give(&mut service.fold, 0, id, &event(&line));
    };
    abandoned(&mut service, "2026-06-10T10:00:00Z");
    service.read(&other);
    abandoned(&mut service, "2026-06-10T11:00:00Z");
    let orphans = |service: &mut Service, of: &str, time: &str| {
        service.view(of, time).windows["today"].counts.orphan
    };
    assert_eq!(
        orphans(&mut service, "line/3949", "2026-06-10T12:00:00Z"),
        2
    );
    abandoned(&mut service, "2026-06-10T23:00:00Z");
    assert_eq!(
        orphans(&mut service, "line/3949", "2026-06-10T23:30:00Z"),
        0
    );
    assert_eq!(
        orphans(&mut service, "line/3995", "2026-06-10T23:30:00Z"),
        1
    );
}

#[test]
fn whether_a_place_is_open_changes_at_midnight_for_what_is_judged_too() {
    let mut service = Service::start(version("", ""));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T12:00:00Z", 10);
    service.view(agency, "2026-06-10T12:00:30Z");
    service.read(&version("", r#"hours = "mornings""#));
    let suppressed = |service: &mut Service, time: &str| {
        let judged = service.view(agency, time).judged;
        judged.expect("it is judged").longest_wait.suppressed
    };
    // Afternoon in Paris, and an afternoon is open still; nothing was heard for long.
    let closed = Some(Suppressed::Closed);
    let afternoon = suppressed(&mut service, "2026-06-10T14:00:00Z");
    assert_ne!(afternoon, closed);
    assert_eq!(suppressed(&mut service, "2026-06-10T22:05:00Z"), closed);
    let morning = suppressed(&mut service, "2026-06-11T08:05:00Z");
    assert_ne!(morning, closed);
}

/// What is told of beforehand is as if it had been read then.
#[test]
fn a_version_that_is_known_beforehand_groups_once_its_time_has_come() {
    let mut service = Service::start(version("", r#"region = "NAQ""#));
    let other = version("", r#"region = "BRE""#);
    service.fold.apply(Input::Directory {
        directory: &other,
        after: at("2026-06-10T12:00:00Z"),
    });
    service.answer("2026-06-10T10:00:00Z", 10);
    assert_eq!(service.offered_today("ft/NAQ/A", "2026-06-10T11:59:59Z"), 1);
    assert_eq!(service.fold.view(&scope("ft/BRE/A")), None);
    assert_eq!(service.offered_today("ft/BRE/A", "2026-06-10T12:00:00Z"), 1);
    assert_eq!(service.fold.view(&scope("ft/NAQ/A")), None);
}

#[test]
fn another_process_goes_on_by_the_same_versions() {
    let mut service = Service::start(version("[defaults]\nanswer_within_seconds = 30", ""));
    let agency = "ft/unassigned/A";
    service.answer("2026-06-10T10:00:00Z", 60);
    let other = version("[defaults]\nanswer_within_seconds = 90", "");
    service.read(&other);
    let versions = service.fold.directory().iter().cloned().collect();
    let saved = service.fold.save(0).expect("a partition that there is");
    let mut next = Service::start(other);
    next.fold.resume_directory(versions);
    next.fold.load(0, &saved).expect("what was saved loads");
    next.told = service.told;
    for service in [&mut service, &mut next] {
        service.answer("2026-06-10T11:00:00Z", 60);
        assert_eq!(
            service.level_today(agency, "2026-06-10T11:05:00Z"),
            Some((0, 2))
        );
        service.answer("2026-06-11T11:00:00Z", 60);
        assert_eq!(
            service.level_today(agency, "2026-06-11T11:05:00Z"),
            Some((1, 1))
        );
    }
}
