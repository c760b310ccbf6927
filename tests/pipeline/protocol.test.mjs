// The websocket as a client may misuse it, and `vigie watch` as a second client. No Kafka: where
// there never was one, the service shows figures that are empty and says that they are.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { freePorts } from '../kafka/broker.mjs';
import { AGENCY_SCOPE, DIRECTORY } from './calls.mjs';
import { noBinary, run, start } from './command.mjs';
import { until } from './condition.mjs';
import { startService } from './service.mjs';
import { Watcher } from './watcher.mjs';

const MOST_FAULTS = 20;

let service;

before(async () => {
  if (noBinary) return;
  const [nobody] = await freePorts(1);
  service = await startService({ brokers: `127.0.0.1:${nobody}`, directory: DIRECTORY, settings: { 'limits.max_clients': 5 } });
  await until('figures, though empty ones', () => service.view('all'));
});

after(() => service?.stop());

async function watched(t, scope, options) {
  const watcher = new Watcher(service.address, scope, options);
  t.after(() => watcher.leave());
  await watcher.opened;
  return watcher;
}

test('hello, a snapshot, then deltas without a gap; another subscription begins anew', { skip: noBinary }, async (t) => {
  const watcher = await watched(t, 'all', { detail: 'children' });
  await watcher.until('three deltas', () => watcher.deltas >= 3);
  assert.equal(watcher.hello.protocol, 'vigie.v2');
  assert.equal(watcher.snapshots, 1);
  watcher.subscribe(AGENCY_SCOPE);
  await until('a view of the agency', () => watcher.update.view.scope === AGENCY_SCOPE);
  assert.equal(watcher.snapshots, 2);
  assert.deepEqual(watcher.update.path.map(({ scope }) => scope), ['all', 'ft', 'ft/NAQ', AGENCY_SCOPE]);
});

test('what cannot be subscribed to is refused, and the connection stays', { skip: noBinary }, async (t) => {
  const watcher = await watched(t, 'all');
  for (const [scope, reason] of [['a//b', 'not_a_scope'], ['ft/NAQ/NOBODY', 'unknown_scope']]) {
    watcher.subscribe(scope);
    const refused = await until(`${scope} to be refused`, () => watcher.refused);
    assert.deepEqual({ scope: refused.scope, reason: refused.reason }, { scope, reason });
  }
  watcher.say('not a frame');
  await until('a frame that is none to be refused', () => watcher.refused.reason === 'not_a_frame');
  const { snapshots } = watcher;
  watcher.subscribe('all');
  await until('figures again', () => watcher.snapshots > snapshots);
  for (let fault = 1; fault <= MOST_FAULTS; fault += 1) {
    watcher.say('not a frame');
  }
  assert.equal((await watcher.closed).code, 4001);
});

test('a client that offers no subprotocol is told so, one that says too much is let go', { skip: noBinary }, async (t) => {
  const silent = new WebSocket(`ws://${service.address}/ws`);
  const [code, reason] = await once(silent, 'close');
  assert.equal(code, 4002);
  assert.match(reason.toString(), /vigie\.v2\.json/);
  const talker = await watched(t, 'all');
  talker.say('x'.repeat(100_000));
  await talker.closed;
});

test('a page of another origin may not connect', { skip: noBinary }, async () => {
  const page = new WebSocket(`ws://${service.address}/ws`, 'vigie.v2.json', { origin: 'http://elsewhere.example' });
  const [, answer] = await once(page, 'unexpected-response');
  assert.equal(answer.statusCode, 403);
});

test('more clients than allowed are turned away, and there is room once others left', { skip: noBinary }, async (t) => {
  await until('nobody to be there', async () => (await service.metrics()).sum('vigie_clients') === 0);
  const clients = await Promise.all(Array.from({ length: 5 }, () => watched(t, 'all')));
  // A place is taken by subscribing, not by connecting.
  await Promise.all(clients.map((client) => client.until('figures', () => true)));
  const sixth = new WebSocket(`ws://${service.address}/ws`, 'vigie.v2.json');
  const [, answer] = await once(sixth, 'unexpected-response');
  assert.equal(answer.statusCode, 503);
  await clients[0].leave();
  await until('room for another', async () => {
    const another = new WebSocket(`ws://${service.address}/ws`, 'vigie.v2.json');
    const opened = await Promise.race([once(another, 'open').then(() => true), once(another, 'unexpected-response').then(() => false)]);
    another.terminate();
    return opened;
  });
});

test('vigie watch follows a scope, a view a line, and says what is not there', { skip: noBinary }, async (t) => {
  const url = `http://${service.address}`;
  const following = start(['watch', url, '--scope', AGENCY_SCOPE, '--json']);
  t.after(() => following.child.kill());
  let text = '';
  following.child.stdout.on('data', (more) => { text += more; });
  await until('three lines', () => text.split('\n').length > 3);
  const views = text.split('\n').slice(0, 3).map((line) => JSON.parse(line));
  views.forEach((view) => assert.equal(view.scope, AGENCY_SCOPE));
  const said = await run(['watch', url, '--scope', 'ft/NAQ/NOBODY']);
  assert.notEqual(said.code, 0);
  assert.match(said.stderr, /^vigie: neither the directory nor an event has named ft\/NAQ\/NOBODY\n$/);
});
