// Messages that take long to fold, and such as take much memory while they wait. A large one of an
// unknown type takes some ten milliseconds to read, and a batch of four hundred of them is 400 KB on
// its way: the broker takes it, and here it is 400 MB. T must go on all the same, whoever asks must
// hear that the figures are behind, and in the end everything is counted.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { DIRECTORY, call, event, structured } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { attack } from './attackers.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';

/** The broker's own default, which that of the tests is above. */
const TOPIC = { 'max.message.bytes': 1_048_588 };
const LARGE_BYTES = 1_000_000;
const BATCH = 400;
const BATCHES = 4;
/** What was there so long ago is counted, or whoever asks hears that it is not. */
const BEHIND_WITHIN_MILLISECONDS = 10_000;
/** It is told once a second, and the broker is heard twice a second. */
const TOLD_AGAIN_WITHIN_MILLISECONDS = 5000;
const MEGABYTE = 1e6;
/** One batch unpacked, what waits in the queue, and the service itself. */
const MOST_WHILE_SLOW = 650 * MEGABYTE;
/** What is held at most, what was on its way by then, one answer unpacked, and the service itself. */
const MOST_WHILE_HELD = 600 * MEGABYTE;
const SMALL = 60_000;
const SMALL_AT_ONCE = 2500;
const HELD_BATCH = 24;
const HELD_BATCHES = 30;

let broker;
const highest = (service) => 1024 * Number(readFileSync(`/proc/${service.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)[1]);
const counted = async (service) => (await service.metrics()).sum('vigie_events_total');

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
});

after(() => broker?.stop());

test('messages that are slow to fold do not stop T, and what waits is said to', { skip: noBinary }, async (t) => {
  await broker.createTopic('slow', 2, TOPIC);
  await broker.createTopic('slow.refused', 1, TOPIC);
  const settings = { 'kafka.topic': 'slow', 'kafka.refused_topic': 'slow.refused' };
  const service = await startService({ brokers: broker.address, directory: DIRECTORY, settings });
  t.after(() => service.stop());
  await service.ready();
  await broker.send('slow', call('before', Date.now() - 3000, { waited: 1000 }).map((one) => structured(one, { partition: 0 })));
  await until('the call to be counted', async () => (await counted(service)) === 2);
  const bystander = await Bystander.watch(service.address, 'all');
  t.after(() => bystander.leave());
  bystander.mark();

  const acknowledged = [{ at: performance.now(), messages: 2 }];
  const packing = (async () => {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await attack('pack', { address: broker.address, topic: 'slow', partition: 1, bytes: LARGE_BYTES, messages: BATCH });
      acknowledged.push({ at: performance.now(), messages: acknowledged.at(-1).messages + BATCH });
    }
  })();
  const total = 2 + BATCH * BATCHES;
  const samples = [];
  await until('everything to be counted', async () => {
    // In this order: what is counted meanwhile is more than what was told of.
    const { body } = await service.get('/readyz');
    samples.push({ at: performance.now(), ready: body.ready, messages: await counted(service) });
    return samples.at(-1).messages === total;
  }, 180_000);
  await packing;
  await until('the figures to be said to be live and whole', async () => {
    const { ready, feed } = (await service.get('/readyz')).body;
    return ready && feed.state === 'live' && feed.lag_messages === 0;
  }, TOLD_AGAIN_WITHIN_MILLISECONDS);
  const due = ({ at }) => Math.max(0, ...acknowledged.filter((sent) => sent.at < at - BEHIND_WITHIN_MILLISECONDS).map((sent) => sent.messages));
  const behind = samples.filter(({ ready }) => !ready).length;
  t.diagnostic(`${behind} of ${samples.length} times it said to be behind; T stood ${Math.round(bystander.worstGap())} ms at most; ${Math.round(highest(service) / MEGABYTE)} MB at most`);
  assert.deepEqual(samples.filter((sample) => sample.ready && sample.messages < due(sample)), [], 'behind, and not said to be');
  assert(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  assert(highest(service) <= MOST_WHILE_SLOW, `${highest(service)} bytes`);
});

test('large messages that wait for a slower partition do not fill the memory', { skip: noBinary }, async (t) => {
  await broker.createTopic('held', 2, TOPIC);
  await broker.createTopic('held.refused', 1, TOPIC);
  const hourAgo = Date.now() - 3_600_000;
  for (let sent = 0; sent < SMALL; sent += SMALL_AT_ONCE) {
    const calls = Array.from({ length: SMALL_AT_ONCE }, (_, index) => event({ id: `s${sent + index}`, type: 'call.received', at: hourAgo + sent / 10, subject: `c${sent + index}`, data: { line: '3949' } }));
    await broker.send('held', calls.map((one) => structured(one, { partition: 0 })));
  }
  await broker.send('held', [structured(call('now', Date.now() - 1000)[0], { partition: 1 })]);
  for (let batch = 0; batch < HELD_BATCHES; batch += 1) {
    await attack('pack', { address: broker.address, topic: 'held', partition: 1, bytes: LARGE_BYTES, messages: HELD_BATCH });
  }
  const settings = { 'kafka.topic': 'held', 'kafka.refused_topic': 'held.refused' };
  const service = await startService({ brokers: broker.address, directory: DIRECTORY, settings });
  t.after(() => service.stop());
  await service.ready(120_000);
  await until('everything to be counted', async () => (await counted(service)) === SMALL + 1 + HELD_BATCH * HELD_BATCHES);
  t.diagnostic(`${HELD_BATCH * HELD_BATCHES} messages of 1 MB waited; ${Math.round(highest(service) / MEGABYTE)} MB at most`);
  assert(highest(service) <= MOST_WHILE_HELD, `${highest(service)} bytes`);
});
