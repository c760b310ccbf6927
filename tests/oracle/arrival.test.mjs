// What becomes of events as they arrive: refused, skipped, too late, duplicate,
// applied; and that their order changes nothing.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Count } from './count.mjs';
import { directoryOf } from './directory.mjs';
import { readEvent } from './event.mjs';
import { readFiles, readLists } from './files.mjs';
import { randomFrom } from './random.mjs';
import { arriving, counted, nonzero, script, time, viewOf } from './script.mjs';
import { formatInstant, parseInstant, parseLength } from './time.mjs';

const sample = {
  specversion: '1.0', id: '8f31-2', source: '/pbx/bordeaux-1', type: 'call.queued', time: '2026-11-21T09:12:03.120Z',
  subject: '8f31', data: { line: '3949', agency: 'NAQ-0331', queue: 'indemnisation', announced_wait_seconds: 240 },
};
const verdictOf = (changes, data = {}) =>
  readEvent(JSON.stringify({ ...sample, ...changes, data: { ...sample.data, ...data } })).verdict;

describe('times', () => {
  const cases = [
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.000001Z', 1],
    ['1970-01-01T01:00:00.5+01:00', 500_000],
    ['1969-12-31T23:30:00-00:30', 0],
    ['1970-01-01t00:00:01z', 1_000_000],
    ['1970-01-01 00:00:01Z', 1_000_000],
    ['1998-12-31T23:59:60Z', 915_148_800_000_000],
    ['2026-02-29T00:00:00Z', null], ['2026-13-01T00:00:00Z', null], ['2026-01-01T24:00:00Z', null],
    ['2026-01-01T00:60:00Z', null], ['2026-01-01T00:00:61Z', null], ['2026-01-01T00:00:00', null],
    ['1970-01-01T00:00:00.1234567Z', 123_456], ['1970-01-01T00:00:00.999999999Z', 999_999], ['2026-01-01T00:00:00.1234567890Z', null], ['2026-01-01T00:00:00.Z', null],
    ['2026-01-01', null], ['', null], [1767225600, null], [null, null],
  ];
  for (const [text, expected] of cases) test(JSON.stringify(text), () => assert.equal(parseInstant(text), expected));
  test('back to text', () => {
    for (const text of ['1999-03-01T10:00:00Z', '1999-03-01T10:00:00.12Z', '1969-12-31T23:59:59.999999Z']) {
      assert.equal(formatInstant(parseInstant(text)), text);
    }
  });
  test('lengths', () => assert.deepEqual(['90', '90s', '15m', '1h', 'PT15M'].map(parseLength), [90e6, 90e6, 900e6, 3600e6, 900e6]));
});

describe('one event', () => {
  const event = 'event';
  const refused = 'refused';
  const cases = [
    ['the sample', {}, {}, event],
    ['an unknown field', { traceparent: 'x' }, { colour: 'red' }, event],
    ['null is absent', {}, { caller: null }, event],
    ['an unknown type', { type: 'call.sang' }, {}, 'skipped'],
    ['an unknown type with no time and no subject', { type: 'call.sang', time: undefined, subject: undefined }, {}, 'skipped'],
    ['an unknown type with a bad time', { type: 'call.sang', time: 'noon' }, {}, refused],
    ['an unknown type with no id', { type: 'call.sang', id: undefined }, {}, refused],
    ['another version of the envelope', { specversion: '0.3' }, {}, refused],
    ['no id', { id: undefined }, {}, refused], ['an empty id', { id: '' }, {}, refused], ['a number as id', { id: 7 }, {}, refused],
    ['no source', { source: undefined }, {}, refused], ['no subject', { subject: undefined }, {}, refused],
    ['no type', { type: undefined }, {}, refused], ['no time', { time: undefined }, {}, refused],
    ['a bad time', { time: '21/11/2026 09:12' }, {}, refused],
    ['no agency', {}, { agency: undefined }, refused], ['null for what is required', {}, { agency: null }, refused],
    ['a number as agency', {}, { agency: 331 }, refused], ['an empty queue', {}, { queue: '' }, refused],
    ['a text for a number', {}, { announced_wait_seconds: '240' }, refused],
    ['a negative wait', {}, { announced_wait_seconds: -1 }, refused],
    ['an unknown reason', {}, { reason: 'vip' }, refused],
    ['half an origin', {}, { reason: 'overflow', origin: { agency: 'A' } }, refused],
    ['a bad asked_at', {}, { asked_at: 'before' }, refused],
    ['identified as a word', {}, { identified: 'yes' }, refused],
    ['a score of 6', { type: 'survey.answered' }, { score: 6 }, refused],
    ['a score of 4.5', { type: 'survey.answered' }, { score: 4.5 }, refused],
    ['a callback without due time', { type: 'call.callback_accepted' }, {}, refused],
    ['a voicemail without due time', { type: 'call.voicemail_left' }, {}, event],
    ['an overflow to nowhere', { type: 'queue.state_changed' }, { overflow_to: null }, event],
    ['an overflow to half a place', { type: 'queue.state_changed' }, { overflow_to: { agency: 'A' } }, refused],
    ['an empty message', { type: 'queue.state_changed' }, { message: '' }, event],
    ['a message that is no text', { type: 'queue.state_changed' }, { message: 7 }, refused],
    ['an empty text that may be left out', {}, { caller: '', reason: ' ' }, event],
    ['a wait of 24 h', {}, { announced_wait_seconds: 86_400 }, event], ['and more', {}, { announced_wait_seconds: 86_400.5 }, refused],
    ['a code with a slash', {}, { queue: 'a/b' }, refused], ['a code that ends with DEL', {}, { queue: 'a\u007f' }, refused],
    ['a code with a C1', {}, { agency: '\u0085' }, refused], ['a code with a direction mark', {}, { line: 'a\u202eb' }, refused],
    ['a star is a code', {}, { queue: '*45' }, event],
    ['a code of 128 bytes', {}, { queue: 'é'.repeat(64) }, event], ['of more', {}, { queue: `a${'é'.repeat(64)}` }, refused],
    ['cut off by the limit of the queue', { type: 'call.cut_off' }, { reason: 'timeout' }, event],
    ['queues of which one is empty', { type: 'agent.state_changed' }, { agent: 'a', state: 'ready', queues: [''] }, event],
    ['queues that are no list', { type: 'agent.state_changed' }, { agent: 'a', state: 'ready', queues: 'q' }, refused],
  ];
  for (const [name, changes, data, expected] of cases) test(name, () => assert.equal(verdictOf(changes, data), expected));

  test('no JSON, no object, no data, no UTF-8', () => {
    for (const text of ['{', '[]', '7', 'null', JSON.stringify({ ...sample, data: undefined }), JSON.stringify({ ...sample, data: [] })]) {
      assert.equal(readEvent(text).verdict, refused, text);
    }
    assert.equal(readEvent(Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')])).verdict, refused);
  });

  const telephones = [
    ['0612345678', refused], ['06 12 34 56 78', refused], ['+33 6 12 34 56 78', refused], ['(0033) 6.12-34.56.78', refused],
    ['[06]12345678', refused], ['06\u00a012\u202f345678', refused], ['123456789', refused], ['123456789012345', refused],
    ['+123456789012345', refused], ['00123456789012345', refused],
    ['12345678', event], ['1234567890123456', event], ['c0d76931349', event], ['06/12345678', event], ['06123456789012345678', event],
  ];
  for (const [caller, expected] of telephones) {
    test(`caller ${caller}`, () => assert.equal(verdictOf({}, { caller }), expected));
  }
  test('an agent with a telephone number', () => {
    assert.equal(verdictOf({ type: 'call.answered' }, { agent: '01 44 55 66 77' }), refused);
  });
});

const outcomes = (events, toml) => counted(events, toml).arrivals.map(({ outcome }) => outcome).join(' ');

describe('arrival', () => {
  const days = (count) => formatInstant(parseInstant(time('10:00:00')) + count * 86_400e6);
  test('more than 60 s ahead of its arrival', () => {
    const ahead = (seconds) => arriving('10:00:00 1 received').map((event) => ({ ...event, time: `2026-03-10T10:01:00${seconds}Z` }));
    assert.deepEqual(['', '.000001'].map((more) => outcomes(ahead(more))), ['applied', 'refused']);
  });
  test('a time in 2099 is refused and moves no clock', () => {
    const [first, far, last] = script('10:00:00 1 received\n10:00:01 2 received\n10:00:02 3 received');
    assert.equal(outcomes([first, { ...far, time: '2099-01-01T00:00:00Z' }, last]), 'applied refused applied');
  });
  test('too late: more than 15 min after the end of the local day', () => {
    assert.equal(outcomes('03-09T22:00:00 1 received\n03-09T23:15:00 2 received\n03-09T22:59:59 3 received'), 'applied applied applied');
    assert.equal(outcomes('03-09T22:00:00 1 received\n03-09T23:15:00.000001 2 received\n03-09T22:59:59 3 received'), 'applied applied too_late');
    assert.equal(outcomes('03-09T22:00:00 1 received\n03-10T22:59:00 2 received\n03-09T23:00:00 3 received'), 'applied applied applied');
  });
  test('too late: by the day of its own agency', () => {
    const toml = '[[agency]]\ncode = "M"\ntime_zone = "America/Martinique"';
    const events = '03-09T22:00:00 1 queued A/q\n03-09T23:30:00 2 queued A/q\n03-09T22:00:00 3 queued A/q\n03-09T22:00:00 4 queued M/q';
    assert.equal(outcomes(events, toml), 'applied applied too_late applied');
  });
  test('duplicate: same source, id, type, subject and time', () => {
    const events = `10:00:00 1 received id=a\n10:00:00 1 received id=a line=M
      10:05:00 1 received id=a\n10:00:00 2 received id=a\n10:00:00 1 self_served id=a
      10:00:00 1 received id=a source=/other\n10:00:00 1 received id=b`;
    assert.equal(outcomes(events), `applied duplicate${' applied'.repeat(5)}`);
  });
  test('what is sent again once its day has closed is no duplicate', () => {
    const again = (newest) => outcomes(`03-09T12:00:00 1 received id=a\n${newest} 2 received\n03-09T12:00:00 1 received id=a`);
    assert.deepEqual(['03-09T23:15:00', '03-09T23:15:01'].map(again), ['applied applied duplicate', 'applied applied too_late']);
  });
  test('what is sent again after its day is too late', () => {
    assert.equal(outcomes('03-09T12:00:00 1 received id=a\n12:00:00 2 received\n03-09T12:00:00 1 received id=a'), 'applied applied too_late');
  });
  test('read = applied + duplicate + too_late + refused + skipped', () => {
    const events = script('03-09T12:00:00 1 received id=a\n03-09T12:00:00 1 received id=a\n12:00:00 2 received\n03-09T12:00:00 3 received\n12:00:00 4 sang');
    assert.deepEqual(counted([...events, '{']).counters(), { read: 6, applied: 2, duplicate: 1, too_late: 1, refused: 1, skipped: 1, late: 1 });
  });
  test('late: more than 30 s behind the newest', () => {
    const late = (second) => viewOf(`10:00:00 1 received\n09:59:${second} 2 received`, '10:05:00').windows['15m'].counts.late;
    assert.deepEqual([late('30'), late('29')], [0, 1]);
  });
});

describe('held: where nothing tells the arrival, and the clock does not reach an event', () => {
  const on = (day, count = 1, subject = 'c') => Array.from({ length: count }, () => [day, subject]);
  /** What becomes of events on these days of the year, in a row: how many of each in turn. */
  const told = (...lists) => {
    const events = lists.flat().map(([day, subject], index) => ({
      ...script(`10:00:00 ${subject} received id=${index}`)[0],
      time: formatInstant(parseInstant('2026-01-01T10:00:00Z') + day * 86_400e6),
    }));
    const runs = [];
    for (const outcome of outcomes(events).split(' ')) {
      if (runs.at(-1)?.[0] === outcome) runs.at(-1)[1] += 1;
      else runs.push([outcome, 1]);
    }
    return runs.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  };
  const cases = [
    ['the clock starts with most of the first', [on(0), on(100, 3), on(200)], '1 refused, 3 applied, 1 refused'],
    ['with the later of two as many', [on(0, 2), on(100, 2)], '2 refused, 2 applied'],
    ['a week is no jump', [on(0, 2), on(7, 2)], '4 applied'],
    ['more than that is', [on(0, 30), on(7 + 1e-6), on(0)], '30 applied, 1 refused, 1 applied'],
    ['thirty are looked at, not more', [on(0, 16), on(100, 14), on(0)], '16 applied, 14 refused, 1 applied'],
    ['thirty in a row move it', [on(0, 30), on(100, 30), on(0)], '60 applied, 1 too_late'],
    ['of the start too', [on(0, 16), on(100, 30)], '46 applied'],
    ['one that it reaches starts the count anew', [on(0, 30), on(100, 29), on(0), on(100, 29), on(0)], '30 applied, 29 refused, 1 applied, 29 refused, 1 applied'],
    ['what most of the row say, not an odd one', [on(0, 30), on(300), on(100, 29), on(101)], '30 applied, 1 refused, 30 applied'],
    ['what was held before comes with them', [on(0, 30), on(100), on(0), on(100, 30)], '62 applied'],
    ['three in a row of one subject at the end', [on(0, 30), on(100, 3)], '30 applied, 3 refused'],
    ['two of two', [on(0, 30), on(100, 1, 'd'), on(100)], '30 applied, 2 refused'],
    ['three of two', [on(0, 30), on(100, 1, 'd'), on(100, 2)], '33 applied'],
    ['one is held as long as fewer than 10,000 come', [on(0, 30), on(100), on(0, 9_970), on(100, 30)], '10031 applied'],
    ['and no longer', [on(0, 30), on(100), on(0, 9_971), on(100, 30)], '30 applied, 1 refused, 10001 applied'],
    // The first of them, and one more for each of the thirty that move the clock.
    ['no more than a thousand are', [on(0, 30), ...Array.from({ length: 1_001 }, () => [...on(100), ...on(0)]), on(100, 30)],
      `30 applied${', 1 refused, 1 applied'.repeat(30)}, 1 refused, 1971 applied`],
  ];
  for (const [name, lists, expected] of cases) test(name, () => assert.equal(told(...lists), expected));
});

describe('order', () => {
  test('a leg that arrives backwards', () => {
    const { counts } = viewOf('10:00:30 1 answered A/q\n10:00:00 1 queued A/q', '10:05:00').windows['15m'];
    assert.deepEqual(nonzero(counts), { entered_all: 1, closed_all: 1, answered: 1, offered: 1, asked: 1 });
  });
  test('an outcome that arrives after all takes the loss back', () => {
    const events = arriving('08:00:00 1 queued A/q\n10:30:00 2 received\n08:00:20 1 answered A/q');
    assert.equal(viewOf(events, '10:00:01').windows['60m'].counts.lost, 1); // it had not arrived by then
    const { counts } = viewOf(events, '10:30:01').windows.today;
    assert.deepEqual([counts.lost, counts.answered, counts.late], [0, 1, 1]);
  });
  test('one that is too late does not', () => {
    const events = '03-09T22:30:00 1 queued A/q\n03-09T23:16:00 2 received\n03-09T22:30:20 1 answered A/q\n02:00:00 3 received';
    const { counts } = viewOf(events, '02:00:00').windows.today;
    assert.deepEqual([counts.lost, counts.answered], [1, 0]);
  });
  test('a backlog corrects later views, not those that were taken', () => {
    const events = arriving('10:00:00 1 received\n10:10:00 2 received\n10:01:00 3 received\n10:01:01 3 queued A/q\n10:20:00 4 received');
    assert.equal(viewOf(events, '10:09:30').windows['15m'].counts.received, 1);
    assert.equal(viewOf(events, '10:09:31').windows['15m'].counts.received, 2); // 10:10:00 is no 30 s after it
  });
  test('any order within 30 s gives the same views', () => {
    const random = randomFrom('order');
    const events = [];
    for (let call = 0; call < 60; call++) {
      const start = parseInstant(time('10:00:00')) + Math.floor(random() * 600) * 1e6;
      const at = (seconds) => formatInstant(start + seconds * 1e6);
      const [queued, closed] = script(`10:00:00 ${call % 40} queued A/q\n10:00:00 ${call % 40} ${random() < 0.5 ? 'answered' : 'abandoned'} A/q`);
      events.push({ ...queued, id: `q${call}`, time: at(0) }, { ...closed, id: `c${call}`, time: at(Math.floor(random() * 3) * 20) });
    }
    const arrivingBy = (key) => events.map((event) => ({ event, key: key(event) })).sort((a, b) => a.key - b.key).map(({ event }) => event);
    const inOrder = counted(arrivingBy(({ time: at }) => parseInstant(at)));
    const shuffled = counted(arrivingBy(({ time: at }) => parseInstant(at) + random() * 30e6));
    const withoutLate = (views) => JSON.stringify(views, (name, value) => (name === 'late' ? undefined : value));
    for (let minute = 0; minute <= 15; minute++) {
      const at = parseInstant(time('10:00:00')) + minute * 60e6;
      const [a, b] = [inOrder, shuffled].map((count) => withoutLate(count.views(at, ['all', 'unassigned/unassigned/A/q'])));
      assert.equal(a, b);
    }
  });
  test('a view is the same whether or not one looks at what came after it', () => {
    const events = script('08:00:00 1 queued A/q\n08:00:00 2 queued A/q\n08:00:20 1 answered A/q\n10:40:00 3 received\n10:41:00 2 answered A/q');
    for (const at of ['08:00:10', '08:00:21', '10:00:00', '10:00:01']) {
      const before = events.filter((event) => event.time < time(at));
      assert.deepEqual(viewOf(events, at), viewOf(before, at));
    }
  });
});

describe('files', () => {
  const withFolder = (check) => {
    const folder = mkdtempSync(join(tmpdir(), 'oracle-'));
    try {
      check((name, content) => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const ndjson = (events) => events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const [queued, answered] = script('10:00:00 1 queued A/q\n10:00:40 1 answered A/q');

  test('plain and gzip, merged by the next event’s time into one partition', () => {
    withFolder((write) => {
      const paths = [write('b.ndjson', ndjson([answered])), write('a.ndjson.gz', gzipSync(ndjson([queued])))];
      const arrivals = readFiles(paths);
      assert.deepEqual(arrivals.map(({ event }) => event.type), ['call.queued', 'call.answered']);
      const { counts } = new Count(arrivals, directoryOf('')).views(parseInstant(time('10:05:00')), ['all'])[0].windows['15m'];
      assert.deepEqual([counts.answered, counts.orphan], [1, 0]);
    });
  });
  test('of a truncated gzip what can be read counts', () => {
    withFolder((write) => {
      const many = ndjson(Array.from({ length: 2000 }, (_, index) => ({ ...queued, id: `${index * 7919}` })));
      const whole = gzipSync(many);
      const arrivals = readFiles([write('cut.gz', whole.subarray(0, whole.length / 2))]);
      assert.ok(arrivals.length > 100 && arrivals.length < 2000);
      assert.ok(arrivals.slice(0, -1).every(({ verdict }) => verdict === 'event'));
    });
  });
  test('an empty line is nothing, a line without line feed is one', () => {
    withFolder((write) => {
      assert.equal(readFiles([write('a.ndjson', `\n${JSON.stringify(queued)}\r\n\n${JSON.stringify(answered)}`)]).length, 2);
    });
  });
  test('legs are matched within one partition', () => {
    const dumped = (event, vigiepartition, vigieoffset) => ({ ...event, vigiepartition, vigieoffset, vigiearrived: event.time });
    const view = (events) => new Count(readLists([events]), directoryOf('')).views(parseInstant(time('10:05:00')), ['all'])[0];
    assert.deepEqual(nonzero(view([dumped(queued, 0, 5), dumped(answered, 1, 2)]).windows['15m'].counts),
      { entered_all: 1, answered: 1, orphan: 1, offered: 1, asked: 1 });
    assert.equal(view([dumped(answered, 1, 3), dumped(queued, 1, 2)]).windows['15m'].counts.orphan, 0);
    assert.equal(view([dumped(queued, 0, 5), dumped(queued, 1, 2)]).windows['15m'].counts.duplicate, 0);
  });
  test('a view waits for the slowest partition that is not at its end', () => {
    const from = (partition) => (line, offset) => script(line).map((event) =>
      ({ ...event, id: `${partition}-${offset}`, vigiepartition: partition, vigieoffset: offset }));
    const slow = ['10:00:00 1 received vigiearrived=10:00:00', '10:01:00 2 received vigiearrived=10:20:00', '10:30:00 3 received vigiearrived=10:30:00'].flatMap(from(0));
    const fast = ['10:10:00 4 received vigiearrived=10:10:00', '10:11:00 5 received vigiearrived=10:11:00', '10:05:00 6 received vigiearrived=10:19:00'].flatMap(from(1));
    const count = new Count(readLists([[...slow, ...fast]]), directoryOf(''));
    // As of 10:09: once the slow one has 10:30:00, which is after the late 10:05:00 of the fast one.
    assert.equal(count.views(parseInstant(time('10:09:00')), ['all'])[0].windows['15m'].counts.received, 3);
  });
});
