// January of the recorded calls, published by `vigie replay` to a real Kafka, folded by the
// service, read by websocket clients: at fifty instants every promised figure is that of
// `vigie fold`, bit by bit, and that of the independent count.
//
// The month is replayed within about a minute. The service shows a view each second, as of
// wherever its clock has come by then: these are the instants, and the other two are asked for
// exactly them, afterwards. Both replays run at once, each with a service of its own.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { Count } from '../oracle/count.mjs';
import { directoryOf } from '../oracle/directory.mjs';
import { readFiles } from '../oracle/files.mjs';
import { january } from '../oracle/recorded.mjs';
import { recordedEvents, relabelled, writeRelabelled } from '../oracle/relabel.mjs';
import { SECOND, formatInstant, parseInstant } from '../oracle/time.mjs';
import { noBinary, succeed } from './command.mjs';
import { until } from './condition.mjs';
import { Recording, assertNone, differencesFromCount, differencesFromFold, eachOf, foldedViews } from './figures.mjs';
import { startService } from './service.mjs';
import { Watcher } from './watcher.mjs';

const INSTANTS = 50;
const REPLAY_SECONDS = 62;
const JANUARY_SECONDS = 31 * 24 * 3600;
const SPEED = Math.round(JANUARY_SECONDS / REPLAY_SECONDS);
const SHIPPED = resolve(import.meta.dirname, '../../deploy/directory/recorded.toml');

const skip = noBinary || january.absent;
const started = [];
let broker;
let folder;
let replays;

async function start(starting) {
  const one = await starting;
  started.unshift(one);
  return one;
}

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'vigie-recorded-'));
  broker = await start(startBroker());
  // What keeps this process busy comes first and last: it must not keep the clients from reading.
  const prepared = [await asRecorded(), await asSixtyAgencies()];
  replays = prepared.map(async (input) => ({ ...input, ...(await watchReplay(input)) }));
  await Promise.allSettled(replays);
});

after(async () => {
  for (const one of started) {
    await one.stop();
  }
  if (folder !== undefined) {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Replays the files through Kafka and the service; resolves with what the clients saw. */
async function watchReplay({ topic, partitions, files, directory, scopes, end }) {
  const settings = { clock: 'event', 'kafka.topic': topic, 'kafka.group_id': topic, 'kafka.refused_topic': `${topic}.refused` };
  await broker.createTopic(topic, partitions);
  await broker.createTopic(`${topic}.refused`, 1);
  const service = await start(startService({ brokers: broker.address, settings, directory: await readFile(directory, 'utf8') }));
  await service.ready();
  const recording = await start(new Recording(service.address, scopes));
  const table = await start(new Watcher(service.address, 'all', { children: true }));
  await recording.opened();
  await succeed(['replay', ...files, '--brokers', broker.address, '--topic', topic, '--speed', String(SPEED)]);
  await until(`the view as of ${end}`, () => recording.instants().at(-1) === end);
  const { status, body } = await service.get('/readyz');
  assert.equal(status, 200, JSON.stringify(body));
  const outcomes = (await service.metrics()).by('outcome', 'vigie_events_total');
  await table.until('the last cards', ({ view }) => view.as_of === end);
  assert.deepEqual([...recording.faults(), ...table.faults], []);
  const cards = (await service.find('/api/v1/children/all')).children;
  return { recording, outcomes, table, cards };
}

/** So many of a list, evenly spread, the last one included. */
function spread(list, count) {
  assert.ok(list.length >= count, `${list.length} instants were seen, ${count} are asked for`);
  return Array.from({ length: count }, (_, index) => list[Math.floor(((index + 1) * list.length) / count) - 1]);
}

async function agree(t, { count, recording, files, directory }) {
  const instants = spread(recording.instants(), INSTANTS);
  const fromFold = [];
  const fromCount = [];
  let offered = 0;
  await eachOf(instants, async (at) => {
    const live = recording.views(at);
    fromFold.push(...differencesFromFold(live, await foldedViews(files, at, recording.scopes, directory)));
    fromCount.push(...differencesFromCount(live, count.views(parseInstant(at), recording.scopes)));
    offered += live[0].windows.today.counts.offered;
  });
  t.diagnostic(`${instants.length} instants from ${instants[0]} to ${instants.at(-1)}, ${recording.scopes.length} scopes each`);
  assertNone(fromFold, '(live != fold)');
  assertNone(fromCount, '(live != count)');
  assert.ok(offered > 10_000, `the views saw calls: ${offered}`);
}

/** What the deltas made of the table is what the service has now, and what the views say. */
function assertTable({ table, cards, recording }) {
  assert.ok(table.deltas >= INSTANTS && cards.length > 0);
  const byScope = (list) => new Map([...list].map((card) => [card.scope, card]));
  assert.deepEqual(byScope(table.children.values()), byScope(cards));
  const views = new Map(recording.views(recording.instants().at(-1)).map((view) => [view.scope, view]));
  for (const card of cards) {
    const { now, windows } = views.get(card.scope);
    assert.equal(card.waiting, now.waiting);
    assert.equal(card.longest_wait_seconds, now.longest_wait_seconds);
    assert.deepEqual(card.pick_up_agent_15m, windows['15m'].rates.pick_up_agent);
    assert.deepEqual(card.pick_up_agent_today, windows.today.rates.pick_up_agent);
    assert.equal(card.offered_today, windows.today.counts.offered);
    assert.equal(card.answered_today, windows.today.counts.answered);
    assert.equal(card.abandoned_today, windows.today.counts.abandoned);
    assert.equal(card.answer_mean_15m_seconds, windows['15m'].times.answer_mean_seconds);
  }
}

/** As of when the figures are once everything was read. */
function endOf(events) {
  const newest = events.reduce((latest, { time }) => Math.max(latest, parseInstant(time)), 0);
  return formatInstant(Math.floor(newest / SECOND) * SECOND - 30 * SECOND);
}

async function asRecorded() {
  const files = [january.path];
  const count = new Count(readFiles(files), directoryOf(await readFile(SHIPPED, 'utf8')));
  const end = endOf(recordedEvents(files));
  return { topic: 'calls', partitions: 1, files, directory: SHIPPED, count, scopes: count.scopes(), end };
}

/** Every scope, but of the queues of agencies only those of every sixth agency. */
const someOf = (scopes) => scopes.filter((scope) => {
  const [agency, queue] = scope.split('/').slice(2);
  return queue === undefined || Number(agency.slice(-2)) % 6 === 0;
});

async function asSixtyAgencies() {
  const arrivals = relabelled(recordedEvents([january.path]), { shuffle: 7, repeat: 11 });
  const files = writeRelabelled(folder, arrivals, { single: true });
  const directory = join(folder, 'directory.toml');
  const count = new Count(readFiles(files), directoryOf(await readFile(directory, 'utf8')));
  const end = endOf(arrivals.map(({ event }) => event));
  return { topic: 'sixty', partitions: 6, files, directory, count, scopes: someOf(count.scopes()), end };
}

test('January as it was recorded', { skip }, async (t) => {
  const seen = await replays[0];
  assert.deepEqual(seen.outcomes, { applied: seen.count.counters().applied });
  assertTable(seen);
  await agree(t, seen);
});

test('January as sixty agencies over six partitions, shuffled within 30 s, a fifth sent twice', { skip }, async (t) => {
  const seen = await replays[1];
  const { applied, duplicate } = seen.count.counters();
  assert.ok(duplicate > applied / 6, 'a fifth came twice');
  assert.deepEqual(seen.outcomes, { applied, duplicate });
  assertTable(seen);
  await agree(t, seen);
});

test('what the topic then holds, written by vigie dump, gives the same figures', { skip }, async () => {
  const { recording, topic, directory, outcomes } = await replays[1];
  const path = join(folder, 'dumped.ndjson.gz');
  const { stderr } = await succeed(['dump', '--out', path, '--brokers', broker.address, '--topic', topic]);
  assert.match(stderr, new RegExp(`${outcomes.applied + outcomes.duplicate} events`));
  for (const at of spread(recording.instants(), INSTANTS).filter((_, index) => index % 10 === 9)) {
    const folded = await foldedViews([path], at, recording.scopes, directory);
    assertNone(differencesFromFold(recording.views(at), folded), '(live != fold of the dump)');
  }
});
