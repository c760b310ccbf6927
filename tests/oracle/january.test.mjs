// The recorded January: its totals, as its own description gives them, and the
// identities that must hold at any moment.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Count, instants } from './count.mjs';
import { directoryOf } from './directory.mjs';
import { readFiles } from './files.mjs';
import { january } from './recorded.mjs';
import { HOUR, MINUTE, parseInstant } from './time.mjs';

const MONTH = { from: parseInstant('1999-01-01T05:13:27Z'), until: parseInstant('1999-01-31T20:00:00Z'), every: 53_573e6 };

const at = instants(MONTH.from, MONTH.every, MONTH.until);
const count = january.absent ? null : new Count(readFiles([january.path]), directoryOf('[defaults]\ntime_zone = "Asia/Jerusalem"'));
const options = { skip: january.absent };

test('every event is applied', options, () => {
  assert.deepEqual(count.counters(), { read: 117_978, applied: 117_978, duplicate: 0, too_late: 0, refused: 0, skipped: 0, late: 0 });
});

test('the days add up to the totals of its description', options, () => {
  const sums = { received: 0, asked: 0, answered: 0, abandoned: 0, lost: 0, orphan: 0, repeated: 0, superseded: 0, cut_off: 0 };
  // At midnight today is empty, so each day is taken a microsecond before it ends.
  for (const dayEnd of instants(parseInstant('1999-01-01T22:00:00Z'), 24 * HOUR, parseInstant('1999-01-31T22:00:00Z'))) {
    const { counts } = count.views(dayEnd - 1, ['all'])[0].windows.today;
    for (const name of Object.keys(sums)) sums[name] += counts[name];
  }
  assert.deepEqual(sums, {
    received: 31_164, asked: 29_968, answered: 26_878, abandoned: 3_090, lost: 0, orphan: 0, repeated: 0, superseded: 0, cut_off: 0,
  });
});

test(`identities at ${at.length} instants, in every scope`, options, () => {
  const scopes = count.scopes();
  let seen = 0;
  for (const instant of at) {
    const views = count.views(instant, scopes);
    for (const [window, length] of Object.entries({ '5m': 5 * MINUTE, '15m': 15 * MINUTE, '60m': HOUR })) {
      const before = count.views(instant - length, scopes);
      views.forEach((view, index) => {
        const { counts } = view.windows[window];
        assert.equal(view.now.waiting, before[index].now.waiting + counts.entered_all - counts.closed_all);
      });
    }
    for (const { windows, handled } of views) {
      for (const book of [windows, handled]) {
        for (const { counts } of Object.values(book)) {
          const { offered, asked, answered, abandoned, cut_off, lost, callbacks_accepted, voicemails, deflected_asked } = counts;
          assert.equal(offered, answered + abandoned + cut_off + lost + callbacks_accepted + voicemails);
          assert.equal(asked, offered + deflected_asked);
          seen += offered;
        }
      }
    }
  }
  assert.ok(seen > 10_000, 'the instants saw calls');
});

test('an agency is the sum of its queues', options, () => {
  const agency = 'unassigned/unassigned/BANK';
  const queues = count.scopes().filter((scope) => scope.startsWith(`${agency}/`));
  assert.equal(queues.length, 6);
  for (const instant of at.slice(0, 20)) {
    const [whole, ...parts] = count.views(instant, [agency, ...queues]);
    for (const name of ['answered', 'abandoned', 'entered_all', 'short_abandoned']) {
      const sum = parts.reduce((total, { windows }) => total + windows.today.counts[name], 0);
      assert.equal(whole.windows.today.counts[name], sum);
    }
    assert.equal(whole.now.waiting, parts.reduce((total, { now }) => total + now.waiting, 0));
    const longest = parts.map(({ now }) => now.longest_wait_seconds ?? 0);
    assert.equal(whole.now.longest_wait_seconds ?? 0, Math.max(...longest));
  }
});
