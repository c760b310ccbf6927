//! The fold against the simulator, which counted for itself while it made the
//! events: every agency, every quarter-hour, by origin and by handler, exactly.
//!
//! `VIGIE_SIMULATED_HOURS` says for how many hours of the country the last test
//! compares; 24 are the whole day. `VIGIE_SIMULATED_SEEDS` says of how many mornings
//! the survey's world is simulated, and how many small countries are in which something
//! goes wrong.

mod callers;
mod figures;
mod incidents;
mod survey;
#[path = "../watched/mod.rs"]
mod watched;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{LeverKind, View, Window};
use vigie_model::{Directory, Input, Outcome, Settings as FoldSettings};

use crate::watched::Fold;
use vigie_simulator::{Counts, Figures, LeverRow, Settings, Side, Simulation, State, Truth};

use figures::{COUNTS, ELSEWHERE, NOT_YET, OTHERS, STANDINGS};

const QUARTER: Span = Span::from_seconds(900);
/// A platform that was cut off delivers its backlog within so long.
const LATEST: Span = Span::from_seconds(900);
const HOUR: Span = Span::from_seconds(3_600);

/// How many seeds are tried of what is simulated several times.
fn seeds(else_said: u64) -> u64 {
    match std::env::var("VIGIE_SIMULATED_SEEDS") {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("VIGIE_SIMULATED_SEEDS is no number: {text}")),
        Err(_) => else_said,
    }
}

#[test]
fn every_agency_and_quarter_hour_of_a_morning() {
    agree(Settings::small());
}

#[test]
fn another_seed_without_lost_events() {
    agree(Settings {
        seed: 7,
        lost_events: 0.0,
        ..Settings::small()
    });
}

/// Long enough for messages to come due, promises to be forgotten, and callers to come
/// back.
#[test]
fn two_days_of_two_regions() {
    let country = Settings::default();
    let compared = agree(Settings {
        lost_events: 0.004,
        regions: vec!["REU".to_owned(), "COR".to_owned()],
        agencies_per_network: Some(8),
        end: country.start + Span(48 * HOUR.0),
        ..country
    });
    let of_callers = &compared.of_callers;
    assert_eq!(of_callers.len(), callers::FIGURES, "{of_callers:?}");
}

#[test]
fn every_agency_of_the_country() {
    let country = Settings::default();
    let hours = match std::env::var("VIGIE_SIMULATED_HOURS") {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("VIGIE_SIMULATED_HOURS is no number of hours: {text}")),
        Err(_) => 3,
    };
    let nine_o_clock = country.start + Span(9 * HOUR.0);
    let start = if hours < 12 {
        nine_o_clock
    } else {
        country.start
    };
    let compared = agree(Settings {
        lost_events: 0.001,
        start,
        end: start + Span(hours * HOUR.0),
        ..country
    });
    assert!(
        compared.agencies.len() > 1_100,
        "{}",
        compared.agencies.len()
    );
}

/// The figures that are compared are all that the truth counts.
#[test]
fn every_count_of_the_truth_is_compared() {
    let compared = |name: &str| {
        COUNTS
            .iter()
            .chain(OTHERS)
            .any(|figure| figure.name == name)
            || STANDINGS.iter().any(|standing| standing.name == name)
    };
    for (name, _) in Counts::default().named().chain(State::default().named()) {
        let elsewhere = ELSEWHERE.iter().find(|(known, _)| *known == name);
        let shows = elsewhere.map_or(name, |(_, elsewhere)| elsewhere);
        assert!(compared(shows), "{name} is compared with nothing");
    }
    for name in NOT_YET {
        assert!(compared(name) || *name == "levers", "{name} is no figure");
    }
}

/// What was compared.
#[derive(Default)]
struct Compared {
    answered: u32,
    agencies: BTreeSet<String>,
    /// The figures of callers of which there was something.
    of_callers: BTreeSet<&'static str>,
    /// Of the figures not filled yet: those that the truth has, and those of
    /// them that differ.
    not_yet: BTreeSet<&'static str>,
    different: BTreeSet<&'static str>,
}

fn agree(settings: Settings) -> Compared {
    let end = settings.end;
    let mut as_of = Time(settings.start.0 - settings.start.0.rem_euclid(QUARTER.0)) + QUARTER;
    let mut simulation = Simulation::new(settings);
    let directory = Directory::parse(&simulation.network().directory_toml())
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut fold = Fold::new(Arc::new(directory), FoldSettings::offline());
    let mut offsets = [0_i64; 6];
    let mut taken_in = 0;
    let mut compared = Compared::default();
    while let Some(delivery) = simulation.next() {
        let partition = partition_of(delivery.event.key(), offsets.len());
        let offset = offsets[partition];
        offsets[partition] += 1;
        // As of installations that give all events of a call its id.
        let mut event = delivery.event.clone();
        if event.body.type_name().starts_with("call.") {
            event.id = event.subject.clone();
        }
        let outcome = fold.apply(Input::Event {
            partition: partition as i32,
            offset,
            arrived: None,
            event: &event,
        });
        taken_in += taken(&mut fold, outcome);
        // Once everything of a quarter-hour has arrived.
        while as_of + LATEST <= delivery.at && as_of <= end {
            taken_in += start_all(&mut fold);
            compare_all(&mut fold, as_of, simulation.truth(), &mut compared);
            as_of = as_of + QUARTER;
        }
    }
    taken_in += start_all(&mut fold);
    // What follows the end was not simulated.
    while as_of <= end {
        compare_all(&mut fold, as_of, simulation.truth(), &mut compared);
        as_of = as_of + QUARTER;
    }
    assert_eq!(
        taken_in,
        offsets.iter().sum::<i64>(),
        "each event is taken in once"
    );
    assert!(
        compared.answered > 1_000,
        "only {} answered calls were compared",
        compared.answered
    );
    let filled: Vec<_> = compared.not_yet.difference(&compared.different).collect();
    assert!(
        filled.is_empty(),
        "the fold fills these now, take them off NOT_YET: {filled:?}"
    );
    compared
}

/// Where fewer events came than a start takes.
fn start_all(fold: &mut Fold) -> i64 {
    let partitions: Vec<i32> = fold.partitions().map(|(number, _)| number).collect();
    let quiet = partitions.into_iter().map(|partition| {
        let outcome = fold.apply(Input::Quiet { partition });
        taken(fold, outcome)
    });
    quiet.sum()
}

/// How many events were taken in: none at first, all of the start together then.
fn taken(fold: &mut Fold, outcome: Outcome) -> i64 {
    let decided = fold.take_decided();
    let outcomes = decided.iter().map(|one| one.outcome);
    let mut taken = 0;
    for outcome in outcomes.chain([outcome]) {
        match outcome {
            Outcome::Applied { .. } => taken += 1,
            Outcome::Held | Outcome::Noted => {}
            _ => panic!("{outcome:?}"),
        }
    }
    taken
}

/// Any spreading that keeps a key together.
fn partition_of(key: &str, partitions: usize) -> usize {
    key.bytes()
        .fold(7_usize, |hash, byte| hash * 31 % 1_009 + usize::from(byte))
        % partitions
}

/// Compares a quarter-hour that ends at an instant, and how things stand then.
fn compare_all(fold: &mut Fold, as_of: Time, truth: &Truth, compared: &mut Compared) {
    fold.apply(Input::Advance { to: as_of });
    fold.settle();
    let quarter = Time(as_of.0 - QUARTER.0);
    let figures: BTreeMap<(&str, Side), &Figures> = truth
        .rows_of(quarter)
        .map(|row| ((row.agency, row.side), row.figures))
        .collect();
    let states: BTreeMap<&str, &State> = truth.states_as_of(as_of).collect();
    let mut levers = levers_as_of(truth, as_of);
    let mut unknown: BTreeSet<&str> = figures.keys().map(|(agency, _)| *agency).collect();
    let agencies: Vec<Scope> = fold
        .scopes()
        .map(|crumb| crumb.scope)
        .filter(|scope| matches!(scope, Scope::Agency(..)))
        .collect();
    for scope in &agencies {
        let Scope::Agency(_, _, code) = scope else {
            continue;
        };
        unknown.remove(code.as_str());
        compared.agencies.insert(code.clone());
        let view = fold
            .view(scope)
            .unwrap_or_else(|| panic!("no view of {scope}"));
        for side in [Side::Handler, Side::Origin] {
            let of_side = figures.get(&(code.as_str(), side)).copied().copied();
            let of_side = of_side.unwrap_or_default();
            let place = format!("{scope} by {} as of {as_of}", side.name());
            compared.window(window(&view, side), &of_side, &place);
            compared.answered += of_side.counts.answered;
        }
        let place = format!("{scope} as of {as_of}");
        let state = states.get(code.as_str()).copied().copied();
        compared.standing(&view, &state.unwrap_or_default(), &place);
        let of_agency = levers.remove(code.as_str()).unwrap_or_default();
        compared.levers(&view, &of_agency, &place);
    }
    assert!(unknown.is_empty(), "in the truth alone: {unknown:?}");
    compare_lines(fold, as_of, truth);
    callers::compare(fold, as_of, truth, &mut compared.of_callers);
}

fn window(view: &View, side: Side) -> &Window {
    match side {
        Side::Handler => &view.handled["15m"],
        Side::Origin => &view.windows["15m"],
    }
}

impl Compared {
    fn window(&mut self, window: &Window, figures: &Figures, place: &str) {
        for figure in COUNTS.iter().chain(OTHERS) {
            let (folded, truth) = ((figure.folded)(window), (figure.truth)(figures));
            let is_same = match (folded, truth) {
                // Counts are whole: they are equal or far apart.
                (Some(folded), Some(truth)) => (folded - truth).abs() <= 1e-9 * truth.abs(),
                (folded, truth) => folded == truth,
            };
            let is_something = truth.is_some_and(|truth| truth != 0.0);
            let said = || format!("{folded:?} folded, {truth:?} in truth");
            self.note(figure.name, is_same, is_something, said, place);
        }
    }

    fn standing(&mut self, view: &View, state: &State, place: &str) {
        for standing in STANDINGS {
            let (folded, truth) = ((standing.folded)(&view.now), (standing.truth)(state));
            let said = || format!("{folded} folded, {truth} in truth");
            self.note(standing.name, folded == truth, truth != 0.0, said, place);
        }
    }

    /// Where the levers of an agency stand.
    fn levers(&mut self, view: &View, truth: &[LeverRow<'_>], place: &str) {
        let folded: Vec<_> = view
            .now
            .levers
            .iter()
            .flatten()
            .map(|lever| {
                let to = lever.to.as_ref().map(|to| to.agency.as_str());
                let kind = name_of(lever.kind);
                (lever.queue.as_str(), kind, lever.on, to, lever.since)
            })
            .collect();
        let truth: Vec<_> = truth
            .iter()
            .map(|lever| (lever.queue, lever.kind.name(), lever.on, lever.to, lever.at))
            .collect();
        let said = || format!("{folded:?} folded, {truth:?} in truth");
        self.note("levers", folded == truth, !truth.is_empty(), said, place);
    }

    fn note(
        &mut self,
        name: &'static str,
        is_same: bool,
        is_something: bool,
        said: impl Fn() -> String,
        place: &str,
    ) {
        if !NOT_YET.contains(&name) {
            assert!(is_same, "{name} of {place}: {}", said());
            return;
        }
        if is_something {
            self.not_yet.insert(name);
        }
        if !is_same {
            self.different.insert(name);
        }
    }
}

fn name_of(kind: LeverKind) -> &'static str {
    match kind {
        LeverKind::Open => "open",
        LeverKind::Overflow => "overflow",
        LeverKind::Deflecting => "deflecting",
        LeverKind::OfferingCallback => "offering_callback",
        LeverKind::Message => "message",
    }
}

/// The last of each lever before an instant, by agency; by queue and kind.
fn levers_as_of(truth: &Truth, as_of: Time) -> BTreeMap<&str, Vec<LeverRow<'_>>> {
    let mut last = BTreeMap::new();
    for lever in truth.levers().take_while(|lever| lever.at < as_of) {
        last.insert((lever.agency, lever.queue, lever.kind), lever);
    }
    let mut levers: BTreeMap<&str, Vec<LeverRow<'_>>> = BTreeMap::new();
    for ((agency, _, _), lever) in last {
        levers.entry(agency).or_default().push(lever);
    }
    levers
}

fn compare_lines(fold: &Fold, as_of: Time, truth: &Truth) {
    let quarter = Time(as_of.0 - QUARTER.0);
    for (_, line, counts) in truth.lines().filter(|(start, _, _)| *start == quarter) {
        let scope = Scope::Line(line.to_owned());
        let view = fold
            .view(&scope)
            .unwrap_or_else(|| panic!("no view of {scope}"));
        let folded = view.windows["15m"].counts;
        // The truth of a line holds the events that name no agency; those that
        // name one are in the line's regions too.
        let by_agencies: i64 = fold
            .scopes()
            .filter(|crumb| matches!(&crumb.scope, Scope::LineRegion(of, _) if of == line))
            .filter_map(|crumb| fold.view(&crumb.scope))
            .map(|view| view.windows["15m"].counts.deflected_closed)
            .sum();
        for (name, truth) in counts.named() {
            let folded = match name {
                "received" => folded.received,
                "received_out_of_hours" => folded.received_out_of_hours,
                "identified" => folded.identified,
                "self_served" => folded.self_served,
                "self_served_in_hours" => folded.self_served_in_hours,
                "deflected_closed" => folded.deflected_closed - by_agencies,
                other => panic!("the truth has a count {other} that nothing is compared with"),
            };
            assert_eq!(folded, i64::from(truth), "{name} of {scope} as of {as_of}");
        }
    }
}
