// Levers: what each queue was last told to do, and today's changes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { counted, time, viewOf } from './script.mjs';
import { parseInstant } from './time.mjs';

const agency = 'unassigned/unassigned/A';
const leversOf = (events, at, scope = agency) => viewOf(events, at, { scope }).now.levers;
const told = (levers) => levers.map(({ agency: code, queue, kind, on, since }) => `${code}/${queue} ${kind} ${on ? 'on' : 'off'} ${since.slice(11, -1)}`);
const off = { to: null, message: null };

describe('levers', () => {
  test('one event pulls all that it names, in the order of the contract', () => {
    const events = `10:00:00 q lever A/q message=Closed offering_callback=true deflecting=false overflow_to=B/p open=true`;
    const since = '2026-03-10T10:00:00Z';
    const place = { agency: 'A', queue: 'q' };
    assert.deepEqual(leversOf(events, '10:00:01'), [
      { ...place, kind: 'open', on: true, ...off, since },
      { ...place, kind: 'overflow', on: true, to: { agency: 'B', queue: 'p' }, message: null, since },
      { ...place, kind: 'deflecting', on: false, ...off, since },
      { ...place, kind: 'offering_callback', on: true, ...off, since },
      { ...place, kind: 'message', on: true, to: null, message: 'Closed', since },
    ]);
  });
  const cases = [
    ['nothing was pulled', '10:00:00 1 received A', '11:00:00', []],
    ['not before it was pulled', '10:00:00 q lever A/q open=false', '10:00:00', []],
    ['the last of each kind', '10:00:00 q lever A/q open=false deflecting=true\n10:05:00 q lever A/q open=true', '11:00:00',
      ['A/q open on 10:05:00', 'A/q deflecting on 10:00:00']],
    ['the same again: since the last time', '10:00:00 q lever A/q open=false\n10:05:00 q lever A/q open=false', '11:00:00', ['A/q open off 10:05:00']],
    ['by time, not by arrival', '10:00:10 q lever A/q open=false\n10:00:05 q lever A/q open=true', '11:00:00', ['A/q open off 10:00:10']],
    ['of two at once the last id', '10:00:00 q lever A/q open=false id=b\n10:00:00 q lever A/q open=true id=a', '11:00:00', ['A/q open off 10:00:00']],
    ['then the last source', '10:00:00 q lever A/q open=false id=a source=/b\n10:00:00 q lever A/q open=true id=a source=/a', '11:00:00', ['A/q open off 10:00:00']],
    ['an overflow to nowhere is none', '10:00:00 q lever A/q overflow_to=B/p\n10:05:00 q lever A/q overflow_to=null', '11:00:00', ['A/q overflow off 10:05:00']],
    ['an empty message is none', '10:00:00 q lever A/q message=Closed\n10:05:00 q lever A/q message=', '11:00:00', ['A/q message off 10:05:00']],
    ['of any day', '03-08T10:00:00 q lever A/q open=false', '03-12T11:00:00', ['A/q open off 10:00:00']],
    ['by queue', '10:00:00 q lever A/q open=false\n10:01:00 q lever A/p open=true\n10:02:00 q lever A/p deflecting=true', '11:00:00',
      ['A/p open on 10:01:00', 'A/p deflecting on 10:02:00', 'A/q open off 10:00:00']],
  ];
  for (const [name, events, at, expected] of cases) test(name, () => assert.deepEqual(told(leversOf(events, at)), expected));
  test('what is off goes nowhere and says nothing', () => {
    const [overflow, message] = leversOf('10:00:00 q lever A/q overflow_to=null message=', '11:00:00');
    assert.deepEqual([overflow.to, message.message], [null, null]);
  });
  test('of agencies and queues; absent above and on lines', () => {
    const toml = '[[network]]\ncode = "ft"\n[[region]]\ncode = "NAQ"\n[[line]]\nnumber = "L"\nnetwork = "ft"\n[[queue]]\ncode = "q"\nnetwork = "ft"\nline = "L"\n[[agency]]\ncode = "A"\nnetwork = "ft"\nregion = "NAQ"\nqueues = ["q"]';
    const events = '10:00:00 q lever A/q open=false\n10:00:00 q lever A/p open=false';
    const number = (scope) => viewOf(events, '11:00:00', { scope, directory: toml }).now.levers?.length ?? null;
    assert.deepEqual(['ft/NAQ/A', 'ft/NAQ/A/q', 'ft/NAQ/A/p', 'ft/NAQ/A/x'].map(number), [2, 1, 1, 0]);
    assert.deepEqual(['all', 'ft', 'ft/NAQ', 'line/L', 'line/L/NAQ'].map(number), [null, null, null, null, null]);
  });
});

describe('changes of today', () => {
  const changes = (events, at, scope = agency) => counted(events).leverChanges(parseInstant(time(at)), scope);
  test('oldest first, one for each field', () => {
    const events = `10:05:00 q lever A/q open=true\n10:04:50 q lever A/q message=Closed open=false`;
    assert.deepEqual(told(changes(events, '11:00:00')), ['A/q open off 10:04:50', 'A/q message on 10:04:50', 'A/q open on 10:05:00']);
    assert.deepEqual(changes(events, '11:00:00').at(0), leversOf(events, '10:05:00').at(0));
  });
  test('before T', () => assert.deepEqual(changes('10:00:00 q lever A/q open=true', '10:00:00'), []));
  test('of the agency’s own today', () => {
    const events = '03-09T22:59:59 q lever A/q open=true\n03-09T23:00:00 q lever A/q open=false';
    assert.deepEqual(told(changes(events, '10:00:00')), ['A/q open off 23:00:00']); // midnight in Paris
  });
});
