// Single calls and promises, as the API lists them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { counted, time } from './script.mjs';
import { parseInstant } from './time.mjs';

const agency = (code) => `unassigned/unassigned/${code}`;

describe('waiting calls', () => {
  const waiting = (events, at, scope = 'all') => counted(events).waitingCalls(parseInstant(time(at)), scope);
  const events = `10:00:00 1 queued A/q announced_wait_seconds=60
    10:00:10 2 queued B/p reason=overflow origin=A/q asked_at=09:58:00
    10:00:20 3 queued A/q\n10:00:40 3 announced A/q announced_wait_seconds=90\n10:00:45 3 announced A/q announced_wait_seconds=30
    10:00:30 4 queued A/q\n10:00:50 4 answered A/q`;
  test('longest wait first, with what was first announced', () => {
    assert.deepEqual(waiting(events, '10:01:00'), [
      { agency: 'B', queue: 'p', reason: 'overflow', waiting_seconds: 180, announced_wait_seconds: null },
      { agency: 'A', queue: 'q', reason: 'asked', waiting_seconds: 60, announced_wait_seconds: 60 },
      { agency: 'A', queue: 'q', reason: 'asked', waiting_seconds: 40, announced_wait_seconds: 90 },
    ]);
  });
  test('what is announced at T or later is not known', () => {
    const announced = (at) => waiting(events, at, agency('A')).map(({ announced_wait_seconds }) => announced_wait_seconds);
    assert.deepEqual(announced('10:00:40'), [60, null, null]);
    assert.deepEqual(announced('10:00:41'), [60, 90, null]);
  });
  test('where they wait, not where they asked', () => {
    assert.deepEqual(['A', 'B'].map((code) => waiting(events, '10:00:15', agency(code)).length), [1, 1]);
  });
});

describe('open promises', () => {
  const open = (events, at, scope = 'all') => counted(`${events}\n03-13T00:00:00 9 received`).openPromises(parseInstant(time(at)), scope);
  const events = `10:00:00 1 callback_accepted A/q due_at=12:00:00
    10:10:00 2 recontact_promised B/p due_at=11:00:00
    10:20:00 3 voicemail_left A/q due_at=10:00:00
    10:30:00 1 attempted A/q kind=callback outcome=unreachable
    10:40:00 1 attempted A/q kind=callback outcome=unreachable
    10:50:00 2 attempted B/p kind=recontact outcome=reached`;
  test('first due first, with the attempts that reached nobody', () => {
    const at = (text) => `2026-03-10T${text}Z`;
    assert.deepEqual(open(events, '10:45:00'), [
      { call: '3', agency: 'A', queue: 'q', kind: 'message', made_at: at('10:20:00'), due_at: at('10:20:00'), attempts: 0 },
      { call: '2', agency: 'B', queue: 'p', kind: 'recontact', made_at: at('10:10:00'), due_at: at('11:00:00'), attempts: 0 },
      { call: '1', agency: 'A', queue: 'q', kind: 'callback', made_at: at('10:00:00'), due_at: at('12:00:00'), attempts: 2 },
    ]);
  });
  test('made and tried before T, not settled before T', () => {
    const calls = (at) => open(events, at).map(({ call, attempts }) => `${call}×${attempts}`);
    assert.deepEqual(calls('10:10:00'), ['1×0']);
    assert.deepEqual(calls('10:40:00'), ['3×0', '2×0', '1×1']);
    assert.deepEqual(calls('10:50:01'), ['3×0', '1×2']);
    assert.deepEqual(calls('03-11T10:20:01'), ['1×2']); // forgotten 24 h after it was due
    assert.deepEqual(open(events, '10:45:00', agency('B')).map(({ call }) => call), ['2']);
  });
});
