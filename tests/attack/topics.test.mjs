// The topic itself is attacked: made anew while the service reads it or while it is away, given more
// partitions, robbed of messages that were not read yet, written in transactions, left without the
// broker's timestamps, and its refused messages forbidden. Figures are of what is there, and what is
// missing is said.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { DIRECTORY, call } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Traffic, assertSameAsFold, untilAllAnswered } from './traffic.mjs';

let broker;
let service = null;

before(async () => {
  if (noBinary) return;
  broker = await startBroker({
    settings: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Whatever has no rule is open to all, so that one rule can close one topic.
      'allow.everyone.if.no.acl.found': true,
    },
  });
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

/** A service on a topic of its own, and what is sent there. */
async function onTopic(t, topic, { partitions = 2, settings = {}, topicSettings = {} } = {}) {
  await broker.createTopic(topic, partitions, topicSettings);
  await broker.createTopic(`${topic}.refused`, 1);
  const all = { 'kafka.topic': topic, 'kafka.refused_topic': `${topic}.refused`, 'kafka.group_id': topic, ...settings };
  const started = await startService({ brokers: broker.address, settings: all, directory: DIRECTORY });
  t.after(() => started.stop());
  const traffic = new Traffic(broker, { topic, partitions });
  return { service: started, traffic };
}

async function makeAnew(topic, partitions) {
  await broker.tool('TopicCommand', ['--delete', '--topic', topic]);
  await until('the topic to be gone', async () => !(await broker.tool('TopicCommand', ['--list'])).split('\n').includes(topic));
  await broker.createTopic(topic, partitions);
  // A topic of this name was there a moment ago: not every part of the broker knows at once.
  await until('the broker to take messages', async () => {
    await broker.send(topic, [{ value: 'a first one', partition: 0 }]);
    return true;
  });
}

const liveAndWhole = (service) => until('the feed to be live', async () => {
  const { body } = await service.get('/readyz');
  return body.feed.state === 'live' && body.feed.lag_messages === 0 && body;
});

test('a topic made anew under the eyes of the service is read anew', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'anew');
  await traffic.send(20);
  await untilAllAnswered(service, traffic);
  await makeAnew('anew', 2);
  // As many messages as before, and more: offsets alone tell nothing.
  const fresh = new Traffic(broker, { topic: 'anew', partitions: 2 });
  await fresh.send(30);
  assert.equal(await assertSameAsFold(service, fresh), 0);
  await liveAndWhole(service);
});

test('a topic made anew while the service was away is read anew', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'away');
  await traffic.send(20);
  await untilAllAnswered(service, traffic);
  assert.equal((await service.terminate()).code, 0);
  await makeAnew('away', 2);
  const fresh = new Traffic(broker, { topic: 'away', partitions: 2 });
  await fresh.send(30);
  await service.start();
  assert.equal(await assertSameAsFold(service, fresh), 0);
  assert.ok(service.said('a saved state cannot be used, reading from the beginning', 2), service.lastWords());
});

test('new partitions are found within five seconds', { skip: noBinary, timeout: 60_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'wider');
  await traffic.send(4);
  await untilAllAnswered(service, traffic);
  await broker.tool('TopicCommand', ['--alter', '--topic', 'wider', '--partitions', '5']);
  const began = performance.now();
  await until('all partitions to be read', async () => (await service.get('/readyz')).body.partitions === 5, 5000);
  t.diagnostic(`found after ${Math.round(performance.now() - began)} ms`);
  await liveAndWhole(service);
});

test('messages that are gone before they were read are counted, and said', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'robbed', { partitions: 1 });
  await traffic.send(10);
  await untilAllAnswered(service, traffic);
  assert.equal((await service.terminate()).code, 0);
  const lost = new Traffic(broker, { topic: 'robbed' });
  await lost.send(15);
  const folder = await mkdtemp(join(tmpdir(), 'vigie-robbed-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const offsets = join(folder, 'offsets.json');
  await writeFile(offsets, JSON.stringify({ version: 1, partitions: [{ topic: 'robbed', partition: 0, offset: 50 }] }));
  await broker.tool('DeleteRecordsCommand', ['--offset-json-file', offsets]);
  await service.start();
  const { feed, warnings } = await liveAndWhole(service);
  assert.equal(feed.lost.messages, 30);
  assert.ok(warnings.includes('messages were gone before they were read, see feed.lost'), `${warnings}`);
  assert.equal((await service.metrics()).sum('vigie_offset_gaps_total'), 30);
  await service.kill();
  await service.start();
  await service.ready();
  await until('it to be told once, not twice', async () => (await service.get('/readyz')).body.feed.lost?.messages === 30);
});

test('transactions leave offsets without messages: no gap, and lag reaches 0', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const { service } = await onTopic(t, 'transacted', { partitions: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'vigie-transacted-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const payload = join(folder, 'events.ndjson');
  const at = Date.now() - 5000;
  await writeFile(payload, call('transacted', at, { waited: 1000 }).map((event) => `${JSON.stringify(event)}\n`).join(''));
  await broker.tool('ProducerPerformance', ['--topic', 'transacted', '--num-records', '200', '--throughput', '100',
    '--payload-file', payload, '--transactional-id', 'one', '--transaction-duration-ms', '100'],
  ['--producer-props', `bootstrap.servers=${broker.address}`]);
  await until('all messages to be folded', async () => (await service.metrics()).sum('vigie_events_total') === 200);
  const { feed } = await liveAndWhole(service);
  assert.equal(feed.lost, null);
  const metrics = await service.metrics();
  assert.equal(metrics.sum('vigie_offset_gaps_total'), 0);
  assert.equal(metrics.sum('vigie_consumer_lag_messages'), 0);
});

const PRODUCERS_STAMP = { 'message.timestamp.type': 'CreateTime' };
const UNSTAMPED = /message\.timestamp\.type of the topic is not LogAppendTime/;

const unstamped = (service) => until('the warning', async () => {
  const { warnings } = (await service.get('/readyz')).body;
  return warnings.some((warning) => UNSTAMPED.test(warning));
});

test('a topic without the broker\'s timestamps is said to be one before its first message', { skip: noBinary, timeout: 60_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'created', { partitions: 1, topicSettings: PRODUCERS_STAMP });
  await unstamped(service);
  await traffic.send(40);
  await untilAllAnswered(service, traffic);
  await unstamped(service);
});

test('where the topic\'s settings may not be read, its messages tell whose timestamps they have', { skip: noBinary, timeout: 60_000 }, async (t) => {
  const allowed = ['Create', 'Describe', 'Read', 'Write'].flatMap((operation) => ['--operation', operation]);
  await broker.tool('AclCommand', ['--add', '--allow-principal', 'User:ANONYMOUS', ...allowed, '--topic', 'secret']);
  const { service, traffic } = await onTopic(t, 'secret', { partitions: 1, topicSettings: PRODUCERS_STAMP });
  await until('it to be told', () => service.said('the settings of the topic are not told: its messages will tell whose timestamps they have'));
  await service.ready();
  assert.deepEqual((await service.get('/readyz')).body.warnings, []);
  await traffic.send(40);
  await unstamped(service);
  await untilAllAnswered(service, traffic);
});

test('whose timestamps a topic has is not said where the events tell the time', { skip: noBinary, timeout: 60_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'by-events', { partitions: 1, topicSettings: PRODUCERS_STAMP, settings: { clock: 'event' } });
  await traffic.send(40);
  await until('some events to be folded', async () => (await service.metrics()).sum('vigie_events_total') > 0);
  assert.deepEqual((await service.get('/readyz')).body.warnings, []);
  assert.ok(!service.said('the topic leaves timestamps to producers'));
});

test('where refused messages may not be written, that is said, and the figures go on', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const { service, traffic } = await onTopic(t, 'forbidden', { settings: { 'limits.refused_outstanding': 10 } });
  await service.ready();
  await broker.tool('AclCommand', ['--add', '--allow-principal', 'User:somebody', '--operation', 'Write', '--topic', 'forbidden.refused']);
  await broker.send('forbidden', Array.from({ length: 5 }, (_, index) => ({ value: `garbage ${index}`, partition: 0 })));
  await until('/readyz to tell', async () => (await service.get('/readyz')).body.feed.refused_waiting_since !== null, 10_000);
  await traffic.send(10);
  await untilAllAnswered(service, traffic);
  // More than may wait: reading stops, and that is no longer live.
  await broker.send('forbidden', Array.from({ length: 10 }, (_, index) => ({ value: `more ${index}`, partition: 0 })));
  const { body: blocked } = await until('the feed to be blocked', async () => {
    const answer = await service.get('/readyz');
    return answer.body.feed.state === 'blocked' && answer;
  }, 10_000);
  assert.deepEqual([blocked.reasons, blocked.feed.lag_messages], [['reading waits: refused messages cannot be written'], null]);
  assert.equal((await service.get('/healthz')).status, 200);
  await broker.tool('AclCommand', ['--remove', '--force', '--allow-principal', 'User:somebody', '--operation', 'Write', '--topic', 'forbidden.refused']);
  await liveAndWhole(service);
  const letters = await broker.read('forbidden.refused', { count: 15 });
  assert.equal(new Set(letters.map(({ value }) => value.toString())).size, 15);
  assert.equal(await assertSameAsFold(service, traffic), 0);
});
