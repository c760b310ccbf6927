// A producer that invents names: agencies, queues of one agency, lines, sources, agents, queues of
// one agent, reasons of pauses, and texts without end; or that tells thousands of things of one call,
// promise or agent. What is over a limit counts as `other`, or is not followed, and is named in
// /api/v1/unknown; T advances every second for whoever watches, memory stays under a number, and a
// restart is ready as soon as ever.
//
// VIGIE_ATTACK_SECONDS says for how long; a longer one invents more of each.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY, AGENCY_SCOPE, DIRECTORY, event, structured } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { Traffic, assertSameAsFold, callsGoOn } from './traffic.mjs';

const SHORT_SECONDS = 8;
const SECONDS = Number(process.env.VIGIE_ATTACK_SECONDS ?? SHORT_SECONDS);
/** Of each kind: twenty thousand in the short form, a hundred thousand at most. */
const INVENTED = Math.min(100_000, Math.round(20_000 * SECONDS / SHORT_SECONDS));
const MESSAGES_AT_ONCE = 5000;
/** Resident, whatever was invented before. */
const MEBIBYTES_AT_MOST = 512;
const CAUGHT_UP_WITHIN_MILLISECONDS = 20_000 + 4 * SECONDS * 1000;
const AGENTS = 8;
const PARTITION = 0;
const PLACE = { agency: AGENCY, queue: 'indemnisation' };
const CALLS_A_SECOND = 10;

let serial = 0;
/** An event of now, about nobody in particular. */
function invented(type, data, more = {}) {
  serial += 1;
  return event({ id: `invented ${serial}`, type, at: Date.now() - 1000, subject: `invented ${serial}`, data, ...more });
}

const queued = (changes, more) => invented('call.queued', { line: '3949', ...PLACE, ...changes }, more);
const agentState = (changes, more) => invented('agent.state_changed', { agency: AGENCY, agent: 'one', state: 'ready', ...changes }, more);
/** Latest first, within the last minute. */
const ofOne = (number) => ({ subject: 'one', at: Date.now() - 1000 - (number * 59_000) / INVENTED });

/**
 * What is invented, how often, the event, and the kind under which /api/v1/unknown names what is over
 * its limit. Texts are refused instead. All is about the agency that is watched, or about ones that
 * nobody knows. Events of one call, promise or agent come latest first, so that each changes what all
 * before it meant.
 */
const KINDS = [
  { name: 'queues', over: 'queue', make: (number) => queued({ queue: `queue ${number}` }) },
  { name: 'lines', over: 'line', make: (number) => invented('call.received', { line: `line ${number}` }) },
  { name: 'sources', over: 'source', make: (number) => invented('call.received', { line: '3949' }, { source: `/pbx/${number}` }) },
  { name: 'reasons of pauses', over: 'pause_reason', make: (number) => agentState({ agent: `pausing ${number}`, state: 'paused', reason: `reason ${number}` }) },
  { name: 'agents', over: 'agent', make: (number) => agentState({ agency: 'crowd', agent: `agent ${number}` }) },
  { name: 'agencies', over: 'agency', make: (number) => queued({ agency: `agency ${number}` }) },
  {
    // An agent of more than 200 queues is no event of the contract.
    name: 'agents that serve a hundred thousand queues',
    count: 5,
    isRefused: true,
    make: (number) => agentState({ agent: `greedy ${number}`, queues: Array.from({ length: 100_000 }, (_, index) => `q${index}`) }),
  },
  {
    name: 'events of one call',
    over: 'events_of_one',
    make: (number) => (number === 0 ? queued({}, ofOne(0)) : invented('call.announced', { ...PLACE, announced_wait_seconds: 60 }, ofOne(number))),
  },
  {
    name: 'attempts of one promise',
    over: 'events_of_one',
    make: (number) => (number === 0
      ? invented('call.recontact_promised', { ...PLACE, due_at: new Date(Date.now() + 3_600_000).toISOString() }, ofOne(0))
      : invented('promise.attempted', { ...PLACE, kind: 'recontact', outcome: 'unreachable' }, ofOne(number))),
  },
  {
    name: 'states of a few agents',
    over: 'events_of_one',
    make: (number) => agentState({ agent: `restless ${number % AGENTS}`, state: ['ready', 'talking'][number % 2] }, ofOne(number)),
  },
  {
    // Each changes where all that is known of its agent counts, since none of it tells queues.
    name: 'queues of a few agents, told late',
    over: 'events_of_one',
    make: (number) => {
      const isLate = number >= INVENTED / 2;
      const queues = isLate ? { queues: [`queue ${number % 3}`] } : {};
      const at = Date.now() - (isLate ? 100_000 : 40_000) + (number % MESSAGES_AT_ONCE);
      return agentState({ agent: `late ${number % AGENTS}`, ...queues }, { subject: 'one', at });
    },
  },
  { name: 'texts', count: 200, isRefused: true, make: (number) => queued({ queue: 'x'.repeat(100_000 + number) }) },
];

let broker;
let service;
let traffic;
let sentEvents = 0;

const counted = async () => (await service.metrics()).sum('vigie_events_total');
const untilAllCounted = () => until('all that was sent to be counted', async () => (await counted()) >= sentEvents + 2 * traffic.calls, CAUGHT_UP_WITHIN_MILLISECONDS);

async function invent({ make, count = INVENTED, isRefused = false }) {
  for (let from = 0; from < count; from += MESSAGES_AT_ONCE) {
    const length = Math.min(MESSAGES_AT_ONCE, count - from);
    const events = Array.from({ length }, (_, index) => make(from + index));
    if (!isRefused) traffic.add(events);
    // By size as well: the broker takes 12 MB at once.
    const atOnce = JSON.stringify(events[0]).length > 10_000 ? 5 : length;
    for (let start = 0; start < length; start += atOnce) {
      const messages = events.slice(start, start + atOnce).map((one) => structured(one, { partition: PARTITION }));
      await broker.send('calls', messages);
      sentEvents += messages.length;
    }
  }
}

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  traffic = new Traffic(broker);
  service = await startService({ brokers: broker.address, directory: DIRECTORY });
  await service.ready();
  await traffic.send(5);
  await until('the agency', () => service.view(AGENCY_SCOPE));
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

test('whatever a producer invents, T advances and memory stays bounded', { skip: noBinary, timeout: (SECONDS * 8 + 240) * 1000 }, async (t) => {
  const stop = callsGoOn(traffic, CALLS_A_SECOND);
  t.after(stop);
  const seconds = await Bystander.watch(service.address, 'all', { kind: 'children' });
  t.after(() => seconds.stop());
  const { pid } = service;
  let isStopped = false;
  for (const one of KINDS) {
    await t.test(one.name, { skip: isStopped && 'T stood still before' }, async (t) => {
      seconds.mark();
      const began = performance.now();
      const before = await service.metrics();
      isStopped = true;
      await invent(one);
      await untilAllCounted();
      isStopped = false;
      const folded = performance.now() - began;
      await sleep(1500); // two ticks with all of it there
      const gap = seconds.worstGap();
      const mebibytes = service.residentMebibytes();
      t.diagnostic(`${one.count ?? INVENTED} ${one.name}: ${(folded / 1000).toFixed(1)} s to send and fold, longest gap ${gap.toFixed(0)} ms, ${mebibytes.toFixed(0)} MiB`);
      assert.equal(service.pid, pid);
      assert.equal(seconds.closed, null);
      assert.ok(gap <= LONGEST_GAP, `T stood for ${gap.toFixed(0)} ms`);
      assert.ok(mebibytes <= MEBIBYTES_AT_MOST, `${mebibytes.toFixed(0)} MiB`);
      const refused = (await service.metrics()).sum('vigie_refused_total') - before.sum('vigie_refused_total');
      assert.equal(refused, one.isRefused ? one.count : 0, 'refused');
    });
  }
});

test('the page of those that nobody knows is sent, second by second', { skip: noBinary, timeout: 60_000 }, async () => {
  const parent = await Bystander.watch(service.address, 'unassigned/unassigned', { kind: 'children' });
  try {
    await sleep(4000);
    assert.ok(parent.worstGap() <= LONGEST_GAP, `T stood for ${parent.worstGap().toFixed(0)} ms`);
  } finally {
    await parent.leave();
  }
});

test('what is over a limit is named', { skip: noBinary, timeout: 60_000 }, async (t) => {
  const { over_limits: named } = await service.find('/api/v1/unknown');
  const metrics = await service.metrics();
  for (const kind of new Set(KINDS.flatMap(({ over }) => over ?? []))) {
    await t.test(kind, () => {
      const found = named.find((one) => one.kind === kind);
      assert.ok(found, `${kind} is not among ${named.map((one) => one.kind)}`);
      assert.ok(found.times > 0 && found.named.length > 0, JSON.stringify(found));
      assert.ok(metrics.sum('vigie_over_limit_total', { kind }) > 0);
    });
  }
});

test('the figures are those of the fold, with all of it', { skip: noBinary, timeout: 180_000 }, async () => {
  await assertSameAsFold(service, traffic);
});

test('a restart is ready as soon as ever', { skip: noBinary, timeout: 120_000 }, async (t) => {
  await sleep(1500); // a snapshot of it all
  await service.kill();
  const began = performance.now();
  await service.start();
  await service.ready();
  const took = performance.now() - began;
  t.diagnostic(`ready after ${(took / 1000).toFixed(1)} s, ${service.residentMebibytes().toFixed(0)} MiB`);
});
