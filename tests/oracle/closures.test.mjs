// Closures of the directory: which place is closed on which civil day.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { directoryOf } from './directory.mjs';
import { nonzero, time, viewOf } from './script.mjs';
import { parseInstant } from './time.mjs';

const places = `
[defaults]
time_zone = "UTC"
[[network]]
code = "ft"
[[network]]
code = "caf"
[[region]]
code = "NAQ"
[[region]]
code = "MTQ"
time_zone = "America/Martinique"
[[line]]
number = "L"
network = "ft"
[[line]]
number = "H"
network = "caf"
hours = "office"
[[hours]]
name = "office"
tuesday = ["08:30-16:30"]
[[agency]]
code = "A"
network = "ft"
region = "NAQ"
[[agency]]
code = "P"
network = "ft"
[[agency]]
code = "M"
network = "caf"
region = "MTQ"
`;

/** 2026-03-10 is a Tuesday. */
const closed = (rest, date = '2026-03-10') => `${places}\n[[closure]]\ndate = "${date}"\n${rest}`;
const isOpen = (toml, agency, line, at = '10:00:00') => directoryOf(toml).opening(agency, line).isOpen(parseInstant(time(at)));

describe('closures', () => {
  // Open on that day: agency A on L, P on L, M on L, line L alone, line H alone.
  const asked = [['A', 'L'], ['P', 'L'], ['M', 'L'], [undefined, 'L'], [undefined, 'H']];
  const cases = [
    ['of everything', '', [false, false, false, false, false]],
    ['of a network: its agencies, and its lines', 'networks = ["ft"]', [false, false, true, false, true]],
    ['of a region', 'regions = ["NAQ"]', [false, true, true, true, true]],
    ['of an agency', 'agencies = ["M"]', [true, true, false, true, true]],
    ['of a line', 'lines = ["L"]', [false, false, false, false, true]],
    ['of another line', 'lines = ["H"]', [true, true, true, true, false]],
    ['of a line in a network', 'networks = ["ft"]\nlines = ["L"]', [false, false, true, false, true]],
    ['of a line in a region: not the line alone', 'regions = ["NAQ"]\nlines = ["L"]', [false, true, true, true, true]],
    ['of a region or an agency', 'regions = ["NAQ"]\nagencies = ["P"]', [false, false, true, true, true]],
    ['of a network or a region', 'networks = ["caf"]\nregions = ["NAQ"]', [false, true, false, true, false]],
  ];
  for (const [name, rest, expected] of cases) {
    test(name, () => assert.deepEqual(asked.map(([agency, line]) => isOpen(closed(rest), agency, line)), expected));
  }
  test('overlapping ones add up', () => {
    const both = `${closed('regions = ["NAQ"]')}\n[[closure]]\ndate = "2026-03-10"\nname = "strike"\nagencies = ["M"]`;
    assert.deepEqual(asked.map(([agency, line]) => isOpen(both, agency, line)), [false, true, false, true, true]);
  });
  test('the whole civil day of the zone, and no other day', () => {
    const toml = closed('agencies = ["A", "M"]');
    const at = ['03-09T23:59:59', '03-10T00:00:00', '03-10T03:59:59', '03-10T04:00:00', '03-10T23:59:59', '03-11T00:00:00', '03-11T03:59:59', '03-11T04:00:00'];
    const open = (agency) => at.map((each) => (isOpen(toml, agency, 'L', each) ? 'o' : '-')).join('');
    assert.equal(open('A'), 'o----ooo');
    assert.equal(open('M'), 'ooo----o'); // four hours later
  });
  test('several days, the first and the last too', () => {
    const toml = closed('agencies = ["A"]').replace('date = "2026-03-10"', 'from = "2026-03-10"\nto = "2026-03-12"');
    const at = ['03-09T23:59:59', '03-10T00:00:00', '03-11T12:00:00', '03-12T23:59:59', '03-13T00:00:00'];
    assert.deepEqual(at.map((each) => isOpen(toml, 'A', 'L', each)), [true, false, false, false, true]);
  });
  test('weekly hours hold on the other days', () => {
    const toml = closed('', '2026-03-17');
    assert.deepEqual(['03-10T10:00:00', '03-10T20:00:00', '03-11T10:00:00', '03-17T10:00:00'].map((at) => isOpen(toml, undefined, 'H', at)),
      [true, false, false, false]);
  });
  test('a leg of a closed day is out of hours; one that waits past midnight waits from then on', () => {
    const toml = closed('agencies = ["A"]');
    const leg = (from, to) => `${from} 1 queued A/q line=L\n${to} 1 answered A/q`;
    const all = nonzero(viewOf(leg('10:00:00', '10:01:00'), '10:05:00', { directory: toml }).windows['60m'].counts);
    assert.deepEqual(all, { entered_all: 1, closed_all: 1, out_of_hours: 1 });
    const { times } = viewOf(leg('23:50:00', '03-11T00:01:40'), '03-11T00:05:00', { directory: toml }).windows['60m'];
    assert.equal(times.answer_mean_seconds, 100);
  });
  test('who is deflected as closed on a closed day did not ask', () => {
    const events = '10:00:00 1 deflected A reason=closed\n10:00:00 2 received\n10:00:00 2 self_served';
    const of = (toml) => nonzero(viewOf(events, '10:05:00', { directory: toml }).windows['60m'].counts);
    assert.deepEqual(of(closed('networks = ["ft"]')), { received: 1, received_out_of_hours: 1, self_served: 1, deflected_closed: 1 });
    assert.deepEqual(of(closed('networks = ["ft"]', '2026-03-11')),
      { received: 1, self_served: 1, self_served_in_hours: 1, deflected_asked: 1, asked: 1 });
  });
});
