// Today by quarter-hour, and what became of those who entered in each.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRate, counted, nonzero, time } from './script.mjs';
import { parseInstant } from './time.mjs';

const quartersOf = (events, at, { scope = 'all', directory } = {}) =>
  counted(events, directory).views(parseInstant(time(at)), [scope], { quarters: true })[0].quarters;
const starts = (quarters) => quarters.map(({ start }) => start.slice(5, 16));
const end = '\n03-13T00:00:00 9 received';

describe('quarter-hours', () => {
  const leg = '10:14:00 1 queued A/q\n10:16:00 1 answered A/q';
  test('only on request', () => {
    assert.equal(counted(leg).views(parseInstant(time('11:00:00')), ['all'])[0].quarters, null);
  });
  test('an entry counts in its quarter, an outcome in its own', () => {
    const [first, second, ...more] = quartersOf(leg, '11:00:00');
    assert.deepEqual(starts([first, second]), ['03-10T10:00', '03-10T10:15']);
    assert.deepEqual(more, []);
    assert.deepEqual(nonzero(first.window.counts), { entered_all: 1 });
    assert.deepEqual(nonzero(second.window.counts), { closed_all: 1, answered: 1, offered: 1, asked: 1 });
    assert.equal(second.window.times.answer_mean_seconds, 120);
    assertRate(second.window.rates.pick_up_agent, { value: 1, of: [1, 1] });
  });
  test('those that have begun before T, with what is before T', () => {
    const events = '10:15:00 1 queued A/q\n10:20:00 1 answered A/q';
    assert.deepEqual(starts(quartersOf(events, '10:15:00')), []);
    const [quarter] = quartersOf(events, '10:20:00');
    assert.deepEqual(nonzero(quarter.window.counts), { entered_all: 1 });
  });
  test('those with nothing in them are left out', () => {
    const events = '09:00:00 1 received\n10:00:00 2 received\n10:00:00 q lever A/q open=false\n11:00:00 q lever A/q open=true';
    assert.deepEqual(starts(quartersOf(events, '12:00:00')), ['03-10T09:00', '03-10T10:00']);
    assert.deepEqual(quartersOf(events, '12:00:00', { scope: 'line/other' }), []);
  });
  test('of today, as of the midnight of each agency', () => {
    const directory = '[defaults]\ntime_zone = "UTC"\n[[agency]]\ncode = "R"\nnetwork = "caf"\nregion = "REU"\n[[network]]\ncode = "caf"\n[[region]]\ncode = "REU"\ntime_zone = "Indian/Reunion"';
    const events = ['03-09T19:50:00', '03-09T20:10:00', '03-09T23:50:00', '03-10T00:10:00'].flatMap((at, index) =>
      ['A', 'R'].map((agency) => `${at} ${index}${agency} survey ${agency} score=5`)).join('\n') + end;
    const asked = (scope) => quartersOf(events, '03-10T01:00:00', { directory, scope }).map(({ start, window }) => `${start.slice(5, 16)} ${window.counts.surveys}`);
    assert.deepEqual(asked('all'), ['03-09T20:00 1', '03-09T23:45 1', '03-10T00:00 2']);
    assert.deepEqual(asked('caf/REU/R'), ['03-09T20:00 1', '03-09T23:45 1', '03-10T00:00 1']);
    assert.deepEqual(asked('unassigned/unassigned/A'), ['03-10T00:00 1']);
  });
  test('the day when clocks go back has a hundred', () => {
    const events = Array.from({ length: 27 * 4 }, (_, quarter) => {
      const minute = quarter * 15;
      const at = minute < 120 ? `10-24T${22 + Math.floor(minute / 60)}` : `10-25T${String(Math.floor(minute / 60) - 2).padStart(2, '0')}`;
      return `${at}:${String(minute % 60).padStart(2, '0')}:00 ${quarter} received`;
    }).join('\n');
    const quarters = quartersOf(`${events}\n10-26T00:00:00 x received`, '10-25T22:59:59');
    assert.deepEqual([quarters.length, quarters[0].start, quarters.at(-1).start], [100, '2026-10-24T22:00:00Z', '2026-10-25T22:45:00Z']);
  });
  test('what is for today only, agents and spread are absent', () => {
    const [{ window, handled }] = quartersOf('09:00:00 x agent A agent=x state=ready\n10:00:00 1 received\n10:00:00 1 queued A/q\n10:00:30 1 answered A/q', '11:00:00');
    for (const { rates, counts, spread } of [window, handled]) {
      assert.deepEqual([rates.pick_up_with_ivr, rates.pick_up_inbound, rates.occupancy, counts.left_in_ivr, spread], [null, null, null, null, null]);
    }
  });
  test('by origin and by handler', () => {
    const events = '10:00:00 1 queued B/q reason=overflow origin=A/q asked_at=09:58:00\n10:01:00 1 answered B/q';
    const answered = (scope) => quartersOf(events, '11:00:00', { scope: `unassigned/unassigned/${scope}` })
      .map(({ window, handled }) => [window.counts.answered, handled.counts.answered]);
    assert.deepEqual([answered('A'), answered('B')], [[[1, 0]], [[0, 1]]]);
  });
});

describe('cohorts', () => {
  const cohortOf = (events, at, options) => quartersOf(`${events}${end}`, at, options).map(({ cohort }) => nonzero(cohort));
  const cases = [
    ['still waiting', '10:00:00 1 queued A/q', '10:10:00', [{ entered: 1, waiting: 1 }]],
    ['answered in another quarter', '10:14:00 1 queued A/q\n10:16:00 1 answered A/q', '10:30:00', [{ entered: 1, answered: 1 }, {}]],
    ['not yet at its time', '10:14:00 1 queued A/q\n10:14:30 1 answered A/q', '10:14:30', [{ entered: 1, waiting: 1 }]],
    ['abandoned', '10:00:00 1 queued A/q\n10:01:00 1 abandoned A/q', '10:10:00', [{ entered: 1, abandoned: 1 }]],
    ['in any other way', `10:00:00 1 queued A/q\n10:01:00 1 overflowed A/q to=B/q\n10:00:00 2 queued A/q\n10:01:00 2 cut_off A/q reason=outage
      10:00:00 3 queued A/q\n10:01:00 3 voicemail_left A/q\n10:00:00 4 queued A/q\n10:01:00 4 callback_accepted A/q due_at=18:00:00`, '10:10:00',
    [{ entered: 4, closed_otherwise: 4 }]],
    ['lost', '08:00:00 1 queued A/q', '10:00:01', [{ entered: 1, closed_otherwise: 1 }, {}]],
    ['overflows too, transfers and callbacks not', ['overflow', 'transfer', 'callback'].map((reason) => `10:00:00 ${reason} queued A/q reason=${reason}`).join('\n'),
      '10:10:00', [{ entered: 1, waiting: 1 }]],
    ['an orphan did not enter', '10:00:00 1 answered A/q', '10:10:00', [{}]],
    ['a repeated entry is none', '10:00:00 1 queued A/q\n10:01:00 1 queued A/q', '10:10:00', [{ entered: 1, waiting: 1 }]],
  ];
  for (const [name, events, at, expected] of cases) test(name, () => assert.deepEqual(cohortOf(events, at), expected));
  test('by handler', () => {
    const events = '10:00:00 1 queued B/q reason=overflow origin=A/q\n10:01:00 1 answered B/q';
    assert.deepEqual(cohortOf(events, '10:10:00', { scope: 'unassigned/unassigned/B' }), [{ entered: 1, answered: 1 }]);
    assert.deepEqual(cohortOf(events, '10:10:00', { scope: 'unassigned/unassigned/A' }), [{}]);
  });
  test('in hours or not', () => {
    const directory = '[[hours]]\nname = "never"\nsunday = ["01:00-02:00"]\n[[line]]\nnumber = "L"\nhours = "never"';
    assert.deepEqual(cohortOf('10:00:00 1 queued A/q\n10:01:00 1 answered A/q', '10:10:00', { directory }), [{ entered: 1, answered: 1 }]);
  });
  test('entered yesterday, answered today', () => {
    assert.deepEqual(cohortOf('03-09T22:59:59 1 queued A/q\n03-09T23:00:30 1 answered A/q', '03-09T23:10:00'), [{}]);
  });
});
