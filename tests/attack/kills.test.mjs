// `kill -9` while events keep coming, again and again, with Kafka's own settings: how long until the
// service is ready again, and whether its figures at the end are those of the fold.
// (tests/pipeline/restart.test.mjs kills it at random moments of a recorded month.)
//
// VIGIE_KILLS says how often; without it forty times where attacks are to last a minute or more
// (VIGIE_ATTACK_SECONDS), else three times. VIGIE_SEED repeats the moments.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { randomFrom } from '../oracle/random.mjs';
import { DIRECTORY } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Traffic, assertSameAsFold, callsGoOn, untilAllAnswered } from './traffic.mjs';

const IS_LONG = Number(process.env.VIGIE_ATTACK_SECONDS ?? 0) >= 60;
const KILLS = Number(process.env.VIGIE_KILLS ?? (IS_LONG ? 40 : 3));
const SEED = process.env.VIGIE_SEED ?? new Date().toISOString();
const PARTITIONS = 6;
/** What there is before the first kill. */
const CALLS_BEFORE = 3000;
const CALLS_A_SECOND = 100;
const LONGEST_LIFE_MILLISECONDS = 1500;
const NEVER_READY_MILLISECONDS = 60_000;

let broker;
let service;
let traffic;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', PARTITIONS);
  await broker.createTopic('calls.refused', 1);
  traffic = new Traffic(broker, { partitions: PARTITIONS });
  service = await startService({ brokers: broker.address, directory: DIRECTORY });
  await service.ready();
  await traffic.send(CALLS_BEFORE);
  await untilAllAnswered(service, traffic);
  // The first kill might come before there is a first snapshot.
  await until('a snapshot', () => existsSync(service.snapshot));
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

/** Milliseconds from kill to ready. */
async function killed() {
  const began = performance.now();
  await service.kill();
  await service.start();
  await service.ready(NEVER_READY_MILLISECONDS);
  return performance.now() - began;
}

/** What the starts after a kill said that did not go on from a snapshot. */
function startsNotRestored({ log }) {
  const starts = new Set(log.map(({ start }) => start).filter((start) => start > 1));
  const restored = new Set(log.filter(({ message }) => message === 'restored').map(({ start }) => start));
  return [...starts].filter((start) => !restored.has(start)).map((start) => log.filter((line) => line.start === start));
}

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const seconds = (milliseconds) => (milliseconds / 1000).toFixed(2);

test(`killed ${KILLS} times, the service is ready again each time, and its figures are right`, { skip: noBinary, timeout: (KILLS * 70 + 180) * 1000 }, async (t) => {
  t.diagnostic(`VIGIE_SEED=${SEED}`);
  const random = randomFrom(SEED);
  const stop = callsGoOn(traffic, CALLS_A_SECOND);
  t.after(stop);
  const times = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(random() * LONGEST_LIFE_MILLISECONDS);
    times.push(await killed());
  }
  await stop();
  t.diagnostic(`ready after ${times.map(seconds).join(', ')} s; median ${seconds(median(times))} s, longest ${seconds(Math.max(...times))} s; ${traffic.calls} calls`);
  await assertSameAsFold(service, traffic);
  const anew = startsNotRestored(service);
  assert.deepEqual(anew, [], `not restored: ${JSON.stringify(anew)}`);
});
