// The tools must see what is there to see: a difference, a lost event, a seed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { compareViews, differencesOfArrival, differencesOfViews } from './compare.mjs';
import { Count } from './count.mjs';
import { directoryOf } from './directory.mjs';
import { readLists } from './files.mjs';
import { AGENCIES, PARTITIONS, dumped, relabelled, relabelledDirectory } from './relabel.mjs';
import { counted, script, time, viewOf } from './script.mjs';
import { parseInstant } from './time.mjs';

const calls = Array.from({ length: 300 }, (_, call) => `10:0${call % 10}:00 ${call} received
  10:0${call % 10}:00 ${call} queued BANK/q\n10:0${call % 10}:40 ${call} answered BANK/q`);
const recorded = script(calls.join('\n')).sort((a, b) => (a.time < b.time ? -1 : 1));

describe('compare', () => {
  const view = () => viewOf('10:00:00 1 queued A/q\n10:01:40 1 answered A/q\n10:02:00 2 queued A/q', '10:05:00');
  const changed = (change) => {
    const other = view();
    change(other, other.windows['15m']);
    return differencesOfViews(view(), other);
  };
  test('equal views', () => assert.deepEqual(changed(() => {}), []));
  test('a count', () => {
    assert.deepEqual(changed((_, { counts }) => { counts.answered += 1; }), ['windows.15m.counts.answered: 1 != 2']);
  });
  test('a number against null, null against 0', () => {
    assert.equal(changed((_, { rates }) => { rates.pick_up_agent = null; }).length, 1);
    assert.equal(changed((_, { times }) => { times.abandon_mean_seconds = 0; }).length, 1);
  });
  test('the parts of a rate', () => {
    assert.deepEqual(changed((_, { rates }) => { rates.pick_up_agent.of = [2, 2]; }),
      ['windows.15m.rates.pick_up_agent.of.0: 1 != 2', 'windows.15m.rates.pick_up_agent.of.1: 1 != 2']);
  });
  test('a mean, within 1e-9', () => {
    assert.equal(changed((_, { times }) => { times.answer_mean_seconds = 100.00000001; }).length, 0);
    assert.equal(changed((_, { times }) => { times.answer_mean_seconds = 100.000001; }).length, 1);
  });
  test('a quantile of the speed of answer, within 2 %, zero exactly', () => {
    assert.equal(changed((_, { times }) => { times.answer_p90_seconds = 102; }).length, 0);
    assert.equal(changed((_, { times }) => { times.answer_p90_seconds = 103; }).length, 1);
    assert.equal(changed((_, { times }) => { times.answer_p90_seconds = 0; }).length, 1);
  });
  test('the quantiles of those waiting, exactly', () => {
    assert.equal(changed(({ now }) => { now.wait_p90_seconds = 180.0001; }).length, 1);
  });
  test('what tells of arrival is passed over', () => {
    assert.equal(changed((other, { counts }) => { other.clock = 'wall'; counts.late = 9; counts.duplicate = 9; counts.too_late = 9; }).length, 0);
  });
  test('a field of one side only, unless it is required', () => {
    assert.equal(changed((other) => { delete other.clock; other.now.mood = 'good'; }).length, 0);
    assert.deepEqual(changed((other) => { delete other.now.waiting; }), ['now.waiting: missing right']);
  });
  test('every promised figure is required', () => {
    const lacking = (change) => changed(change).map((difference) => difference.split(' ').slice(-1)[0]);
    assert.deepEqual(lacking(({ now }) => { delete now.levers; }), ['right']);
    assert.deepEqual(lacking(({ now }) => { delete now.agents; }).length, 10);
    assert.deepEqual(changed((_, window) => { delete window.spread; }), ['windows.15m.spread: missing right']);
    assert.deepEqual(changed((_, { rates }) => { delete rates.satisfaction; }), ['windows.15m.rates.satisfaction: missing right']);
    assert.deepEqual(changed((_, { counts }) => { delete counts.promises_unreachable; }), ['windows.15m.counts.promises_unreachable: missing right']);
  });
  test('all that the calls name: a reason for a pause, a lever', () => {
    const [a, b] = [view(), view()];
    a.now.agents.pauses = { lunch: 1 };
    assert.deepEqual(differencesOfViews(a, b), ['now.agents.pauses.lunch: 1 != undefined']);
    b.now.agents.pauses = { lunch: 1, files: 2 };
    assert.deepEqual(differencesOfViews(a, b), ['now.agents.pauses.files: undefined != 2']);
    b.now.agents.pauses = { lunch: 1 };
    const lever = { agency: 'A', queue: 'q', kind: 'open', on: true, to: null, message: null, since: '2026-03-10T10:00:00.5Z' };
    [a.now.levers, b.now.levers] = [[lever], [{ ...lever, since: '2026-03-10T10:00:00.500Z' }]];
    assert.deepEqual(differencesOfViews(a, b), []);
    b.now.levers[0].since = '2026-03-10T10:00:01Z';
    assert.equal(differencesOfViews(a, b).length, 1);
    b.now.levers = [];
    assert.ok(differencesOfViews(a, b).length > 0);
  });
  test('the error of what was announced, within 2 %', () => {
    const [a, b] = [view(), view()];
    [a, b].forEach(({ windows }, side) => { windows['15m'].times.announced_error_p50_seconds = 100 + 2 * side; });
    assert.deepEqual(differencesOfViews(a, b), []);
    b.windows['15m'].times.announced_error_p50_seconds = 103;
    assert.equal(differencesOfViews(a, b).length, 1);
  });
  test('quarter-hours: by their start; one that shows nothing may be left out', () => {
    const events = '10:00:00 1 queued A/q\n10:20:00 1 answered A/q\n10:40:00 2 received';
    const quartered = () => counted(events).views(parseInstant(time('11:00:00')), ['all'], { quarters: true })[0];
    const differing = (change) => {
      const other = quartered();
      change(other.quarters);
      return differencesOfViews(quartered(), other);
    };
    assert.equal(quartered().quarters.length, 3);
    assert.deepEqual(differing(() => {}), []);
    assert.deepEqual(differing((quarters) => { quarters[1].cohort.waiting = 1; }), ['quarters.2026-03-10T10:15:00Z.cohort.waiting: 0 != 1']);
    assert.deepEqual(differing((quarters) => { delete quarters[1].handled.rates; }).length, 22);
    assert.deepEqual(differing((quarters) => { quarters.splice(1, 1); }), ['quarters.2026-03-10T10:15:00Z: only left']);
    assert.deepEqual(differing((quarters) => { quarters.reverse(); }), ['quarters: not oldest first right']);
    assert.deepEqual(differing((quarters) => {
      quarters.push({ ...structuredClone(quarters[2]), start: '2026-03-10T10:45:00Z' });
      for (const book of ['window', 'handled']) quarters[3][book].counts.received = 0;
      for (const book of ['window', 'handled']) quarters[3][book].rates.identification = null;
    }), []);
    assert.equal(differencesOfViews(quartered(), { ...quartered(), quarters: null }).length, 1);
  });
  test('what tells of arrival, where it is asked for', () => {
    const arrived = (change) => {
      const other = view();
      change(other.now);
      return differencesOfArrival(view(), other);
    };
    assert.deepEqual(arrived(() => {}), []);
    assert.deepEqual(arrived((now) => { now.sources.reporting = 0; }), ['now.sources.reporting: 1 != 0']);
    assert.deepEqual(arrived((now) => { now.data_age_seconds = 181; }), ['now.data_age_seconds: 180 != 181']);
    assert.deepEqual(arrived((now) => { now.complete_to = null; }), ['now.complete_to: "2026-03-10T10:02:00Z" != null']);
    assert.deepEqual(arrived((now) => { delete now.complete_to; }), ['now.complete_to: missing right']);
  });
  test('views that only one side has, or one side twice', async () => {
    const [a, b] = [view(), { ...view(), scope: 'line/L' }];
    assert.equal((await compareViews([a], [])).differences.length, 1);
    assert.equal((await compareViews([], [a])).differences.length, 1);
    assert.equal((await compareViews([a, a], [a])).differences.length, 1);
    assert.deepEqual(await compareViews([a, b], [b, { ...a, as_of: '2026-03-10T10:05:00.000Z' }]), { compared: 2, differences: [] });
  });
  test('the command: 0 where equal, 1 where not, 1 where nothing could be compared', () => {
    const folder = mkdtempSync(join(tmpdir(), 'compare-'));
    const run = (left, right) => {
      writeFileSync(join(folder, 'left'), left);
      writeFileSync(join(folder, 'right'), right);
      return spawnSync(process.execPath, [resolve(import.meta.dirname, 'compare.mjs'), join(folder, 'left'), join(folder, 'right')], { encoding: 'utf8' });
    };
    try {
      const line = JSON.stringify(view());
      assert.equal(run(line, line).status, 0);
      const differs = run(line, line.replaceAll('"waiting":1', '"waiting":2'));
      assert.equal(differs.status, 1);
      assert.match(differs.stdout, /now\.waiting: 1 != 2/);
      assert.equal(run('', '').status, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('relabel', () => {
  const events = (arrivals) => arrivals.map(({ event }) => event);
  test('spreads calls over the agencies, and changes nothing else', () => {
    const arrivals = relabelled(recorded);
    assert.equal(arrivals.length, recorded.length);
    const agencies = new Set(events(arrivals).map(({ data }) => data.agency).filter((code) => code !== undefined));
    assert.equal(agencies.size, AGENCIES);
    const back = events(arrivals).map((event) => (event.data.agency ? { ...event, data: { ...event.data, agency: 'BANK' } } : event));
    assert.deepEqual(back, recorded);
  });
  test('a key has one partition, and all are used', () => {
    const partitions = new Map();
    for (const { event, partition } of relabelled(recorded)) {
      const key = event.data.agency ?? event.data.line;
      assert.equal(partitions.get(key) ?? partition, partition);
      partitions.set(key, partition);
    }
    assert.equal(new Set(partitions.values()).size, PARTITIONS);
  });
  test('a shuffle makes no event late, and repeats with its seed only', () => {
    const arrivals = relabelled(recorded, { shuffle: 1 });
    assert.deepEqual(relabelled(recorded, { shuffle: 1 }), arrivals);
    assert.notDeepEqual(relabelled(recorded, { shuffle: 2 }), arrivals);
    assert.notDeepEqual(events(arrivals).map(({ time: at }) => at), events(arrivals).map(({ time: at }) => at).sort());
    const count = new Count(readLists([arrivals.map(dumped)]), directoryOf(relabelledDirectory()));
    assert.deepEqual(count.counters(), { ...count.counters(), applied: recorded.length, late: 0, refused: 0, too_late: 0 });
  });
  test('a fifth comes twice', () => {
    const arrivals = relabelled(recorded, { repeat: 1 });
    const share = arrivals.length / recorded.length - 1;
    assert.ok(share > 0.15 && share < 0.25, `${share}`);
    const count = new Count(readLists([arrivals.map(dumped)]), directoryOf(relabelledDirectory()));
    assert.equal(count.counters().applied, recorded.length);
  });
  test('shuffled and repeated, the figures are the same', () => {
    const directory = directoryOf(relabelledDirectory());
    const [plain, mixed] = [{}, { shuffle: 1, repeat: 1 }]
      .map((seeds) => new Count(readLists([relabelled(recorded, seeds).map(dumped)]), directory));
    assert.deepEqual(plain.scopes(), mixed.scopes());
    for (const at of ['10:03:00', '10:06:20', '10:09:00']) {
      const [a, b] = [plain, mixed].map((count) => count.views(parseInstant(time(at)), plain.scopes()));
      a.forEach((view, index) => assert.deepEqual(differencesOfViews(view, b[index]), []));
    }
  });
});
