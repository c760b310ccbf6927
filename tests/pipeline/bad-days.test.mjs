// Days on which Kafka is not there, the service is told to stop, or its snapshot is damaged: the
// service runs, says how it is, and gets over it by itself. The clock on the wall rules here, so
// the calls are of now.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Consumer } from '@platformatic/kafka';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY_SCOPE, DIRECTORY, call, structured } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { SHORT_SESSIONS, startService } from './service.mjs';
import { Watcher } from './watcher.mjs';

const PARTITIONS = 2;
const STOP_WITHIN_MILLISECONDS = 15_000;
const WAITED_MILLISECONDS = 1500;
const UNREACHABLE = 'no Kafka broker can be reached';

let broker;
let service;
let watcher;
let sentCalls = 0;

/** Sends calls that were answered just now, to each partition as many. */
async function sendCalls(count) {
  const messages = Array.from({ length: count }, (_, index) => {
    const events = call(`call ${sentCalls + index}`, Date.now() - 10_000, { waited: WAITED_MILLISECONDS });
    return events.map((event) => structured(event, { partition: index % PARTITIONS }));
  }).flat();
  await broker.send('calls', messages);
  sentCalls += count;
}

const answered = ({ windows }) => windows['60m'].counts.answered;
const allAnswered = () => watcher.until(`${sentCalls} answered calls`, ({ view }) => answered(view) === sentCalls);

/** Everything that says how the feed is: the page for machines, the metric, the frame. */
async function untilFeedIs(state, reasons) {
  await until(`/readyz to say ${state}`, async () => {
    const { status, body } = await service.get('/readyz');
    assert.equal(body.feed.state, state);
    reasons.forEach((reason) => assert.ok(body.reasons.includes(reason), `${body.reasons}`));
    assert.equal(status, reasons.length === 0 ? 200 : 503);
    return true;
  });
  await until(`the metric to say ${state}`, async () => (await service.metrics()).feedState() === state);
  await watcher.until(`a frame that says ${state}`, ({ feed }) => feed.state === state);
}

/** The offsets of a group, without being of it. */
async function committedOffsets(group) {
  const consumer = new Consumer({ clientId: 'vigie-test', bootstrapBrokers: [broker.address], groupId: group, retries: 5 });
  try {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const offsets = await consumer.listCommittedOffsets({ topics: [{ topic: 'calls', partitions }] });
    return offsets.get('calls').map(Number);
  } finally {
    await consumer.close(true);
  }
}

async function watch() {
  await watcher?.leave();
  watcher = new Watcher(service.address, AGENCY_SCOPE);
  await watcher.opened;
}

before(async () => {
  if (noBinary) return;
  broker = await startBroker({ settings: SHORT_SESSIONS });
  await broker.createTopic('calls', PARTITIONS);
  await broker.createTopic('calls.refused', 1);
});

after(async () => {
  await watcher?.leave();
  await service?.stop();
  await broker?.stop();
});

test('Kafka is absent at the start: the service runs, says so, and begins once it is there', { skip: noBinary }, async () => {
  await broker.halt();
  service = await startService({ brokers: broker.address, directory: DIRECTORY });
  await watch();
  assert.equal((await service.get('/healthz')).status, 200);
  await untilFeedIs('disconnected', [UNREACHABLE, 'no partition is assigned']);
  await broker.run();
  await service.ready();
  await sendCalls(4);
  await allAnswered();
  await untilFeedIs('live', []);
});

test('Kafka is gone for a while: the figures stand still, it is said, and nothing is lost or counted twice', { skip: noBinary }, async () => {
  await broker.kill();
  await untilFeedIs('disconnected', [UNREACHABLE]);
  const { seq, view } = watcher.update;
  const later = await watcher.until('three more frames', (update) => update.seq >= seq + 3);
  assert.equal(later.view.as_of, view.as_of, 'T stands still');
  assert.equal(later.feed.state, 'disconnected');
  assert.equal(answered(later.view), sentCalls, 'the figures of then are there');
  await broker.run();
  await service.ready();
  await sendCalls(6);
  await allAnswered();
  await untilFeedIs('live', []);
  const metrics = await service.metrics();
  assert.deepEqual(metrics.by('outcome', 'vigie_events_total'), { applied: 2 * sentCalls });
  assert.equal(metrics.sum('vigie_offset_gaps_total'), 0);
  assert.equal(watcher.snapshots, 1, 'the client stayed, and missed no frame');
});

test('told to stop, the service tells its clients, saves, commits, and ends', { skip: noBinary }, async () => {
  const other = new Watcher(service.address, 'all', { children: true });
  await other.until('a first frame', () => true);
  const { code, milliseconds } = await service.terminate();
  assert.equal(code, 0, service.lastWords());
  assert.ok(milliseconds < STOP_WITHIN_MILLISECONDS, `${milliseconds} ms`);
  for (const client of [watcher, other]) {
    const closed = await client.closed;
    assert.equal(closed.code, 1001);
    assert.equal(closed.reason, 'the service stops');
  }
  assert.ok(existsSync(service.snapshot), 'there is a snapshot');
  const offsets = await committedOffsets('vigie');
  assert.deepEqual(offsets, [sentCalls, sentCalls], 'two events a call, one call in two');
});

test('started again, it goes on from its snapshot and reads nothing twice', { skip: noBinary }, async () => {
  await service.start();
  assert.ok(service.said('restored', 2), service.lastWords());
  await watch();
  await service.ready();
  await allAnswered();
  assert.equal((await service.metrics()).sum('vigie_events_total'), 0);
  await sendCalls(2);
  await allAnswered();
});

test('told to stop while Kafka is away, it saves and ends as well', { skip: noBinary }, async () => {
  await broker.kill();
  await untilFeedIs('disconnected', [UNREACHABLE]);
  const { code, milliseconds } = await service.terminate();
  assert.equal(code, 0, service.lastWords());
  assert.ok(milliseconds < STOP_WITHIN_MILLISECONDS, `${milliseconds} ms`);
  assert.equal((await watcher.closed).code, 1001);
  await broker.run();
  await service.start();
  await watch();
  await service.ready();
  await allAnswered();
  assert.equal((await service.metrics()).sum('vigie_events_total'), 0, 'all of it was saved');
});

/** What may have become of the file. */
const DAMAGES = {
  'a changed byte': (bytes) => Buffer.concat([bytes.subarray(0, 100), Buffer.from([bytes[100] ^ 1]), bytes.subarray(101)]),
  'cut short': (bytes) => bytes.subarray(0, bytes.length - 7),
  'empty': () => Buffer.alloc(0),
  'something else altogether': () => Buffer.from('{"state": "of another program"}'),
};

for (const [damage, damaged] of Object.entries(DAMAGES)) {
  test(`a damaged snapshot is told of, put aside, and everything is read anew: ${damage}`, { skip: noBinary }, async () => {
    assert.equal((await service.terminate()).code, 0);
    const bytes = damaged(await readFile(service.snapshot));
    await writeFile(service.snapshot, bytes);
    const starts = service.log.at(-1).start;
    await service.start();
    // It listens while it looks at its files: which is told first is no matter.
    const words = 'a saved state cannot be used, reading from the beginning';
    const told = await until('the damage to be told', () => service.said(words, starts + 1));
    assert.equal(told.level, 'WARN');
    assert.deepEqual(await readFile(`${service.snapshot}.unusable`), bytes, 'it is there to look at');
    await service.ready();
    const metrics = await service.metrics();
    assert.equal(metrics.sum('vigie_snapshots_unusable_total'), 1);
    assert.deepEqual(metrics.by('outcome', 'vigie_events_total'), { applied: 2 * sentCalls });
    await watch();
    await allAnswered();
  });
}

test('a topic that nobody has made yet is waited for', { skip: noBinary }, async (t) => {
  const early = await startService({
    brokers: broker.address,
    settings: { 'kafka.topic': 'later', 'kafka.group_id': 'early' },
    directory: DIRECTORY,
  });
  t.after(() => early.stop());
  await until('/readyz to tell', async () => {
    const { status, body } = await early.get('/readyz');
    return status === 503 && body.reasons.includes('no partition is assigned') && !body.reasons.includes(UNREACHABLE);
  });
  await broker.createTopic('later', PARTITIONS);
  await broker.send('later', call('first', Date.now() - 10_000, { waited: WAITED_MILLISECONDS }).map((event) => structured(event)));
  await early.ready();
  await until('the call to be counted', async () => answered(await early.view(AGENCY_SCOPE)) === 1);
});

test('a topic of refused messages that takes none delays nothing, and no refused message is lost', { skip: noBinary }, async (t) => {
  await broker.createTopic('third', 1);
  await broker.createTopic('third.refused', 1);
  // No broker can have it. One that is there, and takes nothing for its size, is in tests/attack.
  const settings = { 'kafka.topic': 'third', 'kafka.group_id': 'careless', 'kafka.refused_topic': 'no name of a topic' };
  const careless = await startService({ brokers: broker.address, settings, directory: DIRECTORY });
  t.after(() => careless.stop());
  const events = call('first', Date.now() - 10_000, { waited: WAITED_MILLISECONDS });
  await broker.send('third', [{ value: 'garbage' }, ...events.map((event) => structured(event))]);
  await careless.ready();
  await until('the call to be counted', async () => answered(await careless.view(AGENCY_SCOPE)) === 1);
  await until('a snapshot', () => existsSync(careless.snapshot));
  const warned = 'refused messages wait to be written, see feed.refused_waiting_since';
  await until('/readyz to tell', async () => (await careless.get('/readyz')).body.warnings.includes(warned));
  // The snapshot holds what the broker has not taken: nothing is read again, and it is handed in.
  await careless.kill();
  await careless.configure(broker.address, { ...settings, 'kafka.refused_topic': 'third.refused' }, DIRECTORY);
  await careless.start();
  const [letter] = await broker.read('third.refused', { count: 1 });
  assert.equal(letter.value.toString(), 'garbage');
  assert.equal(letter.headers['vigie-offset'].toString(), '0');
  await careless.ready();
  assert.equal((await careless.metrics()).sum('vigie_events_total'), 0, 'nothing was read again');
  assert.ok(!(await careless.get('/readyz')).body.warnings.includes(warned));
});
