// The comparison of live figures notices a difference, and only one of promised figures.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNone, differencesFromCount, differencesFromFold, promised } from './figures.mjs';

const view = () => ({
  as_of: '1999-01-10T10:00:00Z', scope: 'all', clock: 'event', severity: null,
  now: { waiting: 3, data_age_seconds: 2, sources: { known: 2, reporting: 1 } },
  windows: { '5m': { counts: { offered: 5, late: 1 }, times: { answer_p90_seconds: 100, answer_mean_seconds: 40.25 } } },
});

function changed(change) {
  const other = view();
  change(other, other.windows['5m']);
  return other;
}

test('what tells of arrival is left out, at any depth', () => {
  assert.deepEqual(promised(view()), {
    now: { waiting: 3 },
    windows: { '5m': { counts: { offered: 5 }, times: { answer_p90_seconds: 100, answer_mean_seconds: 40.25 } } },
  });
});

test('the fold is held to the bit, quantiles and means included', () => {
  const differences = (change) => differencesFromFold([view()], [changed(change)]);
  assert.deepEqual(differencesFromFold([view()], [view()]), []);
  assert.ok(differences((_, { counts }) => { counts.offered = 6; }).some((told) => told.includes('all windows.5m.counts.offered: 5 != 6')));
  assert.ok(differences((_, { times }) => { times.answer_p90_seconds = 100.001; }).length > 0);
  assert.ok(differences((_, { times }) => { times.answer_mean_seconds = 40.25 + 1e-12; }).length > 0);
  assert.ok(differences((other) => { delete other.now.waiting; }).length > 0);
  assert.deepEqual(differences((other, { counts }) => { counts.late = 9; other.clock = 'wall'; other.now.sources.known = 9; }), []);
});

test('the count is held to the number, quantiles of the speed of answer within 2 %', () => {
  const counted = (change) => differencesFromCount([view()], [changed(change)]).filter((told) => !told.includes('missing'));
  assert.deepEqual(counted(() => {}), []);
  assert.equal(counted((_, { times }) => { times.answer_p90_seconds = 101.9; }).length, 0);
  assert.equal(counted((_, { times }) => { times.answer_p90_seconds = 103; }).length, 1);
  assert.equal(counted((_, { counts }) => { counts.offered = 6; }).length, 1);
});

test('a difference fails, with how many there are', () => {
  assert.throws(() => assertNone(['a', 'b'], '(live != fold)'), /2 differences \(live != fold\)\na\nb/);
  assertNone([], '(live != fold)');
});
