use super::*;

const SILENT: Duration = Duration::from_secs(300);

fn at(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

/// The word of a broker of which the leader answered just now.
fn word(end: i64) -> PartitionWord {
    PartitionWord {
        silent_for: Some(Duration::ZERO),
        is_asked: true,
        low: Some(0),
        end: Some(end),
    }
}

fn connected(clock: Clock, partitions: &[i32]) -> Progress {
    let mut progress = Progress::new(clock);
    progress.heard(true, &BTreeMap::new(), |_| None, at(10_000));
    for partition in partitions {
        progress.assign(*partition, None, None, at(10_000));
    }
    progress
}

fn event(progress: &mut Progress, partition: i32, time: i64, now: i64) {
    progress.came(partition, Some(at(0)), at(now));
    progress.accepted(partition, at(time));
}

/// A second in which all that the broker said is that each of some partitions ends
/// at this offset.
fn second(progress: &mut Progress, ends: &[(i32, i64)], next: i64, now: i64) {
    let words = ends.iter().map(|(at, end)| (*at, word(*end))).collect();
    progress.heard(true, &words, |_| Some(next), at(now));
    progress.tick(at(now), |_| Some(next));
}

fn state(progress: &Progress, now: i64) -> FeedState {
    progress.state(Some(at(now)), SILENT, at(now))
}

fn troubles(progress: &Progress) -> Vec<(i32, Trouble, Time)> {
    progress.troubles().collect()
}

/// Two partitions, by the wall clock, whole at 10,001 s with offset 7 as their end.
fn whole() -> Progress {
    let mut progress = connected(Clock::Wall, &[0, 1]);
    event(&mut progress, 0, 9_990, 10_000);
    event(&mut progress, 1, 9_990, 10_000);
    progress.ended(0);
    progress.ended(1);
    second(&mut progress, &[(0, 7), (1, 7)], 7, 10_001);
    assert_eq!(state(&progress, 10_001), FeedState::Live);
    progress
}

#[test]
fn figures_are_never_as_of_an_instant_to_come() {
    // Events may be up to a minute ahead, and T is half a minute behind them.
    for (clock, reached) in [(Clock::Wall, 10_001), (Clock::Event, 10_025)] {
        let mut progress = connected(clock, &[0]);
        event(&mut progress, 0, 10_055, 10_001);
        assert_eq!(progress.event_time(at(10_001)), Some(at(reached)));
        assert_eq!(progress.time(at(10_001), true), Some(at(reached)));
    }
}

#[test]
fn the_wall_clock_rules_once_caught_up() {
    let mut progress = connected(Clock::Wall, &[0]);
    event(&mut progress, 0, 9_000, 10_001);
    assert_eq!(progress.time(at(10_001), true), Some(at(8_970)));
    let state = |progress: &Progress, now| progress.state(Some(at(9_000)), SILENT, at(now));
    assert_eq!(state(&progress, 10_001), FeedState::CatchingUp);
    progress.ended(0);
    progress.tick(at(10_001), |_| None);
    assert_eq!(progress.time(at(10_001), true), Some(at(10_001)));
    assert_eq!(state(&progress, 9_300), FeedState::Live);
    assert_eq!(state(&progress, 9_301), FeedState::Stale);
    assert_eq!(
        progress.data_age(Some(at(9_000)), at(9_301)),
        Some(Span::from_seconds(301))
    );
}

#[test]
fn a_partition_that_never_rests_is_caught_up_by_its_arrivals() {
    let mut progress = connected(Clock::Wall, &[0]);
    for (stamped, caught_up) in [(9_990, false), (9_999, true)] {
        progress.came(0, Some(at(stamped)), at(10_000));
        progress.tick(at(10_000), |_| None);
        assert_eq!(progress.is_caught_up(), caught_up);
    }
}

#[test]
fn the_end_counts_after_five_quiet_seconds() {
    let mut progress = connected(Clock::Event, &[0, 1]);
    event(&mut progress, 0, 1_000, 10_000);
    progress.ended(1);
    progress.tick(at(10_004), |_| None);
    assert_eq!(progress.time(at(10_004), true), None);
    progress.tick(at(10_005), |_| None);
    assert_eq!(progress.time(at(10_005), true), Some(at(970)));
    // Not at its end: quiet only because the broker is slow.
    event(&mut progress, 0, 1_100, 10_006);
    second(&mut progress, &[(0, 9), (1, 1)], 1, 10_100);
    assert_eq!(progress.time(at(10_100), true), Some(at(1_070)));
}

#[test]
fn what_is_too_far_ahead_is_held_and_released_in_order() {
    let mut progress = connected(Clock::Event, &[0, 1]);
    let batch = progress.weigh(Batch::default());
    event(&mut progress, 0, 1_000, 10_000);
    assert!(progress.must_wait(0), "nothing is known of the other");
    progress.hold(0, (Arc::clone(&batch), 1));
    assert!(progress.must_wait(0));
    progress.hold(0, (batch, 2));
    progress.ended(0);
    assert!(progress.release().is_none());
    event(&mut progress, 1, 900, 10_001);
    assert_eq!(progress.release().map(|(_, index)| index), Some(1));
    progress.ended(1);
    progress.tick(at(10_001), |_| None);
    assert!(!progress.is_caught_up());
    assert_eq!(progress.release().map(|(_, index)| index), Some(2));
    assert!(progress.release().is_none());
    progress.tick(at(10_001), |_| None);
    assert!(progress.is_caught_up());
}

#[test]
fn a_partition_of_which_enough_is_held_is_not_read() {
    let mut progress = connected(Clock::Event, &[0, 1]);
    let batch = progress.weigh(Batch::default());
    event(&mut progress, 0, 1_000, 10_000);
    for index in 0..HOLD_MOST {
        assert_eq!(progress.paused(), BTreeSet::new());
        progress.hold(0, (Arc::clone(&batch), index));
    }
    assert_eq!(progress.paused(), BTreeSet::from([0]));
    event(&mut progress, 1, 1_000, 10_000);
    for _ in HOLD_FEW..HOLD_MOST {
        assert_eq!(progress.paused(), BTreeSet::from([0]));
        assert!(progress.release().is_some());
    }
    assert_eq!(progress.paused(), BTreeSet::new());
}

#[test]
fn while_the_broker_is_away_time_stands_still() {
    let mut progress = whole();
    assert_eq!(progress.time(at(10_001), true), Some(at(10_001)));
    progress.heard(false, &BTreeMap::new(), |_| None, at(10_002));
    assert_eq!(progress.time(at(10_002), true), None);
    assert_eq!(state(&progress, 10_002), FeedState::Disconnected);
    second(&mut progress, &[(0, 8), (1, 7)], 7, 10_060);
    assert_eq!(state(&progress, 10_060), FeedState::CatchingUp);
    progress.ended(0);
    progress.ended(1);
    second(&mut progress, &[(0, 8), (1, 7)], 8, 10_061);
    assert_eq!(progress.time(at(10_061), true), Some(at(10_061)));
    assert_eq!(state(&progress, 10_061), FeedState::Live);
}

#[test]
fn where_nothing_came_meanwhile_the_brokers_word_is_the_end() {
    let mut progress = whole();
    progress.heard(false, &BTreeMap::new(), |_| None, at(10_010));
    let ends = [(0, 7), (1, 7)];
    second(&mut progress, &ends, 7, 10_060);
    assert!(!progress.is_caught_up(), "too soon to know");
    second(&mut progress, &ends, 6, 10_062);
    assert!(!progress.is_caught_up(), "a message is missing");
    second(&mut progress, &ends, 7, 10_063);
    assert!(progress.is_caught_up());
}

#[test]
fn a_broker_that_was_never_there_is_told_of_with_empty_figures() {
    let mut progress = Progress::new(Clock::Wall);
    assert_eq!(progress.state(None, SILENT, at(5)), FeedState::Starting);
    progress.heard(false, &BTreeMap::new(), |_| None, at(10_002));
    assert_eq!(progress.time(at(5), false), Some(at(5)));
    assert_eq!(progress.time(at(6), true), None);
    assert_eq!(progress.state(None, SILENT, at(5)), FeedState::Disconnected);
    let mut progress = Progress::new(Clock::Event);
    progress.heard(false, &BTreeMap::new(), |_| None, at(10_002));
    assert_eq!(progress.time(at(5), false), None);
}

/// What a partition last had at 10,001 s is a part five seconds later; T goes on.
#[track_caller]
fn assert_part_after_10_006(progress: &mut Progress, now: i64) {
    let expected = if now <= 10_006 {
        FeedState::Live
    } else {
        FeedState::Partial
    };
    assert_eq!(state(progress, now), expected, "{now}");
    assert_eq!(progress.time(at(now), true), Some(at(now)), "T goes on");
}

#[test]
fn one_leader_that_does_not_answer_makes_the_figures_a_part() {
    let mut progress = whole();
    for now in 10_002..=10_020 {
        second(&mut progress, &[(0, 7)], 7, now);
        assert_part_after_10_006(&mut progress, now);
    }
    assert_eq!(troubles(&progress), [(1, Trouble::Unanswered, at(10_001))]);
    // Back, and what piled up there is being read: it is the same trouble.
    second(&mut progress, &[(0, 7), (1, 9)], 7, 10_021);
    assert_eq!(troubles(&progress), [(1, Trouble::Behind, at(10_001))]);
    assert_eq!(progress.time(at(10_021), true), Some(at(10_021)));
    progress.came(1, Some(at(10_010)), at(10_021));
    progress.ended(1);
    second(&mut progress, &[(0, 9), (1, 9)], 9, 10_022);
    assert_eq!(troubles(&progress), []);
    assert_eq!(state(&progress, 10_022), FeedState::Live);
}

#[test]
fn where_no_leader_answers_time_stands_still_though_a_broker_does() {
    let mut progress = whole();
    for now in 10_002..=10_008 {
        second(&mut progress, &[], 7, now);
    }
    assert_eq!(state(&progress, 10_008), FeedState::Disconnected);
    assert_eq!(progress.time(at(10_008), true), None);
}

#[test]
fn a_partition_without_leader_from_the_start_holds_nobody_up() {
    let mut progress = connected(Clock::Wall, &[0, 1]);
    event(&mut progress, 0, 9_990, 10_000);
    progress.ended(0);
    second(&mut progress, &[(0, 7)], 7, 10_001);
    assert_eq!(state(&progress, 10_001), FeedState::CatchingUp);
    second(&mut progress, &[(0, 7)], 7, 10_006);
    assert_eq!(state(&progress, 10_006), FeedState::Partial);
    assert_eq!(progress.time(at(10_006), true), Some(at(10_006)));
    assert!(!progress.must_wait(0));
}

#[test]
fn messages_that_are_not_folded_in_time_make_the_figures_a_part() {
    let mut progress = whole();
    for now in 10_002..=10_010 {
        // A leader that answers, and a reader that does not get on.
        second(&mut progress, &[(0, 7), (1, 50 + now)], 7, now);
        let expected = if now <= 10_007 {
            FeedState::Live
        } else {
            FeedState::Partial
        };
        assert_eq!(state(&progress, now), expected, "{now}");
    }
    assert_eq!(troubles(&progress), [(1, Trouble::Behind, at(10_002))]);
    // What came since is as late as what was there then, and is waited for, too.
    second(&mut progress, &[(0, 7), (1, 20_000)], 10_052, 10_011);
    assert_eq!(troubles(&progress), [(1, Trouble::Behind, at(10_002))]);
    second(&mut progress, &[(0, 7), (1, 20_000)], 10_056, 10_011);
    assert_eq!(troubles(&progress), []);
}

#[test]
fn lag_is_what_the_broker_has_beyond_the_state() {
    let mut progress = connected(Clock::Wall, &[0]);
    assert_eq!(progress.lag(0, Some(5)), None);
    second(&mut progress, &[(0, 8)], 5, 10_001);
    assert_eq!(progress.lag(0, Some(5)), Some(3));
    assert_eq!(progress.lag(0, Some(9)), Some(0));
    assert_eq!(progress.lag(0, None), Some(8));
}

#[test]
fn offsets_that_hold_no_message_are_no_lag() {
    let mut progress = whole();
    // A transaction ended: two offsets more, and the reader is at the end again.
    second(&mut progress, &[(0, 9), (1, 9)], 7, 10_002);
    assert_eq!(progress.lag(0, Some(7)), Some(2));
    progress.read_to(0, 9);
    assert_eq!(progress.lag(0, Some(7)), Some(0));
    // While something is on its way, the client may be ahead of what came.
    progress.came(1, None, at(10_002));
    progress.read_to(1, 9);
    assert_eq!(progress.lag(1, Some(8)), Some(1));
}

#[test]
fn what_was_thrown_away_unread_is_no_lag() {
    let mut progress = whole();
    second(&mut progress, &[(0, 50), (1, 7)], 7, 10_002);
    assert_eq!(progress.lag(0, Some(7)), Some(43));
    progress.skip_to(0, 50);
    assert_eq!(progress.lag(0, Some(7)), Some(0));
}

#[test]
fn a_word_that_is_old_says_nothing_of_now_and_time_goes_on() {
    let mut progress = whole();
    for (age, now, is_known) in [(5, 10_006, true), (6, 10_007, false), (60, 10_061, false)] {
        progress.heard_ago(Span::from_seconds(age), at(now));
        progress.tick(at(now), |_| Some(7));
        let (lag, expected) = match is_known {
            true => (Some(0), FeedState::Live),
            false => (None, FeedState::Partial),
        };
        assert_eq!(progress.lag(0, Some(7)), lag, "{now}");
        assert_eq!(state(&progress, now), expected, "{now}");
        assert_eq!(progress.time(at(now), true), Some(at(now)), "T goes on");
    }
    let behind = |partition| (partition, Trouble::Behind, at(10_001));
    assert_eq!(troubles(&progress), [behind(0), behind(1)]);
    progress.heard_ago(Span(0), at(10_062));
    second(&mut progress, &[(0, 7), (1, 7)], 7, 10_062);
    assert_eq!(state(&progress, 10_062), FeedState::Live);
}

#[test]
fn messages_that_wait_on_their_way_are_behind_whatever_end_was_seen_before_them() {
    let mut progress = whole();
    for now in 10_002..=10_030 {
        // Ten a second come, and one a second is folded.
        let ends = [(0, 7 + 10 * (now - 10_001)), (1, 7)];
        let folded = 7 + (now - 10_001);
        progress.came(0, Some(at(now - 20)), at(now));
        progress.had_ended(0);
        progress.read_to(0, folded);
        let words = ends.iter().map(|(at, end)| (*at, word(*end))).collect();
        let next = |partition| Some(if partition == 0 { folded } else { 7 });
        progress.heard(true, &words, next, at(now));
        progress.tick(at(now), next);
        let is_behind = state(&progress, now) == FeedState::Partial;
        assert!(is_behind || now < 10_008, "{now}");
    }
    // All of them are folded, in a partition whose end was old when it was heard of.
    second(&mut progress, &[(0, 297), (1, 7)], 297, 10_031);
    assert_eq!(state(&progress, 10_031), FeedState::Live);
}

#[test]
fn an_end_that_is_old_when_it_is_heard_of_is_the_end_once_the_broker_says_so() {
    let mut progress = connected(Clock::Wall, &[0]);
    event(&mut progress, 0, 9_000, 10_020);
    progress.had_ended(0);
    second(&mut progress, &[(0, 9)], 8, 10_021);
    assert!(!progress.is_caught_up());
    // What is beyond its last message is the end of a transaction.
    progress.read_to(0, 9);
    second(&mut progress, &[(0, 9)], 8, 10_023);
    assert!(progress.is_caught_up());
}

#[test]
fn a_partition_that_was_cut_short_is_not_behind_for_good() {
    let mut progress = whole();
    second(&mut progress, &[(0, 50), (1, 7)], 7, 10_002);
    for now in 10_003..=10_010 {
        second(&mut progress, &[(0, 7), (1, 7)], 7, now);
    }
    assert_eq!(state(&progress, 10_010), FeedState::Live);
}

#[test]
fn a_leader_that_was_not_asked_is_not_silent_and_what_it_has_is_not_known() {
    let mut progress = whole();
    for now in 10_002_i64..=10_020 {
        let unasked = PartitionWord {
            silent_for: Some(Duration::from_secs((now - 10_001).unsigned_abs())),
            is_asked: now == 10_015,
            ..word(7)
        };
        let words = BTreeMap::from([(0, unasked), (1, unasked)]);
        progress.heard(true, &words, |_| Some(7), at(now));
        progress.tick(at(now), |_| Some(7));
        assert_part_after_10_006(&mut progress, now);
    }
    let behind = |partition| (partition, Trouble::Behind, at(10_001));
    assert_eq!(troubles(&progress), [behind(0), behind(1)]);
    second(&mut progress, &[(0, 7), (1, 7)], 7, 10_021);
    assert_eq!(state(&progress, 10_021), FeedState::Live);
}

fn heavy(progress: &Progress) -> Arc<Weighed> {
    let mut batch = Batch::default();
    let value = vec![b'x'; 8 * 1024 * 1024];
    let stamp = crate::ingest::batch::Timestamp::NotAvailable;
    batch.push_parts((0, 0), stamp, (None, Some(&value)), &[], usize::MAX);
    progress.weigh(batch)
}

#[test]
fn what_is_held_is_bounded_by_its_bytes_each_batch_once() {
    let mut progress = connected(Clock::Event, &[0, 1, 2]);
    event(&mut progress, 0, 1_000, 10_000);
    event(&mut progress, 1, 1_000, 10_000);
    for index in 0..7 {
        let batch = heavy(&progress);
        progress.hold(0, (Arc::clone(&batch), index));
        progress.hold(1, (batch, index));
    }
    assert_eq!(progress.paused(), BTreeSet::new());
    let batch = heavy(&progress);
    progress.hold(1, (batch, 7));
    assert_eq!(progress.paused(), BTreeSet::from([1]));
    // The third is not late any more: what was held goes, and all are read again.
    event(&mut progress, 2, 1_000, 10_000);
    let mut released = 0;
    while progress.release().is_some() {
        released += 1;
    }
    assert_eq!((released, progress.scale.bytes()), (15, 0));
    assert_eq!(progress.paused(), BTreeSet::new());
}

#[test]
fn one_of_which_nothing_is_held_is_read_whatever_the_others_hold() {
    let mut progress = connected(Clock::Event, &[0, 1]);
    event(&mut progress, 0, 1_000, 10_000);
    let batches: Vec<_> = (0..8).map(|_| heavy(&progress)).collect();
    progress.hold(0, (Arc::clone(&batches[0]), 0));
    assert_eq!(progress.paused(), BTreeSet::from([0]));
    event(&mut progress, 1, 1_000, 10_000);
    assert!(progress.release().is_some());
    assert_eq!(progress.paused(), BTreeSet::new());
}
