// How the service ends, and what does not end it: signals, a disk that takes no snapshot, a header
// that its client library cannot read.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { DIRECTORY } from '../pipeline/calls.mjs';
import { noBinary, run } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { Traffic, untilAllAnswered } from './traffic.mjs';

let broker;
let traffic;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  traffic = new Traffic(broker);
  await traffic.send(10);
});

after(async () => {
  await broker?.stop();
});

async function started(t, settings = {}) {
  const service = await startService({ brokers: broker.address, directory: DIRECTORY, settings });
  t.after(() => service.stop());
  await service.ready();
  await untilAllAnswered(service, traffic);
  return service;
}

test('signals that ask for nothing change nothing', { skip: noBinary }, async (t) => {
  const service = await started(t);
  const bystander = await Bystander.watch(service.address, 'all');
  t.after(() => bystander.leave());
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGIO', 'SIGPIPE', 'SIGXFSZ']) {
    process.kill(service.pid, signal);
  }
  await until('some seconds to pass', () => bystander.gaps().length > 3);
  assert.ok(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  for (const signal of ['HUP', 'USR1', 'USR2', 'ALRM']) {
    assert.ok(service.log.some((line) => line.signal === signal), `${signal}: ${service.lastWords()}`);
  }
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) {
  test(`${signal} ends it in order`, { skip: noBinary }, async (t) => {
    const service = await started(t, { 'snapshots.interval_seconds': 3600 });
    const { code } = await service.end(signal);
    assert.equal(code, 0, service.lastWords());
    assert.ok(existsSync(service.snapshot), 'the state is saved');
    await service.start();
    assert.ok(service.said('restored', 2), service.lastWords());
  });
}

test('an end without a snapshot is no clean one', { skip: noBinary }, async (t) => {
  const service = await started(t);
  // Where the next snapshot would be written stands a folder.
  await mkdir(`${service.snapshot}.new`);
  const { code } = await service.terminate();
  assert.equal(code, 1, service.lastWords());
  assert.ok(service.log.some(({ message }) => /the last snapshot was not written/.test(message)), service.lastWords());
});

test('a folder that cannot be written is said at the start', { skip: noBinary }, async (t) => {
  const service = await started(t);
  await service.kill();
  await mkdir(`${service.snapshot}.new`, { recursive: true });
  const { code, stderr } = await run(['serve', '--config', service.configuration]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot use the folder of snapshots .*: nothing can be written there/);
});
