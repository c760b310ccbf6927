// Where and when something counts: scopes, days, opening hours, thresholds.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRate, counted, nonzero, viewOf } from './script.mjs';

const directory = `
version = 1
[defaults]
time_zone = "UTC"
[[network]]
code = "ft"
name = "ft"
[[network]]
code = "caf"
name = "caf"
short_abandons_count = false
[[region]]
code = "NAQ"
name = "NAQ"
[[region]]
code = "MTQ"
name = "MTQ"
time_zone = "America/Martinique"
[[line]]
number = "L"
name = "L"
network = "ft"
[[line]]
number = "H"
name = "with hours"
network = "caf"
hours = "office"
time_zone = "Europe/Paris"
[[hours]]
name = "office"
tuesday = ["08:30-12:30", "13:30-16:30"]
[[hours]]
name = "late"
tuesday = ["20:00-24:00"]
wednesday = ["00:00-24:00"]
[[queue]]
code = "q"
network = "ft"
line = "L"
name = "q"
answer_within_seconds = 20
[[queue]]
code = "p"
network = "ft"
line = "L"
name = "p"
[[agency]]
code = "A"
name = "A"
network = "ft"
region = "NAQ"
queues = ["q"]
[[agency]]
code = "P"
name = "platform"
network = "ft"
queues = ["p"]
[[agency]]
code = "O"
name = "office hours"
network = "ft"
region = "NAQ"
queues = ["q"]
hours = "office"
line_hours = { "X" = "late" }
[[agency]]
code = "M"
name = "Martinique"
network = "caf"
region = "MTQ"
queues = ["q"]
[[agency]]
code = "R"
name = "Réunion"
network = "caf"
region = "NAQ"
queues = ["q"]
time_zone = "Indian/Reunion"
`;

/** 2026-03-10 is a Tuesday. */
const counts = (events, at, options = {}) => {
  const { book = 'windows', window = '60m', scope = 'all' } = options;
  return nonzero(viewOf(events, at, { directory, scope })[book][window].counts);
};
const scopesOf = (events) => counted(events, directory).scopes();
const leg = (from, to, place, more = '') => `${from} 1 queued ${place} ${more}\n${to} 1 answered ${place}`;

describe('scopes', () => {
  const cases = [
    ['an agency of a region', '10:00:00 1 queued A/q',
      ['all', 'ft', 'ft/NAQ', 'ft/NAQ/A', 'ft/NAQ/A/q', 'line/L', 'line/L/NAQ']],
    ['an agency without a region', '10:00:00 1 queued P/p',
      ['all', 'ft', 'ft/unassigned', 'ft/unassigned/P', 'ft/unassigned/P/p', 'line/L', 'line/L/unassigned']],
    ['an unknown agency on an unknown line', '10:00:00 1 queued Z/q line=99',
      ['all', 'line/99', 'line/99/unassigned', 'unassigned', 'unassigned/unassigned', 'unassigned/unassigned/Z', 'unassigned/unassigned/Z/q']],
    ['a line alone', '10:00:00 1 received', ['all', 'ft', 'line/L']],
    ['an unknown line alone', '10:00:00 1 received line=99', ['all', 'line/99', 'unassigned']],
    ['an agency without queue', '10:00:00 1 deflected A reason=saturated', ['all', 'ft', 'ft/NAQ', 'ft/NAQ/A', 'line/L', 'line/L/NAQ']],
    ['an orphan: the line of the queue', '10:00:00 1 answered A/q',
      ['all', 'ft', 'ft/NAQ', 'ft/NAQ/A', 'ft/NAQ/A/q', 'line/L', 'line/L/NAQ']],
    ['an orphan of an unknown queue: no line', '10:00:00 1 answered A/x', ['all', 'ft', 'ft/NAQ', 'ft/NAQ/A', 'ft/NAQ/A/x']],
    ['the line of the event wins', '10:00:00 1 queued A/q line=H',
      ['all', 'ft', 'ft/NAQ', 'ft/NAQ/A', 'ft/NAQ/A/q', 'line/H', 'line/H/NAQ']],
  ];
  for (const [name, events, expected] of cases) {
    // What a call left to the voice server counts by the same places; the leg's own are looked at here.
    test(name, () => assert.deepEqual(scopesOf(events).sort(), expected));
  }
  test('the line of a scope is the caller’s, its region that of the origin or of the handler', () => {
    const events = `10:00:00 1 queued P/p reason=overflow origin=A/q asked_at=09:59:00\n10:01:00 1 answered P/p`;
    const answered = (scope, book) => counts(events, '10:05:00', { scope, book }).answered ?? 0;
    assert.deepEqual([answered('line/L/NAQ', 'windows'), answered('line/L/unassigned', 'windows')], [1, 0]);
    assert.deepEqual([answered('line/L/NAQ', 'handled'), answered('line/L/unassigned', 'handled')], [0, 1]);
  });
});

describe('opening hours', () => {
  const out = { entered_all: 1, closed_all: 1, out_of_hours: 1 };
  const answered = { entered_all: 1, closed_all: 1, answered: 1, offered: 1, asked: 1 };
  const cases = [
    ['inside', '10:00:00', '10:01:00', answered, 60],
    ['before opening', '08:00:00', '08:10:00', out, null],
    ['up to opening exactly', '08:20:00', '08:30:00', out, null],
    ['from before opening on: waits from opening', '08:20:00', '08:40:00', answered, 600],
    ['asked and closed at opening', '08:30:00', '08:30:00', answered, 0],
    ['asked and closed at the end', '12:30:00', '12:30:00', out, null],
    ['asked at the last microsecond', '12:29:59.999999', '12:40:00', answered, 600.000001],
    ['through the pause: waits all of it', '12:20:00', '13:40:00', answered, 4800],
    ['asked in the pause: waits from its end', '12:50:00', '13:40:00', answered, 600],
  ];
  for (const [name, from, to, expected, wait] of cases) {
    test(name, () => {
      const at = to < '12:00:00' ? '11:00:00' : '14:00:00';
      const view = viewOf(leg(from, to, 'O/q'), at, { directory });
      assert.deepEqual(nonzero({ ...view.windows.today.counts, left_in_ivr: 0 }), expected);
      assert.equal(view.windows.today.times.answer_mean_seconds, wait);
    });
  }
  test('the hours of an agency for a line win', () => {
    assert.equal(counts(leg('10:00:00', '10:01:00', 'O/q', 'line=X'), '10:05:00').out_of_hours, 1);
    assert.equal(counts(leg('20:00:00', '20:01:00', 'O/q', 'line=X'), '20:05:00').answered, 1);
  });
  test('else those of the line', () => {
    assert.equal(counts(leg('07:00:00', '07:01:00', 'A/q', 'line=H'), '07:05:00').out_of_hours, 1);
  });
  test('24:00 is the end of the day, and the next may go on', () => {
    assert.equal(counts(leg('23:59:00', '23:59:30', 'O/q', 'line=X'), '23:59:59').answered, 1);
  });
  test('judged by the agency that closes, for the origin too', () => {
    const closed = '17:00:00 1 queued O/q reason=overflow origin=A/q asked_at=16:45:00\n17:01:00 1 answered O/q';
    assert.equal(counts(closed, '17:05:00', { scope: 'ft/NAQ/A' }).out_of_hours, 1);
    const open = '17:00:00 1 queued A/q reason=overflow origin=O/q asked_at=16:45:00\n17:01:00 1 answered A/q';
    assert.equal(counts(open, '17:05:00', { scope: 'ft/NAQ/O' }).answered, 1);
    const asked = '17:00:00 1 queued O/q reason=overflow origin=A/q asked_at=16:29:00\n17:01:00 1 answered O/q';
    assert.equal(counts(asked, '17:05:00', { scope: 'ft/NAQ/A' }).answered, 1); // asked while open
  });
  test('out of hours it waits like others', () => {
    const { now } = viewOf('17:00:00 1 queued O/q', '17:00:10', { directory });
    assert.deepEqual([now.waiting, now.longest_wait_seconds], [1, 10]);
  });
  test('an orphan is judged at its outcome', () => {
    assert.deepEqual(counts('17:00:00 1 answered O/q', '17:00:10'), { out_of_hours: 1 });
    assert.deepEqual(counts('16:00:00 1 answered O/q', '16:00:10'), { answered: 1, orphan: 1, offered: 1, asked: 1 });
  });
  test('of a line alone, in its own zone: 08:30 in Paris is 07:30 UTC', () => {
    const events = '07:29:59 1 received line=H\n07:30:00 2 received line=H\n07:29:59 3 self_served line=H\n07:30:00 4 self_served line=H';
    assert.deepEqual(counts(events, '07:31:00'), { received: 2, received_out_of_hours: 1, self_served: 2, self_served_in_hours: 1 });
    const { rates } = viewOf(events, '07:31:00', { directory }).windows.today;
    assertRate(rates.pick_up_with_ivr, { value: 1, of: [1, 1] });
  });
  test('deflected as closed: asked for while the directory says open', () => {
    assert.deepEqual(counts('12:40:00 1 deflected O reason=closed', '12:41:00'), { deflected_closed: 1 });
    assert.deepEqual(counts('12:20:00 1 deflected O reason=closed', '12:21:00'), { deflected_asked: 1, asked: 1 });
  });
});

describe('days', () => {
  const today = (events, at, options) => {
    const { entered_all } = counts(events, at, { window: 'today', ...options });
    return entered_all ?? 0;
  };
  const paris = (events, at) => nonzero(viewOf(events, at).windows.today.counts).entered_all ?? 0;
  const entries = (...times) => times.map((each, index) => `${each} ${index} queued A/q`).join('\n');

  test('at local midnight today is empty', () => {
    const events = entries('03-09T22:59:59', '03-09T23:00:00', '03-09T23:00:01');
    assert.equal(paris(events, '03-09T23:00:00'), 0);
    assert.equal(paris(events, '03-09T23:00:01'), 1);
    assert.equal(paris(events, '03-09T22:59:59'), 0);
    assert.equal(paris(entries('03-08T23:00:00', '03-09T22:59:58'), '03-09T22:59:59'), 2);
  });
  test('a sliding window goes on over midnight', () => {
    assert.equal(counts(entries('03-09T23:58:00', '03-10T00:01:00'), '00:02:00', { window: '5m' }).entered_all, 2);
  });
  test('the day when clocks go forward has 23 hours', () => {
    const events = entries('03-28T22:59:59', '03-28T23:00:00', '03-29T21:59:58');
    assert.equal(paris(events, '03-29T21:59:59'), 2);
    assert.equal(paris(events, '03-29T22:00:00'), 0);
  });
  test('the day when clocks go back has 25 hours', () => {
    const events = entries('10-24T21:59:59', '10-24T22:00:00', '10-25T22:59:58');
    assert.equal(paris(events, '10-25T22:59:59'), 2);
    assert.equal(paris(events, '10-25T23:00:00'), 0);
  });
  test('hours on the wall clock: both hours of the night when clocks go back', () => {
    const night = `[defaults]\n[[line]]\nnumber = "L"\nhours = "night"\n[[hours]]\nname = "night"\nsunday = ["02:00-03:00"]`;
    const events = ['10-24T23:59:59', '10-25T00:00:00', '10-25T01:59:59', '10-25T02:00:00'].map((each, index) => `${each} ${index} received`).join('\n');
    const { received, received_out_of_hours } = viewOf(events, '10-25T02:00:01', { directory: night }).windows.today.counts;
    assert.deepEqual([received, received_out_of_hours], [4, 2]); // 01:59:59 and, winter time, 03:00:00
  });
  test('hours that lie in the hour that is left out', () => {
    const night = `[[line]]\nnumber = "L"\nhours = "night"\n[[hours]]\nname = "night"\nsunday = ["02:15-02:45", "03:00-04:00"]`;
    const events = '03-29T00:50:00 1 queued A/q\n03-29T01:10:00 1 answered A/q';
    const { times } = viewOf(events, '03-29T01:30:00', { directory: night }).windows['60m'];
    assert.equal(times.answer_mean_seconds, 600); // 03:00 summer time is 01:00 UTC
  });
  test('each agency has its own day: 19:30 UTC is 23:30 in Réunion and 15:30 in Martinique', () => {
    const events = '03-09T19:59:59 1 queued R/q\n03-09T20:00:00 2 queued R/q\n03-10T03:59:59 3 queued M/q\n03-10T04:00:00 4 queued M/q';
    assert.equal(today(events, '19:30:00', { scope: 'caf/NAQ/R' }), 1);
    assert.equal(today(events, '19:30:00', { scope: 'caf/MTQ/M' }), 1);
    assert.equal(today(events, '19:30:00'), 2);
    assert.equal(today(events, '20:00:00'), 1); // Réunion has begun anew
  });
  test('a call of another agency: the day of whom it is booked on', () => {
    const events = '19:50:00 1 queued M/q reason=overflow origin=R/q\n19:59:00 1 answered M/q';
    const answered = (at, book) => counts(events, at, { window: 'today', book }).answered ?? 0;
    assert.deepEqual([answered('19:59:30', 'windows'), answered('19:59:30', 'handled')], [1, 1]);
    assert.deepEqual([answered('20:00:00', 'windows'), answered('20:00:00', 'handled')], [0, 1]);
  });
  test('a line alone has the day of the line', () => {
    const events = '03-09T22:59:59 1 received line=H\n03-09T23:00:00 2 received line=H';
    assert.equal(counts(events, '12:00:00', { window: 'today' }).received, 1);
  });
});

describe('thresholds', () => {
  test('X of the queue, of the origin by origin', () => {
    const level = (events, book) => viewOf(events, '10:05:00', { directory })[book]['15m'].rates.service_level.of;
    assert.deepEqual(level(leg('10:00:00', '10:00:20', 'A/q'), 'windows'), [1, 1]);
    assert.deepEqual(level(leg('10:00:00', '10:00:21', 'A/q'), 'windows'), [0, 1]);
    assert.deepEqual(level(leg('10:00:00', '10:00:21', 'P/p'), 'windows'), [1, 1]); // default 180 s
    const moved = leg('10:00:00', '10:00:21', 'P/p', 'reason=overflow origin=A/q');
    assert.deepEqual([level(moved, 'windows'), level(moved, 'handled')], [[0, 1], [1, 1]]);
  });
  test('short abandons do not count where the network says so; above it the default holds', () => {
    const events = `10:00:00 1 queued R/q line=H\n10:00:02 1 abandoned R/q
      10:00:00 2 queued R/q line=H\n10:00:30 2 abandoned R/q
      10:00:00 3 queued R/q line=H\n10:00:30 3 answered R/q`;
    const rates = (scope) => {
      const { pick_up_agent, pick_up_presented, pick_up_queue, abandon_rate } =
        viewOf(events, '10:05:00', { directory: directory.replace('hours = "office"', ''), scope }).windows['15m'].rates;
      return [pick_up_agent, pick_up_presented, pick_up_queue, abandon_rate].map(({ of }) => of.join('/'));
    };
    assert.deepEqual(rates('caf/NAQ/R'), ['1/2', '1/2', '1/2', '2/3']);
    assert.deepEqual(rates('caf'), ['1/2', '1/2', '1/2', '2/3']);
    assert.deepEqual(rates('line/H'), ['1/2', '1/2', '1/2', '2/3']);
    assert.deepEqual(rates('all'), ['1/3', '1/3', '1/3', '2/3']);
  });
});
