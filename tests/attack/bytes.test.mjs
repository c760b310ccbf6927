// Records of any bytes at all among good calls, one for one: keys, values, names and values of
// headers that are random, null, empty, or as large as the broker takes. Each ends in the topic of
// refused messages, with where it was and why; the calls are in the figures; and whoever watches
// sees T advance every second. Nor does it matter how large their headers are, how many, or what
// the topic of refused messages takes.
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
import { Traffic, assertSameAsFold, untilAllAnswered } from './traffic.mjs';

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

/** What brokers take that nobody has set otherwise. */
const USUAL = { 'max.message.bytes': 1_048_588 };
/** A million headers took ten seconds and 250 MiB, when each was looked at and kept. */
const MOST_UNTIL_COUNTED_MILLISECONDS = 5000;
const MOST_GROWN_MEBIBYTES = 120;
const JUNK = { key: 'k', value: 'x' };
const times = (count, of) => Array.from({ length: count }, of);
const many = (count, name, value) => times(count, () => [Buffer.from(name), Buffer.from(value)]);

/** A service on topics of its own; without `ofRefused` no letter can be written. */
async function onTopic(t, topic, ofRefused, more = {}) {
  await broker.createTopic(topic, 1, USUAL);
  if (ofRefused !== undefined) await broker.createTopic(`${topic}.refused`, 1, ofRefused);
  const refused = ofRefused === undefined ? 'no name of a topic' : `${topic}.refused`;
  const settings = { 'kafka.topic': topic, 'kafka.refused_topic': refused, 'kafka.group_id': topic, ...more };
  const started = await startService({ brokers: broker.address, settings, directory: DIRECTORY });
  t.after(() => started.stop());
  await started.ready();
  const calls = new Traffic(broker, { topic });
  await calls.send(1);
  await until('the agency', () => started.view(AGENCY_SCOPE));
  return { started, calls };
}

/** Sends one more call and resolves with how long it took to be counted, in milliseconds. */
async function untilCounted(started, calls, limitMilliseconds = 10_000) {
  await calls.send(1);
  const began = performance.now();
  await untilAllAnswered(started, calls, limitMilliseconds);
  return performance.now() - began;
}

async function untilWritten(started, count) {
  return until('all letters to be settled', async () => {
    const metrics = await started.metrics();
    return metrics.sum('vigie_refused_total') === count && metrics.sum('vigie_refused_waiting') === 0 && metrics;
  });
}

const feedOf = async (started) => (await started.get('/readyz')).body.feed.state;

test('no letter is too large to be written, and none waits behind another', { skip: noBinary, timeout: 180_000 }, async (t) => {
  const { started, calls } = await onTopic(t, 'large', USUAL);
  const large = [
    { ...JUNK, headers: many(1015, 'h', Buffer.alloc(1000, 0x61)) },
    { ...JUNK, headers: many(100, 'h', Buffer.alloc(10_000, 0x61)) },
    { ...JUNK, headers: [['vigie-length', 'forged'], ['large', Buffer.alloc(1_040_000, 0x61)]] },
    // With its partition: this client takes minutes to find one for such a key.
    { key: Buffer.alloc(1_040_000, 0x61), value: 'x', partition: 0 },
  ];
  for (const message of large) await broker.send('large', [message]);
  // As many as may wait at once, and more.
  const junk = 10_500;
  for (const count of times(21, () => junk / 21)) await broker.send('large', times(count, () => JUNK));
  const counted = await untilCounted(started, calls, 60_000);
  const metrics = await untilWritten(started, large.length + junk);
  assert.equal(metrics.sum('vigie_refused_given_up_total'), 0);
  assert.equal(await feedOf(started), 'live');
  const letters = await broker.read('large.refused', { count: large.length + junk });
  const reasons = letters.slice(0, large.length).map(({ headers }) => headers['vigie-reason'].toString());
  assert.match(reasons[0], /^message: 1015 headers, more than the 128 that are looked at$/);
  const had = letters.slice(0, large.length).map(({ headers }) => headers['vigie-headers']?.toString());
  assert.deepEqual(had, ['1015', '100', '2', undefined]);
  assert.equal((await started.terminate()).code, 0);
  await started.start();
  await started.ready();
  const again = await untilCounted(started, calls);
  assert.equal(await feedOf(started), 'live');
  t.diagnostic(`${letters.length} letters; a call was counted after ${counted.toFixed(0)} ms, after a restart after ${again.toFixed(0)} ms`);
});

test('a topic that takes little gets less of each letter, and one that takes none stops nothing', { skip: noBinary, timeout: 180_000 }, async (t) => {
  // What is small fits there, a batch of it does not.
  const junk = [...times(200, () => JUNK), ...times(20, () => ({ ...JUNK, value: Buffer.alloc(50_000, 0x78) }))];
  for (const [topic, most, givenUp] of [['little', 10_000, 0], ['least', 900, 0], ['none', 100, junk.length]]) {
    const { started, calls } = await onTopic(t, topic, { 'max.message.bytes': most });
    await broker.send(topic, junk);
    const counted = await untilCounted(started, calls);
    const metrics = await untilWritten(started, junk.length);
    assert.equal(metrics.sum('vigie_refused_given_up_total'), givenUp, topic);
    assert.equal((await broker.read(`${topic}.refused`)).length, junk.length - givenUp, topic);
    assert.equal(await feedOf(started), 'live');
    t.diagnostic(`${most} bytes: ${givenUp} of ${junk.length} given up; a call was counted after ${counted.toFixed(0)} ms`);
    await started.stop();
  }
});

for (const [what, name] of [['without a byte', ''], ['with names that are no text', latin1('\xff')]]) {
  test(`tens of thousands of headers ${what} cost neither memory nor time`, { skip: noBinary, timeout: 180_000 }, async (t) => {
    const topic = name === '' ? 'empty' : 'unreadable';
    const { started, calls } = await onTopic(t, topic);
    const bystander = await Bystander.watch(started.address, AGENCY_SCOPE);
    t.after(() => bystander.stop());
    const before = started.residentMebibytes();
    const messages = times(40, () => ({ ...JUNK, headers: many(30_000, name, '') }));
    const atTheLimit = times(1000, () => ({ ...JUNK, headers: many(128, name, '') }));
    bystander.mark();
    // A few at a time, and a pause: writing them keeps this process from hearing the bystander.
    for (let from = 0; from < messages.length; from += 5) {
      await broker.send(topic, messages.slice(from, from + 5), { compression: 'gzip' });
      await broker.send(topic, atTheLimit.slice(25 * from, 25 * (from + 5)), { compression: 'gzip' });
      await sleep(ROUND_MILLISECONDS);
    }
    const counted = await untilCounted(started, calls, MOST_UNTIL_COUNTED_MILLISECONDS);
    const gap = bystander.worstGap();
    const metrics = await started.metrics();
    const grown = started.residentMebibytes() - before;
    t.diagnostic(`a call was counted after ${counted.toFixed(0)} ms; longest gap ${gap.toFixed(0)} ms; `
      + `${before.toFixed(0)} MiB and ${grown.toFixed(0)} more`);
    assert.equal(metrics.sum('vigie_refused_total'), messages.length + atTheLimit.length);
    assert.equal(metrics.sum('vigie_refused_waiting'), messages.length + atTheLimit.length);
    assert.ok(grown < MOST_GROWN_MEBIBYTES, `${grown.toFixed(0)} MiB more`);
    assert.ok(gap <= LONGEST_GAP, `T stood for ${gap.toFixed(0)} ms`);
  });
}

test('what is read ahead is bounded where it is all in keys', { skip: noBinary, timeout: 180_000 }, async (t) => {
  // Ten letters wait, and with them all reading.
  const { started } = await onTopic(t, 'ahead', undefined, { 'limits.refused_outstanding': 10 });
  const before = started.residentMebibytes();
  const key = Buffer.alloc(1_000_000, 0x61);
  // One by one: the broker takes no more at a time.
  const message = { key, value: 'x', partition: 0 };
  for (const count of times(40, () => 10)) await Promise.all(times(count, () => broker.send('ahead', [message])));
  await until('reading to wait', async () => (await feedOf(started)) === 'blocked');
  await sleep(2000);
  const grown = started.residentMebibytes() - before;
  t.diagnostic(`400 messages of 1 MB: ${grown.toFixed(0)} MiB more`);
  assert.ok(grown < 280, `${grown.toFixed(0)} MiB more`);
});
