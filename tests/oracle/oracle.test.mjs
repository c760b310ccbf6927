// What each outcome and each rule gives, every figure worked out by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRate, counted, nonzero, time, viewOf } from './script.mjs';
import { parseInstant } from './time.mjs';

/** The counts of a window that are not 0: by default all of the last hour. */
function check(name, { events, at, scope, directory, book = 'windows', window = '60m', group = 'counts', expect }) {
  test(name, () => {
    const view = viewOf(events, at, { scope, directory });
    assert.deepEqual(nonzero(view[book][window][group]), expect);
  });
}

/** A leg that closed as `outcome`, and nothing else. */
const one = (outcome, more = {}) => ({ entered_all: 1, closed_all: 1, [outcome]: 1, offered: 1, asked: 1, ...more });

describe('outcomes', () => {
  check('answered', {
    events: '10:00:00 1 queued A/q\n10:00:40 1 answered A/q', at: '10:05:00', expect: one('answered'),
  });
  check('abandoned', {
    events: '10:00:00 1 queued A/q\n10:00:40 1 abandoned A/q', at: '10:05:00', expect: one('abandoned'),
  });
  check('abandoned under the threshold is short', {
    events: '10:00:00 1 queued A/q\n10:00:04.999999 1 abandoned A/q', at: '10:05:00',
    expect: one('abandoned', { short_abandoned: 1 }),
  });
  check('abandoned at the threshold is not short', {
    events: '10:00:00 1 queued A/q\n10:00:05 1 abandoned A/q', at: '10:05:00', expect: one('abandoned'),
  });
  check('cut off', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 cut_off A/q reason=closing', at: '10:05:00', expect: one('cut_off'),
  });
  check('callback accepted', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 callback_accepted A/q due_at=12:00:00', at: '10:05:00',
    expect: one('callbacks_accepted'),
  });
  check('voicemail left', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 voicemail_left A/q', at: '10:05:00', expect: one('voicemails'),
  });
  check('overflowed, and nothing came of it: in overflowed_out only', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 overflowed A/q to=B/q', at: '10:05:00',
    expect: { entered_all: 1, closed_all: 1, overflowed_out: 1 },
  });
  check('lost: not yet at entry + 2 h', {
    events: '08:00:00 1 queued A/q\n10:30:00 2 received', at: '10:00:00', expect: {},
  });
  check('lost: just after entry + 2 h', {
    events: '08:00:00 1 queued A/q\n10:30:00 2 received', at: '10:00:01',
    expect: { closed_all: 1, lost: 1, offered: 1, asked: 1 },
  });
  check('an outcome a microsecond before entry + 2 h closes the leg', {
    events: '08:00:00 1 queued A/q\n09:59:59.999999 1 answered A/q', at: '10:00:01',
    expect: { closed_all: 1, answered: 1, offered: 1, asked: 1 },
  });
  check('an outcome at entry + 2 h is superseded', {
    events: '08:00:00 1 queued A/q\n10:00:00 1 answered A/q', at: '10:00:01',
    expect: { closed_all: 1, lost: 1, superseded: 1, offered: 1, asked: 1 },
  });
  check('an entry at entry + 2 h opens a new leg', {
    events: '08:00:00 1 queued A/q\n10:00:00 1 queued A/q\n10:00:10 1 answered A/q', at: '10:05:00',
    expect: { entered_all: 1, closed_all: 2, lost: 1, answered: 1, offered: 2, asked: 2 },
  });
  check('calls that only reached the voice server', {
    events: `10:00:00 1 received identified=true
      10:00:01 2 received identified=false
      10:00:02 3 received
      10:01:00 3 self_served`,
    at: '10:05:00', expect: { received: 3, identified: 1, self_served: 1, self_served_in_hours: 1 },
  });
  check('deflected after a request, as closed while open, as saturated', {
    events: `10:00:00 1 deflected reason=saturated after_request=true
      10:00:00 2 deflected reason=closed
      10:00:00 3 deflected reason=saturated`,
    at: '10:05:00', expect: { deflected_asked: 2, deflected_saturated: 1, asked: 2 },
  });
  check('a set that rang and nobody took it leaves the leg in', {
    events: '10:00:00 1 queued A/q\n10:00:30 1 rang_unanswered A/q\n10:01:00 1 answered A/q', at: '10:05:00',
    expect: one('answered', { rang_unanswered: 1 }),
  });
});

describe('legs', () => {
  check('an entry while in changes nothing', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 queued A/q\n10:02:00 1 answered A/q', at: '10:05:00',
    expect: one('answered', { repeated: 1 }),
  });
  test('the wait runs from the first of two entries', () => {
    const view = viewOf('10:00:00 1 queued A/q\n10:01:00 1 queued A/q\n10:02:00 1 answered A/q', '10:05:00');
    assert.equal(view.windows['5m'].times.answer_mean_seconds, 120);
  });
  check('a second outcome is superseded', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 answered A/q\n10:02:00 1 abandoned A/q', at: '10:05:00',
    expect: one('answered', { superseded: 1 }),
  });
  check('an outcome without entry is an orphan, and closes nothing', {
    events: '10:01:00 1 answered A/q', at: '10:05:00', expect: { answered: 1, orphan: 1, offered: 1, asked: 1 },
  });
  check('a second orphan is an orphan too', {
    events: '10:01:00 1 abandoned A/q\n10:02:00 1 abandoned A/q', at: '10:05:00',
    expect: { abandoned: 2, orphan: 2, offered: 2, asked: 2 },
  });
  check('the same call in another queue is another leg', {
    events: '10:00:00 1 queued A/q\n10:01:00 1 answered A/other', at: '10:05:00',
    expect: { entered_all: 1, answered: 1, orphan: 1, offered: 1, asked: 1 },
  });
  check('a call that returns to its queue has two legs', {
    events: `10:00:00 1 queued A/q\n10:01:00 1 abandoned A/q
      10:02:00 1 queued A/q\n10:03:00 1 answered A/q`,
    at: '10:05:00', expect: { entered_all: 2, closed_all: 2, answered: 1, abandoned: 1, offered: 2, asked: 2 },
  });
  check('superseded: exactly 2 h after the last event of the leg', {
    events: '08:00:00 1 queued A/q\n08:01:00 1 answered A/q\n10:01:00 1 abandoned A/q', at: '10:05:00',
    expect: { superseded: 1 },
  });
  check('an orphan: more than 2 h after the last event of the leg', {
    events: '08:00:00 1 queued A/q\n08:01:00 1 answered A/q\n10:01:00.000001 1 abandoned A/q', at: '10:05:00',
    expect: { abandoned: 1, orphan: 1, offered: 1, asked: 1 },
  });
  check('the close as lost is an event of the leg', {
    events: '06:30:00 1 queued A/q\n10:30:00 1 abandoned A/q', at: '10:35:00', expect: { superseded: 1 },
  });
  check('after 2 h of silence the history starts anew', {
    events: `06:00:00 1 queued A/q\n06:01:00 1 answered A/q
      10:00:00 1 abandoned A/q\n10:10:00 1 abandoned A/q`,
    at: '10:35:00', expect: { abandoned: 2, orphan: 2, offered: 2, asked: 2 },
  });
});

describe('ties in time', () => {
  check('an entry and its outcome, whatever their ids', {
    events: '10:00:00 1 answered A/q id=a\n10:00:00 1 queued A/q id=b', at: '10:05:00', expect: one('answered'),
  });
  check('an outcome and the next entry while in', {
    events: '09:59:00 1 queued A/q\n10:00:00 1 queued A/q id=a\n10:00:00 1 voicemail_left A/q id=b', at: '10:05:00',
    expect: { entered_all: 2, closed_all: 1, voicemails: 1, offered: 1, asked: 1 },
  });
  check('of two outcomes the first type closes', {
    events: '09:59:00 1 queued A/q\n10:00:00 1 answered A/q id=a\n10:00:00 1 abandoned A/q id=b', at: '10:05:00',
    expect: one('abandoned', { superseded: 1 }),
  });
  check('two entries and two outcomes are two legs', {
    events: `10:00:00 1 answered A/q id=a\n10:00:00 1 answered A/q id=b
      10:00:00 1 queued A/q id=c\n10:00:00 1 queued A/q id=d`,
    at: '10:05:00', expect: { entered_all: 2, closed_all: 2, answered: 2, offered: 2, asked: 2 },
  });
  test('of two entries the first id opens', () => {
    const events = `10:00:00 1 queued A/q id=b asked_at=09:58:00\n10:00:00 1 queued A/q id=a asked_at=09:59:00`;
    assert.equal(viewOf(events, '10:00:30').now.longest_wait_seconds, 90);
  });
});

const overflow = `10:00:00 1 queued A/q
  10:01:00 1 overflowed A/q to=B/q
  10:01:00 1 queued B/q reason=overflow origin=A/q asked_at=10:00:00
  10:03:00 1 answered B/q`;
const chain = `10:00:00 1 queued A/q
  10:01:00 1 overflowed A/q to=B/q
  10:01:00 1 queued B/q reason=overflow origin=A/q asked_at=10:00:00
  10:02:00 1 overflowed B/q to=C/q
  10:02:00 1 queued C/q reason=overflow origin=A/q asked_at=10:00:00
  10:04:00 1 abandoned C/q`;
const agency = (code) => `unassigned/unassigned/${code}`;

describe('origin and handler', () => {
  check('an overflowed call is answered where it asked, by origin', {
    events: overflow, at: '10:05:00', scope: agency('A'),
    expect: { entered_all: 1, closed_all: 1, overflowed_out: 1, overflowed_in: 1, answered: 1, offered: 1, asked: 1 },
  });
  check('by handler its first agency only passed it on', {
    events: overflow, at: '10:05:00', scope: agency('A'), book: 'handled',
    expect: { entered_all: 1, closed_all: 1, overflowed_out: 1 },
  });
  check('by handler it is answered where an agent picked up', {
    events: overflow, at: '10:05:00', scope: agency('B'), book: 'handled',
    expect: one('answered', { overflowed_in: 1 }),
  });
  check('by origin the other agency has only its comings and goings', {
    events: overflow, at: '10:05:00', scope: agency('B'), expect: { entered_all: 1, closed_all: 1 },
  });
  test('the wait runs since the caller first asked, in both', () => {
    assert.equal(viewOf(overflow, '10:05:00', { scope: agency('A') }).windows['5m'].times.answer_mean_seconds, 180);
    assert.equal(viewOf(overflow, '10:05:00', { scope: agency('B') }).handled['5m'].times.answer_mean_seconds, 180);
  });
  for (const book of ['windows', 'handled']) {
    check(`in all it is one call, in ${book}`, {
      events: overflow, at: '10:05:00', book,
      expect: { entered_all: 2, closed_all: 2, overflowed_out: 1, overflowed_in: 1, answered: 1, offered: 1, asked: 1 },
    });
  }
  check('a chain of overflows belongs to its origin', {
    events: chain, at: '10:05:00', scope: agency('A'),
    expect: { entered_all: 1, closed_all: 1, overflowed_out: 2, overflowed_in: 2, abandoned: 1, offered: 1, asked: 1 },
  });
  check('and each handler has its own leg', {
    events: chain, at: '10:05:00', scope: agency('B'), book: 'handled',
    expect: { entered_all: 1, closed_all: 1, overflowed_out: 1, overflowed_in: 1 },
  });
  check('without origin and asked_at a leg has its own queue and entry', {
    events: '10:00:00 1 queued B/q reason=overflow\n10:00:30 1 answered B/q', at: '10:05:00', scope: agency('B'),
    expect: one('answered', { overflowed_in: 1 }),
  });
  check('an overflow whose outcome never came is lost to its origin', {
    events: '08:00:00 1 queued B/q reason=overflow origin=A/q asked_at=07:59:00\n10:30:00 2 received', at: '10:00:01', scope: agency('A'),
    expect: { overflowed_in: 1, lost: 1, offered: 1, asked: 1 },
  });
});

describe('transfers and callbacks', () => {
  const transferred = '10:00:00 1 queued A/q reason=transfer\n10:00:30 1 answered A/q';
  const calledBack = '10:00:00 1 queued A/q reason=callback\n10:00:30 1 answered A/q';
  check('a transfer is in none of the main counts but its coming', {
    events: transferred, at: '10:05:00', expect: { entered_all: 1, closed_all: 1, transferred_in: 1 },
  });
  check('it has the same counts apart', {
    events: transferred, at: '10:05:00', group: 'second_level', expect: one('answered', { transferred_in: 1 }),
  });
  check('a callback is in none of the main counts', {
    events: calledBack, at: '10:05:00', expect: { entered_all: 1, closed_all: 1, attempts_without_promise: 1 },
  });
  check('it has its own', { events: calledBack, at: '10:05:00', group: 'callback', expect: one('answered') });
  test('second level pick-up and wait', () => {
    const { rates, times } = viewOf(`${transferred}\n10:01:00 2 queued A/q reason=transfer\n10:02:00 2 abandoned A/q`, '10:05:00').windows['5m'];
    assertRate(rates.second_level_pick_up, { value: 0.5, of: [1, 2] });
    assert.equal(rates.pick_up_queue, null);
    assert.equal(times.second_level_answer_mean_seconds, 30);
    assert.equal(times.answer_mean_seconds, null);
  });
});

describe('now', () => {
  const four = '09:59:20 1 queued A/q\n09:59:30 2 queued A/q\n09:59:40 3 queued A/q\n09:59:50 4 queued A/q';
  test('ages of those waiting: nearest rank', () => {
    const { now } = viewOf(four, '10:00:00');
    assert.equal(now.waiting, 4);
    assert.equal(now.longest_wait_seconds, 40);
    assert.equal(now.wait_p50_seconds, 20); // the 2nd of 10 20 30 40
    assert.equal(now.wait_p90_seconds, 40); // the 4th
  });
  test('nobody waits: absent', () => {
    const { now } = viewOf('10:00:00 1 received', '10:00:01');
    assert.deepEqual([now.waiting, now.longest_wait_seconds, now.wait_p50_seconds, now.wait_p90_seconds], [0, null, null, null]);
  });
  test('by reason, since asked; one asked later than its entry counts from its entry', () => {
    const { now } = viewOf(`09:59:00 1 queued A/q
      09:59:00 2 queued A/q reason=overflow asked_at=09:50:00
      09:59:30 3 queued A/q reason=transfer asked_at=09:59:40
      09:59:30 4 queued A/q reason=callback\n09:59:40 4 answered A/q`, '10:00:00');
    assert.deepEqual(now.waiting_by_reason, { asked: 1, overflow: 1, transfer: 1, callback: 0 });
    assert.deepEqual([now.longest_wait_seconds, now.wait_p50_seconds], [600, 60]); // of 30 60 600
  });
  test('events before T only', () => {
    const events = '09:59:00 1 queued A/q\n10:00:00 1 answered A/q\n10:00:00 2 queued A/q';
    assert.equal(viewOf(events, '09:59:00').now.waiting, 0);
    assert.equal(viewOf(events, '10:00:00').now.waiting, 1);
    assert.equal(viewOf(events, '10:00:01').now.waiting, 1);
    assert.equal(viewOf(events, '10:00:01').now.longest_wait_seconds, 1);
  });
});

describe('windows', () => {
  const at = (text) => `${text} 1 queued A/q\n${text} 1 answered A/q`;
  check('the first instant of a window is in it', { events: at('09:55:00'), at: '10:00:00', window: '5m', expect: one('answered') });
  check('what came before is not', { events: at('09:54:59.999999'), at: '10:00:00', window: '5m', expect: {} });
  check('but in the longer one', { events: at('09:54:59.999999'), at: '10:00:00', window: '15m', expect: one('answered') });
  check('what comes at T is not', { events: at('10:00:00'), at: '10:00:00', window: '5m', expect: {} });
  check('an entry counts when it opened, an outcome when it closed', {
    events: '09:50:00 1 queued A/q\n09:58:00 1 answered A/q', at: '10:00:00', window: '5m',
    expect: { closed_all: 1, answered: 1, offered: 1, asked: 1 },
  });
  test('waiting(T) = waiting(T − w) + entered_all − closed_all, with orphans and overflows', () => {
    const count = counted(`${chain}\n10:02:30 9 answered A/q\n10:04:30 8 queued A/q`);
    for (let second = 0; second < 600; second += 7) {
      const instant = parseInstant(time('10:00:00')) + second * 1e6;
      const [[before], [after]] = [instant - 300e6, instant].map((each) => count.views(each, ['all']));
      const { entered_all, closed_all } = after.windows['5m'].counts;
      assert.equal(after.now.waiting, before.now.waiting + entered_all - closed_all);
    }
  });
});

describe('rates and times', () => {
  const answeredAfter = (waits) => waits.map((wait, index) =>
    `10:00:00 ${index} queued A/q\n10:0${Math.floor(wait / 60)}:${String(wait % 60).padStart(2, '0')} ${index} answered A/q`).join('\n');
  test('speed of answer: mean, nearest ranks, longest', () => {
    const { times } = viewOf(answeredAfter([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), '10:05:00').windows['15m'];
    assert.equal(times.answer_mean_seconds, 5.5);
    assert.equal(times.answer_p50_seconds, 5);
    assert.equal(times.answer_p90_seconds, 9);
    assert.equal(times.answer_p95_seconds, 10);
    assert.equal(times.answer_longest_seconds, 10);
  });
  test('service level and its variants', () => {
    const events = `${answeredAfter([20, 180, 181])}
      10:00:00 a queued A/q\n10:00:10 a abandoned A/q
      10:00:00 b queued A/q\n10:03:20 b abandoned A/q
      10:00:00 c answered A/q`;
    const { rates, times } = viewOf(events, '10:05:00').windows['15m'];
    assertRate(rates.service_level, { value: 2 / 5, of: [2, 5] }); // the orphan has no wait
    assertRate(rates.service_level_without_short, { value: 2 / 4, of: [2, 4] });
    assertRate(rates.service_level_short_good, { value: 3 / 5, of: [3, 5] });
    assertRate(rates.pick_up_queue, { value: 4 / 6, of: [4, 6] });
    assertRate(rates.abandon_rate, { value: 2 / 6, of: [2, 6] });
    assert.equal(times.abandon_mean_seconds, 105);
  });
  test('a rate of nothing, a mean of nothing: absent', () => {
    const { rates, times } = viewOf('10:00:00 1 received', '10:05:00').windows['5m'];
    assert.deepEqual([rates.pick_up_agent, rates.service_level, rates.abandon_rate], [null, null, null]);
    assert.deepEqual([times.answer_mean_seconds, times.answer_p50_seconds, times.handle_mean_seconds], [null, null, null]);
  });
  test('the agent rate: 2 answered, 1 abandoned, 1 deflected, 2 promises made, 1 kept, 1 broken', () => {
    const { rates } = viewOf(`10:00:00 1 queued A/q\n10:00:30 1 answered A/q
      10:00:00 2 queued A/q\n10:00:30 2 answered A/q
      10:00:00 3 queued A/q\n10:00:30 3 abandoned A/q
      10:00:00 4 deflected A reason=saturated after_request=true
      10:00:00 5 queued A/q\n10:01:00 5 callback_accepted A/q due_at=10:20:00
      10:00:00 6 queued A/q\n10:01:00 6 callback_accepted A/q due_at=10:20:00
      10:15:00 5 attempted A/q kind=callback outcome=reached`, '10:30:00').windows['60m'];
    assertRate(rates.pick_up_agent, { value: 3 / 6, of: [3, 6] }); // (2 + 1) ÷ (6 − 2 + 1 + 1)
    assertRate(rates.pick_up_presented, { value: 2 / 6, of: [2, 6] });
    assertRate(rates.pick_up_queue, { value: 2 / 3, of: [2, 3] });
    // The larger root p of (2/3 − p)² = 1.6449² p (1 − p) ÷ 3.
    assert.ok(Math.abs(rates.pick_up_queue.upper - 0.921737160) < 1e-9);
  });
  test('handle time: talk, hold and wrap-up over calls ended', () => {
    const { times } = viewOf(`10:00:00 1 ended A/q talk_seconds=100 hold_seconds=20
      10:01:00 2 ended A/q talk_seconds=60.5\n10:02:00 1 wrapped_up A/q wrap_up_seconds=30`, '10:05:00').windows['5m'];
    assert.equal(times.handle_mean_seconds, 105.25); // 210.5 ÷ 2
  });
  test('wrap-up of a call that ended before the window', () => {
    const { times } = viewOf('09:50:00 1 ended A/q talk_seconds=100\n10:02:00 1 wrapped_up A/q wrap_up_seconds=30', '10:05:00').windows['5m'];
    assert.equal(times.handle_mean_seconds, null);
  });
  test('rates of today over what was received, of lines, networks and all only', () => {
    const events = `10:00:00 1 received\n10:00:00 2 received\n10:00:00 3 received identified=true\n10:00:00 4 received
      10:01:00 2 self_served
      10:01:00 1 queued A/q\n10:02:00 1 answered A/q
      10:01:00 4 deflected reason=saturated`;
    const { windows } = viewOf(events, '10:05:00');
    assertRate(windows.today.rates.pick_up_with_ivr, { value: 0.5, of: [2, 4] });
    assertRate(windows.today.rates.pick_up_inbound, { value: 0.25, of: [1, 4] });
    assertRate(windows.today.rates.identification, { value: 0.25, of: [1, 4] });
    assert.equal(windows.today.counts.left_in_ivr, 1); // call 3: 4 − 1 − 1 − 1
    assert.equal(windows['60m'].rates.pick_up_inbound, null);
    assert.equal(viewOf(events, '10:05:00', { scope: agency('A') }).windows.today.rates.pick_up_inbound, null);
    assert.equal(viewOf(events, '10:05:00', { scope: 'line/L' }).windows.today.counts.left_in_ivr, 1);
  });
  test('announced against actual', () => {
    const { rates, times } = viewOf(`10:00:00 1 queued A/q announced_wait_seconds=60\n10:01:01 1 answered A/q
      10:00:00 2 queued A/q announced_wait_seconds=60\n10:01:00 2 answered A/q
      10:00:00 3 queued A/q announced_wait_seconds=60\n10:00:30 3 abandoned A/q
      10:00:00 4 queued A/q announced_wait_seconds=60\n10:02:00 4 abandoned A/q
      10:00:00 5 queued A/q\n10:01:00 5 announced A/q announced_wait_seconds=90
      10:02:00 5 announced A/q announced_wait_seconds=0\n10:02:20 5 answered A/q`, '10:05:00').windows['15m'];
    assertRate(rates.announced_exceeded, { value: 2 / 4, of: [2, 4] }); // 1 and 4 of 1, 2, 4, 5
    assert.equal(times.announced_error_p50_seconds, 1); // the 2nd of 0 1 10
  });
  describe('the first announcement is the first that the leg takes while it is in', () => {
    const cases = [
      ['at the same time as the entry, whatever its id', '10:00:00 1 announced A/q announced_wait_seconds=30 id=a\n10:00:00 1 queued A/q id=b\n10:01:00 1 answered A/q', [1, 1], 30],
      ['none before the entry', '09:59:59 1 announced A/q announced_wait_seconds=30\n10:00:00 1 queued A/q\n10:01:00 1 answered A/q', null, null],
      ['the one of the entry wins', '10:00:00 1 queued A/q announced_wait_seconds=50\n10:00:00 1 announced A/q announced_wait_seconds=0\n10:01:00 1 answered A/q', [1, 1], 10],
      ['at the closing: before an answer, by the name of its type', '10:00:00 1 queued A/q\n10:01:00 1 announced A/q announced_wait_seconds=7\n10:01:00 1 answered A/q', [0, 1], 7],
      ['at the closing: after an abandon', '10:00:00 1 queued A/q\n10:01:00 1 announced A/q announced_wait_seconds=0\n10:01:00 1 abandoned A/q', null, null],
      ['of two at once the first id', '10:00:00 1 queued A/q\n10:00:10 1 announced A/q announced_wait_seconds=40 id=b\n10:00:10 1 announced A/q announced_wait_seconds=20 id=a\n10:01:00 1 answered A/q', [1, 1], 30],
      ['a repeated entry announces nothing', '10:00:00 1 queued A/q\n10:00:10 1 queued A/q announced_wait_seconds=0\n10:01:00 1 answered A/q', null, null],
      ['of a leg that closes and opens at once, the leg that is in', `10:00:00 1 queued A/q\n10:01:00 1 abandoned A/q
        10:01:00 1 queued A/q\n10:01:00 1 announced A/q announced_wait_seconds=0\n10:02:00 1 answered A/q`, [1, 1], 60],
      ['another queue says nothing of it', '10:00:00 1 queued A/q\n10:00:10 1 announced A/p announced_wait_seconds=0\n10:01:00 1 answered A/q', null, null],
      ['of a transfer it is no figure', '10:00:00 1 queued A/q reason=transfer announced_wait_seconds=0\n10:01:00 1 answered A/q', null, null],
    ];
    for (const [name, events, of, error] of cases) {
      test(name, () => {
        const { rates, times } = viewOf(events, '10:05:00').windows['15m'];
        assert.deepEqual([rates.announced_exceeded?.of ?? null, times.announced_error_p50_seconds], [of, error]);
      });
    }
    test('it is no event of the history: 2 h after the closing, not after it', () => {
      const events = '08:00:00 1 queued A/q\n08:01:00 1 answered A/q\n09:00:00 1 announced A/q announced_wait_seconds=0\n10:01:00.000001 1 abandoned A/q';
      const { orphan, superseded } = viewOf(events, '10:05:00').windows['15m'].counts;
      assert.deepEqual([orphan, superseded], [1, 0]);
    });
  });
  describe('left in the voice server: received, but neither served, nor deflected, nor in a queue', () => {
    // Two of them stay, so that no fewer are received than followed.
    const received = '07:00:00 1 received\n07:00:00 8 received\n07:00:00 9 received\n';
    const cases = [
      ['in the voice server', received, 3],
      ['asked for an agent', `${received}07:01:00 1 queued A/q`, 2],
      ['an entry of another reason is no asking', `${received}07:01:00 1 queued A/q reason=overflow`, 3],
      ['twice, in another queue', `${received}07:01:00 1 queued A/q\n07:02:00 1 queued B/p`, 2],
      ['again after exactly 2 h', `${received}07:01:00 1 queued A/q\n09:01:00 1 queued B/q`, 2],
      ['again after more than 2 h', `${received}07:01:00 1 queued A/q\n09:01:00.000001 1 queued B/q`, 1],
      ['each is compared with the one before it', `${received}07:01:00 1 queued A/q\n09:00:00 1 queued A/q\n10:59:00 1 queued A/q`, 2],
      ['another reason between them does not matter', `${received}07:01:00 1 queued A/q\n08:30:00 1 queued A/q reason=transfer\n09:30:00 1 queued A/q`, 1],
      ['deflected, served', `${received}07:00:00 2 received\n07:00:00 3 received\n07:01:00 2 self_served\n07:01:00 3 deflected reason=closed`, 3],
      ['absent where fewer were received than followed', '07:01:00 1 queued A/q', null],
      ['by whatever way', '07:01:00 1 self_served\n07:01:00 2 received\n07:02:00 2 deflected reason=closed', null],
    ];
    for (const [name, events, expected] of cases) {
      test(name, () => {
        const { windows, handled } = viewOf(events, '12:00:00');
        assert.deepEqual([windows.today.counts.left_in_ivr, handled.today.counts.left_in_ivr], [expected, expected]);
        const { pick_up_with_ivr, pick_up_inbound } = windows.today.rates;
        assert.deepEqual([pick_up_with_ivr === null, pick_up_inbound === null], [expected === null, expected === null]);
      });
    }
    test('at the queue that the call entered; no figure below lines and networks, nor of other groups', () => {
      const events = `09:00:00 1 received line=M\n09:00:00 2 received line=M\n09:00:00 3 received
        10:00:00 1 queued A/q reason=asked origin=B/q line=M\n10:01:00 1 answered A/q`;
      const today = (scope) => viewOf(events, '12:00:00', { scope }).windows.today;
      assert.deepEqual(['all', 'unassigned', 'line/M', 'line/L'].map((scope) => today(scope).counts.left_in_ivr), [2, 2, 1, 1]);
      for (const scope of ['unassigned/unassigned', agency('A'), 'line/M/unassigned']) assert.equal(today(scope).counts.left_in_ivr, null);
      assert.deepEqual([today('all').second_level.left_in_ivr, today('all').callback.left_in_ivr], [null, null]);
      assert.equal(viewOf(events, '12:00:00').windows['60m'].counts.left_in_ivr, null);
    });
    test('of two at once the first id enters', () => {
      const events = '09:00:00 1 received line=M\n09:00:00 2 received line=N\n10:00:00 1 queued A/q id=b line=M\n10:00:00 1 queued B/q id=a line=N';
      assert.deepEqual(['line/M', 'line/N'].map((scope) => viewOf(events, '12:00:00', { scope }).windows.today.counts.left_in_ivr), [1, 0]);
    });
  });
  test('satisfaction', () => {
    const { rates, times, counts } = viewOf('10:00:00 1 survey A/q score=5\n10:00:00 2 survey A/q score=4\n10:00:00 3 survey A score=1', '10:05:00').windows['5m'];
    assertRate(rates.satisfaction, { value: 2 / 3, of: [2, 3] });
    assert.deepEqual([times.satisfaction_mean, counts.surveys], [10 / 3, 3]);
  });
});

describe('agents', () => {
  const events = `09:00:00 x agent A agent=x state=ready queues=q
    09:10:00 x agent A agent=x state=talking queues=q
    09:00:00 y agent A agent=y state=paused
    09:40:00 z agent A agent=z state=ready\n09:50:00 z agent A agent=z state=offline`;
  test('by state, the last one', () => {
    const { agents } = viewOf(events, '10:00:00').now;
    assert.deepEqual(nonzero(agents), { staffed: 2, talking: 1, paused: 1, offline: 1, pauses: { unspecified: 1 } });
    assert.equal(viewOf(events, '10:00:00', { scope: `${agency('A')}/q` }).now.agents.staffed, 1);
  });
  test('offline after 12 h of silence', () => {
    assert.equal(viewOf(events, '21:10:00').now.agents.talking, 1);
    assert.equal(viewOf(events, '21:10:01').now.agents.talking, 0);
  });
  test('forgotten after 26 h of silence, signed off or not', () => {
    const gone = '09:00:00 x agent A agent=x state=ready\n09:00:00 y agent A agent=y state=offline\n03-13T00:00:00 9 received';
    assert.equal(viewOf(gone, '03-11T11:00:00').now.agents.offline, 2);
    assert.equal(viewOf(gone, '03-11T11:00:01').now.agents.offline, 0);
  });
  test('the paused by reason, those without one as unspecified', () => {
    const paused = `09:00:00 a agent A agent=a state=paused reason=lunch\n09:00:00 b agent A agent=b state=paused reason=lunch
      09:00:00 c agent A agent=c state=paused\n09:00:00 d agent A agent=d state=paused reason=training
      09:00:00 e agent A agent=e state=ready reason=lunch`;
    const { now } = viewOf(`${paused}\n09:30:00 d agent A agent=d state=paused reason=files`, '10:00:00');
    assert.deepEqual([now.agents.paused, now.agents.pauses], [4, { lunch: 2, files: 1, unspecified: 1 }]);
    assert.deepEqual(viewOf(paused, '21:00:01').now.agents.pauses, {}); // offline by then
  });
  test('once in the agency, once in each queue and line; in those told last, in the agency alone where that is none', () => {
    const toml = `[[network]]\ncode = "ft"\n[[region]]\ncode = "NAQ"
      [[line]]\nnumber = "L"\nnetwork = "ft"
      [[queue]]\ncode = "q"\nnetwork = "ft"\nline = "L"\n[[queue]]\ncode = "p"\nnetwork = "ft"\nline = "L"
      [[agency]]\ncode = "A"\nnetwork = "ft"\nregion = "NAQ"\nqueues = ["q", "p"]`;
    const staffed = (text, scope) => viewOf(text, '10:00:00', { scope, directory: toml }).now.agents.staffed;
    const scopes = ['all', 'ft', 'ft/NAQ', 'ft/NAQ/A', 'ft/NAQ/A/q', 'ft/NAQ/A/p', 'line/L', 'line/L/NAQ'];
    const both = '09:00:00 x agent A agent=x state=ready queues=q,p';
    assert.deepEqual(scopes.map((scope) => staffed(both, scope)), [1, 1, 1, 1, 1, 1, 1, 1]);
    const last = `${both}\n09:10:00 x agent A agent=x state=talking`;
    assert.deepEqual(scopes.map((scope) => staffed(last, scope)), [1, 1, 1, 1, 1, 1, 1, 1]);
    const none = `${both}\n09:10:00 x agent A agent=x state=talking queues=\n09:20:00 x agent A agent=x state=ready`;
    assert.deepEqual(scopes.map((scope) => staffed(none, scope)), [1, 1, 1, 1, 0, 0, 0, 0]);
    // Told last by their times, whatever came first; and forgotten with the agent, after more than 26 h.
    const later = `09:10:00 x agent A agent=x state=talking\n${both}`;
    assert.deepEqual(scopes.map((scope) => staffed(later, scope)), [1, 1, 1, 1, 1, 1, 1, 1]);
    const heard = (before) => `${before} x agent A agent=x state=ready queues=q\n09:10:00 x agent A agent=x state=talking`;
    assert.deepEqual(['03-09T07:10:00', '03-09T07:09:59'].map((before) => staffed(heard(before), 'ft/NAQ/A/q')), [1, 0]);
  });
  test('the last state of two at once: by id, then by source', () => {
    const at = (more) => `09:00:00 x agent A agent=x ${more}`;
    assert.equal(viewOf(`${at('state=ready id=b')}\n${at('state=talking id=a')}`, '10:00:00').now.agents.ready, 1);
    assert.equal(viewOf(`${at('state=ready id=a source=/b')}\n${at('state=talking id=a source=/a')}`, '10:00:00').now.agents.ready, 1);
  });
  test('the same agent in two agencies is two', () => {
    const { agents } = viewOf('09:00:00 x agent A agent=x state=ready\n09:00:00 x agent B agent=x state=ready', '10:00:00').now;
    assert.equal(agents.staffed, 2);
  });
  test('occupancy: today from midnight of the agency, the same in both books, and no longer than 12 h of silence', () => {
    const late = '03-09T22:00:00 x agent A agent=x state=talking\n03-09T23:30:00 x agent A agent=x state=ready';
    const { windows, handled } = viewOf(late, '00:30:00'); // 01:30 in Paris: busy from 00:00 to 00:30, ready for an hour
    assertRate(windows.today.rates.occupancy, { value: 1 / 3, of: [1800e6, 5400e6] });
    assert.deepEqual(handled.today.rates.occupancy, windows.today.rates.occupancy);
    assert.deepEqual(viewOf('00:00:00 x agent A agent=x state=talking', '20:00:00').windows.today.rates.occupancy.of, [43200e6, 43200e6]);
    assert.equal(viewOf('00:00:00 x agent A agent=x state=talking', '20:00:00').windows['60m'].rates.occupancy, null);
    assert.equal(viewOf('09:00:00 x agent A agent=x state=paused', '10:00:00').windows['60m'].rates.occupancy, null);
  });
  test('occupancy of the last hour: 50 min busy, 10 + 10 min ready', () => {
    assert.deepEqual(viewOf(events, '10:00:00').windows['60m'].rates.occupancy.value, 50 / 70);
  });
});
