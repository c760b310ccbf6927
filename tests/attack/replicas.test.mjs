// Two instances of the service on one topic, with the same settings but for their folders: each
// shows the whole, either may die without the other noticing, and it is ready again within seconds
// with the defaults of Kafka. On one folder there is room for one of them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY_SCOPE, DIRECTORY } from '../pipeline/calls.mjs';
import { noBinary, run } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { Traffic, assertSameAsFold, callsGoOn, untilAllAnswered } from './traffic.mjs';

const PARTITIONS = 4;

let broker;
let services = [];
let traffic;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', PARTITIONS);
  await broker.createTopic('calls.refused', 1);
  services = await Promise.all([1, 2].map(() => startService({ brokers: broker.address, directory: DIRECTORY })));
  traffic = new Traffic(broker, { partitions: PARTITIONS });
  await traffic.send(40);
  await Promise.all(services.map((service) => service.ready()));
});

after(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await broker?.stop();
});

test('each of two instances shows the whole', { skip: noBinary }, async () => {
  for (const service of services) {
    await untilAllAnswered(service, traffic);
    await until('all of it to be live', async () => {
      const { body } = await service.get('/readyz');
      assert.deepEqual([body.partitions, body.feed.state, body.feed.lag_messages], [PARTITIONS, 'live', 0]);
      return true;
    });
  }
});

test('one is killed: the other does not notice', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const [one, other] = services;
  const bystander = await Bystander.watch(other.address, AGENCY_SCOPE);
  t.after(() => bystander.leave());
  const stop = callsGoOn(traffic, 50);
  bystander.mark();
  await one.kill();
  await until('some seconds to pass', () => bystander.gaps().length > 6);
  assert.ok(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  t.diagnostic(`longest T: ${Math.round(bystander.worstGap())} ms`);
  assert.ok(bystander.frames.every(({ state }) => state === 'live'), 'live throughout');
  const began = performance.now();
  await one.start();
  await one.ready();
  t.diagnostic(`ready ${Math.round(performance.now() - began)} ms after it was started again`);
  await stop();
  for (const service of services) {
    assert.equal(await assertSameAsFold(service, traffic), 0);
  }
});

test('a second instance on the folder of the first says so, and ends', { skip: noBinary }, async () => {
  const [one] = services;
  const { code, stderr } = await run(['serve', '--config', one.configuration]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /cannot use the folder of snapshots .*: another service uses it/);
});
