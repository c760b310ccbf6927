//! The truth adds up, and the events tell the same story.

use std::collections::BTreeMap;

use vigie_contract::event::{AgentState, Body, QueueReason, QueueStateChanged};
use vigie_contract::text::Text;
use vigie_contract::time::Time;
use vigie_simulator::{Counts, Delivery, Figures, LineCounts, Settings, Side, Simulation, State};

const QUARTER_MICROS: i64 = 900_000_000;

/// Two whole days of one region overseas and its partner on the mainland, with
/// events lost on the way.
fn two_days(seed: u64) -> Settings {
    let country = Settings::default();
    Settings {
        seed,
        lost_events: 0.004,
        regions: vec!["REU".to_owned(), "COR".to_owned()],
        agencies_per_network: Some(8),
        end: Time(country.start.0 + 2 * 86_400_000_000),
        ..country
    }
}

fn sum(simulation: &Simulation, side: Side) -> Counts {
    let mut sum = Counts::default();
    for row in simulation.truth().rows().filter(|row| row.side == side) {
        sum.add(&row.figures.counts);
    }
    sum
}

fn run(settings: Settings) -> (Simulation, Vec<vigie_simulator::Delivery>) {
    let mut simulation = Simulation::new(settings);
    let deliveries = simulation.by_ref().collect();
    (simulation, deliveries)
}

#[test]
fn origin_and_handler_agree_in_total() {
    for seed in 1..4 {
        let (simulation, _) = run(two_days(seed));
        let mut by_handler = sum(&simulation, Side::Handler);
        let by_origin = sum(&simulation, Side::Origin);
        by_handler.orphan = by_origin.orphan;
        assert_eq!(by_handler, by_origin, "seed {seed}");
    }
}

#[test]
fn every_count_occurs() {
    let (simulation, _) = run(two_days(1));
    let mut all = sum(&simulation, Side::Origin);
    for seed in 2..4 {
        all.add(&sum(&run(two_days(seed)).0, Side::Origin));
    }
    // Who is called back or passed on is cut off only by an outage, or by a
    // closing in the same minute, which is rare.
    let is_rare = |name: &str| name.ends_with("_cut_off");
    for (name, count) in all.named().filter(|(name, _)| !is_rare(name)) {
        assert!(count > 0, "no {name} in six days");
    }
}

#[test]
fn waits_are_those_of_the_legs_counted() {
    let (simulation, _) = run(two_days(2));
    for row in simulation.truth().rows() {
        let figures = row.figures;
        let counts = figures.counts;
        let known = figures.answer_waits.count + figures.abandon_waits.count;
        assert!(known <= counts.answered + counts.abandoned, "{row:?}");
        assert!(
            counts.answered + counts.abandoned <= known + counts.orphan,
            "{row:?}"
        );
        assert!(counts.short_abandoned <= counts.abandoned, "{row:?}");
        assert_eq!(
            figures.second_level_waits.count, counts.second_level_answered,
            "{row:?}"
        );
        assert!(counts.answered_within <= counts.answered, "{row:?}");
        assert!(
            counts.announcements_exceeded <= counts.announcements_heard,
            "{row:?}"
        );
        for (_, waits) in figures.named_waits() {
            let longest = waits.longest_microseconds;
            assert!(
                waits.sum_microseconds <= longest * i64::from(waits.count),
                "{row:?}"
            );
            assert!(longest < 2 * 3_600_000_000, "{row:?}");
        }
    }
}

/// What can be counted off the events without knowing any rule: entries and
/// conversations by the agency that handled them, and what lines received.
#[test]
fn entries_and_lines_can_be_counted_off_the_events() {
    let (simulation, deliveries) = run(two_days(3));
    let mut entered: BTreeMap<(Time, String), u32> = BTreeMap::new();
    let mut rang: BTreeMap<(Time, String), u32> = BTreeMap::new();
    let mut lines: BTreeMap<(Time, String), LineCounts> = BTreeMap::new();
    for delivery in &deliveries {
        let event = &delivery.event;
        let quarter = Time(event.time.0 - event.time.0.rem_euclid(QUARTER_MICROS));
        match &event.body {
            Body::CallQueued(data) => {
                *entered
                    .entry((quarter, data.agency.to_string()))
                    .or_default() += 1
            }
            Body::CallRangUnanswered(data) => {
                *rang.entry((quarter, data.agency.to_string())).or_default() += 1
            }
            Body::CallReceived(data) => {
                let counts = lines.entry((quarter, data.line.to_string())).or_default();
                counts.received += 1;
                counts.identified += u32::from(data.identified == Some(true));
            }
            Body::CallSelfServed(data) => {
                lines
                    .entry((quarter, data.line.to_string()))
                    .or_default()
                    .self_served += 1;
            }
            _ => {}
        }
    }
    let rows = || {
        simulation
            .truth()
            .rows()
            .filter(|row| row.side == Side::Handler)
    };
    let key = |row: &vigie_simulator::Row<'_>| (row.quarter, row.agency.to_owned());
    let true_entered: BTreeMap<_, _> = rows()
        .filter(|row| row.figures.counts.entered_all > 0)
        .map(|row| (key(&row), row.figures.counts.entered_all))
        .collect();
    let true_rang: BTreeMap<_, _> = rows()
        .filter(|row| row.figures.counts.rang_unanswered > 0)
        .map(|row| (key(&row), row.figures.counts.rang_unanswered))
        .collect();
    assert_eq!(true_entered, entered);
    assert_eq!(true_rang, rang);
    for (quarter, line, counts) in simulation.truth().lines() {
        let seen = lines
            .remove(&(quarter, line.to_owned()))
            .unwrap_or_default();
        assert_eq!(
            (counts.received, counts.identified, counts.self_served),
            (seen.received, seen.identified, seen.self_served),
            "{line} at {quarter}"
        );
    }
    assert!(lines.is_empty(), "{lines:?}");
}

/// What follows a conversation, likewise.
#[test]
fn conversations_and_promises_can_be_counted_off_the_events() {
    let (simulation, deliveries) = run(two_days(1));
    let mut seen: BTreeMap<(Time, String), Figures> = BTreeMap::new();
    for Delivery { event, .. } in &deliveries {
        let quarter = Time(event.time.0 - event.time.0.rem_euclid(QUARTER_MICROS));
        match &event.body {
            Body::CallQueued(data) if data.reason == QueueReason::Transfer => {
                at(&mut seen, quarter, &data.agency).counts.transferred_in += 1;
            }
            Body::CallEnded(data) => {
                let figures = at(&mut seen, quarter, &data.agency);
                figures.counts.calls_ended += 1;
                figures.handle_microseconds +=
                    data.talk_seconds.0 + data.hold_seconds.unwrap_or_default().0;
            }
            Body::CallWrappedUp(data) => {
                at(&mut seen, quarter, &data.agency).handle_microseconds += data.wrap_up_seconds.0;
            }
            Body::CallCallbackAccepted(data) => {
                at(&mut seen, quarter, &data.agency)
                    .counts
                    .callbacks_promised += 1
            }
            Body::CallVoicemailLeft(data) => {
                at(&mut seen, quarter, &data.agency)
                    .counts
                    .messages_promised += 1
            }
            Body::CallRecontactPromised(data) => {
                at(&mut seen, quarter, &data.agency)
                    .counts
                    .recontacts_promised += 1
            }
            Body::SurveyAnswered(data) => {
                let counts = &mut at(&mut seen, quarter, &data.agency).counts;
                counts.surveys += 1;
                counts.surveys_satisfied += u32::from(data.score.get() >= 4);
                counts.survey_scores += u32::from(data.score.get());
            }
            _ => {}
        }
    }
    let of_interest = |figures: &Figures| {
        let counts = figures.counts;
        (
            (
                counts.transferred_in,
                counts.calls_ended,
                figures.handle_microseconds,
            ),
            (
                counts.callbacks_promised,
                counts.messages_promised,
                counts.recontacts_promised,
            ),
            (
                counts.surveys,
                counts.surveys_satisfied,
                counts.survey_scores,
            ),
        )
    };
    for row in simulation.truth().rows() {
        let key = (row.quarter, row.agency.to_owned());
        let seen = seen.get(&key).copied().unwrap_or_default();
        assert_eq!(of_interest(row.figures), of_interest(&seen), "{row:?}");
    }
    let known = |(quarter, agency): &(Time, String)| {
        simulation
            .truth()
            .rows_of(*quarter)
            .any(|row| row.agency == agency)
    };
    assert!(seen.keys().all(known));
}

fn at<'s>(
    seen: &'s mut BTreeMap<(Time, String), Figures>,
    quarter: Time,
    agency: &Text<'_>,
) -> &'s mut Figures {
    seen.entry((quarter, agency.to_string())).or_default()
}

/// Agents by the last that they said, and the levers, likewise.
#[test]
fn agents_and_levers_can_be_read_off_the_events() {
    let (simulation, mut deliveries) = run(two_days(2));
    deliveries.sort_by(|one, other| {
        let key = |delivery: &Delivery| (delivery.event.time, delivery.event.id.to_string());
        key(one).cmp(&key(other))
    });
    let mut agents: BTreeMap<(String, String), (AgentState, Option<String>)> = BTreeMap::new();
    let mut pulled: Vec<(Time, String, String, &str, bool)> = Vec::new();
    let mut events = deliveries.iter().map(|delivery| &delivery.event).peekable();
    let mut as_of = Settings::default().start;
    let mut staffed_ever = 0;
    while as_of < two_days(2).end {
        as_of = Time(as_of.0 + QUARTER_MICROS);
        while let Some(event) = events.next_if(|event| event.time < as_of) {
            match &event.body {
                Body::AgentStateChanged(data) => {
                    agents.insert(
                        (data.agency.to_string(), data.agent.to_string()),
                        (data.state, data.reason.as_ref().map(ToString::to_string)),
                    );
                }
                Body::QueueStateChanged(data) => {
                    pulled.extend(levers_of(data).map(|(kind, on)| {
                        let (agency, queue) = (data.agency.to_string(), data.queue.to_string());
                        (event.time, agency, queue, kind, on)
                    }))
                }
                _ => {}
            }
        }
        let mut seen: BTreeMap<String, State> = BTreeMap::new();
        for ((agency, _), (state, reason)) in &agents {
            count_agent(
                seen.entry(agency.clone()).or_default(),
                *state,
                reason.as_deref(),
            );
        }
        for (agency, state) in simulation.truth().states_as_of(as_of) {
            let agents_alone = State {
                waiting_asked: 0,
                waiting_overflow: 0,
                waiting_transfer: 0,
                waiting_callback: 0,
                promises_open: 0,
                ..*state
            };
            let seen = seen.remove(agency).unwrap_or_default();
            assert_eq!(agents_alone, seen, "{agency} as of {as_of}");
            staffed_ever += seen.staffed();
        }
        assert!(seen.values().all(|state| state.staffed() == 0), "{seen:?}");
    }
    assert!(staffed_ever > 1_000, "{staffed_ever}");
    let mut truth: Vec<_> = simulation
        .truth()
        .levers()
        .map(|lever| {
            let (agency, queue) = (lever.agency.to_owned(), lever.queue.to_owned());
            (lever.at, agency, queue, lever.kind.name(), lever.on)
        })
        .collect();
    truth.sort();
    pulled.sort();
    assert_eq!(truth, pulled);
    for kind in [
        "open",
        "overflow",
        "deflecting",
        "offering_callback",
        "message",
    ] {
        for on in [true, false] {
            let is_it = |lever: &(_, _, _, &str, bool)| lever.3 == kind && lever.4 == on;
            assert!(truth.iter().any(is_it), "{kind} was never pulled {on}");
        }
    }
}

fn levers_of(data: &QueueStateChanged<'_>) -> impl Iterator<Item = (&'static str, bool)> {
    [
        data.open.map(|on| ("open", on)),
        data.overflow_to
            .as_ref()
            .map(|to| ("overflow", to.is_some())),
        data.deflecting.map(|on| ("deflecting", on)),
        data.offering_callback.map(|on| ("offering_callback", on)),
        data.message
            .as_ref()
            .map(|text| ("message", !text.is_empty())),
    ]
    .into_iter()
    .flatten()
}

fn count_agent(counts: &mut State, state: AgentState, reason: Option<&str>) {
    *match state {
        AgentState::Offline => return,
        AgentState::Ready => &mut counts.agents_ready,
        AgentState::Ringing => &mut counts.agents_ringing,
        AgentState::Talking => &mut counts.agents_talking,
        AgentState::Holding => &mut counts.agents_holding,
        AgentState::WrapUp => &mut counts.agents_wrap_up,
        AgentState::Paused => &mut counts.agents_paused,
    } += 1;
    if state == AgentState::Paused {
        *match reason {
            Some("dejeuner") => &mut counts.paused_lunch,
            Some("pause") => &mut counts.paused_break,
            Some("formation") => &mut counts.paused_training,
            Some("reunion") => &mut counts.paused_meeting,
            Some("traitement") => &mut counts.paused_back_office,
            None => &mut counts.paused_unanswered,
            Some(other) => panic!("a pause for {other}"),
        } += 1;
    }
}

#[test]
fn it_is_written_as_one_object_a_row() {
    let (simulation, _) = run(Settings::small());
    let mut written = Vec::new();
    simulation.truth().write_ndjson(&mut written).unwrap();
    let text = String::from_utf8(written).unwrap();
    let rows: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        rows.len(),
        simulation.truth().rows().count()
            + simulation.truth().lines().count()
            + simulation.truth().states().count()
            + simulation.truth().levers().count()
            + simulation.truth().troubles().count()
    );
    let number = |row: &serde_json::Value, name: &str| {
        row[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name} in {row}"))
    };
    let agencies: Vec<_> = rows.iter().filter(|row| row["by"].is_string()).collect();
    for row in &agencies {
        let parts = [
            "answered",
            "abandoned",
            "cut_off",
            "lost",
            "callbacks_accepted",
            "voicemails",
        ];
        let offered = parts.iter().map(|part| number(row, part)).sum::<u64>();
        assert_eq!(number(row, "offered"), offered, "{row}");
        assert_eq!(
            number(row, "asked"),
            offered + number(row, "deflected_asked"),
            "{row}"
        );
    }
    // A benefit day of every network of the region, and an agency whose events stay on
    // the way.
    let troubles: Vec<_> = rows
        .iter()
        .filter(|row| row["trouble"].is_string())
        .collect();
    let [benefits, feed] = troubles[..] else {
        panic!("{troubles:?}");
    };
    let scopes = serde_json::json!(["caf/NAQ", "ft/NAQ", "cnam/NAQ"]);
    assert_eq!(benefits["trouble"], "benefit_day");
    assert_eq!(benefits["scopes"], scopes);
    assert_eq!(benefits["from"], "2026-11-23T08:00:00Z");
    assert_eq!(benefits["until"], "2026-11-23T11:30:00Z");
    assert_eq!(feed["trouble"], "feed");
    let code = feed["agencies"][0].as_str().unwrap();
    let scope = feed["scopes"][0].as_str().unwrap();
    assert!(scope.ends_with(&format!("/NAQ/{code}")), "{feed}");
    let first = agencies[0];
    assert_eq!(first["quarter"], "2026-11-23T06:45:00Z");
    assert!(
        first["answer_waits"]["sum_microseconds"].is_i64(),
        "{first}"
    );
}

#[test]
fn it_can_be_read_while_the_simulation_runs() {
    let mut simulation = Simulation::new(Settings::small());
    let mut counted = 0;
    let mut seen = 0;
    while let Some(delivery) = simulation.next() {
        counted += u32::from(matches!(delivery.event.body, Body::CallQueued(_)));
        if counted == 500 && seen == 0 {
            seen = sum(&simulation, Side::Handler).entered_all;
        }
    }
    // Deliveries are at most some seconds behind what has happened.
    assert!(
        (500..600).contains(&seen),
        "{seen} entries when 500 were delivered"
    );
}
