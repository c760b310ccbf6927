use std::cell::RefCell;

use tokio::sync::mpsc::{Receiver, channel};
use vigie_contract::frame::{FeedState, Update};
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, Estimate, NoEstimate, Now};

use super::*;

/// Figures that a test sets: agencies of one region, by calls waiting.
#[derive(Default)]
struct Country {
    as_of: i64,
    agencies: RefCell<BTreeMap<&'static str, i64>>,
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
    fn view(&self, scope: &Scope) -> Option<View> {
        (*scope == region()).then(|| View {
            as_of: Time::from_seconds(self.as_of),
            scope: scope.clone(),
            clock: Clock::Wall,
            now: Now {
                waiting: self.agencies.borrow().values().sum(),
                ..Now::default()
            },
            windows: BTreeMap::new(),
            handled: BTreeMap::new(),
            quarters: None,
            estimate: Estimate::absent(NoEstimate::TooLittleHistory),
            severity: None,
        })
    }

    fn children(&self, _: &Scope) -> Vec<Card> {
        let agencies = self.agencies.borrow();
        agencies
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
            })
            .collect()
    }

    fn rules(&self, _: &Scope) -> Rules {
        Rules {
            short_abandons_count: true,
        }
    }

    fn path(&self, scope: &Scope) -> Vec<Crumb> {
        vec![Crumb {
            scope: scope.clone(),
            name: scope.to_string(),
        }]
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

/// Subscribes a client with a queue of that many frames.
fn watch(
    publisher: &mut Publisher,
    country: &Country,
    client: ClientId,
    detail: Detail,
    frames: usize,
) -> Receiver<Frame> {
    let (queue, receiver) = channel(frames);
    let subscription = Subscription {
        client,
        scope: region(),
        detail,
        encoding: Encoding::Json,
        queue,
    };
    publisher.subscribe(subscription, Some(country), &feed());
    receiver
}

/// What a client received, in short: kind, seq, children and those gone.
fn received(receiver: &mut Receiver<Frame>) -> Vec<String> {
    let mut all = Vec::new();
    while let Ok(frame) = receiver.try_recv() {
        let frame = match frame {
            Frame::Text(text) => serde_json::from_str(&text).unwrap(),
            Frame::Binary(bytes) => ServerFrame::from_postcard(&bytes).unwrap(),
        };
        let short = |kind: &str, update: Update| {
            let children: Vec<String> = update
                .children
                .iter()
                .map(|card| format!("{}={}", card.name, card.waiting))
                .collect();
            let gone: Vec<String> = update.gone.iter().map(ToString::to_string).collect();
            format!(
                "{kind} {} [{}] -[{}]",
                update.seq,
                children.join(" "),
                gone.join(" ")
            )
        };
        all.push(match frame {
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
    let mut client = watch(&mut publisher, &country, 1, Detail::Children, 8);
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
fn who_joins_later_has_a_snapshot_that_the_next_delta_follows() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let mut first = watch(&mut publisher, &country, 1, Detail::View, 8);
    publisher.publish(&country, &feed());
    // Changed since: the delta that follows the snapshot must tell of it.
    country.set("A", 5);
    let mut second = watch(&mut publisher, &country, 2, Detail::Children, 8);
    country.set("A", 6);
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut first),
        ["snapshot 1 [] -[]", "delta 2 [] -[]", "delta 3 [] -[]"]
    );
    assert_eq!(
        received(&mut second),
        ["snapshot 2 [A=5] -[]", "delta 3 [A=6] -[]"]
    );
}

#[test]
fn who_is_too_slow_gets_a_fresh_snapshot_and_delays_nobody() {
    let country = Country::default();
    country.set("A", 0);
    let mut publisher = Publisher::default();
    let mut slow = watch(&mut publisher, &country, 1, Detail::Children, 2);
    let mut quick = watch(&mut publisher, &country, 2, Detail::Children, 8);
    let mut too_slow = 0;
    for waiting in 1..=4 {
        country.set("A", waiting);
        too_slow += publisher.publish(&country, &feed());
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
fn one_encoding_is_shared_by_all_who_watch() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    let mut clients: Vec<Receiver<Frame>> = (0..3)
        .map(|client| watch(&mut publisher, &country, client, Detail::Children, 8))
        .collect();
    for client in &mut clients {
        client.try_recv().unwrap();
    }
    publisher.publish(&country, &feed());
    let addresses: Vec<*const u8> = clients
        .iter_mut()
        .map(|client| match client.try_recv().unwrap() {
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
    let (queue, mut receiver) = channel(8);
    let subscription = Subscription {
        client: 1,
        scope: Scope::Network("nobody".to_owned()),
        detail: Detail::View,
        encoding: Encoding::Postcard,
        queue,
    };
    publisher.subscribe(subscription, Some(&Country::default()), &feed());
    assert_eq!(received(&mut receiver), ["refused UnknownScope"]);
    assert_eq!(publisher.scopes(), 0);
}

#[test]
fn who_comes_before_the_first_figures_gets_them_with_the_first_second() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let (queue, mut receiver) = channel(8);
    let subscription = Subscription {
        client: 1,
        scope: region(),
        detail: Detail::Children,
        encoding: Encoding::Postcard,
        queue,
    };
    publisher.subscribe(subscription, None::<&Country>, &feed());
    assert_eq!(received(&mut receiver), Vec::<String>::new());
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut receiver), ["snapshot 1 [A=1] -[]"]);
}

#[test]
fn another_subscription_takes_the_place_of_the_first() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    let mut first = watch(&mut publisher, &country, 1, Detail::View, 8);
    let mut second = watch(&mut publisher, &country, 1, Detail::View, 8);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut first).len(), 1);
    assert_eq!(received(&mut second).len(), 2);
    publisher.leave(1);
    assert_eq!(publisher.scopes(), 0);
    publisher.publish(&country, &feed());
    assert_eq!(received(&mut second).len(), 0);
}

#[test]
fn who_left_without_a_word_is_forgotten() {
    let country = Country::default();
    let mut publisher = Publisher::default();
    drop(watch(&mut publisher, &country, 1, Detail::View, 8));
    publisher.publish(&country, &feed());
    assert_eq!(publisher.scopes(), 0);
}

#[test]
fn a_frame_that_no_buffer_holds_is_refused_and_the_others_go_on() {
    let country = Country::default();
    country.set("A", 1);
    let mut publisher = Publisher::default();
    let mut whole = watch(&mut publisher, &country, 1, Detail::Children, 2);
    let mut view = watch(&mut publisher, &country, 2, Detail::View, 8);
    let mut slow = watch(&mut publisher, &country, 3, Detail::Children, 1);
    country.set(long_name(), 1);
    publisher.publish(&country, &feed());
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut whole),
        ["snapshot 1 [A=1] -[]", "refused TooLarge"]
    );
    assert_eq!(received(&mut view).len(), 3, "without children it is small");
    assert_eq!(received(&mut slow), ["snapshot 1 [A=1] -[]"]);
    publisher.publish(&country, &feed());
    assert_eq!(
        received(&mut slow),
        ["refused TooLarge"],
        "once there is room"
    );
    let mut late = watch(&mut publisher, &country, 1, Detail::Children, 8);
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
    let _view = watch(&mut publisher, &country, 1, Detail::View, 8);
    assert!(publisher.view(&region(), now).is_some());
    assert!(publisher.children(&region(), now).is_none(), "not watched");
    let _whole = watch(&mut publisher, &country, 2, Detail::Children, 8);
    let names: Vec<&str> = publisher
        .children(&region(), now)
        .unwrap()
        .map(|card| card.name.as_str())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let later = Some(Time::from_seconds(country.as_of + 1));
    assert!(publisher.view(&region(), later).is_none());
    assert!(publisher.view(&agency("A"), now).is_none());
}
