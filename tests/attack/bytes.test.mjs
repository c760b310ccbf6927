// Records of any bytes at all among good calls, one for one: keys, values, names and values of
// headers that are random, null, empty, or as large as the broker takes. Each ends in the topic of
// refused messages, with where it was and why; the calls are in the figures; and whoever watches
// sees T advance every second.
//
// VIGIE_ATTACK_SECONDS says how long; VIGIE_SEED repeats the bytes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { randomFrom } from '../oracle/random.mjs';
import { AGENCY_SCOPE, DIRECTORY, structured, call } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { Traffic, assertSameAsFold } from './traffic.mjs';

const SECONDS = Number(process.env.VIGIE_ATTACK_SECONDS ?? 5);
const SEED = process.env.VIGIE_SEED ?? new Date().toISOString();
const PARTITIONS = 3;
const RECORDS_A_ROUND = 30;
const ROUND_MILLISECONDS = 200;
/** What the broker of the tests takes at most, less what goes around a value. */
const HUGE = 12 * 1024 * 1024 - 1024;
const LONGEST_REASON = 4096;

const random = randomFrom(SEED);
const below = (count) => Math.floor(random() * count);
const bytes = (length) => Buffer.from(Array.from({ length }, () => below(256)));
/** What no text begins with, so that it is never an event by chance. */
const garbage = (length) => Buffer.concat([Buffer.from([0xff]), bytes(length)]);
const latin1 = (text) => Buffer.from(text, 'latin1');

/** A name that is not UTF-8, one that is empty, and one that the binding has a meaning for. */
const NAMES = [latin1('caf\xe9'), Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(0), latin1('ce_\xff'), latin1('ce_id'), latin1('content-type')];
const headerNames = () => [...NAMES, bytes(below(40))][below(NAMES.length + 1)];
const headers = (count) => Array.from({ length: count }, () => [headerNames(), [null, Buffer.alloc(0), bytes(below(200))][below(3)]]);

/** Kinds of a bad record, by what is odd in it. */
const KINDS = [
  ['random value', () => ({ key: bytes(below(50)), value: garbage(below(2000)) })],
  ['null value', () => ({ key: null, value: null })],
  ['null value with headers', () => ({ key: null, value: null, headers: headers(3) })],
  ['empty value', () => ({ key: Buffer.alloc(0), value: Buffer.alloc(0) })],
  ['random key of 10 KB', () => ({ key: bytes(10_000), value: garbage(10) })],
  ['header names that are no text', () => ({ key: bytes(5), value: garbage(300), headers: headers(8) })],
  ['binary mode with bytes in every header', () => ({
    key: bytes(5),
    value: garbage(100),
    headers: ['specversion', 'id', 'source', 'type', 'time', 'subject'].map((name) => [Buffer.from(`ce_${name}`), bytes(below(60))]),
  })],
  ['a thousand headers', () => ({ key: null, value: garbage(5), headers: headers(1000) })],
  ['an event with one byte of it spoilt', () => ({ key: 'NAQ-0331', value: spoilt() })],
];

/** A queued call in whose JSON a byte that is no text stands where one of a code's did. */
function spoilt() {
  const value = Buffer.from(structured(call(`bad ${below(1e9)}`, Date.now())[0]).value);
  value[value.indexOf('NAQ-0331') + below(8)] = 0x80 + below(0x40);
  return value;
}

let broker;
let service;
let traffic;
/** What was sent to each partition: the kind of a bad record, or null, by offset. */
const sent = Array.from({ length: PARTITIONS }, () => []);
const bad = () => sent.flatMap((kinds, partition) => kinds.flatMap((kind, offset) => (kind === null ? [] : [`${partition}/${offset}`])));

async function send(messages) {
  await broker.send('calls', messages.map(({ kind, ...message }) => message));
  messages.forEach(({ kind = null, partition }) => sent[partition].push(kind));
}

const badRecord = ([kind, make]) => ({ ...make(), kind, partition: below(PARTITIONS) });

/** Good calls and bad records in turn; every third good event carries headers that nobody asked for. */
function round() {
  const good = traffic.messages(RECORDS_A_ROUND / 2).map((message, index) => (index % 3 === 0
    ? { ...message, headers: [...Object.entries(message.headers), [latin1('trac\xe9'), bytes(9)]] }
    : message));
  return good.flatMap((message) => [message, badRecord(KINDS[below(KINDS.length)])]);
}

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', PARTITIONS);
  await broker.createTopic('calls.refused', 1);
  traffic = new Traffic(broker, { partitions: PARTITIONS });
  service = await startService({ brokers: broker.address, directory: DIRECTORY });
  await service.ready();
  await send(traffic.messages(PARTITIONS));
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

test('records of any bytes stop nothing, and none of them is lost', { skip: noBinary, timeout: (SECONDS + 240) * 1000 }, async (t) => {
  t.diagnostic(`VIGIE_SEED=${SEED}`);
  await until('the agency', () => service.view(AGENCY_SCOPE));
  const { pid } = service;
  const bystander = await Bystander.watch(service.address, AGENCY_SCOPE);
  t.after(() => bystander.stop());
  const end = performance.now() + SECONDS * 1000;
  for (const kind of KINDS) await send([badRecord(kind)]);
  while (performance.now() < end) {
    await send(round());
    await sleep(ROUND_MILLISECONDS);
  }
  await send([badRecord(['as large as the broker takes', () => ({ key: null, value: Buffer.alloc(HUGE, 0xff) })])]);
  await send(traffic.messages(PARTITIONS));

  const letters = await until(`${bad().length} refused messages`, async () => {
    const found = await broker.read('calls.refused', { limitMilliseconds: 20_000 });
    return found.length >= bad().length ? found : null;
  }, 60_000);
  const gap = bystander.worstGap();
  const readings = (await service.metrics()).by('outcome', 'vigie_events_total');
  t.diagnostic(`${bad().length} bad records and ${traffic.calls} good calls in ${SECONDS} s; counted ${JSON.stringify(readings)}; `
    + `longest gap ${gap.toFixed(0)} ms; ${service.residentMebibytes().toFixed(0)} MiB`);
  const told = new Set(letters.map(({ headers: { 'vigie-partition': partition, 'vigie-offset': offset } }) => `${partition}/${offset}`));
  assert.deepEqual([...told].sort(), bad().sort(), 'the refused are the bad ones, each of them');
  for (const letter of letters) {
    const reason = letter.headers['vigie-reason'].toString();
    assert.equal(letter.headers['vigie-topic'].toString(), 'calls');
    assert.match(reason, /^.+?: ./s);
    assert.ok(reason.length <= LONGEST_REASON, reason);
  }
  assert.equal(readings.refused, bad().length);
  assert.equal(readings.applied, 2 * traffic.calls);
  assert.equal(service.pid, pid);
  assert.equal((await service.get('/readyz')).status, 200);
  await assertSameAsFold(service, traffic);
  assert.ok(gap <= LONGEST_GAP, `T stood for ${gap.toFixed(0)} ms`);
  assert.equal(bystander.closed, null);
});
