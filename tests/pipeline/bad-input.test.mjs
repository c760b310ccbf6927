// What no well-behaved producer sends: each message ends in the topic of refused messages with
// where it was and why, and in the counters, and the event after it is folded as usual.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY, AGENCY_SCOPE, DIRECTORY, binaryMode, call, event, structured } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { startService } from './service.mjs';

const MEGABYTE = 1_000_000;
/** The broker's clock says what is too far ahead, and nobody can give it another time. */
const AT = Date.now();
/** A number reserved for fiction, in three ways of writing it. */
const TELEPHONE_NUMBERS = ['0199001234', '+33 1 99 00 12 34', '(00.33)199-00-12-34'];
const DIGITS = /199.?00.?12.?34/;

const queued = (changes) => ({ ...call('bad', AT)[0], ...changes });
const withData = (changes) => queued({ data: { ...queued().data, ...changes } });
const bytesOf = (text, from, to) => Buffer.from(Buffer.from(text, 'latin1').toString('latin1').replace(from, to), 'latin1');

/** Name, message, what the reason says, the reason of the metric. */
const REFUSED = [
  ['garbage bytes', { value: Buffer.from([0, 0xff, 0xfe, 0x80, 0x0a, 0x00, 0xc3]) }, /^message: not UTF-8 from byte 1$/],
  ['no value at all', { key: 'k' }, /^message: not JSON: /],
  ['an empty value', { value: '' }, /^message: not JSON: /],
  ['half an event', { value: JSON.stringify(queued()).slice(0, 120) }, /^message: not JSON: it ends in the middle, after 120 bytes$/],
  ['an array', { value: '[]' }, /^message: not an object$/],
  ['a hundred thousand brackets', { value: '['.repeat(100_000) }, /^message: not JSON: /],
  ['invalid UTF-8 in a text', { value: bytesOf(JSON.stringify(withData({ queue: 'Zo#' })), '#', '\xe9') }, /^message: not UTF-8 from byte \d+$/],
  ['a number for a text', structured(withData({ queue: 42 })), /^data\.queue: .*42/],
  ['a text for an object', structured(queued({ data: 'data' })), /^data: .*"data"/],
  ['a time that is none', structured(queued({ time: 'yesterday' })), /^time: "yesterday" is not an RFC 3339 time with a zone, such as /],
  ['a field left out', structured(withData({ agency: undefined })), /^data\.agency: missing$/],
  ['an unknown reason', structured(withData({ reason: 'because' })), /^data\.reason: "because" is none of asked, overflow, transfer, callback$/],
  ['a wait of years', structured(withData({ announced_wait_seconds: 1_589_288_400 })), /^data\.announced_wait_seconds: 1589288400 is not a number of seconds/],
  ['a code that turns the text around it', structured(withData({ queue: 'a\u202eb' })), /^data\.queue: "a\\u\{202e\}b" holds the direction mark U\+202E$/],
  ['an agent of a hundred thousand queues', structured(event({
    id: 'queues', type: 'agent.state_changed', at: AT, subject: 'a', data: { agency: AGENCY, agent: 'k7', state: 'ready', queues: Array(100_000).fill('q') },
  })), /^data\.queues: more than 200 queues of an agent$/],
  ['binary mode without an id', dropHeader(binaryMode(queued()), 'ce_id'), /^id: missing$/],
  ['binary mode with garbage for data', { ...binaryMode(queued()), value: Buffer.from([0xff, 0x00]) }, /^data: not UTF-8 from byte 0$/],
  ['5 MB', { key: AGENCY, value: 'x'.repeat(5 * MEGABYTE) }, /^message: 5000008 bytes, more than the 1048576 that are read$/],
  ['a time in 2099', structured(queued({ time: '2099-01-01T00:00:00Z' })), /^time: 2099-01-01T00:00:00Z is later than 20/, 'too_far_ahead'],
  ['an hour ahead', structured(queued({ time: new Date(AT + 3_600_000).toISOString() })), /^time: 20\S+ is later than 20/, 'too_far_ahead'],
  ...TELEPHONE_NUMBERS.map((caller) => [
    `a telephone number as caller: ${caller}`, structured(withData({ caller })), /^data\.caller: looks like a telephone number/, 'personal_data']),
  ['a telephone number as agent', structured(event({
    id: 'agent', type: 'call.answered', at: AT, subject: 'bad', data: { agency: AGENCY, queue: 'indemnisation', agent: TELEPHONE_NUMBERS[1] },
  })), /^data\.agent: looks like a telephone number/, 'personal_data'],
].map(([name, message, says, kind = 'malformed']) => ({ name, message, says, kind }));

function dropHeader(message, name) {
  const headers = { ...message.headers };
  delete headers[name];
  return { ...message, headers };
}

let broker;
let service;
/** Everything that the topic holds, one partition of it, in order. */
const sent = [];

async function send(messages) {
  const inPlace = messages.map((message) => ({ ...message, partition: 0 }));
  await broker.send('calls', inPlace);
  sent.push(...inPlace);
}

/** Resolves with the counts by outcome once all that was sent is counted. */
function outcomes() {
  return until(`${sent.length} messages to be counted`, async () => {
    const metrics = await service.metrics();
    return metrics.sum('vigie_events_total') === sent.length ? metrics.by('outcome', 'vigie_events_total') : null;
  });
}

/** The figures of the agency follow the events at the next tick. */
function untilAnswered(calls) {
  return until(`${calls} answered calls`, async () =>
    (await service.metrics()).sum('vigie_agency_answered_total', { agency: AGENCY }) === calls);
}

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  service = await startService({ brokers: broker.address, settings: { 'log.level': 'debug' }, directory: DIRECTORY });
  await service.ready();
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

test('what is not an event is refused, and the next event is folded', { skip: noBinary }, async (t) => {
  for (const [index, { name, message, kind }] of REFUSED.entries()) {
    await t.test(name, async () => {
      const before = await service.metrics();
      const [next, answered] = call(`after ${index}`, AT, { waited: 1000 });
      await send([message, structured(next), structured(answered)]);
      const counted = await outcomes();
      assert.deepEqual(counted, { refused: index + 1, applied: 2 * (index + 1) });
      const metrics = await service.metrics();
      assert.equal(metrics.sum('vigie_refused_total', { reason: kind }) - before.sum('vigie_refused_total', { reason: kind }), 1, kind);
    });
  }
  await untilAnswered(REFUSED.length);
});

test('each refused message is in the topic for them, with where it was and why', { skip: noBinary }, async (t) => {
  const letters = await broker.read('calls.refused');
  assert.equal(letters.length, REFUSED.length);
  for (const [index, { name, message, says }] of REFUSED.entries()) {
    await t.test(name, () => {
      const { key, value, headers: given } = letters[index];
      const headers = Object.fromEntries(Object.entries(given).map(([header, text]) => [header, text.toString()]));
      const offset = sent.findIndex((one) => one.value === message.value && one.headers === message.headers);
      assert.equal(headers['vigie-topic'], 'calls');
      assert.equal(headers['vigie-partition'], '0');
      assert.equal(headers['vigie-offset'], String(offset));
      assert.match(headers['vigie-reason'], says);
      assert.equal(String(key ?? ''), message.key ?? '');
      for (const [header, text] of Object.entries(message.headers ?? {})) {
        assert.equal(headers[header], text, `header ${header}`);
      }
      const original = Buffer.from(message.value ?? '');
      if (original.length > MEGABYTE) {
        assert.deepEqual(value, original.subarray(0, 1024));
        assert.equal(headers['vigie-length'], String(original.length));
      } else {
        assert.deepEqual(Buffer.from(value ?? ''), original);
        assert.equal(headers['vigie-length'], undefined);
      }
    });
  }
});

test('a telephone number is in no reason, no log, no metric and no view', { skip: noBinary }, async () => {
  const letters = await broker.read('calls.refused');
  for (const { headers } of letters) {
    assert.doesNotMatch(headers['vigie-reason'].toString(), DIGITS);
  }
  assert.ok(service.said('messages refused'), 'the log tells of refused messages');
  assert.doesNotMatch(JSON.stringify(service.log), DIGITS);
  assert.doesNotMatch(await service.find('/metrics'), DIGITS);
  assert.doesNotMatch(JSON.stringify(await service.view('all')), DIGITS);
});

test('counters reconcile with what was sent, whatever became of it', { skip: noBinary }, async () => {
  const before = await outcomes();
  const [opened] = call('duplicate', AT, { waited: 1 });
  const dayBefore = call('late', AT - 30 * 3_600_000)[0];
  await send([
    structured(opened),
    binaryMode(opened), // the same event, in the other mode
    structured(event({ id: 'new', type: 'call.teleported', at: AT, subject: 'x', data: {} })),
    structured(dayBefore),
    structured(withData({ queue: null })),
  ]);
  const now = await outcomes();
  assert.deepEqual(now, {
    applied: before.applied + 1, duplicate: 1, skipped: 1, too_late: 1, refused: before.refused + 1,
  });
});

test('both modes of the CloudEvents binding are read, and a message without headers', { skip: noBinary }, async () => {
  const { applied } = await outcomes();
  const [first, second, third] = ['structured', 'binary', 'bare'].map((name) => call(name, AT, { waited: 2000 }));
  await send([
    ...first.map((each) => structured(each)),
    ...second.map((each) => binaryMode(each)),
    ...third.map((each) => ({ value: JSON.stringify(each) })),
  ]);
  assert.equal((await outcomes()).applied, applied + 6);
  await untilAnswered(REFUSED.length + 3);
  assert.equal((await service.view(AGENCY_SCOPE)).scope, AGENCY_SCOPE);
});
