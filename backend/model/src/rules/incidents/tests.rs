use std::cell::Cell;
use std::collections::BTreeMap;

use vigie_contract::incident::Cause;
use vigie_contract::scope::{Scope, UNASSIGNED};
use vigie_contract::view::{Concern, Severity, Suppressed};

use super::alarmed::{Alarmed, Surroundings};
use super::incident::Incident;
use super::register::{Register, Turned};
use crate::rules::toll::Toll;

/// Some agencies of two regions of a network, all on one line, of one source each.
struct World {
    agencies: Vec<(Scope, bool)>,
    around: BTreeMap<Scope, Vec<Scope>>,
    sources: BTreeMap<Scope, String>,
    suppressed: Option<Suppressed>,
    /// How often it was asked what a scope lies in, or who told of it.
    asked: Cell<usize>,
}

fn scope(path: &str) -> Scope {
    path.parse().unwrap()
}

impl World {
    /// So many agencies in each of some regions, of `ft` where no network is named.
    fn of(regions: &[(&str, usize)]) -> Self {
        let mut world = Self {
            agencies: Vec::new(),
            around: BTreeMap::new(),
            sources: BTreeMap::new(),
            suppressed: None,
            asked: Cell::new(0),
        };
        for &(region, number) in regions {
            let (network, region) = region.split_once('/').unwrap_or(("ft", region));
            for agency in 1..=number {
                let path = format!("{network}/{region}/{region}-{agency}");
                let above = [
                    format!("{network}/{region}"),
                    format!("line/3949/{region}"),
                    network.to_owned(),
                    "line/3949".to_owned(),
                    "all".to_owned(),
                ];
                let above = above.map(|path| scope(&path));
                let queue = std::iter::once(scope(&path)).chain(above.clone());
                world
                    .around
                    .insert(scope(&format!("{path}/q")), queue.collect());
                world.around.insert(scope(&path), above.to_vec());
                let own = format!("/pbx/{network}/{region}/{agency}");
                world.sources.insert(scope(&path), own);
                world.agencies.push((scope(&path), true));
            }
            let above = [
                format!("ft/{region}"),
                "line/3949".to_owned(),
                "ft".to_owned(),
            ];
            let above = above.map(|path| scope(&path)).to_vec();
            world
                .around
                .insert(scope(&format!("line/3949/{region}")), above);
        }
        world
    }
}

impl Surroundings for World {
    fn agencies(&self) -> impl Iterator<Item = (&Scope, bool)> {
        self.agencies
            .iter()
            .map(|(scope, is_open)| (scope, *is_open))
    }

    fn around(&self, scope: &Scope) -> &[Scope] {
        self.asked.set(self.asked.get() + 1);
        self.around.get(scope).map_or(&[], |around| around)
    }

    fn source(&self, scope: &Scope) -> Option<&str> {
        self.asked.set(self.asked.get() + 1);
        self.sources.get(scope).map(|name| &**name)
    }

    fn toll(&self, _: &Scope) -> Option<Toll> {
        None
    }

    fn suppressed(&self, _: &Scope, _: Concern) -> Option<Suppressed> {
        self.suppressed
    }
}

/// Alarms that come and go.
struct Story {
    world: World,
    register: Register,
    at: i64,
    alarms: BTreeMap<(Scope, Concern), (Severity, i64)>,
    told: Vec<(Turned, String)>,
}

impl Story {
    fn of(regions: &[(&str, usize)]) -> Self {
        Self {
            world: World::of(regions),
            register: Register::default(),
            at: 1_000,
            alarms: BTreeMap::new(),
            told: Vec::new(),
        }
    }

    fn begins(&mut self, concern: Concern, paths: &[&str]) {
        for path in paths {
            let key = (scope(path), concern);
            self.alarms.insert(key, (Severity::Warning, self.at));
        }
    }

    fn ends(&mut self, concern: Concern, paths: &[&str]) {
        for path in paths {
            self.alarms.remove(&(scope(path), concern));
        }
    }

    /// Judges, and again after each five seconds.
    fn goes_on(&mut self, seconds: i64) {
        for _ in 0..=seconds / 5 {
            let mut alarmed: Vec<_> = self.alarms.iter().collect();
            alarmed.sort_by_key(|(key, (_, began))| (*began, *key));
            let toll = |calls| Toll {
                offered: calls,
                abandoned: calls / 10,
            };
            let alarmed: Vec<Alarmed<'_>> = alarmed
                .into_iter()
                .map(|((scope, concern), &(state, began))| Alarmed {
                    scope,
                    concern: *concern,
                    state,
                    began,
                    before: toll(began),
                    toll: toll(self.at),
                    waiting: 2,
                    promises: 1,
                })
                .collect();
            let told = &mut self.told;
            self.register
                .judge(self.at, &alarmed, &self.world, |turned, incident| {
                    told.push((turned, place_of(incident)));
                });
            self.at += 5;
        }
    }

    /// What was told since that was last asked.
    fn told(&mut self) -> Vec<(Turned, String)> {
        std::mem::take(&mut self.told)
    }

    /// The incidents that go on, by their place.
    fn open(&self) -> Vec<String> {
        let open = self.register.all(self.at).filter(|one| one.ended.is_none());
        let mut open: Vec<String> = open.map(place_of).collect();
        open.sort();
        open
    }

    fn the(&self, place: &str) -> vigie_contract::incident::Incident {
        let mut all = self.register.all(self.at);
        let found = all.find(|incident| incident.place.to_string() == place);
        found.expect("such an incident").tell(10)
    }
}

fn place_of(incident: &Incident) -> String {
    format!("{} {}", incident.place, incident.concern.name())
}

use Concern::{DataAge, LongestWait, PickUp};

#[test]
fn what_is_bad_in_two_agencies_is_two_incidents_with_their_queues_and_indicators() {
    let mut story = Story::of(&[("NAQ", 8)]);
    story.begins(
        LongestWait,
        &["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-1/q", "ft/NAQ/NAQ-2/q"],
    );
    story.goes_on(10);
    story.begins(PickUp, &["ft/NAQ/NAQ-1"]);
    story.goes_on(0);
    let expected = ["ft/NAQ/NAQ-1 longest_wait", "ft/NAQ/NAQ-2 longest_wait"];
    assert_eq!(story.open(), expected);
    let first = story.the("ft/NAQ/NAQ-1");
    assert_eq!(first.cause, Cause::Alone);
    assert_eq!(first.parts_total, 3);
    assert_eq!(first.id, "1970-01-01T00:16:40Z/ft/NAQ/NAQ-1/longest_wait");
    // Its queue's calls are its own.
    assert_eq!((first.touched.waiting, first.touched.promises), (2, 1));
}

#[test]
fn the_third_agency_of_a_quarter_makes_it_one_of_the_region() {
    let mut story = Story::of(&[("NAQ", 12), ("BRE", 30)]);
    story.begins(LongestWait, &["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2"]);
    story.goes_on(10);
    story.told();
    story.begins(LongestWait, &["ft/NAQ/NAQ-3"]);
    story.goes_on(10);
    assert_eq!(story.open(), ["ft/NAQ longest_wait"]);
    let alone = |agency: usize| format!("ft/NAQ/NAQ-{agency} longest_wait");
    let expected = [
        (Turned::Merged, alone(1)),
        (Turned::Merged, alone(2)),
        (Turned::Began, "ft/NAQ longest_wait".to_owned()),
    ];
    assert_eq!(story.told(), expected);
    let shared = story.the("ft/NAQ");
    assert_eq!(shared.cause, Cause::SharedRegion);
    assert_eq!(shared.parts_total, 3);
    // It began with the first of them, and what was offered before the third is in it.
    assert_eq!(shared.id, "1970-01-01T00:16:40Z/ft/NAQ/longest_wait");
    let last = story.at - 5;
    assert_eq!(shared.touched.offered, 2 * (last - 1_000) + (last - 1_015));
    let merged = story.the("ft/NAQ/NAQ-1");
    assert_eq!(merged.merged_into.as_deref(), Some(&*shared.id));
    assert_eq!((merged.parts_total, merged.touched.offered), (0, 0));
}

#[test]
fn three_of_thirteen_are_less_than_a_quarter_unless_some_are_closed() {
    let mut story = Story::of(&[("NAQ", 13)]);
    let three = ["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2", "ft/NAQ/NAQ-3"];
    story.begins(PickUp, &three);
    story.goes_on(10);
    assert_eq!(story.open().len(), 3);
    story.world.agencies[12].1 = false;
    story.goes_on(0);
    assert_eq!(story.open(), ["ft/NAQ pick_up"]);
}

#[test]
fn a_region_that_is_bad_makes_no_incident_of_its_network() {
    let mut story = Story::of(&[("NAQ", 8), ("BRE", 4)]);
    let all: Vec<String> = (1..=8)
        .map(|agency| format!("ft/NAQ/NAQ-{agency}"))
        .collect();
    let all: Vec<&str> = all.iter().map(|path| &**path).collect();
    story.begins(LongestWait, &all);
    story.goes_on(10);
    assert_eq!(story.open(), ["ft/NAQ longest_wait"]);
    // One elsewhere is one by itself; where the others share it as well, it is one.
    story.begins(LongestWait, &["ft/BRE/BRE-1"]);
    story.goes_on(10);
    let expected = ["ft/BRE/BRE-1 longest_wait", "ft/NAQ longest_wait"];
    assert_eq!(story.open(), expected);
    story.begins(LongestWait, &["ft/BRE/BRE-2", "ft/BRE/BRE-3"]);
    story.goes_on(0);
    assert_eq!(story.open(), ["ft longest_wait"]);
    let region = story.the("ft/NAQ");
    assert_eq!(region.merged_into, Some(story.the("ft").id));
    assert_eq!(story.the("ft").parts_total, 11);
}

#[test]
fn other_indicators_of_its_agencies_are_of_the_same_incident() {
    let mut story = Story::of(&[("NAQ", 8)]);
    let three = ["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2", "ft/NAQ/NAQ-3"];
    story.begins(LongestWait, &three);
    story.goes_on(0);
    story.begins(PickUp, &["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-3/q", "ft/NAQ/NAQ-4"]);
    story.goes_on(0);
    // The fourth shares nothing yet, then it does.
    assert_eq!(
        story.open(),
        ["ft/NAQ longest_wait", "ft/NAQ/NAQ-4 pick_up"]
    );
    story.begins(PickUp, &["ft/NAQ/NAQ-2", "ft/NAQ/NAQ-3"]);
    story.goes_on(0);
    assert_eq!(story.open(), ["ft/NAQ longest_wait"]);
    assert_eq!(story.the("ft/NAQ").parts_total, 8);
}

#[test]
fn it_is_over_five_minutes_after_its_last_part() {
    let mut story = Story::of(&[("NAQ", 8)]);
    story.begins(PickUp, &["ft/NAQ/NAQ-1"]);
    story.goes_on(100);
    let began = story.the("ft/NAQ/NAQ-1").id;
    story.ends(PickUp, &["ft/NAQ/NAQ-1"]);
    story.goes_on(290);
    // What comes back before is the same.
    story.begins(PickUp, &["ft/NAQ/NAQ-1"]);
    story.goes_on(0);
    assert_eq!(story.the("ft/NAQ/NAQ-1").id, began);
    assert_eq!(story.the("ft/NAQ/NAQ-1").parts_total, 1);
    story.ends(PickUp, &["ft/NAQ/NAQ-1"]);
    let ended = story.at;
    story.world.suppressed = Some(Suppressed::Closed);
    story.goes_on(299);
    assert_eq!(story.open().len(), 1);
    story.told();
    story.goes_on(0);
    assert_eq!(
        story.told(),
        [(Turned::Ended, "ft/NAQ/NAQ-1 pick_up".to_owned())]
    );
    let over = story.the("ft/NAQ/NAQ-1");
    let ended = vigie_contract::time::Time::from_seconds(ended);
    assert_eq!(over.ended, Some(ended));
    assert_eq!(over.state, Severity::Ok);
    assert_eq!(over.parts[0].suppressed, Some(Suppressed::Closed));
    assert_eq!(over.touched.waiting, 0);
    // And it is forgotten a day later.
    story.goes_on(24 * 3_600 - 305);
    assert_eq!(story.register.all(story.at - 5).count(), 1);
    story.goes_on(10);
    assert_eq!(story.register.all(story.at - 5).count(), 0);
}

#[test]
fn what_flaps_all_over_a_country_is_bounded() {
    let mut story = Story::of(&[("NAQ", 60), ("BRE", 60)]);
    let all: Vec<String> = story.world.around.keys().map(Scope::to_string).collect();
    let all: Vec<&str> = all.iter().map(|path| &**path).collect();
    let concerns = [PickUp, LongestWait, Concern::CutOff, Concern::EstimatedWait];
    let mut most = 0;
    for _ in 0..60 {
        for concern in concerns {
            story.begins(concern, &all);
        }
        story.goes_on(0);
        for concern in concerns {
            story.ends(concern, &all);
        }
        story.goes_on(310);
        let parts = story.register.all(story.at).map(|one| one.parts.len());
        most = most.max(parts.sum());
    }
    assert!((15_000..22_000).contains(&most), "{most}");
    // The latest are there.
    let last = story
        .register
        .all(story.at)
        .last()
        .and_then(|one| one.ended);
    assert!(last.is_some_and(|ended| story.at - ended < 400), "{last:?}");
}

#[test]
fn what_worsens_is_told_once() {
    let mut story = Story::of(&[("NAQ", 8)]);
    story.begins(PickUp, &["ft/NAQ/NAQ-1"]);
    story.goes_on(10);
    story.told();
    for alarm in story.alarms.values_mut() {
        alarm.0 = Severity::Critical;
    }
    story.goes_on(60);
    assert_eq!(
        story.told(),
        [(Turned::Worsened, "ft/NAQ/NAQ-1 pick_up".to_owned())]
    );
    assert_eq!(story.the("ft/NAQ/NAQ-1").worst, Severity::Critical);
}

#[test]
fn a_silent_source_explains_what_is_silent_and_what_comes_after() {
    let mut story = Story::of(&[("NAQ", 12), ("BRE", 12)]);
    let own = ["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2", "ft/BRE/BRE-1"];
    for path in own {
        story.world.sources.insert(scope(path), "/pbx/x".to_owned());
    }
    story.begins(LongestWait, &["ft/NAQ/NAQ-1"]);
    story.goes_on(60);
    story.begins(DataAge, &own);
    story.goes_on(0);
    story.begins(LongestWait, &["ft/NAQ/NAQ-2", "ft/NAQ/NAQ-5"]);
    story.goes_on(0);
    let expected = [
        "ft/NAQ/NAQ-1 longest_wait",
        "ft/NAQ/NAQ-5 longest_wait",
        "source:/pbx/x data_age",
    ];
    assert_eq!(story.open(), expected);
    let silent = story.the("source:/pbx/x");
    assert_eq!(silent.cause, Cause::SilentSource);
    assert_eq!(
        (silent.scope, silent.source.as_deref()),
        (None, Some("/pbx/x"))
    );
    assert_eq!(silent.parts_total, 4);
}

#[test]
fn many_silent_sources_are_a_feed_that_is_gone() {
    let regions = [("NAQ", 4), ("BRE", 4), ("caf/NAQ", 4), ("caf/BRE", 4)];
    let silent = |networks: &[&str]| {
        let mut story = Story::of(&regions);
        let agencies = story.world.agencies.iter();
        let agencies = agencies.map(|(scope, _)| scope.to_string());
        let is_silent = |path: &String| networks.iter().any(|network| path.starts_with(network));
        let agencies: Vec<String> = agencies.filter(is_silent).collect();
        let agencies: Vec<&str> = agencies.iter().map(|path| &**path).collect();
        story.begins(DataAge, &agencies);
        story.goes_on(0);
        story
    };
    assert_eq!(silent(&["ft/NAQ"]).open(), ["ft/NAQ data_age"]);
    assert_eq!(silent(&["ft"]).open(), ["ft data_age"]);
    let all = silent(&["ft", "caf"]);
    assert_eq!(all.open(), ["all data_age"]);
    assert_eq!(all.the("all").cause, Cause::SharedFeed);
}

#[test]
fn a_line_in_a_region_is_bad_as_its_agency_is() {
    let mut story = Story::of(&[("NAQ", 8)]);
    story.begins(LongestWait, &["ft/NAQ/NAQ-1/q", "line/3949/NAQ"]);
    story.goes_on(0);
    assert_eq!(story.open(), ["ft/NAQ/NAQ-1 longest_wait"]);
    // By another indicator it is bad by itself.
    story.begins(PickUp, &["line/3949/NAQ"]);
    story.goes_on(0);
    let expected = ["ft/NAQ/NAQ-1 longest_wait", "line/3949/NAQ pick_up"];
    assert_eq!(story.open(), expected);
}

#[test]
fn those_without_a_region_share_none() {
    let mut story = Story::of(&[("unassigned", 5)]);
    let some = ["ft/unassigned/unassigned-1", "ft/unassigned/unassigned-2"];
    story.begins(PickUp, &some);
    story.begins(PickUp, &["ft/unassigned/unassigned-3"]);
    story.goes_on(0);
    assert_eq!(story.open().len(), 3);
}

#[test]
fn what_was_saved_goes_on() {
    let mut story = Story::of(&[("NAQ", 8)]);
    story.begins(PickUp, &["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2", "ft/NAQ/NAQ-3"]);
    story.goes_on(30);
    story.told();
    let bytes = postcard::to_stdvec(&story.register).unwrap();
    let loaded: Register = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(loaded, story.register);
    story.register = loaded;
    story.goes_on(30);
    assert_eq!(story.told(), []);
}

#[test]
fn a_region_takes_in_what_is_silent_and_what_is_bad_each_by_itself() {
    let mut story = Story::of(&[("NAQ", 8), ("BRE", 20)]);
    story.begins(DataAge, &["ft/NAQ/NAQ-7"]);
    story.goes_on(0);
    let waiting = ["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2", "ft/NAQ/NAQ-3"];
    story.begins(LongestWait, &waiting);
    story.goes_on(0);
    let silent = ["ft/NAQ/NAQ-4", "ft/NAQ/NAQ-5", "ft/NAQ/NAQ-6"];
    story.begins(DataAge, &silent);
    story.goes_on(0);
    let expected = ["ft/NAQ data_age", "ft/NAQ longest_wait"];
    assert_eq!(story.open(), expected);
}

#[test]
fn a_line_in_a_region_goes_into_the_incident_of_the_region() {
    let mut story = Story::of(&[("NAQ", 8), ("BRE", 20)]);
    story.begins(LongestWait, &["line/3949/NAQ"]);
    story.goes_on(0);
    assert_eq!(story.open(), ["line/3949/NAQ longest_wait"]);
    let waiting = ["ft/NAQ/NAQ-1", "ft/NAQ/NAQ-2", "ft/NAQ/NAQ-3"];
    story.begins(LongestWait, &waiting);
    story.goes_on(0);
    assert_eq!(story.open(), ["ft/NAQ longest_wait"]);
}

/// Eleven hundred agencies of four queues each, of thirteen regions or of none.
fn country(has_regions: bool, sources: usize) -> Story {
    let mut story = Story::of(&[]);
    let world = &mut story.world;
    for agency in 0..1_100 {
        let region = match has_regions {
            true => format!("R{}", agency % 13),
            false => UNASSIGNED.to_owned(),
        };
        let network = if has_regions { "ft" } else { UNASSIGNED };
        let path = format!("{network}/{region}/{agency}");
        let mut above = vec![format!("{network}/{region}"), network.to_owned()];
        if has_regions {
            above.extend([format!("line/3949/{region}"), "line/3949".to_owned()]);
        }
        above.push("all".to_owned());
        let above: Vec<Scope> = above.iter().map(|path| scope(path)).collect();
        let source = format!("/pbx/{}", agency / 20 % sources);
        for queue in 0..4 {
            let queue = scope(&format!("{path}/q{queue}"));
            let around = std::iter::once(scope(&path)).chain(above.clone());
            world.around.insert(queue.clone(), around.collect());
            world.sources.insert(queue, source.clone());
        }
        world.around.insert(scope(&path), above);
        world.sources.insert(scope(&path), source);
        world.agencies.push((scope(&path), true));
    }
    story
}

/// A judgement asks of what is bad as often as there are alarms, not as often as there
/// are pairs of them: also of what a producer invents.
#[test]
fn what_is_bad_in_all_agencies_is_gathered_in_time() {
    for (has_regions, sources) in [(true, 1), (true, 30), (false, 1), (false, 30)] {
        for concern in [LongestWait, DataAge] {
            for one_in in [1, 7] {
                let mut story = country(has_regions, sources);
                let all = story.world.around.keys().enumerate();
                let bad = all.filter(|(number, _)| number / 5 % one_in == 0);
                let bad: Vec<String> = bad.map(|(_, scope)| scope.to_string()).collect();
                let bad: Vec<&str> = bad.iter().map(String::as_str).collect();
                story.begins(concern, &bad);
                for judgement in ["first", "next", "with another"] {
                    if judgement == "with another" {
                        story.begins(PickUp, &bad);
                    }
                    story.world.asked.set(0);
                    story.goes_on(0);
                    let case = format!("{has_regions} {sources} {concern:?} {one_in} {judgement}");
                    let asked = story.world.asked.get();
                    assert!(asked <= 100 * (1_100 + bad.len()), "{case}: {asked}");
                }
            }
        }
    }
}
