// Every score of `vigie backtest` against the witness, which reads the same events and what
// `--estimates-out` wrote.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parse } from 'smol-toml';
import { recordedMonth } from '../oracle/recorded.mjs';
import { noBinary, succeed } from '../pipeline/command.mjs';
import { assertAgrees } from './agreement.mjs';
import { DIRECTORY, madeDay, placeOf } from './made.mjs';
import { witness } from './witness.mjs';

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-backtest-'));
});

after(() => rm(folder, { recursive: true, force: true }));

async function file(name, content) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function linesOf(path) {
  const bytes = await readFile(path);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString();
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** The report on files, and the estimates written with it. */
async function backtest(paths, words = []) {
  const out = join(folder, 'estimates.ndjson');
  const { stdout } = await succeed(['backtest', ...paths, '--format', 'json', '--by', 'region,queue', '--estimates-out', out, ...words]);
  return { report: JSON.parse(stdout), estimates: await linesOf(out) };
}

/** Compares all of it; answers what the witness found. */
function compare({ report, estimates }, lines, options) {
  const expected = witness(lines, estimates, options);
  const { scored_from: from, first, last, ...found } = report;
  assert.equal(from === null, options?.from === undefined);
  assert.ok(first <= last);
  assertAgrees(found, expected);
  return expected;
}

test('a made-up day with everything in it', { skip: noBinary }, async () => {
  const day = madeDay();
  const path = await file('day.ndjson', day.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const directory = await file('directory.toml', DIRECTORY);
  const found = await backtest([path], ['--directory', directory]);
  const { total } = compare(found, day, { placeOf });
  for (const [outcome, calls] of Object.entries(total.counts)) {
    assert.ok(calls > 0, `no call is ${outcome}: the day has lost what it is for`);
  }
  assert.ok(total.answered.estimate.calls > 100, 'the estimator is never scored');
  for (const baseline of total.answered.baselines) {
    assert.ok(baseline.calls > 100, `${baseline.name} is never scored`);
  }
  const from = '2026-11-20T10:30:00.500Z';
  compare(await backtest([path], ['--directory', directory, '--warm-up', from]), day, { placeOf, from });
});

test('the order of arrival is no matter, within thirty seconds', { skip: noBinary }, async () => {
  const [day, seen] = [madeDay(11), new Set()];
  const each = day.filter(({ id }) => !seen.has(id) && seen.add(id));
  const sorted = [...each].sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
  const moved = [...sorted];
  for (let index = 1; index < moved.length; index += 3) {
    const gap = Date.parse(moved[index].time) - Date.parse(moved[index - 1].time);
    if (gap < 30_000) [moved[index - 1], moved[index]] = [moved[index], moved[index - 1]];
  }
  const reports = [];
  for (const [name, events] of Object.entries({ sorted, moved })) {
    const path = await file(`${name}.ndjson`, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    reports.push((await backtest([path])).report);
  }
  assertAgrees(reports[1], reports[0]);
});

test('who left too late to be scored is not among those who wait', { skip: noBinary }, async () => {
  const happened = (seconds, call, type, more = {}) => ({
    specversion: '1.0', id: `${call}-${type}`, source: '/pbx/made', type: `call.${type}`,
    time: new Date(Date.parse('2026-11-20T09:00:00Z') + seconds * 1000).toISOString(),
    subject: call, data: { agency: 'A', queue: 'calm', line: '3949', ...more },
  });
  const handled = { agent: 'agent-1', talk_seconds: 10 };
  const arrived = [
    happened(0, 'gone', 'queued'),
    happened(0, 'talks', 'queued'),
    happened(1, 'talks', 'answered', handled),
    happened(50, 'short', 'queued'),
    happened(50, 'short', 'answered', handled),
    happened(60, 'short', 'ended', handled),
    happened(100, 'between', 'queued'),
    happened(100, 'between', 'overflowed', { to: { agency: 'A', queue: 'flooded' } }),
    // Seventy seconds late and more.
    happened(20, 'gone', 'abandoned'),
    happened(30, 'talks', 'ended', { ...handled, talk_seconds: 900 }),
    happened(200, 'scored', 'queued'),
    happened(210, 'scored', 'answered', handled),
  ];
  const path = await file('gone.ndjson', arrived.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const found = await backtest([path]);
  const { counts, answered } = compare(found, arrived).total;
  assert.deepEqual([counts.answered, counts.lost, counts.without_virtual_wait], [1, 1, 0]);
  const bias = Object.fromEntries(answered.baselines.map((each) => [each.name, each.bias]));
  // Nobody waits: HOL is 0 s, and 10 s of handle time are shared by one agent; 10 s were waited.
  assert.deepEqual([bias.hol, bias.queue_length], [-10, 0]);
});

test('some hours of the simulated country', { skip: noBinary }, async () => {
  const [events, directory] = [join(folder, 'country.ndjson'), join(folder, 'country.toml')];
  await succeed([
    'simulate', '--seed', '5', '--hours', '12', '--region', 'NAQ', '--agencies-per-network', '2',
    '--out', events, '--directory-out', directory,
  ]);
  const { agency: agencies } = parse(await readFile(directory, 'utf8'));
  const places = new Map(agencies.map(({ code, network, region = 'unassigned' }) => [code, { network, region, zone: 'Europe/Paris' }]));
  const found = await backtest([events], ['--directory', directory]);
  const { total } = compare(found, await linesOf(events), { placeOf: (agency) => places.get(agency) });
  assert.ok(total.counts.answered > 100, 'the country answers');
});

const january = recordedMonth('01');

test('a recorded month, scored from its middle', { skip: noBinary || january.absent }, async () => {
  const directory = resolve(import.meta.dirname, '../../deploy/directory/recorded.toml');
  const from = '1999-01-15T00:00:00Z';
  const found = await backtest([january.path], ['--directory', directory, '--warm-up', from]);
  const zone = 'Asia/Jerusalem';
  compare(found, await linesOf(january.path), { from, placeOf: () => ({ network: 'bank', region: 'unassigned', zone }) });
});
