// Time from producing an event to the frame of a websocket client that shows it: 2,000 events a
// second over the agencies of the simulated country, through a real Kafka, under the clock on the
// wall. P50 and P99 over a minute, all of it on one machine.
//
// One event in a hundred is of a probe: an agency that only this client watches. Its events go
// through one partition in order, and each adds one to `entered_all` or `closed_all`, so that the
// n-th event is shown by the first frame whose sum is n. Its share of the traffic is otherwise
// like the rest.
//
// Figures are as of whole seconds, and a view is made each second: an event waits half a second
// for that on the average, and a second at most. What comes on top, from the first whole second
// that may show the event, is what the path itself takes; both are printed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import { parse } from 'smol-toml';
import { ROOT } from '../environment.mjs';
import { startBroker } from '../kafka/broker.mjs';
import { call } from '../pipeline/calls.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Watcher } from '../pipeline/watcher.mjs';

const EVENTS_A_SECOND = 2000;
const WARM_UP_SECONDS = 10;
const MEASURED_SECONDS = Number(process.env.VIGIE_BENCH_SECONDS ?? 60);
const PARTITIONS = 6;
const PROBE_SHARE = 100;
const PROBE = { agency: 'PROBE', queue: 'probe' };
const PROBE_SCOPE = 'unassigned/unassigned/PROBE';
/** Who else watches: the whole and its networks, with the cards of their children. */
const OTHER_CLIENTS = 20;
/** A call waits so long, so that half of the events are entries, and half are answers. */
const WAIT_MILLISECONDS = 10_000;
const SEND_EVERY_MILLISECONDS = 5;

const DIRECTORY = readFileSync(join(ROOT, 'deploy/directory/simulated.toml'), 'utf8');
/** Milliseconds since 1970, finer than Date.now(). */
const now = () => performance.timeOrigin + performance.now();

/** Makes events at their rate: each call's entry, and its answer when its time has come. */
class Traffic {
  #places;
  #answers = [];
  #made = 0;
  /** When each event of the probe was made. */
  probes = [];

  constructor(directory) {
    this.#places = directory.agency.filter(({ queues }) => queues.length > 0)
      .flatMap(({ code, queues }) => queues.map((queue) => ({ agency: code, queue })));
  }

  /** The events that are due `milliseconds` after the start. */
  due(milliseconds) {
    const events = [];
    const until = Math.floor((milliseconds * EVENTS_A_SECOND) / 1000);
    for (; this.#made < until; this.#made += 1) {
      const at = now();
      // The answer that waits longest, once it is due; else another call.
      const answer = this.#answers.length > 0 && this.#answers[0].at <= at ? this.#answers.shift() : null;
      events.push(answer === null ? this.#enter(at) : { ...answer.event, time: timeOf(at) });
      if (events.at(-1).data.agency === PROBE.agency) {
        this.probes.push(at);
      }
    }
    return events;
  }

  #enter(at) {
    const isProbe = this.#made % PROBE_SHARE === 0;
    const place = isProbe ? PROBE : this.#places[Math.floor(Math.random() * this.#places.length)];
    const [entry, answered] = call(`call ${this.#made}`, at, { ...place, waited: 0 });
    this.#answers.push({ at: at + WAIT_MILLISECONDS, event: answered });
    return { ...entry, time: timeOf(at) };
  }
}

/** RFC 3339 to the microsecond. */
function timeOf(at) {
  const micros = Math.floor((at % 1) * 1000);
  return new Date(at).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

/** Produces for so long; resolves once the broker has everything. */
async function produce(address, traffic, seconds) {
  const producer = new Producer({ clientId: 'vigie-bench', bootstrapBrokers: [address], retries: 0 });
  const [contentType, structured] = ['content-type', 'application/cloudevents+json'].map((text) => Buffer.from(text));
  const headers = new Map([[contentType, structured]]);
  const sending = [];
  const began = performance.now();
  for (let passed = 0; passed < seconds * 1000; passed = performance.now() - began) {
    const messages = traffic.due(passed).map((event) => ({
      topic: 'calls', key: Buffer.from(event.data.agency), value: Buffer.from(JSON.stringify(event)), headers,
    }));
    if (messages.length > 0) {
      sending.push(producer.send({ messages, acks: -1 }));
    }
    await sleep(SEND_EVERY_MILLISECONDS);
  }
  await Promise.all(sending);
  await producer.close();
}

/** Notes when the frames show each event of the probe. */
function watchProbe(address) {
  const shown = [];
  const watcher = new Watcher(address, PROBE_SCOPE, {
    taken: ({ view }) => {
      const at = now();
      const { entered_all: entered, closed_all: closed } = view.windows['60m'].counts;
      while (shown.length < entered + closed) {
        shown.push(at);
      }
    },
  });
  return { watcher, shown };
}

const percentile = (sorted, share) => sorted[Math.ceil(share * sorted.length) - 1];

function print(name, milliseconds) {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => `${Math.round(percentile(sorted, share))} ms`);
  console.log(`  ${name}: P50 ${p50}, P99 ${p99}, longest ${worst}`);
}

function printMachine() {
  const [first, ...others] = cpus();
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  console.log(`  ${others.length + 1} × ${first.model.trim()}, ${gibibytes} GiB, Linux ${release()}, Node ${process.version}`);
  console.log(`  load average of the last minute, this included: ${loadavg()[0].toFixed(1)}`);
}

async function measure(broker, service) {
  const networks = parse(DIRECTORY).network.map(({ code }) => code);
  const scopes = Array.from({ length: OTHER_CLIENTS }, (_, index) => ['all', ...networks][index % (networks.length + 1)]);
  const others = scopes.map((scope) => new Watcher(service.address, scope, { children: true }));
  const traffic = new Traffic(parse(DIRECTORY));
  const producing = produce(broker.address, traffic, WARM_UP_SECONDS + MEASURED_SECONDS);
  await until('the probe to be known', () => service.view(PROBE_SCOPE));
  const { watcher, shown } = watchProbe(service.address);
  await producing;
  await until('the last event to be shown', () => shown.length >= traffic.probes.length);
  for (const client of [watcher, ...others]) {
    assert.deepEqual(client.faults, [], client.scope);
    await client.leave();
  }
  assert.equal(shown.length, traffic.probes.length, 'each event of the probe counts once');
  const events = (await service.metrics()).by('outcome', 'vigie_events_total');
  return { probes: traffic.probes, shown, events };
}

const broker = await startBroker();
let service;
try {
  await broker.createTopic('calls', PARTITIONS);
  await broker.createTopic('calls.refused', 1);
  service = await startService({ brokers: broker.address, directory: DIRECTORY });
  await service.ready();
  const { probes, shown, events } = await measure(broker, service);
  const from = probes[0] + WARM_UP_SECONDS * 1000;
  const measured = probes.map((made, index) => ({ made, shown: shown[index] })).filter(({ made }) => made >= from);
  console.log(`  ${events.applied} events applied in ${WARM_UP_SECONDS + MEASURED_SECONDS} s, ${measured.length} measured, ${OTHER_CLIENTS + 1} clients`);
  print('produced to shown', measured.map(({ made, shown: at }) => at - made));
  print('of that after the whole second that may show it', measured.map(({ made, shown: at }) => at - (Math.floor(made / 1000) + 1) * 1000));
  printMachine();
} finally {
  await service?.stop();
  await broker.stop();
}
