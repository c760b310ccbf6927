//! What the events say holds together.

use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::event::{
    AgentState, Body, CutOffReason, DeflectReason, Event, PromiseKind, QueueReason,
};
use vigie_contract::read::{Reading, structured};
use vigie_contract::time::Time;
use vigie_simulator::{Delivery, Settings, Simulation, spelled};

fn small() -> Vec<Delivery> {
    Simulation::new(Settings::small()).collect()
}

/// The small preset without events lost on the way.
fn faultless(seed: u64) -> Vec<Delivery> {
    let settings = Settings {
        seed,
        lost_events: 0.0,
        ..Settings::small()
    };
    Simulation::new(settings).collect()
}

/// The leg that an event is about.
fn leg(event: &Event<'_>) -> Option<(String, String, String)> {
    let (agency, queue) = match &event.body {
        Body::CallQueued(data) => (&data.agency, &data.queue),
        Body::CallAnnounced(data) => (&data.agency, &data.queue),
        Body::CallRangUnanswered(data) => (&data.agency, &data.queue),
        Body::CallAnswered(data) => (&data.agency, &data.queue),
        Body::CallAbandoned(data) => (&data.agency, &data.queue),
        Body::CallOverflowed(data) => (&data.agency, &data.queue),
        Body::CallCutOff(data) => (&data.agency, &data.queue),
        Body::CallCallbackAccepted(data) => (&data.agency, &data.queue),
        Body::CallVoicemailLeft(data) => (&data.agency, &data.queue),
        Body::CallEnded(data) => (&data.agency, &data.queue),
        Body::CallWrappedUp(data) => (&data.agency, &data.queue),
        Body::CallTransferred(data) => (&data.agency, &data.queue),
        Body::CallRecontactPromised(data) => (&data.agency, &data.queue),
        Body::PromiseAttempted(data) => (&data.agency, &data.queue),
        _ => return None,
    };
    Some((
        event.subject.to_string(),
        agency.to_string(),
        queue.to_string(),
    ))
}

#[test]
fn every_event_reads_back() {
    for delivery in small() {
        let line = delivery.event.to_json();
        match structured(line.as_bytes()) {
            Ok(Reading::Event(read)) => assert_eq!(read, delivery.event),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn however_a_source_writes_its_event_reads_as_it_was_sent() {
    let mut habits = BTreeMap::new();
    for Delivery { event, .. } in small() {
        let line = spelled(&event);
        match structured(line.as_bytes()) {
            Ok(Reading::Event(read)) => assert_eq!(read, event, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
        for (habit, has_it) in [
            ("plain", line == event.to_json()),
            ("empty texts", line.contains(r#":"""#)),
            ("nanoseconds", line.contains("+00:00")),
        ] {
            *habits.entry(habit).or_insert(0) += u32::from(has_it);
        }
    }
    assert!(habits.values().all(|lines| *lines > 100), "{habits:?}");
}

#[test]
fn waits_are_cut_off_by_faults_and_by_their_length() {
    let mut reasons = BTreeMap::new();
    for Delivery { event, .. } in small() {
        if let Body::CallCutOff(data) = &event.body {
            *reasons.entry(format!("{:?}", data.reason)).or_insert(0) += 1;
        }
    }
    let named: Vec<&str> = reasons.keys().map(String::as_str).collect();
    assert_eq!(named, ["Other", "Outage", "Timeout"], "{reasons:?}");
}

#[test]
fn deliveries_go_by_time_and_each_source_sends_in_order() {
    let mut sources: BTreeMap<String, (Time, BTreeSet<String>)> = BTreeMap::new();
    let mut last = Time(i64::MIN);
    for Delivery { at, event } in small() {
        assert!(last <= at, "{} delivered before {last}", event.id);
        assert!(event.time < at, "{} delivered before it happened", event.id);
        last = at;
        let (newest, ids) = sources
            .entry(event.source.to_string())
            .or_insert((Time(i64::MIN), BTreeSet::new()));
        assert!(
            *newest <= event.time,
            "{} out of order in {}",
            event.id,
            event.source
        );
        *newest = event.time;
        assert!(
            ids.insert(event.id.to_string()),
            "{} twice in {}",
            event.id,
            event.source
        );
    }
    let installations = sources
        .keys()
        .filter(|name| name.starts_with("/pbx/"))
        .count();
    assert_eq!(installations, 13);
    assert!(sources.contains_key("/svi/3949"));
}

#[test]
fn every_call_begins_with_its_reception() {
    let mut received = BTreeSet::new();
    for Delivery { event, .. } in by_event_time(faultless(1)) {
        match &event.body {
            Body::CallReceived(_) => assert!(received.insert(event.subject.to_string())),
            Body::AgentStateChanged(_) | Body::QueueStateChanged(_) => {}
            _ => assert!(
                received.contains(event.subject.as_str()),
                "{}",
                event.to_json()
            ),
        }
    }
}

/// Without lost events, an outcome closes an entry, one outcome each, and what
/// goes on in a queue goes on while the leg is open.
#[test]
fn legs_open_and_close_in_turn() {
    for seed in 1..4 {
        let mut open = BTreeSet::new();
        let mut closed = BTreeMap::new();
        for Delivery { event, .. } in by_event_time(faultless(seed)) {
            let Some(leg) = leg(&event) else { continue };
            let shown = || format!("seed {seed}: {}", event.to_json());
            match &event.body {
                Body::CallQueued(_) => assert!(open.insert(leg), "{}", shown()),
                Body::CallAnnounced(_) | Body::CallRangUnanswered(_) => {
                    assert!(open.contains(&leg), "{}", shown());
                }
                Body::CallEnded(_)
                | Body::CallWrappedUp(_)
                | Body::CallTransferred(_)
                | Body::CallRecontactPromised(_) => {
                    assert!(
                        !open.contains(&leg) && closed.contains_key(&leg),
                        "{}",
                        shown()
                    );
                }
                Body::PromiseAttempted(data) => {
                    let outcome = closed.get(&leg).copied();
                    let makes_it = match data.kind {
                        PromiseKind::Callback => ["call.callback_accepted", "call.abandoned"],
                        PromiseKind::Message => ["call.voicemail_left"; 2],
                        // Dialled by an agent, it was answered in no queue.
                        PromiseKind::Recontact => ["call.answered", "call.callback_accepted"],
                    };
                    assert!(
                        outcome.is_some_and(|outcome| makes_it.contains(&outcome)),
                        "{outcome:?} before {}",
                        shown()
                    );
                }
                body => {
                    assert!(open.remove(&leg), "{}", shown());
                    closed.insert(leg, body.type_name());
                }
            }
        }
        assert!(closed.len() > 2_000, "seed {seed}: {} legs", closed.len());
    }
}

/// A call that moves on enters where it was sent, with its origin and the time
/// at which its caller first asked.
#[test]
fn overflow_keeps_its_origin() {
    let events = by_event_time(faultless(1));
    // Two installations tell of one instant, in either order.
    let mut moved: BTreeMap<(String, Time), String> = events
        .iter()
        .filter_map(|Delivery { event, .. }| match &event.body {
            Body::CallOverflowed(data) => Some((
                (event.subject.to_string(), event.time),
                data.to.agency.to_string(),
            )),
            _ => None,
        })
        .collect();
    let mut asked: BTreeMap<String, (String, Time)> = BTreeMap::new();
    let mut followed = 0;
    for Delivery { event, .. } in events {
        let call = event.subject.to_string();
        match &event.body {
            Body::CallQueued(data) if data.reason == QueueReason::Asked => {
                assert!(data.origin.is_none() && data.asked_at.is_none());
                asked.insert(call, (data.agency.to_string(), event.time));
            }
            Body::CallQueued(data) if data.reason == QueueReason::Overflow => {
                let to = moved.remove(&(call.clone(), event.time));
                assert_eq!(to.as_deref(), Some(data.agency.as_str()), "{call}");
                let (origin, first) = &asked[&call];
                assert_eq!(data.origin.as_ref().unwrap().agency.as_str(), origin);
                assert_eq!(data.asked_at, Some(*first));
                followed += 1;
            }
            _ => {}
        }
    }
    assert!(moved.is_empty(), "{moved:?}");
    assert!(followed > 50, "{followed} calls moved on");
}

/// A call that an agent passes on waits for the experts of the same agency from
/// the same moment on; nobody is passed on twice.
#[test]
fn who_is_passed_on_waits_for_an_expert() {
    let mut passed_on: BTreeMap<String, (Time, String, String)> = BTreeMap::new();
    let mut waiting = 0;
    for Delivery { event, .. } in by_event_time(faultless(2)) {
        let call = event.subject.to_string();
        match &event.body {
            Body::CallTransferred(data) => {
                assert_eq!(data.to.agency, data.agency);
                assert_ne!(data.to.queue, data.queue);
                let to = (
                    event.time,
                    data.to.agency.to_string(),
                    data.to.queue.to_string(),
                );
                assert_eq!(passed_on.insert(call, to), None);
            }
            Body::CallQueued(data) if data.reason == QueueReason::Transfer => {
                let here = (event.time, data.agency.to_string(), data.queue.to_string());
                assert_eq!(passed_on.get(&call), Some(&here));
                assert!(data.origin.is_none() && data.asked_at.is_none());
                waiting += 1;
            }
            _ => {}
        }
    }
    assert_eq!(waiting, passed_on.len());
    assert!(waiting > 20, "{waiting} calls were passed on");
}

/// In the pension network about 15 calls in a hundred go on to an expert.
#[test]
fn pension_calls_go_on_to_experts() {
    let (mut ended, mut went_on) = (0.0, 0.0);
    let pensions = Settings {
        networks: vec!["cnav".to_owned()],
        ..Settings::default()
    };
    for Delivery { event, .. } in Simulation::new(pensions) {
        match &event.body {
            Body::CallEnded(data) => ended += f64::from(u8::from(&*data.queue != "experts")),
            Body::CallTransferred(_) | Body::CallRecontactPromised(_) => went_on += 1.0,
            _ => {}
        }
    }
    let share = went_on / ended;
    assert!((0.13..0.17).contains(&share), "{share}");
}

/// Where an agency closes before its hours are over, callers find it closed and
/// those who wait are cut off.
#[test]
fn some_agencies_close_early() {
    let country = Settings {
        networks: vec!["caf".to_owned()],
        ..Settings::default()
    };
    // Family funds close at 16:30; overseas, at other hours.
    let closing: Time = "2026-11-23T15:30:00Z".parse().unwrap();
    let an_hour_before: Time = "2026-11-23T14:30:00Z".parse().unwrap();
    let mut deflected: BTreeSet<String> = BTreeSet::new();
    let mut cut_off: BTreeSet<String> = BTreeSet::new();
    for Delivery { event, .. } in Simulation::new(country) {
        if !(an_hour_before..closing).contains(&event.time) {
            continue;
        }
        match &event.body {
            Body::CallDeflected(data) if data.reason == DeflectReason::Closed => {
                deflected.extend(data.agency.iter().map(ToString::to_string));
            }
            Body::CallCutOff(data) if data.reason == CutOffReason::Closing => {
                cut_off.insert(data.agency.to_string());
            }
            _ => {}
        }
    }
    let is_overseas = |code: &&String| code.as_str() > "CAF-96" && !code.contains("PF");
    let early: Vec<_> = deflected.iter().filter(|code| !is_overseas(code)).collect();
    assert!((1..12).contains(&early.len()), "{early:?}");
    assert!(
        early.iter().any(|code| cut_off.contains(*code)),
        "{early:?}, {cut_off:?}"
    );
}

/// Announcements are whole minutes, heard again every two minutes at most;
/// where one installation announces half, another does not.
#[test]
fn announcements_come_again_while_a_call_waits() {
    let mut last: BTreeMap<_, Time> = BTreeMap::new();
    let mut again = 0;
    for Delivery { event, .. } in by_event_time(faultless(3)) {
        let Some(leg) = leg(&event) else { continue };
        match &event.body {
            Body::CallQueued(_) => {
                last.insert(leg, event.time);
            }
            Body::CallAnnounced(data) => {
                assert_eq!(data.announced_wait_seconds.0 % 60_000_000, 0);
                let since = last.insert(leg, event.time).unwrap();
                let seconds = (event.time - since).seconds();
                assert!(seconds > 100.0, "{seconds} s after the one before");
                again += u32::from(seconds < 140.0);
            }
            _ => {}
        }
    }
    assert!(again > 500, "{again}");
}

/// Agents do one thing at a time, and what they do agrees with the calls.
#[test]
fn agents_move_between_states_that_follow() {
    use AgentState::{Holding, Offline, Paused, Ready, Ringing, Talking, WrapUp};
    let mut states: BTreeMap<String, AgentState> = BTreeMap::new();
    let mut talking = 0;
    let mut picked_up = 0;
    for Delivery { event, .. } in by_event_time(faultless(1)) {
        match &event.body {
            Body::AgentStateChanged(data) => {
                let before = states
                    .insert(data.agent.to_string(), data.state)
                    .unwrap_or(Offline);
                let follows = match before {
                    Offline => matches!(data.state, Ready),
                    Ready => matches!(data.state, Ringing | Paused | Offline),
                    Ringing => matches!(data.state, Talking | Ready | Paused | Offline),
                    Talking => matches!(data.state, Holding | WrapUp),
                    Holding => matches!(data.state, Talking),
                    WrapUp => matches!(data.state, Ready | Paused | Offline),
                    // Lunch may follow an unanswered ring.
                    Paused => matches!(data.state, Ready | Paused | Offline),
                };
                assert!(follows, "{before:?} to {}", event.to_json());
                assert_eq!(data.queues.is_some(), data.state != Offline);
                talking += u32::from(data.state == Talking && before == Ringing);
            }
            Body::CallAnswered(data) => {
                picked_up += 1;
                assert_eq!(states[data.agent.as_ref().unwrap().as_str()], Ringing);
            }
            Body::PromiseAttempted(data) => {
                // Where an agent dials, a person reached is a conversation.
                let dialled = data.agency.starts_with("CAF") && data.kind == PromiseKind::Callback;
                let reached = data.outcome == vigie_contract::event::AttemptOutcome::Reached;
                picked_up += u32::from(dialled && reached);
            }
            Body::CallEnded(data) => {
                assert_eq!(states[data.agent.as_ref().unwrap().as_str()], Talking);
            }
            _ => {}
        }
    }
    assert_eq!(talking, picked_up);
}

/// The events in the order in which they happened.
fn by_event_time(mut deliveries: Vec<Delivery>) -> Vec<Delivery> {
    // Sources are delivered with different delays; at equal times the order of
    // sending is that of delivery within a source.
    deliveries.sort_by_key(|delivery| delivery.event.time);
    deliveries
}
