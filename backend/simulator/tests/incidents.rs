//! The incidents do what they say, and no more.

use vigie_contract::event::{AgentState, Body};
use vigie_contract::time::{Span, Time};
use vigie_simulator::{Delivery, Incident, Settings, Simulation, TroubleKind, TroubleRow};

fn a_day(incidents: bool) -> Settings {
    Settings {
        incidents,
        networks: vec!["caf".to_owned()],
        regions: vec!["BRE".to_owned(), "PDL".to_owned(), "REU".to_owned()],
        ..Settings::default()
    }
}

fn minutes(delivery: &Delivery) -> i64 {
    (delivery.at - delivery.event.time).0 / 60_000_000
}

#[test]
fn a_platform_that_was_cut_off_delivers_its_backlog_in_order() {
    let mut simulation = Simulation::new(a_day(true));
    let cut = simulation
        .incidents()
        .iter()
        .find_map(|incident| match incident {
            Incident::FeedCut {
                agency,
                from,
                until,
            } => Some((agency.clone(), *from, *until)),
            Incident::BenefitDay { .. }
            | Incident::StaffLeave { .. }
            | Incident::FalseAnnouncements { .. } => None,
        });
    let (agency, from, until) = cut.expect("a platform is cut off on a Monday");
    let source = format!("/pbx/{}", agency.to_lowercase());
    let (mut held_back, mut last) = (0, Time(0));
    for delivery in simulation.by_ref() {
        let is_cut = delivery.event.source.as_str() == source
            && (from..until).contains(&delivery.event.time);
        if !is_cut {
            assert!(
                minutes(&delivery) < 1,
                "{} was late",
                delivery.event.to_json()
            );
            continue;
        }
        assert!(
            delivery.at >= until,
            "{} came through",
            delivery.event.to_json()
        );
        assert!(
            (delivery.at - until).0 < 60_000_000,
            "the backlog takes over a minute"
        );
        assert!(delivery.event.time >= last, "the backlog is out of order");
        last = delivery.event.time;
        held_back += 1;
    }
    assert!(
        held_back > 20,
        "{held_back} events of {agency} were held back"
    );
    assert_eq!((until - from).0, 600_000_000);
}

#[test]
fn a_benefit_day_brings_more_calls_to_its_region() {
    let mut simulation = Simulation::new(a_day(true));
    let benefits = simulation
        .incidents()
        .iter()
        .find_map(|incident| match incident {
            Incident::BenefitDay {
                region,
                from,
                until,
                factor,
            } => Some((*region, *from, *until, *factor)),
            Incident::FeedCut { .. }
            | Incident::StaffLeave { .. }
            | Incident::FalseAnnouncements { .. } => None,
        });
    let (region, from, until, factor) = benefits.expect("benefits are paid on a Monday");
    let own: Vec<String> = simulation
        .network()
        .agencies()
        .filter(|agency| agency.region == Some(region) && !agency.is_platform)
        .map(|agency| agency.code.to_owned())
        .collect();
    let asked = |simulation: &mut Simulation| {
        let mut here_and_elsewhere = [0.0, 0.0];
        for Delivery { event, .. } in simulation {
            let agency = match &event.body {
                Body::CallQueued(data) if data.origin.is_none() => &data.agency,
                Body::CallDeflected(data) if data.agency.is_some() => data.agency.as_ref().unwrap(),
                _ => continue,
            };
            if (from..until).contains(&event.time) {
                here_and_elsewhere[usize::from(!own.iter().any(|code| code == agency.as_str()))] +=
                    1.0;
            }
        }
        here_and_elsewhere
    };
    let with = asked(&mut simulation);
    let without = asked(&mut Simulation::new(a_day(false)));
    let growth = with[0] / without[0];
    // Those who fail try again, on top of those who call because of it.
    assert!(
        (0.9 * factor..2.0 * factor).contains(&growth),
        "{growth} times in {region}"
    );
    let elsewhere = with[1] / without[1];
    assert!(
        (0.9..1.1).contains(&elsewhere),
        "{elsewhere} times elsewhere"
    );
}

#[test]
fn without_incidents_nothing_is_late_and_none_is_listed() {
    let mut simulation = Simulation::new(a_day(false));
    assert_eq!(simulation.incidents(), []);
    assert!(simulation.all(|delivery| minutes(&delivery) < 1));
}

/// The codes of the agencies of a region.
fn codes_in(simulation: &Simulation, region: &str) -> Vec<String> {
    let agencies = simulation.network().agencies();
    let own = agencies.filter(|agency| agency.region == Some(region));
    own.map(|agency| agency.code.to_owned()).collect()
}

/// The network of one region, with something that is made to go wrong there.
fn with_a_fault(fault: &str) -> Simulation {
    Simulation::new(Settings {
        faults: vec![fault.parse().unwrap()],
        ..a_day(false)
    })
}

#[test]
fn half_of_those_present_leave_at_once_and_come_back() {
    leave_at_once_and_come_back("staff", 0.4..0.65);
}

#[test]
fn nobody_is_left_where_the_telephones_are_cut_off() {
    leave_at_once_and_come_back("platform", 0.0..0.1);
}

/// A share of those present is left in the region while a fault lasts, and nobody leaves
/// elsewhere.
fn leave_at_once_and_come_back(fault: &str, left: std::ops::Range<f64>) {
    let from: Time = "2026-11-23T09:30:00Z".parse().unwrap();
    let until: Time = "2026-11-23T10:30:00Z".parse().unwrap();
    let simulation = with_a_fault(&format!("{fault}:caf/BRE@{from}/{until}"));
    let own = codes_in(&simulation, "BRE");
    let minutes = |at: Time, number: i64| Time(at.0 + number * 60_000_000);
    let looked = [
        minutes(from, -1),
        minutes(until, -5),
        minutes(until, 5),
        minutes(until, 60),
    ];
    // Agents that are there, in the region and elsewhere.
    let mut present = std::collections::BTreeMap::new();
    let mut seen = Vec::new();
    for Delivery { event, .. } in simulation {
        while looked.get(seen.len()).is_some_and(|at| *at <= event.time) {
            let count = |is_here: bool| present.values().filter(|here| **here == is_here).count();
            seen.push((count(true), count(false)));
        }
        if let Body::AgentStateChanged(data) = &event.body {
            let is_here = own.iter().any(|code| code == data.agency.as_str());
            let agent = data.agent.as_str().to_owned();
            match data.state {
                AgentState::Offline => present.remove(&agent),
                AgentState::Ready
                | AgentState::Ringing
                | AgentState::Talking
                | AgentState::Holding
                | AgentState::WrapUp
                | AgentState::Paused => present.insert(agent, is_here),
            };
        }
    }
    let [before, meanwhile, back, _] = seen[..] else {
        panic!("{seen:?}");
    };
    assert!(before.0 > 20, "{seen:?}");
    let share = |now: usize, before: usize| now as f64 / before as f64;
    assert!(left.contains(&share(meanwhile.0, before.0)), "{seen:?}");
    assert!((0.8..1.2).contains(&share(back.0, before.0)), "{seen:?}");
    assert!(
        (0.8..1.2).contains(&share(meanwhile.1, before.1)),
        "{seen:?}"
    );
}

#[test]
fn a_feed_can_be_cut_in_a_region() {
    let from: Time = "2026-11-23T09:30:00Z".parse().unwrap();
    let until: Time = "2026-11-23T09:40:00Z".parse().unwrap();
    let simulation = with_a_fault(&format!("feed:caf/BRE@{from}/{until}"));
    let own = codes_in(&simulation, "BRE").into_iter();
    let own: Vec<String> = own
        .map(|code| format!("/pbx/{}", code.to_lowercase()))
        .collect();
    let mut held_back = 0;
    for delivery in simulation {
        let is_cut = own
            .iter()
            .any(|source| source == delivery.event.source.as_str())
            && (from..until).contains(&delivery.event.time);
        if is_cut {
            assert!(delivery.at >= until, "{}", delivery.event.to_json());
            held_back += 1;
        }
    }
    assert!(held_back > 20, "{held_back}");
}

#[test]
fn waits_are_announced_at_a_tenth_while_announcements_are_false() {
    let from: Time = "2026-11-23T08:30:00Z".parse().unwrap();
    let until: Time = "2026-11-23T11:00:00Z".parse().unwrap();
    let fault = format!("announcements:caf/BRE@{from}/{until}");
    let told = |simulation: Simulation, within: bool| {
        let own = codes_in(&simulation, "BRE");
        let waits: Vec<f64> = simulation
            .filter(|delivery| (from..until).contains(&delivery.event.time) == within)
            .filter_map(|Delivery { event, .. }| match &event.body {
                Body::CallQueued(data) if own.iter().any(|code| code == data.agency.as_str()) => {
                    data.announced_wait_seconds
                }
                _ => None,
            })
            .map(Span::seconds)
            .collect();
        assert!(waits.len() > 20, "{} announcements", waits.len());
        waits.iter().sum::<f64>() / waits.len() as f64
    };
    let falsely = told(with_a_fault(&fault), true);
    let truly = told(Simulation::new(a_day(false)), true);
    // Whole minutes, of which the least is one.
    assert!(falsely < 0.6 * truly, "{falsely} s instead of {truly} s");
    let after = told(with_a_fault(&fault), false);
    assert!(after > falsely, "{after} s after {falsely} s");
}

/// All that the truth tells was out of the ordinary, once the day is over.
fn troubles(simulation: &mut Simulation) -> Vec<(TroubleKind, Vec<String>, Vec<String>)> {
    while simulation.next().is_some() {}
    let told = |trouble: TroubleRow<'_>| {
        let scopes = trouble.scopes.iter().map(ToString::to_string).collect();
        let agencies = trouble.agencies.into_iter().map(str::to_owned).collect();
        (trouble.kind, scopes, agencies)
    };
    simulation.truth().troubles().map(told).collect()
}

/// Each kind of fault is told of as what it is, where it was and for how long; nothing
/// else is.
#[test]
fn the_truth_tells_what_was_made_to_go_wrong() {
    let from: Time = "2026-11-23T09:30:00Z".parse().unwrap();
    let until: Time = "2026-11-23T10:30:00Z".parse().unwrap();
    for (word, kind) in [
        ("staff", TroubleKind::Staff),
        ("platform", TroubleKind::Platform),
        ("feed", TroubleKind::Feed),
        ("announcements", TroubleKind::Announcements),
    ] {
        let mut simulation = with_a_fault(&format!("{word}:caf/BRE@{from}/{until}"));
        let own = codes_in(&simulation, "BRE");
        assert!(own.len() > 3, "{own:?}");
        let told = troubles(&mut simulation);
        assert_eq!(told, [(kind, vec!["caf/BRE".to_owned()], own)]);
        let spans: Vec<_> = simulation
            .truth()
            .troubles()
            .map(|trouble| (trouble.from, trouble.until))
            .collect();
        assert_eq!(spans, [(from, until)]);
        assert_eq!(kind.name(), word);
    }
    assert_eq!(troubles(&mut Simulation::new(a_day(false))), []);
}

/// The agencies of which the truth says that their telephones were cut off are those
/// whose agents are seen to leave then, once they have finished their calls: on the
/// mainland no shift ends at that hour.
#[test]
fn those_in_trouble_are_those_who_are_seen_to_be() {
    let from: Time = "2026-11-23T09:30:00Z".parse().unwrap();
    let until: Time = "2026-11-23T10:30:00Z".parse().unwrap();
    let mut simulation = with_a_fault(&format!("platform:caf/BRE@{from}/{until}"));
    let soon = Time(from.0 + 1_200_000_000);
    let overseas = codes_in(&simulation, "REU");
    let mut seen = std::collections::BTreeSet::new();
    for Delivery { event, .. } in simulation.by_ref() {
        if let Body::AgentStateChanged(data) = &event.body
            && data.state == AgentState::Offline
            && (from..soon).contains(&event.time)
            && !overseas.iter().any(|code| code == data.agency.as_str())
        {
            seen.insert(data.agency.to_string());
        }
    }
    let [trouble] = &simulation.truth().troubles().collect::<Vec<_>>()[..] else {
        panic!("more or less than one");
    };
    let told: std::collections::BTreeSet<String> =
        trouble.agencies.iter().map(ToString::to_string).collect();
    assert_eq!(told, seen);
}

/// What has not begun yet has not happened.
#[test]
fn the_truth_tells_of_nothing_that_is_to_come() {
    let from: Time = "2026-11-23T09:30:00Z".parse().unwrap();
    let until: Time = "2026-11-23T10:30:00Z".parse().unwrap();
    let mut simulation = with_a_fault(&format!("staff:caf/BRE@{from}/{until}"));
    let count = |simulation: &Simulation| simulation.truth().troubles().count();
    while let Some(delivery) = simulation.next() {
        // What is delivered lies some seconds behind what has happened.
        let second = Span::from_seconds(60);
        if delivery.at + second < from {
            assert_eq!(count(&simulation), 0, "{}", delivery.at);
        }
        if delivery.at > from + second {
            break;
        }
    }
    assert_eq!(count(&simulation), 1);
}

/// The two of an ordinary weekday: benefits in a region, in every network of it, and a
/// platform that is cut off; and what had begun before begins with the simulation.
#[test]
fn the_truth_tells_of_weekdays_what_the_incidents_are() {
    let mut simulation = Simulation::new(a_day(true));
    let incidents = simulation.incidents().to_vec();
    while simulation.next().is_some() {}
    let troubles: Vec<TroubleRow<'_>> = simulation.truth().troubles().collect();
    assert_eq!(troubles.len(), 2);
    for incident in &incidents {
        let own = troubles.iter().find(|trouble| match incident {
            Incident::BenefitDay { region, .. } => {
                let scope = format!("caf/{region}");
                trouble.kind == TroubleKind::BenefitDay
                    && trouble.scopes.iter().map(ToString::to_string).eq([scope])
            }
            Incident::FeedCut { agency, .. } => {
                trouble.kind == TroubleKind::Feed && trouble.agencies == [agency]
            }
            Incident::StaffLeave { .. } | Incident::FalseAnnouncements { .. } => false,
        });
        let own = own.unwrap_or_else(|| panic!("no {incident:?} in {troubles:?}"));
        assert_eq!((own.from, own.until), (incident.from(), incident.until()));
    }
    let noon: Time = "2026-11-23T11:00:00Z".parse().unwrap();
    let mut afternoon = Simulation::new(Settings {
        start: noon,
        ..a_day(true)
    });
    while afternoon.next().is_some() {}
    let left: Vec<TroubleRow<'_>> = afternoon.truth().troubles().collect();
    assert_eq!(left.len(), 1, "the platform is back before noon");
    assert_eq!(
        (left[0].kind, left[0].from),
        (TroubleKind::BenefitDay, noon)
    );
}
