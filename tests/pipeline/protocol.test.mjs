// The websocket as a client may misuse it, and `vigie watch` as a second client. No Kafka: where
// there never was one, the service shows figures that are empty and says that they are.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { AGENCY_SCOPE, directoryOf } from './calls.mjs';
import { noBinary, run, start } from './command.mjs';
import { until } from './condition.mjs';
import { startWithoutKafka } from './service.mjs';
import { PROTOCOL, Watcher } from './watcher.mjs';

const MOST_FAULTS = 20;
const MOST_TOPICS = 16;
const AGENCIES = [['NAQ-0331', 'Bordeaux Centre'], ['NAQ-0332', 'Bordeaux Nord'], ['NAQ-0333', 'Pau']];

let service;

before(async () => {
  if (noBinary) return;
  service = await startWithoutKafka({ directory: directoryOf(AGENCIES), settings: { 'limits.max_clients': 5 } });
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
  const watcher = await watched(t, 'all', { children: true });
  await watcher.until('three deltas', () => watcher.deltas >= 3);
  assert.equal(watcher.hello.protocol, 'vigie.v4');
  assert.equal(watcher.snapshots, 1);
  watcher.watch(AGENCY_SCOPE);
  await until('a view of the agency', () => watcher.update.view.scope === AGENCY_SCOPE);
  assert.equal(watcher.snapshots, 2);
  assert.deepEqual(watcher.update.path.map(({ scope }) => scope), ['all', 'ft', 'ft/NAQ', AGENCY_SCOPE]);
});

test('a selection and its incidents are topics as any, and have one name in whichever order they are named', { skip: noBinary }, async (t) => {
  const members = ['NAQ-0331', 'NAQ-0332'].map((code) => `ft/NAQ/${code}`);
  const selection = `pick/${members.join('+')}`;
  const socket = new WebSocket(`ws://${service.address}/ws`, PROTOCOL);
  t.after(() => socket.terminate());
  const updates = [];
  socket.on('message', (bytes) => {
    const { snapshot, delta } = JSON.parse(bytes);
    updates.push(...[snapshot, delta].filter(Boolean));
  });
  await once(socket, 'open');
  const turned = `pick/${members.toReversed().join('+')}`;
  const kinds = ['figures', 'children', 'incidents'];
  const say = (what, topic) => socket.send(JSON.stringify({ [what]: { topic } }));
  kinds.forEach((kind) => say('subscribe', `${kind}/${turned}`));
  const of = (kind) => updates.filter(({ topic }) => topic === `${kind}/${selection}`);
  await until('two updates of each', () => kinds.every((kind) => of(kind).length >= 2));
  const [{ content: { figures } }] = of('figures');
  assert.equal(figures.view.scope, selection);
  assert.deepEqual(figures.path.map(({ scope }) => scope), ['all', 'ft', 'ft/NAQ']);
  assert.deepEqual(of('children')[0].content.children.cards.map(({ scope }) => scope), members);
  assert.deepEqual(of('incidents')[0].content.incidents, { total: 0, incidents: [], gone: [] });
  assert.deepEqual([...new Set(updates.map(({ topic }) => topic))].sort(), kinds.map((kind) => `${kind}/${selection}`).sort());
  kinds.forEach((kind) => say('unsubscribe', `${kind}/${turned}`));
  say('subscribe', 'figures/all');
  await until('figures of all', () => updates.some(({ topic }) => topic === 'figures/all'));
  const known = updates.length;
  await until('two more', () => updates.length >= known + 2);
  assert.deepEqual([...new Set(updates.slice(known).map(({ topic }) => topic))], ['figures/all']);
});

test('what cannot be subscribed to is refused, and the connection stays', { skip: noBinary }, async (t) => {
  const watcher = await watched(t, 'all');
  for (const [topic, reason] of [
    ['figures/a//b', 'not_a_topic'],
    ['all', 'not_a_topic'],
    ['', 'not_a_topic'],
    ['figures/pick/ft+ft/NAQ', 'not_a_topic'],
    ['figures/ft/NAQ/NOBODY', 'unknown_scope'],
    [`figures/pick/ft/NAQ/NAQ-0331+ft/NAQ/NOBODY`, 'unknown_scope'],
    ['children/ft/NAQ/NOBODY', 'unknown_scope'],
  ]) {
    watcher.refused = null;
    watcher.subscribe(topic);
    const refused = await until(`${topic} to be refused`, () => watcher.refused);
    assert.deepEqual({ topic: refused.topic, reason: refused.reason }, { topic, reason });
  }
  watcher.say('not a frame');
  await until('a frame that is none to be refused', () => watcher.refused.reason === 'not_a_frame');
  assert.equal(watcher.refused.topic, '');
  const { snapshots } = watcher;
  watcher.subscribe('figures/all');
  await until('figures again', () => watcher.snapshots > snapshots);
  assert.deepEqual(watcher.faults, []);
  for (let fault = 1; fault <= MOST_FAULTS; fault += 1) {
    watcher.say('not a frame');
  }
  assert.equal((await watcher.closed).code, 4001);
});

test('a client that offers no subprotocol is told so, one that says too much is let go', { skip: noBinary }, async (t) => {
  const silent = new WebSocket(`ws://${service.address}/ws`);
  const [code, reason] = await once(silent, 'close');
  assert.equal(code, 4002);
  assert.match(reason.toString(), /vigie\.v4\.json/);
  const talker = await watched(t, 'all');
  talker.say('x'.repeat(100_000));
  await talker.closed;
});

/** Topics of the directory, seventeen and more. */
const TOPICS = ['all', 'ft', 'ft/NAQ', 'line/3949', ...AGENCIES.flatMap(([code]) => [`ft/NAQ/${code}`, `ft/NAQ/${code}/indemnisation`])]
  .flatMap((scope) => [`figures/${scope}`, `children/${scope}`]);

test('sixteen topics are held at a time, each in its own order, and not one more', { skip: noBinary }, async (t) => {
  const watcher = await watched(t, 'all');
  const held = TOPICS.slice(0, MOST_TOPICS);
  const [one, another] = TOPICS.slice(MOST_TOPICS);
  const instants = new Map(held.map((topic) => [topic, []]));
  held.slice(1).forEach((topic) => watcher.subscribe(topic));
  const reading = setInterval(() => watcher.updates.forEach(({ as_of }, topic) => instants.get(topic)?.push(as_of)), 20);
  t.after(() => clearInterval(reading));
  const goOn = (topics) => {
    const before = topics.map((topic) => watcher.framesOf(topic).deltas);
    return until('two seconds of all of them', () => topics.every((topic, index) => watcher.framesOf(topic).deltas >= before[index] + 2));
  };
  await goOn(held);
  watcher.subscribe(one);
  const refused = await until('one more to be refused', () => watcher.refused);
  assert.deepEqual({ topic: refused.topic, reason: refused.reason }, { topic: one, reason: 'too_many_topics' });
  await goOn(held);
  held.forEach((topic) => assert.equal(watcher.framesOf(topic).snapshots, 1, topic));
  // There is room again once another is let go, of which nothing comes any more.
  watcher.unsubscribe(held[5]);
  watcher.subscribe(one);
  await goOn([one]);
  const late = watcher.framesOf(held[5]).deltas;
  watcher.refused = null;
  watcher.subscribe(another);
  await until('one more to be refused again', () => watcher.refused?.topic === another);
  await goOn([one, held[0], held[15]]);
  assert.equal(watcher.framesOf(held[5]).deltas, late);
  instants.forEach((seen, topic) => assert.deepEqual(seen, [...seen].sort(), `${topic}: T went back`));
  assert.deepEqual(watcher.faults, []);
});

test('a topic that is held begins anew, one that is not may be let go', { skip: noBinary }, async (t) => {
  const watcher = await watched(t, 'all');
  await watcher.until('a delta', () => watcher.deltas >= 1);
  watcher.subscribe('figures/all');
  watcher.subscribe('figures/all');
  await watcher.until('its snapshot', () => watcher.snapshots >= 2);
  // Once each: twice would be a fault in its sequence.
  const { deltas, update: { seq } } = watcher;
  await watcher.until('three more', () => watcher.deltas >= deltas + 3);
  assert.equal(watcher.update.seq - seq, watcher.deltas - deltas);
  for (const topic of ['children/all', 'figures/ft/NAQ/NOBODY', 'nonsense', '', 'figures/all']) {
    watcher.say(JSON.stringify({ unsubscribe: { topic } }));
    watcher.say(JSON.stringify({ unsubscribe: { topic } }));
  }
  const { deltas: before } = watcher;
  await new Promise((resolve) => { setTimeout(resolve, 2500); });
  assert.ok(watcher.deltas <= before + 1, 'nothing is held any more');
  assert.equal(watcher.refused, null);
  watcher.subscribe('figures/all');
  await watcher.until('figures again', () => watcher.deltas >= before + 3);
  assert.deepEqual(watcher.faults, []);
});

test('a topic as long as a message may be is refused, a longer one ends the connection', { skip: noBinary }, async (t) => {
  const watcher = await watched(t, 'all');
  const long = `figures/${'x'.repeat(4000)}`;
  watcher.subscribe(long);
  const refused = await until('it to be refused', () => watcher.refused);
  assert.deepEqual({ topic: refused.topic, reason: refused.reason }, { topic: long, reason: 'unknown_scope' });
  const { deltas } = watcher;
  await watcher.until('figures to go on', () => watcher.deltas > deltas);
  assert.deepEqual(watcher.faults, []);
  const longer = await watched(t, 'all');
  longer.subscribe(`figures/${'x'.repeat(100_000)}`);
  await longer.closed;
  await watcher.until('the other to go on', () => watcher.deltas > deltas + 2);
});

test('a page of another origin may not connect', { skip: noBinary }, async () => {
  const page = new WebSocket(`ws://${service.address}/ws`, PROTOCOL, { origin: 'http://elsewhere.example' });
  const [, answer] = await once(page, 'unexpected-response');
  assert.equal(answer.statusCode, 403);
});

test('more clients than allowed are turned away, and there is room once others left', { skip: noBinary }, async (t) => {
  await until('nobody to be there', async () => (await service.metrics()).sum('vigie_clients') === 0);
  const clients = await Promise.all(Array.from({ length: 5 }, () => watched(t, 'all')));
  // A place is taken by subscribing, not by connecting.
  await Promise.all(clients.map((client) => client.until('figures', () => true)));
  const sixth = new WebSocket(`ws://${service.address}/ws`, PROTOCOL);
  const [, answer] = await once(sixth, 'unexpected-response');
  assert.equal(answer.statusCode, 503);
  await clients[0].leave();
  await until('room for another', async () => {
    const another = new WebSocket(`ws://${service.address}/ws`, PROTOCOL);
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
