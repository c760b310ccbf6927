// Promises: kept, broken, late, cancelled, forgotten; every time worked out by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRate, nonzero, viewOf } from './script.mjs';

const made = '10:00:00 1 queued A/q\n10:01:00 1 callback_accepted A/q due_at=11:00:00';
const attempt = (at, outcome, more = '') => `${at} 1 attempted A/q kind=callback outcome=${outcome} ${more}`;

/** What of the last five minutes concerns promises, and the ledger. */
function settled(events, at) {
  const view = viewOf(`${events}\n03-13T00:00:00 9 received`, at);
  const { promises_kept, promises_broken, promises_kept_late, promises_cancelled, promises_forgotten, attempts_without_promise } =
    view.windows['5m'].counts;
  const { open, due_15m, overdue } = view.now.promises;
  return nonzero({
    kept: promises_kept, broken: promises_broken, late: promises_kept_late, cancelled: promises_cancelled,
    forgotten: promises_forgotten, without: attempts_without_promise, open, due_15m, overdue,
  });
}

describe('promises', () => {
  const cases = [
    ['made: open', made, '10:02:00', { open: 1 }],
    ['due within 15 min', made, '10:45:00', { open: 1, due_15m: 1 }],
    ['not yet due within 15 min', made, '10:44:59', { open: 1 }],
    ['at the due time it is open still', made, '11:00:00', { open: 1, due_15m: 1 }],
    ['broken at the due time', made, '11:00:01', { broken: 1, open: 1, overdue: 1 }],
    ['overdue for long', made, '03-11T11:00:00', { open: 1, overdue: 1 }],
    ['forgotten 24 h after it was due', made, '03-11T11:00:01', { forgotten: 1 }],
    ['kept', `${made}\n${attempt('10:30:00', 'reached')}`, '10:31:00', { kept: 1 }],
    ['kept at the due time exactly', `${made}\n${attempt('11:00:00', 'reached')}`, '11:00:01', { kept: 1 }],
    ['a microsecond later it is broken, then kept late', `${made}\n${attempt('11:00:00.000001', 'reached')}`, '11:00:01', { broken: 1, late: 1 }],
    ['kept is final: nothing breaks at the due time', `${made}\n${attempt('10:30:00', 'reached')}`, '11:00:01', {}],
    ['unreachable leaves it open', `${made}\n${attempt('10:30:00', 'unreachable')}`, '10:31:00', { open: 1 }],
    ['unreachable, then reached', `${made}\n${attempt('10:30:00', 'unreachable')}\n${attempt('10:32:00', 'reached')}`, '10:33:00', { kept: 1 }],
    ['cancelled in time is broken then', `${made}\n${attempt('10:30:00', 'cancelled')}`, '10:31:00', { broken: 1, cancelled: 1 }],
    ['and not again at the due time', `${made}\n${attempt('10:30:00', 'cancelled')}`, '11:00:01', {}],
    ['cancelled when overdue', `${made}\n${attempt('11:30:00', 'cancelled')}`, '11:31:00', { cancelled: 1 }],
    ['handled says nothing of a callback', `${made}\n${attempt('10:30:00', 'handled')}`, '10:31:00', { open: 1 }],
    ['an attempt without promise', attempt('10:30:00', 'reached'), '10:31:00', { without: 1 }],
    ['an attempt after it was kept', `${made}\n${attempt('10:30:00', 'reached')}\n${attempt('10:31:00', 'reached')}`, '10:32:00', { kept: 1, without: 1 }],
    ['an attempt of another kind', `${made}\n10:30:00 1 attempted A/q kind=recontact outcome=reached`, '10:31:00', { without: 1, open: 1 }],
    ['made and reached at the same time', '10:30:00 1 callback_accepted A/q due_at=11:00:00 id=b\n10:30:00 1 attempted A/q kind=callback outcome=reached id=a', '10:31:00', { kept: 1 }],
    ['an answered callback keeps it', `${made}\n10:30:00 1 queued A/q reason=callback\n10:30:20 1 answered A/q`, '10:31:00', { kept: 1 }],
    ['an abandoned callback does not', `${made}\n10:30:00 1 queued A/q reason=callback\n10:30:20 1 abandoned A/q`, '10:31:00', { open: 1 }],
    ['due before it was made: broken when it was made', '10:01:00 1 callback_accepted A/q due_at=09:00:00', '10:02:00', { broken: 1, open: 1, overdue: 1 }],
    ['an orphan makes a promise', '10:01:00 1 callback_accepted A/q due_at=11:00:00', '10:02:00', { open: 1 }],
    ['what is superseded makes none', '10:00:00 1 queued A/q\n10:00:30 1 answered A/q\n10:01:00 1 callback_accepted A/q due_at=11:00:00', '10:02:00', {}],
    ['a second promise while one is open changes nothing', `${made}\n10:10:00 1 queued A/q\n10:11:00 1 callback_accepted A/q due_at=12:00:00`, '11:00:01', { broken: 1, open: 1, overdue: 1 }],
    ['a voice message with a due time', '10:00:00 1 voicemail_left A/q due_at=11:00:00', '10:01:00', { open: 1 }],
    ['a voice message without', '10:00:00 1 voicemail_left A/q', '10:01:00', {}],
    ['messages are not in promises kept or broken', '10:00:00 1 voicemail_left A/q due_at=11:00:00', '11:00:01', { open: 1, overdue: 1 }],
    ['a message handled', '10:00:00 1 voicemail_left A/q due_at=11:00:00\n10:30:00 1 attempted A/q kind=message outcome=handled', '10:31:00', {}],
    ['a recontact', '10:00:00 1 recontact_promised A/q due_at=11:00:00', '10:46:00', { open: 1, due_15m: 1 }],
  ];
  for (const [name, events, at, expected] of cases) {
    test(name, () => assert.deepEqual(settled(events, at), expected));
  }

  describe('unreachable: attempted by the due time, and neither reached nor cancelled by then', () => {
    const missed = `${made}\n${attempt('10:30:00', 'unreachable')}`;
    const cases = [
      ['when it is due', missed, '11:00:01', 1],
      ['not yet at the due time', missed, '11:00:00', 0],
      ['in the pane of the due time only', missed, '11:05:01', 0],
      ['tried at the due time exactly', `${made}\n${attempt('11:00:00', 'unreachable')}`, '11:00:01', 1],
      ['tried too late', `${made}\n${attempt('11:00:00.000001', 'unreachable')}`, '11:00:01', 0],
      ['tried twice', `${missed}\n${attempt('10:40:00', 'unreachable')}`, '11:00:01', 1],
      ['reached after all', `${missed}\n${attempt('10:40:00', 'reached')}`, '11:00:01', 0],
      ['reached too late', `${missed}\n${attempt('11:00:00.5', 'reached')}`, '11:00:01', 1],
      ['cancelled', `${missed}\n${attempt('10:40:00', 'cancelled')}`, '11:00:01', 0],
      ['cancelled too late', `${missed}\n${attempt('11:00:00.5', 'cancelled')}`, '11:00:01', 1],
      ['never tried', made, '11:00:01', 0],
      ['of callbacks only', '10:00:00 1 voicemail_left A/q due_at=11:00:00\n10:30:00 1 attempted A/q kind=message outcome=unreachable', '11:00:01', 0],
    ];
    for (const [name, events, at, expected] of cases) {
      test(name, () => assert.equal(viewOf(`${events}\n03-13T00:00:00 9 received`, at).windows['5m'].counts.promises_unreachable, expected));
    }
  });

  test('forgotten, and attempts without one: of any kind; cancelled: callbacks', () => {
    const kinds = '10:00:00 1 recontact_promised A/q due_at=11:00:00\n10:00:00 2 voicemail_left A/q due_at=11:00:00';
    assert.equal(viewOf(`${kinds}\n03-13T00:00:00 9 received`, '03-11T11:00:01').windows['5m'].counts.promises_forgotten, 2);
    const cancelled = ['recontact', 'message'].map((kind, index) => `10:30:00 ${index + 1} attempted A/q kind=${kind} outcome=cancelled`).join('\n');
    const { counts } = viewOf(`${kinds}\n${cancelled}\n10:30:00 3 attempted A/q kind=message outcome=handled`, '10:31:00').windows['5m'];
    assert.deepEqual([counts.promises_cancelled, counts.attempts_without_promise], [0, 1]);
  });

  test('an answered callback is a call within time', () => {
    const { rates } = viewOf(`${made}\n10:30:00 1 queued A/q reason=callback\n10:30:20 1 answered A/q`, '11:01:00').windows['5m'];
    assert.deepEqual([rates.callbacks_called_within_time.of, rates.callbacks_reached_within_time.of], [[1, 1], [1, 1]]);
  });

  test('count where the leg that made them was, not at its origin', () => {
    const events = `10:00:00 1 queued B/q reason=overflow origin=A/q\n10:01:00 1 callback_accepted B/q due_at=10:30:00
      10:20:00 1 attempted B/q kind=callback outcome=reached`;
    const kept = (scope) => viewOf(events, '10:21:00', { scope: `unassigned/unassigned/${scope}` }).windows['5m'].counts.promises_kept;
    assert.deepEqual([kept('A'), kept('B')], [0, 1]);
  });

  test('called and reached within time, of those due in the window; cancelled ones in neither', () => {
    const events = ['1', '2', '3', '4', '5'].map((call) => `10:00:00 ${call} callback_accepted A/q due_at=11:00:00`).join('\n')
      + `\n10:30:00 1 attempted A/q kind=callback outcome=reached
      10:30:00 2 attempted A/q kind=callback outcome=unreachable
      11:00:30 2 attempted A/q kind=callback outcome=reached
      11:00:30 3 attempted A/q kind=callback outcome=reached
      10:30:00 4 attempted A/q kind=callback outcome=cancelled`;
    const { rates, counts } = viewOf(events, '11:01:00').windows['5m'];
    assertRate(rates.callbacks_called_within_time, { value: 0.5, of: [2, 4] });
    assertRate(rates.callbacks_reached_within_time, { value: 0.25, of: [1, 4] });
    assert.deepEqual([counts.promises_broken, counts.promises_kept_late], [3, 2]); // 4 broke at 10:30
    assert.equal(viewOf(events, '10:31:00').windows['5m'].rates.callbacks_called_within_time, null);
  });

  test('messages and recontacts handled within time', () => {
    const { rates } = viewOf(`10:00:00 1 voicemail_left A/q due_at=11:00:00\n10:00:00 2 voicemail_left A/q due_at=11:00:00
      10:00:00 3 recontact_promised A/q due_at=11:00:00
      10:30:00 1 attempted A/q kind=message outcome=handled
      10:30:00 3 attempted A/q kind=recontact outcome=reached`, '11:01:00').windows['5m'];
    assertRate(rates.messages_handled_within_time, { value: 2 / 3, of: [2, 3] });
    assert.equal(rates.callbacks_reached_within_time, null);
  });
});
