// `kill -9` of the service in the middle of a replay, at random moments, started again each time
// on the same snapshots: the figures at the end are those of a service that nobody ended, and no
// message that was to be refused is missing from the topic of refused messages.
//
// VIGIE_KILLS says how often (20 for the long run), VIGIE_SEED repeats the moments.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { Count } from '../oracle/count.mjs';
import { directoryOf } from '../oracle/directory.mjs';
import { readFiles } from '../oracle/files.mjs';
import { randomFrom } from '../oracle/random.mjs';
import { january } from '../oracle/recorded.mjs';
import { dumped, recordedEvents, relabelled, writeRelabelled } from '../oracle/relabel.mjs';
import { SECOND, formatInstant, parseInstant } from '../oracle/time.mjs';
import { noBinary, start } from './command.mjs';
import { until } from './condition.mjs';
import { assertNone, differencesFromCount, differencesFromFold, foldedViews, viewsOf } from './figures.mjs';
import { SHORT_SESSIONS, startService } from './service.mjs';

const KILLS = Number(process.env.VIGIE_KILLS ?? 3);
const SEED = process.env.VIGIE_SEED ?? new Date().toISOString();
/** On the average between two kills; the replay takes as long as all of them and one more. */
const SECONDS_A_KILL = 6;
const REPLAY_SECONDS = (KILLS + 1) * SECONDS_A_KILL;
const JANUARY_SECONDS = 31 * 24 * 3600;
const SPEED = Math.round(JANUARY_SECONDS / REPLAY_SECONDS);
const GARBAGE = 60;

const skip = noBinary || january.absent;
let broker;
let folder;

before(async () => {
  if (!skip) {
    folder = await mkdtemp(join(tmpdir(), 'vigie-restart-'));
    broker = await startBroker({ settings: SHORT_SESSIONS });
    await broker.createTopic('calls', 6);
    await broker.createTopic('calls.refused', 1);
  }
});

after(async () => {
  await broker?.stop();
  if (folder !== undefined) {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The same file with garbage between its lines: `vigie replay` publishes it as it is. */
async function withGarbage(arrivals) {
  const every = Math.floor(arrivals.length / GARBAGE);
  const lines = arrivals.flatMap((arrival, index) => {
    const event = JSON.stringify(dumped(arrival));
    return index % every === 0 && index / every < GARBAGE ? [event, `garbage ${index / every}`] : [event];
  });
  const path = join(folder, 'with-garbage.ndjson');
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** Moments of the replay in milliseconds from its start, in order. */
function momentsOf(random) {
  const all = REPLAY_SECONDS * 1000;
  return Array.from({ length: KILLS }, () => random() * all).sort((a, b) => a - b);
}

async function killAt(moments, service, began, t) {
  for (const moment of moments) {
    await sleep(Math.max(0, began + moment - performance.now()));
    await service.kill();
    await service.start();
  }
  const restored = service.log.filter(({ message }) => message === 'restored').length;
  t.diagnostic(`${restored} of ${moments.length} starts found a snapshot`);
}

test(`killed ${KILLS} times while it reads January, the service ends with the right figures`, { skip }, async (t) => {
  t.diagnostic(`VIGIE_SEED=${SEED}`);
  const arrivals = relabelled(recordedEvents([january.path]), { shuffle: 5, repeat: 13 });
  const files = writeRelabelled(folder, arrivals, { single: true });
  const directory = join(folder, 'directory.toml');
  const count = new Count(readFiles(files), directoryOf(await readFile(directory, 'utf8')));
  const newest = arrivals.reduce((latest, { event }) => Math.max(latest, parseInstant(event.time)), 0);
  const end = formatInstant(Math.floor(newest / SECOND) * SECOND - 30 * SECOND);
  const dirty = await withGarbage(arrivals);

  const service = await startService({
    brokers: broker.address,
    settings: { clock: 'event' },
    directory: await readFile(directory, 'utf8'),
  });
  t.after(() => service.stop());
  const replay = start(['replay', dirty, '--brokers', broker.address, '--speed', String(SPEED)]);
  const moments = momentsOf(randomFrom(SEED));
  t.diagnostic(`killed after ${moments.map((moment) => (moment / 1000).toFixed(1)).join(', ')} s of ${REPLAY_SECONDS}`);
  await killAt(moments, service, performance.now(), t);
  const replayed = await replay.ended;
  assert.equal(replayed.code, 0, replayed.stderr);

  await until(`the view as of ${end}`, async () => (await service.view('all')).as_of === end, 120_000);
  const scopes = count.scopes();
  const folded = await foldedViews(files, end, scopes, directory);
  const live = await viewsOf(service, scopes, folded);
  assertNone(differencesFromFold(live, folded), '(live != fold)');
  assertNone(differencesFromCount(live, count.views(parseInstant(end), scopes)), '(live != count)');
  const today = live[0].windows.today.counts;
  assert.ok(today.offered > 0, 'the last day saw calls');
  const [expected] = count.views(parseInstant(end), ['all']);
  // Not promised, but what was folded a second time would show here.
  assert.equal(today.duplicate, expected.windows.today.counts.duplicate);
  await assertAllRefused();
  await assertTotals(await service.metrics(), await totalsOfOneRun(directory));
});

/** The counters of a service that reads the same topic in one go. */
async function totalsOfOneRun(directory) {
  await broker.createTopic('one-run.refused', 1);
  const service = await startService({
    brokers: broker.address,
    settings: { clock: 'event', 'kafka.group_id': 'one-run', 'kafka.refused_topic': 'one-run.refused' },
    directory: await readFile(directory, 'utf8'),
  });
  try {
    await service.ready();
    return await service.metrics();
  } finally {
    await service.stop();
  }
}

/** The view at the end tells of its day; the counters of the agencies tell of the whole month. */
function assertTotals(killed, oneRun) {
  for (const name of ['vigie_agency_offered_total', 'vigie_agency_answered_total', 'vigie_agency_abandoned_total']) {
    const byAgency = killed.by('agency', name);
    assert.ok(Object.keys(byAgency).length > 50, name);
    assert.deepEqual(byAgency, oneRun.by('agency', name), name);
  }
}

async function assertAllRefused() {
  const letters = await broker.read('calls.refused');
  const seen = new Map(letters.map(({ headers, value }) => [
    `${headers['vigie-partition']}/${headers['vigie-offset']}`, value.toString()]));
  assert.equal(seen.size, GARBAGE, 'each refused message is told apart by partition and offset');
  assert.equal(new Set(seen.values()).size, GARBAGE, 'and each is there');
}
