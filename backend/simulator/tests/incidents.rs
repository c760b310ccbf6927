//! The incidents do what they say, and no more.

use vigie_contract::event::{AgentState, Body};
use vigie_contract::time::{Span, Time};
use vigie_simulator::{Delivery, Incident, Settings, Simulation};

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
