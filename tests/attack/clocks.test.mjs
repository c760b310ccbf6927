// The clock of the service's machine is stepped back, or is two hours behind: figures go on, as of
// the broker's time, and within ten seconds it is said that the clock is off: in the feed, on the
// page for machines, in a metric. Once it is right again, nothing more is said.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY_SCOPE, DIRECTORY } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Watcher } from '../pipeline/watcher.mjs';
import { LONGEST_GAP } from './bystander.mjs';
import { startClock } from './clock.mjs';
import { Traffic, assertSameAsFold, callsGoOn, untilAllAnswered } from './traffic.mjs';

const TEN_MINUTES = 600;
const TWO_HOURS = 7200;
const SAID_WITHIN_MILLISECONDS = 10_000;
const CALLS_A_SECOND = 20;
/** How far T may be from the broker's time, which is that of this process. */
const T_WITHIN_MILLISECONDS = 3000;
/** A clock that is off is measured by messages, which take their time. */
const MEASURED_WITHIN_SECONDS = 2;
const STAMPED_WITHIN_SECONDS = 60;
const WATCHED_MILLISECONDS = 4000;

let broker;
let traffic;
let stopCalls;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  traffic = new Traffic(broker);
  stopCalls = callsGoOn(traffic, CALLS_A_SECOND);
});

after(async () => {
  await stopCalls?.();
  await broker?.stop();
});

/** Runs a test with a service whose clock is so many seconds off, and somebody who watches. */
async function withService(seconds, work) {
  const clock = await startClock({ seconds });
  const started = [];
  try {
    const service = await startService({ brokers: broker.address, directory: DIRECTORY, environment: clock.environment });
    started.push(service);
    await until('the agency', () => service.view(AGENCY_SCOPE));
    const watcher = new Watcher(service.address, AGENCY_SCOPE);
    started.push(watcher);
    await watcher.until('figures', () => true);
    await work({ clock, service, watcher });
  } finally {
    for (const one of started.reverse()) await one.stop();
    await clock.stop();
  }
}

/** Everywhere that the clock's being off is said: by how much, or null. */
async function clockOff({ service, watcher }) {
  const { body: { reasons, warnings = [] } } = await service.get('/readyz');
  return {
    feed: watcher.update.feed.clock_off_seconds ?? null,
    readyz: [...reasons, ...warnings].some((text) => text.includes('clock')),
    metric: (await service.metrics()).sum('vigie_clock_off_seconds'),
  };
}

const isOffBy = (seconds) => (value) => value !== null && Math.abs(Math.abs(value) - seconds) <= MEASURED_WITHIN_SECONDS;

/** Resolves with how long it took until it was said everywhere. */
async function untilSaid(watched, seconds) {
  const began = performance.now();
  await until(`a clock that is ${seconds} s off to be said`, async () => {
    const said = await clockOff(watched);
    if (!isOffBy(seconds)(said.feed) || !said.readyz || !isOffBy(seconds)(said.metric)) throw new Error(JSON.stringify(said));
    return true;
  }, SAID_WITHIN_MILLISECONDS);
  return performance.now() - began;
}

const untilUnsaid = (watched) => until('nothing more to be said of the clock', async () => {
  const said = await clockOff(watched);
  if (said.feed !== null || said.readyz || said.metric !== 0) throw new Error(JSON.stringify(said));
  return true;
}, SAID_WITHIN_MILLISECONDS);

const distance = ({ view }) => Math.abs(Date.now() - Date.parse(view.as_of));

/** T is the broker's time again within ten seconds, and then advances second by second. */
async function assertFollows(t, { watcher }) {
  await watcher.until('T to be of now', (update) => distance(update) <= T_WITHIN_MILLISECONDS, SAID_WITHIN_MILLISECONDS);
  const arrivals = [performance.now()];
  let latest = watcher.update.view.as_of;
  watcher.taken = ({ view }) => {
    if (view.as_of > latest) {
      latest = view.as_of;
      arrivals.push(performance.now());
    }
  };
  await sleep(WATCHED_MILLISECONDS);
  watcher.taken = () => {};
  const gaps = [...arrivals.slice(1), performance.now()].map((arrival, index) => arrival - arrivals[index]);
  t.diagnostic(`T is ${(distance(watcher.update) / 1000).toFixed(1)} s behind, longest gap ${Math.max(...gaps).toFixed(0)} ms`);
  assert.ok(Math.max(...gaps) <= LONGEST_GAP, `T stood for ${Math.max(...gaps).toFixed(0)} ms`);
  assert.ok(distance(watcher.update) <= T_WITHIN_MILLISECONDS);
}

/** Snapshots go on being written. */
async function assertSaves({ service }) {
  const written = statSync(service.snapshot).mtimeMs;
  await until('another snapshot', () => statSync(service.snapshot).mtimeMs > written, SAID_WITHIN_MILLISECONDS);
}

test('the clock of the service is one that can be stepped', { skip: noBinary, timeout: 60_000 }, async () => {
  await withService(-TWO_HOURS, async ({ service, clock }) => {
    // The log is stamped by the clock of the machine, whatever figures go by.
    const off = ({ timestamp }) => (Date.parse(timestamp) - Date.now()) / 1000;
    assert.ok(Math.abs(off(service.said('listening')) + TWO_HOURS) < STAMPED_WITHIN_SECONDS);
    await clock.set(0);
    await service.terminate();
    assert.ok(Math.abs(off(service.said('stopping'))) < STAMPED_WITHIN_SECONDS);
  });
});

test('stepped back by ten minutes: T goes on, it is said, and unsaid once it is right', { skip: noBinary, timeout: 120_000 }, async (t) => {
  await withService(0, async (watched) => {
    const { clock, service } = watched;
    await service.ready();
    await untilUnsaid(watched);
    await clock.set(-TEN_MINUTES);
    const took = await untilSaid(watched, TEN_MINUTES);
    t.diagnostic(`said after ${(took / 1000).toFixed(1)} s`);
    await assertFollows(t, watched);
    await assertSaves(watched);
    await clock.set(0);
    await untilUnsaid(watched);
    await assertFollows(t, watched);
    assert.equal((await service.get('/readyz')).status, 200);
  });
});

test('two hours behind from the start: T is the broker\'s, it is said, and the figures are right', { skip: noBinary, timeout: 120_000 }, async (t) => {
  await withService(-TWO_HOURS, async (watched) => {
    const took = await untilSaid(watched, TWO_HOURS);
    t.diagnostic(`said after ${(took / 1000).toFixed(1)} s`);
    await assertFollows(t, watched);
    await assertSaves(watched);
    await stopCalls();
    await untilAllAnswered(watched.service, traffic);
    await assertSameAsFold(watched.service, traffic);
  });
});
