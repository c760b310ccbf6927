// A websocket client that does not read: it misses frames and is sent a fresh snapshot once it
// reads again, it costs the service a bounded amount of memory, and nobody else notices. One that
// never reads again is let go.
//
// Thousands of agencies, each with a call that waits, make every frame a large one: every card changes
// every second. The clock on the wall rules, so the calls are of now.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { call, structured } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { startService } from './service.mjs';
import { Watcher } from './watcher.mjs';

const AGENCIES = 5000;
const SCOPE = 'unassigned/unassigned';
const CHILDREN = `children/${SCOPE}`;
const SLOW_CLIENTS = 3;
/** Of a slow client: its buffer in the service (4 MiB at most), a frame in it and one that waits. */
const MEBIBYTES_A_CLIENT = 16;

let broker;
let service;
let reader;

const metric = async (name) => (await service.metrics()).sum(name);

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  service = await startService({ brokers: broker.address, settings: { 'limits.client_queue_frames': 1, 'limits.agencies': AGENCIES } });
  const at = Date.now() - 10_000;
  const waiting = Array.from({ length: AGENCIES }, (_, index) => call(`call ${index}`, at, { agency: `A-${index}` })[0]);
  await broker.send('calls', waiting.map((event) => structured(event)));
  await service.ready();
  await until('the calls to be counted', async () => (await service.view('all')).now.waiting === AGENCIES);
});

after(async () => {
  await reader?.leave();
  await service?.stop();
  await broker?.stop();
});

test('clients that stop reading are sent a fresh snapshot once they read again', { skip: noBinary, timeout: 120_000 }, async (t) => {
  reader = new Watcher(service.address, SCOPE, { children: true });
  await reader.until('frames', () => reader.framesOf(CHILDREN).deltas >= 2);
  assert.equal(reader.children.size, AGENCIES);
  const slow = Array.from({ length: SLOW_CLIENTS }, () => new Watcher(service.address, SCOPE, { children: true }));
  t.after(() => Promise.all(slow.map((client) => client.leave())));
  await Promise.all(slow.map((client) => client.until('a snapshot', () => client.framesOf(CHILDREN).snapshots === 1)));
  const read = () => ({ deltas: reader.framesOf(CHILDREN).deltas, seq: reader.updates.get(CHILDREN).seq });
  const before = { mebibytes: service.residentMebibytes(), ...read() };

  slow.forEach((client) => client.pause());
  // Each is counted once for each of its two topics.
  await until('all of them to be too slow', async () => (await metric('vigie_clients_resynced_total')) >= SLOW_CLIENTS * 2, 60_000);
  const grown = service.residentMebibytes() - before.mebibytes;
  slow.forEach((client) => client.resume());
  await Promise.all(slow.map((client) => client.until('a fresh snapshot', () => client.framesOf(CHILDREN).snapshots >= 2)));

  slow.forEach((client) => {
    assert.deepEqual(client.faults, [], 'no delta follows a gap');
    assert.equal(client.children.size, AGENCIES);
  });
  assert.deepEqual(reader.faults, []);
  assert.equal(reader.framesOf(CHILDREN).snapshots, 1, 'the other client was never resynced');
  const after = read();
  assert.equal(after.deltas - before.deltas, after.seq - before.seq, 'and got each frame');
  t.diagnostic(`resident memory: ${before.mebibytes.toFixed(0)} MiB, and ${grown.toFixed(0)} MiB more for ${SLOW_CLIENTS} slow clients`);
  assert.ok(grown <= SLOW_CLIENTS * MEBIBYTES_A_CLIENT, `memory grew by ${grown} MiB`);
});

test('a client that never reads again is let go', { skip: noBinary, timeout: 120_000 }, async (t) => {
  await until('only the reader to be there', async () => (await metric('vigie_clients')) === 1);
  const stuck = new Watcher(service.address, SCOPE, { children: true });
  t.after(() => stuck.leave());
  await stuck.until('a snapshot', () => stuck.framesOf(CHILDREN).snapshots === 1);
  assert.equal(await metric('vigie_clients'), 2);
  stuck.pause();
  await until('it to be let go', async () => (await metric('vigie_clients')) === 1, 90_000);
  const { seq } = reader.update;
  await reader.until('frames after that', (update) => update.seq >= seq + 2);
  assert.deepEqual(reader.faults, []);
});
