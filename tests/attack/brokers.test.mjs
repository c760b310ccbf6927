// One of two brokers dies, hangs, or was never there: half the partitions have no leader that
// answers. Within ten seconds every surface says so, with which partitions and agencies; T goes on,
// since the other half is as of now; and once the broker is back the figures are whole and exact.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY, DIRECTORY } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { Traffic, assertSameAsFold, untilAllAnswered } from './traffic.mjs';

const SAID_WITHIN = 10_000;
/** Partitions led by the second broker. */
const SECOND = [1, 3];
const REASON = 'some partitions are not read, see feed.partial';

let first;
let second;
let service;
let traffic;

before(async () => {
  if (noBinary) return;
  // A broker that is gone is noticed within a second, as Kafka's own tests have it.
  const settings = { 'broker.session.timeout.ms': 2000, 'broker.heartbeat.interval.ms': 500 };
  first = await startBroker({ settings });
  second = await startBroker({ settings, beside: first });
  await first.tool('TopicCommand', ['--create', '--topic', 'calls', '--replica-assignment', '1,2,1,2',
    '--config', 'message.timestamp.type=LogAppendTime']);
  await first.tool('TopicCommand', ['--create', '--topic', 'calls.refused', '--replica-assignment', '1']);
  service = await startService({ brokers: first.address, directory: DIRECTORY });
  traffic = new Traffic(first, { partitions: 4 });
  await traffic.send(8);
  await service.ready();
  await untilAllAnswered(service, traffic);
});

after(async () => {
  await service?.stop();
  await second?.stop();
  await first?.stop();
});

async function partialTold() {
  const { status, body } = await service.get('/readyz');
  assert.equal(body.feed.state, 'partial');
  assert.equal(status, 503);
  assert.ok(body.reasons.includes(REASON), `${body.reasons}`);
  assert.deepEqual(body.feed.partial.partitions.map(({ partition }) => partition), SECOND);
  assert.deepEqual(body.feed.partial.agencies.map(({ scope }) => scope), [`ft/NAQ/${AGENCY}`]);
  assert.deepEqual(body.feed.partial.sources, ['/pbx/test']);
  return body.feed.partial;
}

/** While half the partitions are out of reach, and once they are back. */
async function throughHalf(t, breakIt, mendIt) {
  const bystander = await Bystander.watch(service.address, 'all');
  bystander.mark();
  const began = performance.now();
  await breakIt();
  await until('/readyz to tell', partialTold, SAID_WITHIN + 5000);
  const saidAfter = performance.now() - began;
  t.diagnostic(`said after ${Math.round(saidAfter)} ms`);
  assert.ok(saidAfter < SAID_WITHIN, `${saidAfter} ms`);
  const metrics = await service.metrics();
  assert.equal(metrics.feedState(), 'partial');
  const whole = [0, 1, 2, 3].map((partition) => metrics.sum('vigie_partition_whole', { partition: `${partition}` }));
  assert.deepEqual(whole, [1, 0, 1, 0]);
  await until('a frame that says so', () => bystander.frames.at(-1).state === 'partial');
  await mendIt();
  await until('all to be live again', async () => (await service.get('/readyz')).body.feed.state === 'live', 60_000);
  t.diagnostic(`longest T: ${Math.round(bystander.worstGap())} ms`);
  assert.ok(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  await bystander.leave();
  await traffic.send(8);
  assert.equal(await assertSameAsFold(service, traffic), 0);
  assert.equal((await service.metrics()).sum('vigie_offset_gaps_total'), 0);
}

test('one of two brokers is killed', { skip: noBinary, timeout: 180_000 }, (t) =>
  throughHalf(t, () => second.kill(), () => second.run()));

test('one of two brokers hangs', { skip: noBinary, timeout: 180_000 }, (t) =>
  throughHalf(t, () => second.hang(), () => second.goOn()));

test('a service that starts while half the partitions have no leader shows the other half, and says so', { skip: noBinary, timeout: 120_000 }, async (t) => {
  await second.kill();
  const { code } = await service.terminate();
  assert.equal(code, 0, service.lastWords());
  await service.start();
  await until('/readyz to tell', partialTold, SAID_WITHIN);
  const bystander = await Bystander.watch(service.address, 'all');
  t.after(() => bystander.leave());
  await sleep(3000);
  assert.ok(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  await second.run();
  await service.ready();
  await traffic.send(8);
  assert.equal(await assertSameAsFold(service, traffic), 0);
});

test('both brokers hang: it is said, and T stands still', { skip: noBinary, timeout: 120_000 }, async () => {
  second.hang();
  first.hang();
  const began = performance.now();
  await until('/readyz to tell', async () => (await service.get('/readyz')).body.feed.state === 'disconnected', SAID_WITHIN);
  assert.ok(performance.now() - began < SAID_WITHIN);
  assert.equal((await service.get('/healthz')).status, 200, 'the loops go on');
  first.goOn();
  second.goOn();
  await service.ready();
  assert.equal(await assertSameAsFold(service, traffic), 0);
});
