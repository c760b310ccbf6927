use std::cell::RefCell;
use std::collections::BTreeMap;

use vigie_contract::frame::{Content, Crumb, FeedState, Rules, ServerFrame, Update};
use vigie_contract::incident::{Cause, Incident, Touched};
use vigie_contract::scope::Scope;
use vigie_contract::view::{Clock, Concern, Estimate, NoEstimate, Now, Severity};

use super::*;
use crate::access::{Identity, permit};
use crate::publish::frame::LARGEST_FRAME;
use crate::publish::queue::{Inlet, Room, queue};
use crate::publish::{Encoding, Frame};

/// Figures that a test sets: agencies of one region, by calls waiting.
struct Country {
    as_of: i64,
    region: Scope,
    /// Other regions, which have the same figures.
    regions: Vec<Scope>,
    /// How many cells each has.
    cells_of_one: usize,
    agencies: RefCell<BTreeMap<&'static str, i64>>,
    incidents: RefCell<Vec<Incident>>,
}

impl Default for Country {
    fn default() -> Self {
        Self {
            as_of: 0,
            region: region(),
            regions: Vec::new(),
            cells_of_one: 1,
            agencies: RefCell::default(),
            incidents: RefCell::default(),
        }
    }
}

impl Country {
    fn set(&self, agency: &'static str, waiting: i64) {
        self.agencies.borrow_mut().insert(agency, waiting);
    }

    fn remove(&self, agency: &str) {
        self.agencies.borrow_mut().remove(agency);
    }
}

fn region() -> Scope {
    Scope::Region("ft".to_owned(), "NAQ".to_owned())
}

fn agency(code: &str) -> Scope {
    Scope::Agency("ft".to_owned(), "NAQ".to_owned(), code.to_owned())
}

impl Figures for Country {
    fn as_of(&self) -> Option<Time> {
        Some(Time::from_seconds(self.as_of))
    }

    fn unnamed<'e>(&self, of: &'e Extent) -> Option<&'e Scope> {
        let mut members = of.members().iter();
        members.find(|scope| **scope != self.region && !self.regions.contains(scope))
    }

    fn cells(&self, of: &Extent) -> usize {
        self.cells_of_one * of.members().len()
    }

    fn view(&self, of: &Extent) -> Option<View> {
        Some(View {
            as_of: Time::from_seconds(self.as_of),
            scope: of.clone(),
            clock: Clock::Wall,
            now: Now {
                waiting: self.agencies.borrow().values().sum(),
                ..Now::default()
            },
            windows: BTreeMap::new(),
            handled: BTreeMap::new(),
            quarters: None,
            estimate: Estimate::absent(NoEstimate::TooLittleHistory),
            callers: None,
            closing: None,
            closing_record: None,
            severity: None,
            judged: None,
        })
    }

    fn children(&self, _: &Extent) -> Option<Vec<Card>> {
        let agencies = self.agencies.borrow();
        let cards = agencies
            .iter()
            .map(|(code, waiting)| Card {
                scope: agency(code),
                name: (*code).to_owned(),
                known: true,
                waiting: *waiting,
                longest_wait_seconds: None,
                pick_up_agent_15m: None,
                pick_up_agent_today: None,
                offered_today: 0,
                answered_today: 0,
                abandoned_today: 0,
                answer_mean_15m_seconds: None,
                severity: None,
                worst: None,
                suppressed: None,
            })
            .collect();
        Some(cards)
    }

    fn incidents(&self, _: &Extent, since: Time) -> Option<(usize, Vec<Incident>)> {
        let incidents = self.incidents.borrow();
        let lasts = |one: &&Incident| one.ended.is_none_or(|ended| ended >= since);
        let lasting: Vec<Incident> = incidents.iter().filter(lasts).cloned().collect();
        Some((lasting.len(), lasting))
    }

    fn rules(&self, _: &Extent) -> Rules {
        Rules {
            short_abandons_count: true,
        }
    }

    fn path(&self, of: &Extent) -> Vec<Crumb> {
        let members = of.members().iter();
        let crumbs = members.map(|scope| Crumb {
            scope: scope.clone(),
            name: scope.to_string(),
        });
        crumbs.collect()
    }
}

/// Names of agencies, one as long as the largest frame.
fn long_name() -> &'static str {
    Box::leak("x".repeat(LARGEST_FRAME).into_boxed_str())
}

fn feed() -> Feed {
    Feed {
        state: FeedState::Live,
        lag_messages: Some(0),
        data_age_seconds: Some(1.0),
        ..Feed::starting()
    }
}

fn figures() -> Topic {
    Topic::Figures(region().into())
}

fn children() -> Topic {
    Topic::Children(region().into())
}

/// A client with room for so many of the largest frames, and queues of so many.
struct Client {
    id: ClientId,
    frames: usize,
    room: Room,
    encoding: Encoding,
}

impl Client {
    fn new(id: ClientId, frames: usize) -> Self {
        Self {
            id,
            frames,
            room: Room::of(frames),
            encoding: Encoding::Json,
        }
    }

    fn subscription(&self, topic: Topic) -> (Subscription, Inlet) {
        let (outlet, inlet) = queue(self.frames, &self.room);
        let subscription = Subscription {
            client: self.id,
            topic: permit(Identity::Everybody, topic).unwrap(),
            encoding: self.encoding,
            outlet,
        };
        (subscription, inlet)
    }

    fn watch(&self, publisher: &mut Publisher, country: &Country, topic: Topic) -> Inlet {
        let (subscription, inlet) = self.subscription(topic);
        publisher.subscribe(subscription, Some(country), &feed());
        inlet
    }
}

/// Subscribes a client of its own.
fn watch(
    publisher: &mut Publisher,
    country: &Country,
    client: ClientId,
    topic: Topic,
    frames: usize,
) -> Inlet {
    Client::new(client, frames).watch(publisher, country, topic)
}

fn decoded(frame: &Frame) -> ServerFrame {
    match frame {
        Frame::Text(text) => serde_json::from_str(text).unwrap(),
        Frame::Binary(bytes) => ServerFrame::from_postcard(bytes).unwrap(),
    }
}

/// What a client received of a topic, in short: kind, seq, and what waits, or the
/// children and those gone.
fn received(inlet: &mut Inlet) -> Vec<String> {
    let short = |kind: &str, update: Update| {
        let content = match update.content {
            Content::Figures(figures) => format!("{}", figures.view.now.waiting),
            Content::Children(children) => {
                let cards = children.cards.iter();
                let cards: Vec<String> = cards
                    .map(|card| format!("{}={}", card.name, card.waiting))
                    .collect();
                let gone: Vec<String> = children.gone.iter().map(ToString::to_string).collect();
                format!("[{}] -[{}]", cards.join(" "), gone.join(" "))
            }
            Content::Incidents(incidents) => {
                let ids = incidents.incidents.iter();
                let ids: Vec<&str> = ids.map(|one| one.id.as_str()).collect();
                let gone = incidents.gone.join(" ");
                format!("{} [{}] -[{gone}]", incidents.total, ids.join(" "))
            }
        };
        format!("{kind} {} {content}", update.seq)
    };
    let mut all = Vec::new();
    while let Ok(frame) = inlet.try_next() {
        all.push(match decoded(&frame) {
            ServerFrame::Snapshot(update) => short("snapshot", update),
            ServerFrame::Delta(update) => short("delta", update),
            ServerFrame::Refused(refused) => format!("refused {:?}", refused.reason),
            ServerFrame::Hello(_) => "hello".to_owned(),
        });
    }
    all
}

#[test]
fn first_a_snapshot_then_only_the_cards_that_changed() {
    let country = Country::default();
    country.set("A", 1);
    country.set("B", 2);
    let mut publisher = Publisher::default();
    let mut client = watch(&mut publisher, &country, 1, children(), 8);
    assert_eq!(received(&mut client), ["snapshot 1 [A=1 B=2] -[]"]);
    country.set("B", 3);
    country.set("C", 0);
    publisher.publish(&country, &feed());
    country.remove("A");
    publisher.publish(&country, &feed());
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut client),
        [
            "delta 2 [B=3 C=0] -[]",
            "delta 3 [] -[ft/NAQ/A]",
            "delta 4 [] -[]"
        ]
    );
}

#[test]
fn topics_of_one_client_have_each_its_snapshot_and_its_sequence() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let client = Client::new(1, 8);
    let mut whole = client.watch(&mut publisher, &country, figures());
    publisher.publish(&country, &feed());
    country.set("A", 5);
    let mut cards = client.watch(&mut publisher, &country, children());
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut whole),
        ["snapshot 1 1", "delta 2 1", "delta 3 5"]
    );
    assert_eq!(
        received(&mut cards),
        ["snapshot 1 [A=5] -[]", "delta 2 [] -[]"]
    );
    publisher.unsubscribe(1, &figures());
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut whole), Vec::<String>::new());
    assert!(whole.has_ended());
    assert_eq!(received(&mut cards), ["delta 3 [] -[]"]);
}

#[test]
fn frames_say_of_which_topic_and_instant_they_are() {
    let country = Country {
        as_of: 77,
        ..Country::default()
    };
    let mut publisher = Publisher::default();
    for topic in [figures(), children()] {
        let mut inlet = watch(&mut publisher, &country, 1, topic.clone(), 8);
        let ServerFrame::Snapshot(update) = decoded(&inlet.try_next().unwrap()) else {
            panic!("no snapshot of {topic}");
        };
        assert_eq!(
            (update.topic, update.as_of),
            (topic, Time::from_seconds(77))
        );
    }
}

#[test]
fn who_joins_later_has_a_snapshot_that_the_next_delta_follows() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let mut first = watch(&mut publisher, &country, 1, children(), 8);
    publisher.publish(&country, &feed());
    // Changed since: the delta that follows the snapshot must tell of it.
    country.set("A", 5);
    let mut second = watch(&mut publisher, &country, 2, children(), 8);
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut first),
        [
            "snapshot 1 [A=1] -[]",
            "delta 2 [] -[]",
            "delta 3 [A=5] -[]"
        ]
    );
    assert_eq!(
        received(&mut second),
        ["snapshot 2 [A=1] -[]", "delta 3 [A=5] -[]"]
    );
}

#[test]
fn who_is_too_slow_gets_a_fresh_snapshot_and_delays_nobody() {
    let country = Country::default();
    country.set("A", 0);
    let mut publisher = Publisher::default();
    let mut slow = watch(&mut publisher, &country, 1, children(), 2);
    let mut quick = watch(&mut publisher, &country, 2, children(), 8);
    let mut too_slow = 0;
    for waiting in 1..=4 {
        country.set("A", waiting);
        too_slow += publisher.publish(&country, &feed()).too_slow;
    }
    assert_eq!(too_slow, 1, "counted once, not at every frame it misses");
    assert_eq!(
        received(&mut slow),
        ["snapshot 1 [A=0] -[]", "delta 2 [A=1] -[]"]
    );
    country.set("A", 5);
    publisher.publish(&country, &feed());
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut slow),
        ["snapshot 6 [A=5] -[]", "delta 7 [] -[]"]
    );
    assert_eq!(received(&mut quick).len(), 7);
}

#[test]
fn a_topic_too_slow_for_a_client_leaves_its_others_alone() {
    let country = Country::default();
    country.set("A", 0);
    let mut publisher = Publisher::default();
    let client = Client::new(1, 2);
    let mut unread = client.watch(&mut publisher, &country, children());
    let mut read = client.watch(&mut publisher, &country, figures());
    for waiting in 1..=4 {
        country.set("A", waiting);
        publisher.publish(&country, &feed());
        assert_eq!(received(&mut read).len(), if waiting == 1 { 2 } else { 1 });
    }
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut read), ["delta 6 4"], "never resynced");
    assert_eq!(received(&mut unread).len(), 2);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut unread), ["snapshot 7 [A=4] -[]"]);
}

#[test]
fn topics_that_waited_longest_come_first() {
    // Eight regions, each with a frame that fills the room of the client.
    let name: &'static str = Box::leak("x".repeat(LARGEST_FRAME / 2 - 10_000).into_boxed_str());
    let regions: Vec<Scope> = (0..8)
        .map(|code| Scope::Region("ft".to_owned(), code.to_string()))
        .collect();
    let country = Country {
        regions: regions.clone(),
        ..Country::default()
    };
    country.set(name, 1);
    let mut publisher = Publisher::default();
    let client = Client {
        room: Room::of(1),
        ..Client::new(1, 8)
    };
    let mut inlets: Vec<Inlet> = regions
        .iter()
        .map(|region| {
            let (subscription, inlet) = client.subscription(Topic::Children(region.clone().into()));
            publisher.subscribe(subscription, None::<&Country>, &feed());
            inlet
        })
        .collect();
    // One frame is read a second: each topic has its turn before any has two.
    let mut turns = vec![0; inlets.len()];
    for second in 0..inlets.len() {
        country.set(name, second as i64);
        publisher.publish(&country, &feed());
        for (inlet, turns) in inlets.iter_mut().zip(&mut turns) {
            while inlet.try_next().is_ok() {
                *turns += 1;
            }
        }
    }
    assert_eq!(turns, [1; 8]);
}

#[test]
fn one_encoding_is_shared_by_all_who_watch() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    let mut clients: Vec<Inlet> = (0..3)
        .map(|client| watch(&mut publisher, &country, client, children(), 8))
        .collect();
    for client in &mut clients {
        client.try_next().unwrap();
    }
    publisher.publish(&country, &feed());
    let addresses: Vec<*const u8> = clients
        .iter_mut()
        .map(|client| match client.try_next().unwrap() {
            Frame::Text(text) => text.as_str().as_ptr(),
            Frame::Binary(bytes) => bytes.as_ptr(),
        })
        .collect();
    assert_eq!(addresses[0], addresses[1]);
    assert_eq!(addresses[0], addresses[2]);
}

#[test]
fn a_scope_that_nobody_named_is_refused() {
    let mut publisher = Publisher::default();
    let country = Country::default();
    for topic in [Topic::Figures, Topic::Children] {
        let topic = topic(Scope::Network("nobody".to_owned()).into());
        let client = Client {
            encoding: Encoding::Postcard,
            ..Client::new(1, 8)
        };
        let mut inlet = client.watch(&mut publisher, &country, topic);
        assert_eq!(received(&mut inlet), ["refused UnknownScope"]);
        assert!(inlet.has_ended());
        assert_eq!(publisher.topics(), 0);
    }
}

#[test]
fn a_scope_that_vanishes_is_refused_to_each_of_its_topics_and_no_other() {
    let mut country = Country::default();
    let mut publisher = Publisher::default();
    let client = Client::new(1, 1);
    let mut whole = client.watch(&mut publisher, &country, figures());
    let mut cards = client.watch(&mut publisher, &country, children());
    assert_eq!(received(&mut whole).len(), 1);
    country.region = Scope::All;
    let mut other = client.watch(&mut publisher, &country, Topic::Figures(Scope::All.into()));
    assert_eq!(received(&mut other), ["snapshot 1 0"]);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut whole), ["refused UnknownScope"]);
    // Whoever had no room for the refusal is told once there is some.
    assert_eq!(received(&mut cards), ["snapshot 1 [] -[]"]);
    assert!(!cards.has_ended());
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut cards), ["refused UnknownScope"]);
    assert_eq!(received(&mut other).len(), 1);
    assert_eq!(publisher.topics(), 1);
}

#[test]
fn a_scope_that_is_back_before_its_refusal_fits_begins_anew() {
    let mut country = Country::default();
    let mut publisher = Publisher::default();
    let mut cards = watch(&mut publisher, &country, 1, children(), 1);
    country.region = Scope::All;
    publisher.publish(&country, &feed());
    country.region = region();
    assert_eq!(received(&mut cards), ["snapshot 1 [] -[]"]);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut cards), ["snapshot 3 [] -[]"]);
}

#[test]
fn who_comes_before_the_first_figures_gets_them_with_the_first_second() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let client = Client {
        encoding: Encoding::Postcard,
        ..Client::new(1, 8)
    };
    let (subscription, mut inlet) = client.subscription(children());
    publisher.subscribe(subscription, None::<&Country>, &feed());
    assert_eq!(received(&mut inlet), Vec::<String>::new());
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut inlet), ["snapshot 1 [A=1] -[]"]);
}

#[test]
fn the_same_topic_again_takes_the_place_of_the_first_and_begins_anew() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    let client = Client::new(1, 8);
    let mut first = client.watch(&mut publisher, &country, figures());
    let mut second = client.watch(&mut publisher, &country, figures());
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut first).len(), 1);
    assert!(first.has_ended());
    assert_eq!(received(&mut second).len(), 2);
    publisher.leave(1);
    assert_eq!(publisher.topics(), 0);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut second).len(), 0);
}

#[test]
fn unsubscribing_from_what_is_not_held_changes_nothing() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    let mut inlet = watch(&mut publisher, &country, 1, figures(), 8);
    publisher.unsubscribe(1, &children());
    publisher.unsubscribe(2, &figures());
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut inlet), ["snapshot 1 0", "delta 2 0"]);
    publisher.unsubscribe(1, &figures());
    publisher.unsubscribe(1, &figures());
    assert_eq!(publisher.topics(), 0);
    assert!(publisher.clients.is_empty());
}

#[test]
fn who_left_without_a_word_is_forgotten_with_all_topics() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    let client = Client::new(1, 8);
    drop(client.watch(&mut publisher, &country, figures()));
    drop(client.watch(&mut publisher, &country, children()));
    publisher.publish(&country, &feed());
    assert_eq!(publisher.topics(), 0);
    assert!(publisher.clients.is_empty());
}

#[test]
fn a_frame_that_no_buffer_holds_is_refused_and_the_others_go_on() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let mut whole = watch(&mut publisher, &country, 1, children(), 2);
    let mut view = watch(&mut publisher, &country, 1, figures(), 8);
    let mut slow = watch(&mut publisher, &country, 3, children(), 1);
    country.set(long_name(), 1);
    publisher.publish(&country, &feed());
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut whole),
        ["snapshot 1 [A=1] -[]", "refused TooLarge"]
    );
    assert_eq!(received(&mut view).len(), 3, "the same client's figures");
    assert_eq!(received(&mut slow), ["snapshot 1 [A=1] -[]"]);
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut slow),
        ["refused TooLarge"],
        "once there is room"
    );
    let mut late = watch(&mut publisher, &country, 1, children(), 8);
    assert_eq!(received(&mut late), ["refused TooLarge"]);
    assert_eq!(received(&mut view).len(), 1);
}

#[test]
fn what_was_made_for_those_who_watch_is_there_for_whoever_asks_at_the_same_instant() {
    let country = Country::default();
    country.set("B", 2);
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let now = Some(Time::from_seconds(country.as_of));
    let _view = watch(&mut publisher, &country, 1, figures(), 8);
    assert!(publisher.view(&region().into(), now).is_some());
    assert!(
        publisher.children(&region().into(), now).is_none(),
        "not watched"
    );
    let _whole = watch(&mut publisher, &country, 2, children(), 8);
    let names: Vec<&str> = publisher
        .children(&region().into(), now)
        .unwrap()
        .map(|card| card.name.as_str())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let later = Some(Time::from_seconds(country.as_of + 1));
    assert!(publisher.view(&region().into(), later).is_none());
    assert!(publisher.view(&agency("A").into(), now).is_none());
}

/// The selection of two regions of the country, by their codes.
fn selection(codes: [usize; 2]) -> Topic {
    let path = codes.map(|code| format!("ft/{code}")).join("+");
    format!("figures/pick/{path}").parse().unwrap()
}

#[test]
fn selections_that_cost_too_much_for_one_round_have_their_turns() {
    // Each takes a third of what a round may cost.
    let country = Country {
        regions: (0..20)
            .map(|code| Scope::Region("ft".to_owned(), code.to_string()))
            .collect(),
        cells_of_one: CELLS_A_ROUND / 6 - CELLS_OF_A_TOPIC,
        ..Country::default()
    };
    let mut publisher = Publisher::default();
    let subscribe = |publisher: &mut Publisher, client, topic| {
        let (subscription, inlet) = Client::new(client, 8).subscription(topic);
        publisher.subscribe(subscription, None::<&Country>, &feed());
        inlet
    };
    let mut scope = subscribe(&mut publisher, 0, figures());
    let mut inlets: Vec<Inlet> = (1..8)
        .map(|at| subscribe(&mut publisher, at as ClientId, selection([at, at + 1])))
        .collect();
    let mut frames = vec![0; inlets.len()];
    let mut newcomer: Option<Inlet> = None;
    for round in 1..=7 {
        let waiting = if newcomer.is_some() { 5 } else { 4 };
        let published = publisher.publish(&country, &feed());
        assert_eq!(published.postponed, waiting);
        assert_eq!(received(&mut scope).len(), 1, "a scope never waits");
        for (inlet, frames) in inlets.iter_mut().zip(&mut frames) {
            *frames += received(inlet).len();
        }
        // Whoever comes later, and as often as they like, takes nobody's turn.
        let shown = newcomer.iter_mut().flat_map(received).count();
        assert_eq!(shown, 0);
        publisher.leave(99);
        newcomer = Some(subscribe(&mut publisher, 99, selection([round, 19])));
    }
    assert_eq!(frames, [3; 7], "each was shown three times in seven rounds");
}

#[test]
fn a_selection_that_costs_more_than_a_round_may_is_shown_all_the_same() {
    let country = Country {
        regions: ["1", "2", "3"]
            .map(|code| Scope::Region("ft".to_owned(), code.to_owned()))
            .to_vec(),
        cells_of_one: CELLS_A_ROUND,
        ..Country::default()
    };
    let mut publisher = Publisher::default();
    let mut inlets = [[1, 2], [2, 3]].map(|codes| {
        let (subscription, inlet) =
            Client::new(codes[0] as ClientId, 8).subscription(selection(codes));
        publisher.subscribe(subscription, None::<&Country>, &feed());
        inlet
    });
    for _ in 0..2 {
        assert_eq!(publisher.publish(&country, &feed()).postponed, 1);
    }
    for inlet in &mut inlets {
        assert_eq!(received(inlet).len(), 1);
    }
}

#[test]
fn a_selection_is_refused_by_the_name_of_the_member_that_nobody_knows() {
    let country = Country {
        regions: vec![Scope::Region("ft".to_owned(), "1".to_owned())],
        ..Country::default()
    };
    let mut publisher = Publisher::default();
    let mut inlet = watch(&mut publisher, &country, 1, selection([1, 2]), 8);
    let ServerFrame::Refused(refused) = decoded(&inlet.try_next().unwrap()) else {
        panic!("it is not refused");
    };
    assert_eq!(refused.topic, "figures/pick/ft/1+ft/2");
    assert_eq!(
        refused.message,
        "neither the directory nor an event has named ft/2"
    );
    assert_eq!(publisher.topics(), 0);
}

fn incident(id: &str, waiting: i64) -> Incident {
    Incident {
        id: id.to_owned(),
        scope: Some(region()),
        source: None,
        indicator: Concern::LongestWait,
        cause: Cause::Alone,
        began: Time::from_seconds(0),
        ended: None,
        state: Severity::Warning,
        worst: Severity::Warning,
        merged_into: None,
        touched: Touched {
            waiting,
            ..Touched::default()
        },
        parts_total: 0,
        parts: Vec::new(),
    }
}

#[test]
fn of_incidents_comes_what_changed_until_an_hour_after_their_end() {
    let mut country = Country::default();
    country
        .incidents
        .replace(vec![incident("a", 1), incident("b", 2)]);
    let mut publisher = Publisher::default();
    let topic = Topic::Incidents(region().into());
    let mut inlet = watch(&mut publisher, &country, 1, topic, 8);
    assert_eq!(received(&mut inlet), ["snapshot 1 2 [a b] -[]"]);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut inlet), ["delta 2 2 [] -[]"]);
    let ended = Incident {
        ended: Some(Time::from_seconds(10)),
        ..incident("b", 2)
    };
    country
        .incidents
        .replace(vec![incident("c", 1), incident("a", 5), ended]);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut inlet), ["delta 3 3 [c a b] -[]"]);
    country.as_of = 10 + 3_600;
    publisher.publish(&country, &feed());
    country.as_of += 1;
    publisher.publish(&country, &feed());
    let shown = received(&mut inlet);
    assert_eq!(shown, ["delta 4 3 [] -[]", "delta 5 2 [] -[b]"]);
}
