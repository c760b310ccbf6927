use std::sync::Arc;

use vigie_contract::read::{Reading, structured};
use vigie_contract::scope::Scope;
use vigie_contract::view::Clock;
use vigie_model::{Directory, Settings};

use super::*;
use crate::ingest::batch::{Batch, Timestamp};

/// 2026-11-23T10:00:00Z
const LATER: Time = Time::from_seconds(1_795_428_000);

fn empty() -> Fold {
    Fold::new(Arc::new(Directory::empty()), Settings::live(Clock::Event))
}

/// A fold of one call that waits, at offset 41 of partition 3.
fn folded() -> Fold {
    let line = br#"{"specversion":"1.0","id":"a","source":"/s","type":"call.queued","time":"2026-11-23T09:00:00Z","subject":"c","data":{"line":"3949","agency":"A","queue":"q"}}"#;
    let Ok(Reading::Event(event)) = structured(line) else {
        panic!("an event");
    };
    let mut fold = empty();
    fold.apply(Input::Event {
        partition: 3,
        offset: 41,
        arrived: None,
        event: &event,
    });
    fold.apply(Input::Quiet { partition: 3 });
    let to = event.time + Span::from_seconds(10);
    fold.apply(Input::Advance { to });
    fold
}

fn saving(store: Option<&Store>) -> (Saving, mpsc::Receiver<Written>) {
    let (sender, written) = mpsc::channel(1);
    let interval = Duration::from_secs(10);
    let suspects = Suspects::default();
    let saving = Saving::new("calls", store.cloned(), interval, sender, suspects);
    (saving, written)
}

fn identity(id: &str, cluster: &str) -> TopicIdentity {
    TopicIdentity {
        id: Some(id.to_owned()),
        cluster: Some(cluster.to_owned()),
    }
}

fn letter() -> Letter {
    let mut batch = Batch::default();
    let contents = (None, Some(&b"{}"[..]));
    batch.push_parts((3, 40), Timestamp::NotAvailable, contents, &[], 100);
    Letter::new("calls", &batch, &batch.records()[0], "time: too late")
}

fn waiting(fold: &Fold) -> Option<i64> {
    fold.view(&Scope::All).map(|view| view.now.waiting)
}

/// A store with the snapshot of [`folded`].
async fn saved(folder: &std::path::Path) -> Store {
    let store = Store::open(folder).unwrap();
    let (mut before, mut written) = saving(Some(&store));
    before.reads_from(identity("id", "cluster")).unwrap();
    before.lost(5, LATER);
    let fold = folded();
    before.tick(&fold, Time::from_seconds(100));
    while before.is_taking() {
        before.step(&fold, || vec![letter()]);
    }
    let done = written.recv().await.unwrap();
    assert_eq!(done.offsets, BTreeMap::from([(3, 42)]));
    before.wrote(&done, Time::from_seconds(100));
    before.tick(&fold, Time::from_seconds(200));
    assert!(!before.is_taking(), "nothing has moved since");
    store
}

#[tokio::test]
async fn what_was_saved_is_restored_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = saved(folder.path()).await;
    let (mut after, _written) = saving(Some(&store));
    let (fold, refused) = after.restore(empty, Some(LATER));
    assert_eq!(fold.as_of(), folded().as_of());
    assert_eq!(waiting(&fold), Some(1));
    assert_eq!(fold.next_offset(3), Some(42));
    assert_eq!(refused.len(), 1, "what the broker had not taken");
    assert_eq!(after.all_lost(LATER).map(|lost| lost.messages), Some(5));
    assert_eq!(after.all_lost(LATER + LOST_FOR), None);
    after.reads_from(identity("id", "cluster")).unwrap();
}

#[tokio::test]
async fn a_state_of_another_topic_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = saved(folder.path()).await;
    let unknown = TopicIdentity::default();
    for (found, is_same) in [
        (identity("other", "cluster"), false),
        (identity("id", "other"), false),
        (unknown, true),
    ] {
        let (mut after, _written) = saving(Some(&store));
        after.restore(empty, Some(LATER));
        assert_eq!(
            after.reads_from(found.clone()).is_ok(),
            is_same,
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_snapshot_from_the_future_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let store = saved(folder.path()).await;
    let as_of = folded().as_of().unwrap();
    let (mut after, _written) = saving(Some(&store));
    let (fold, refused) = after.restore(empty, Some(as_of - Span::from_seconds(60)));
    assert_eq!((fold.as_of(), refused.len()), (None, 0));
    assert!(store.read().unwrap().is_none());
}

#[tokio::test]
async fn a_clock_that_was_put_back_does_not_put_snapshots_off() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (mut saving, _written) = saving(Some(&store));
    saving.tick(&empty(), Time::from_seconds(10_000));
    assert!(!saving.is_taking(), "nothing to save");
    saving.tick(&folded(), Time::from_seconds(100));
    assert!(!saving.is_taking());
    saving.tick(&folded(), Time::from_seconds(110));
    assert!(saving.is_taking());
}

#[tokio::test]
async fn whatever_a_saved_state_holds_the_start_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = saved(folder.path()).await;
    let whole = store.read().unwrap().unwrap();
    let (mut restored, mut put_aside) = (0, 0);
    for at in 0..whole.partitions[0].state.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut damaged = whole.clone();
            // Its checksum is right: only folding on from it shows.
            damaged.partitions[0].state[at] ^= change;
            std::fs::write(store.path(), damaged.to_bytes()).unwrap();
            let (mut after, _written) = saving(Some(&store));
            let (fold, _) = after.restore(empty, Some(LATER));
            match fold.as_of() {
                Some(_) => restored += 1,
                None => put_aside += 1,
            }
            assert_eq!(store.read().unwrap().is_none(), fold.as_of().is_none());
        }
    }
    assert!(restored > 0 && put_aside > 0, "{restored} {put_aside}");
}
