// What must hold of any calls, on random ones: identities, sums, independence
// of order, and that nothing after T shows in a view as of T.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOfArrival, differencesOfViews } from './compare.mjs';
import { Count, instants } from './count.mjs';
import { directoryOf } from './directory.mjs';
import { readLists } from './files.mjs';
import { randomFrom } from './random.mjs';
import { SCENARIO_DIRECTORY, scenario } from './scenario.mjs';
import { DAY, HOUR, MINUTE, parseInstant } from './time.mjs';

const from = parseInstant('2026-03-28T18:00:00Z'); // clocks go forward in the night
const period = { from, until: from + 36 * HOUR, calls: 900 };
const directory = directoryOf(SCENARIO_DIRECTORY);
const countOf = (lines) => new Count(readLists([lines]), directory);

const lines = scenario('identities', period);
const count = countOf(lines);
const scopes = count.scopes();
const moments = instants(from + HOUR, 3 * HOUR - 7e6, from + 2 * DAY);
const sliding = { '5m': 5 * MINUTE, '15m': 15 * MINUTE, '60m': HOUR };

test('the calls have all that can happen', () => {
  const sums = {};
  for (const moment of instants(from, HOUR, from + 3 * DAY)) {
    const { counts } = count.views(moment, ['all'])[0].windows['60m'];
    for (const [name, value] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + value;
  }
  const never = Object.entries(sums).filter(([name, value]) => value === 0 && !['left_in_ivr', 'too_late'].includes(name));
  assert.deepEqual(never, []);
});

test('agents, levers, rates and times: each shows somewhere', () => {
  const seen = new Set();
  for (const moment of moments) {
    for (const { now, windows } of count.views(moment, scopes)) {
      for (const { rates, times, spread } of Object.values(windows)) {
        for (const [name, value] of Object.entries({ ...rates, ...times, spread })) if (value !== null) seen.add(name);
        if (spread?.interquartile_range > 0) seen.add('agencies apart');
      }
      for (const [name, value] of Object.entries(now.agents)) if (value !== 0) seen.add(`agents ${name}`);
      for (const reason of Object.keys(now.agents.pauses)) seen.add(`pause ${reason}`);
      for (const { kind, on } of now.levers ?? []) seen.add(`${kind} ${on}`);
      if (now.sources.reporting > 0 && now.sources.reporting < now.sources.known) seen.add('a silent source');
      if (now.complete_to !== null && now.complete_to !== now.as_of) seen.add('complete up to before T');
    }
  }
  const [{ now, windows }] = count.views(from, ['all']);
  const expected = [
    ...Object.keys({ ...windows.today.rates, ...windows.today.times }), 'spread', 'agencies apart',
    ...Object.keys(now.agents).map((state) => `agents ${state}`), ...['lunch', 'training', 'files', 'constructor'].map((reason) => `pause ${reason}`),
    ...['open', 'overflow', 'deflecting', 'offering_callback', 'message'].flatMap((kind) => [`${kind} true`, `${kind} false`]),
    'a silent source', 'complete up to before T',
  ];
  assert.deepEqual(expected.filter((name) => !seen.has(name)), []);
});

test('quarter-hours add up to today, and a cohort to those who entered', () => {
  let closedOtherwise = 0;
  for (const moment of moments.slice(0, 8)) {
    for (const view of count.views(moment, scopes, { quarters: true })) {
      const add = (number) => view.quarters.reduce((sum, quarter) => sum + number(quarter), 0);
      for (const [book, whole] of [['window', view.windows.today], ['handled', view.handled.today]]) {
        for (const group of ['counts', 'second_level', 'callback']) {
          const { left_in_ivr, ...counts } = whole[group];
          for (const [name, value] of Object.entries(counts)) assert.equal(add((quarter) => quarter[book][group][name]), value, `${view.scope} ${name}`);
        }
      }
      for (const { cohort: { entered, answered, abandoned, closed_otherwise, waiting } } of view.quarters) {
        assert.equal(entered, answered + abandoned + closed_otherwise + waiting);
        closedOtherwise += closed_otherwise;
      }
      const { counts, second_level, callback } = view.handled.today;
      assert.equal(add(({ cohort }) => cohort.entered), counts.entered_all - second_level.entered_all - callback.entered_all);
    }
  }
  assert.ok(closedOtherwise > 0);
});

test('the lists have what the view counts', () => {
  let seen = 0;
  for (const moment of moments) {
    for (const { scope, now } of count.views(moment, scopes)) {
      const [waiting, promises] = [count.waitingCalls(moment, scope), count.openPromises(moment, scope)];
      assert.equal(waiting.length, now.waiting);
      assert.equal(waiting[0]?.waiting_seconds ?? null, now.longest_wait_seconds);
      assert.equal(promises.length, now.promises.open);
      const today = count.leverChanges(moment, scope);
      for (const lever of now.levers ?? []) {
        const last = today.findLast(({ agency, queue, kind }) => agency === lever.agency && queue === lever.queue && kind === lever.kind);
        if (last) assert.deepEqual(last, lever);
      }
      seen += waiting.length + promises.length + today.length;
    }
  }
  assert.ok(seen > 1000);
});

test('offered, asked, waiting: in every scope, window and book', () => {
  for (const moment of moments) {
    const views = count.views(moment, scopes);
    const before = Object.fromEntries(Object.entries(sliding).map(([window, length]) => [window, count.views(moment - length, scopes)]));
    views.forEach((view, index) => {
      for (const book of [view.windows, view.handled]) {
        for (const [window, { counts }] of Object.entries(book)) {
          const { offered, asked, answered, abandoned, cut_off, lost, callbacks_accepted, voicemails, deflected_asked } = counts;
          assert.equal(offered, answered + abandoned + cut_off + lost + callbacks_accepted + voicemails);
          assert.equal(asked, offered + deflected_asked);
          if (!(window in sliding)) continue;
          assert.equal(view.now.waiting, before[window][index].now.waiting + counts.entered_all - counts.closed_all);
        }
      }
    });
  }
});

/** Counts of events that may name a line, or an agency, and nothing below it. */
const NOT_BELOW = ['received', 'received_out_of_hours', 'identified', 'self_served', 'self_served_in_hours', 'deflected_asked',
  'deflected_closed', 'deflected_saturated', 'asked', 'left_in_ivr', 'surveys', 'late', 'too_late', 'duplicate'];

test('a scope is the sum of its parts where it must be', () => {
  const partsOf = (scope) => scopes.filter((each) => (scope === 'all'
    ? !each.includes('/') && each !== 'all'
    : each.startsWith(`${scope}/`) && each.split('/').length === scope.split('/').length + 1));
  const wholes = scopes.filter((scope) => partsOf(scope).length > 0 && !scope.startsWith('line/'));
  assert.ok(wholes.length > 8);
  for (const moment of moments) {
    const views = new Map(count.views(moment, scopes).map((view) => [view.scope, view]));
    for (const scope of wholes) {
      const whole = views.get(scope);
      const parts = partsOf(scope).map((part) => views.get(part));
      const add = (number) => parts.reduce((sum, part) => sum + number(part), 0);
      assert.equal(whole.now.waiting, add(({ now }) => now.waiting));
      for (const [name, value] of Object.entries(whole.windows.today.counts)) {
        if (!NOT_BELOW.includes(name)) assert.equal(value, add(({ windows }) => windows.today.counts[name]), `${scope} ${name}`);
      }
    }
  }
});

test('by origin and by handler a call counts once: the same in all, over sliding windows', () => {
  for (const moment of moments) {
    const { windows, handled } = count.views(moment, ['all'])[0];
    for (const window of Object.keys(sliding)) assert.deepEqual(windows[window].counts, handled[window].counts);
  }
});

test('shuffled within 30 s and sent twice: the same figures', () => {
  const random = randomFrom('another order');
  // A line that is no event has no time of its own, nor has one of another year: it stays in its place.
  let last = 0;
  const arrivals = lines.flatMap((line) => {
    let time = last;
    try {
      time = parseInstant(JSON.parse(line).time) ?? last;
    } catch {
      // Not JSON.
    }
    last = Math.abs(time - from) < 10 * DAY ? time : last;
    const at = last + random() * 30e6;
    return random() < 0.2 ? [{ at, line }, { at: at + random() * 60e6, line }] : [{ at, line }];
  });
  const shuffled = countOf(arrivals.sort((a, b) => a.at - b.at).map(({ line }) => line));
  assert.equal(shuffled.counters().applied, count.counters().applied);
  for (const moment of moments) {
    const [left, right] = [count, shuffled].map((each) => each.views(moment, scopes));
    left.forEach((view, index) => {
      const differences = [...differencesOfViews(view, right[index]), ...differencesOfArrival(view, right[index])];
      assert.deepEqual(differences, [], `${view.as_of} ${view.scope}`);
    });
  }
});

test('nothing at or after T shows in a view as of T', () => {
  for (const moment of moments.slice(0, 8)) {
    const before = countOf(lines.filter((line) => {
      const time = /"time":"([^"]*)"/.exec(line)?.[1];
      return parseInstant(time) === null || parseInstant(time) < moment;
    }));
    const [left, right] = [count, before].map((each) => each.views(moment, scopes));
    left.forEach((view, index) => assert.deepEqual(differencesOfViews(view, right[index]), [], `${view.as_of} ${view.scope}`));
  }
});

// Left out: the first entry of a call is found within a partition.
test('two partitions add up', () => {
  const keyed = lines.map((line, offset) => {
    try {
      const event = JSON.parse(line);
      const key = event.data?.agency ?? event.data?.line;
      return { ...event, vigiepartition: ['A', 'M', 'P', 'L1'].includes(key) ? 1 : 0, vigieoffset: offset, vigiearrived: '2026-04-01T00:00:00Z' };
    } catch {
      return line;
    }
  });
  const split = new Count(readLists([keyed.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))]), directory);
  for (const moment of moments) {
    const [left, right] = [count, split].map((each) => each.views(moment, scopes));
    left.forEach((view, index) => assert.deepEqual(differencesOfViews(view, right[index]).filter((each) => !/left_in_ivr|pick_up_(with_ivr|inbound)/.test(each)), []));
  }
});
