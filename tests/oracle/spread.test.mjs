// How far apart the agencies of a scope are, every rate worked out by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { viewOf } from './script.mjs';

/** `answered` of `of` calls of an agency, the others abandoned after `patience` seconds. */
const calls = (agency, answered, of, patience = 30) => Array.from({ length: of }, (_, call) => {
  const id = `${agency}${call}`;
  const closing = call < answered ? `10:00:20 ${id} answered` : `10:00:${String(patience).padStart(2, '0')} ${id} abandoned`;
  return `10:00:00 ${id} queued ${agency}/q\n${closing} ${agency}/q`;
}).join('\n');

const directory = `[[network]]
code = "ft"
[[network]]
code = "caf"
short_abandons_count = false
[[region]]
code = "NAQ"
[[region]]
code = "IDF"
${[['A', 'ft', 'NAQ'], ['B', 'ft', 'NAQ'], ['C', 'ft', 'IDF'], ['D', 'caf', 'NAQ'], ['P', 'ft', null]].map(([code, network, region]) =>
    `[[agency]]\ncode = "${code}"\nnetwork = "${network}"\n${region ? `region = "${region}"` : ''}`).join('\n')}
`;
const spreadOf = (events, scope = 'all', book = 'windows', window = '15m') => viewOf(events, '10:05:00', { scope, directory })[book][window].spread;
const rounded = (spread) => spread && Object.values(spread).map((value) => Math.round(value * 1000) / 1000);

describe('spread', () => {
  const cases = [
    ['no agency with 30 calls', calls('A', 20, 29), null],
    ['one with 30', calls('A', 15, 30), [1, 0.5, 0.5, 0]],
    ['those with fewer aside', `${calls('A', 15, 30)}\n${calls('B', 29, 29)}`, [1, 0.5, 0.5, 0]],
    ['two: the first quartile is the lower, the third the higher', `${calls('A', 15, 30)}\n${calls('B', 24, 30)}`, [2, 0.8, 0.5, 0.3]],
    // Of 0.2 0.4 0.5 0.8: the first and the third, by nearest rank.
    ['four', `${calls('A', 15, 30)}\n${calls('B', 24, 30)}\n${calls('C', 6, 30)}\n${calls('Z', 12, 30)}`, [4, 0.8, 0.2, 0.3]],
    // Of 0.2 0.4 0.5 0.8 0.9: the second and the fourth.
    ['five', `${calls('A', 15, 30)}\n${calls('B', 24, 30)}\n${calls('C', 6, 30)}\n${calls('Z', 12, 30)}\n${calls('P', 27, 30)}`, [5, 0.9, 0.2, 0.4]],
    ['nobody was answered', calls('A', 0, 30), [1, 0, 0, 0]],
  ];
  for (const [name, events, expected] of cases) test(name, () => assert.deepEqual(rounded(spreadOf(events)), expected));

  test('of the agencies below, also those without region and those unknown', () => {
    const events = ['A', 'B', 'C', 'D', 'P', 'Z'].map((agency, index) => calls(agency, 3 * index, 30)).join('\n');
    const agencies = (scope) => spreadOf(events, scope)?.agencies ?? null;
    assert.deepEqual(['all', 'ft', 'caf', 'unassigned'].map(agencies), [6, 4, 1, 1]);
    assert.deepEqual(['ft/NAQ', 'ft/IDF', 'ft/unassigned', 'caf/NAQ', 'unassigned/unassigned'].map(agencies), [2, 1, 1, 1, 1]);
    assert.deepEqual(['ft/NAQ/A', 'ft/NAQ/A/q', 'line/L', 'line/L/NAQ'].map(agencies), [null, null, null, null]);
  });
  test('by each agency’s own setting of short abandons', () => {
    // 30 answered of 40: ten abandoned at once, which do not count in caf.
    const events = `${calls('A', 30, 40, 2)}\n${calls('D', 30, 40, 2)}`;
    assert.deepEqual(rounded(spreadOf(events)), [2, 1, 0.75, 0.25]);
    assert.deepEqual(rounded(spreadOf(calls('D', 29, 40, 2))), null); // 29 are left
  });
  test('by origin and by handler, in each window', () => {
    const events = calls('A', 15, 30).replaceAll('queued A/q', 'queued B/q reason=overflow origin=A/q').replaceAll(/(answered|abandoned) A/g, '$1 B') + `\n${calls('C', 30, 30)}`;
    assert.deepEqual(rounded(spreadOf(events, 'ft/NAQ')), [1, 0.5, 0.5, 0]);
    assert.deepEqual(rounded(spreadOf(events, 'ft/NAQ', 'handled')), [1, 0.5, 0.5, 0]);
    assert.deepEqual(rounded(spreadOf(events, 'ft/IDF', 'handled', 'today')), [1, 1, 1, 0]);
    assert.equal(spreadOf(events, 'all', 'windows', '5m').agencies, 2);
    const late = viewOf(events, '10:05:31', { directory });
    assert.deepEqual([late.windows['5m'].spread, late.windows['15m'].spread.agencies], [null, 2]);
  });
});
