// Input as people really send it: what `vigie fold` makes of files that are encoded, ordered, cut or
// spelled in another way than the contract's examples. Each kind has small inputs of its own; what
// they must come to is written beside them. None of it needs a Kafka.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { event } from './calls.mjs';
import { noBinary, run, succeed } from './command.mjs';

const AGENCY = 'A1';
const SCOPE = `unassigned/unassigned/${AGENCY}`;
const DAY = '2026-11-23';
const T = `${DAY}T10:00:00Z`;
const LONGEST_REMARK = 200;
const MOST_QUEUES = 200;

let folder;
let made = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-as-sent-'));
});

after(() => rm(folder, { recursive: true, force: true }));

/** An event at `clock` of the day, of the call or agent `subject`. */
function at(clock, type, subject, data, more = {}) {
  made += 1;
  return { ...event({ id: `e${made}`, type, at: Date.parse(`${DAY}T${clock}Z`), subject, data: { agency: AGENCY, ...data } }), ...more };
}

/** A call that is queued at one time and answered at another. */
function answered(subject, from, until, queue = 'q') {
  return [at(from, 'call.queued', subject, { line: '3949', queue }), at(until, 'call.answered', subject, { queue })];
}

function lines(events, end = '\n') {
  return events.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)) + end).join('');
}

async function file(content, name = `${(made += 1)}.ndjson`) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function words(path, { scope = SCOPE, more = [] } = {}) {
  return ['fold', path, '--at', T, '--scope', scope, ...more];
}

/** The view of a file's content, and what was said. */
async function fold(content, options) {
  const { stdout, stderr } = await succeed(words(await file(content), options));
  return { view: JSON.parse(stdout), said: stderr };
}

/** The view without what tells of its own input. */
async function hour(content, options) {
  const { view: { windows, now }, said } = await fold(content, options);
  return { ...windows['60m'], now, said };
}

/** The reason of the only line that is refused. */
async function refusal(one) {
  const { said } = await fold(lines([one]));
  const [, reason] = /line 1: refused: (.*)$/m.exec(said) ?? assert.fail(said);
  assert.doesNotMatch(reason, / line \d|\b[iu](8|32|64)\b|invalid|variant|expected|`/, 'in plain words, without another line number');
  return reason;
}

describe('texts in other encodings', { skip: noBinary }, () => {
  const text = lines(answered('c1', '09:30:00', '09:31:00', 'été ☎'), '\r\n');
  const scope = `${SCOPE}/été ☎`;
  const wide = (content) => Buffer.from(content, 'utf16le');

  test('a byte order mark, UTF-16 of either order, compressed or not: the same figures', async () => {
    const expected = await fold(text, { scope });
    assert.equal(expected.view.windows['60m'].counts.answered, 1);
    const marked = `\ufeff${text}`;
    const inputs = [marked, wide(marked), wide(marked).swap16(), wide(text), wide(text).swap16(), gzipSync(wide(marked)), gzipSync(marked)];
    for (const input of inputs) assert.deepEqual(await fold(input, { scope }), expected);
    const { stdout } = await succeed(words('-', { scope }), { input: wide(marked) });
    assert.deepEqual(JSON.parse(stdout), expected.view);
  });

  test('files with marks that were put one behind the other', async () => {
    const [first, second] = [answered('c1', '09:30:00', '09:31:00'), answered('c2', '09:32:00', '09:33:00')];
    const { counts } = await hour(`\ufeff${lines(first)}\ufeff${lines(second)}`);
    assert.equal(counts.answered, 2);
  });
});

describe('files in another form', { skip: noBinary }, () => {
  const events = answered('c1', '09:30:00', '09:31:00');

  /** Fails before any view, in one line. */
  async function assertRefused(content, says) {
    const path = await file(content);
    const { code, stdout, stderr } = await run(words(path));
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `vigie: ${path}: ${says}\n` });
  }

  test('an array and a pretty-printed file are told with how to mend them', async () => {
    const array = "not one event a line but a JSON array: jq -c '.[]' makes lines of it";
    await assertRefused(JSON.stringify(events), array);
    await assertRefused(JSON.stringify(events, null, 2), array);
    await assertRefused(`\ufeff[\r\n${events.map((one) => JSON.stringify(one)).join(',\r\n')}]`, array);
    const several = 'not one event a line but events over several lines each: jq -c . makes a line of each';
    await assertRefused(events.map((one) => JSON.stringify(one, null, 2)).join('\n'), several);
    await assertRefused(Buffer.from(`\ufeff${JSON.stringify(events[0], null, '\t')}`, 'utf16le'), several);
  });

  test('a file without a line says so', async () => {
    for (const [content, says] of [['', 'empty'], ['\n \r\n\n', 'nothing but blank lines']]) {
      const path = await file(content);
      const { stderr } = await succeed(words(path));
      assert.match(stderr, new RegExp(`^vigie fold: ${path}: no event in it: ${says}$`, 'm'));
    }
  });

  test('a plain file cut short counts up to there, and fails with one place', async () => {
    const text = lines([...events, at('09:40:00', 'call.queued', 'é', { line: '3949', queue: 'q' })]);
    const whole = Buffer.from(text);
    const start = whole.length - lines([events[0]]).length;
    // Wherever it is cut within its last line, in the middle of a character too.
    for (const length of [start + 20, whole.indexOf('é') + 1, whole.length - 2]) {
      const path = await file(whole.subarray(0, length));
      const { code, stdout, stderr } = await run(words(path));
      assert.equal(code, 1);
      assert.equal(JSON.parse(stdout).windows['60m'].counts.answered, 1);
      assert.match(stderr, /^vigie fold: read 2 = applied 2 .* refused 0 /m);
      assert.match(stderr, new RegExp(`^vigie: ${path}: line 3: the file ends in the middle of this line$`, 'm'));
      assert.equal(stderr.match(/line \d/g).length, 1, stderr);
    }
    const { code } = await run(words(await file(whole.subarray(0, whole.length - 1))));
    assert.equal(code, 0, 'without its last line feed it is whole');
  });
});

describe('files in another order', { skip: noBinary }, () => {
  const calls = [
    ...answered('c1', '09:05:00', '09:40:00'),
    at('09:10:00', 'call.queued', 'c2', { line: '3949', queue: 'q' }),
    at('09:12:00', 'call.abandoned', 'c2', { queue: 'q' }),
    at('09:50:00', 'call.queued', 'c3', { line: '3949', queue: 'q' }),
    ...answered('c4', '09:00:10', '09:00:30'),
  ];

  test('call after call is told with the hint at --sort, with which it is as in the order of time', async () => {
    const { said } = await fold(lines(calls));
    assert.match(said, /4 of 7 events come more than 30 s after a later one: .*--sort/);
    const inOrder = [...calls].sort((one, other) => one.time.localeCompare(other.time));
    const expected = await fold(lines(inOrder));
    assert.doesNotMatch(expected.said, /--sort/);
    assert.deepEqual(await fold(lines(calls), { more: ['--sort'] }), expected);
    const halves = [await file(lines(calls.slice(0, 3))), await file(lines(calls.slice(3)))];
    const { stdout } = await succeed([...words(halves[0], { more: ['--sort'] }), halves[1]]);
    assert.deepEqual(JSON.parse(stdout), expected.view);
  });

  test('sorted, a line that is no event is still named by its place', async () => {
    const { said } = await fold(lines([...calls.slice(0, 2), 'garbage', ...calls.slice(2)]), { more: ['--sort'] });
    assert.match(said, /\.ndjson: line 3: refused: message: not JSON: unreadable from byte 0$/m);
  });

  test('a backlog that comes late is no hint', async () => {
    const steady = Array.from({ length: 60 }, (_, index) => answered(`s${index}`, `09:${String(index).padStart(2, '0')}:00`, `09:${String(index).padStart(2, '0')}:05`)).flat();
    const { said } = await fold(lines([...steady, ...answered('late', '09:30:00', '09:30:05')]));
    assert.match(said, /late 2$/m);
    assert.doesNotMatch(said, /--sort/);
  });
});

describe('events in other words', { skip: noBinary }, () => {
  test('empty optional texts are as good as left out', async () => {
    const queued = (subject, clock, more) => at(clock, 'call.queued', subject, { line: '3949', queue: 'q', ...more });
    for (const nothing of ['', '  ', null]) {
      const { counts, times, said } = await hour(lines([
        queued('c1', '09:30:00', { caller: nothing, reason: nothing, asked_at: nothing }),
        at('09:33:20', 'call.answered', 'c1', { queue: 'q', agent: nothing }),
        queued('c2', '09:36:00', { caller: nothing }),
        at('09:40:00', 'call.voicemail_left', 'c2', { queue: 'q', due_at: nothing }),
        at('09:41:00', 'survey.answered', 'c1', { queue: nothing, score: 4 }),
        at('09:42:00', 'call.deflected', 'c3', { line: '3949', queue: nothing, caller: nothing, reason: 'saturated', after_request: true }),
      ]));
      assert.doesNotMatch(said, /refused:/);
      const { answered: picked, voicemails, deflected_asked: deflected, orphan } = counts;
      assert.deepEqual({ picked, voicemails, deflected, orphan }, { picked: 1, voicemails: 1, deflected: 1, orphan: 0 });
      assert.equal(times.answer_mean_seconds, 200);
    }
  });

  test('what must be there may not be empty', async () => {
    const one = at('09:30:00', 'call.queued', 'c1', { line: '3949', queue: '' });
    assert.equal(await refusal(one), 'data.queue: empty');
    assert.equal(await refusal({ ...one, subject: '' }), 'subject: empty');
  });

  test('pauses without a reason are unspecified, others are trimmed and cut', async () => {
    const long = 'é'.repeat(LONGEST_REMARK);
    const reasons = ['lunch', ' lunch\n', '', '   ', null, undefined, long, `${long} and more`];
    const { now } = await hour(lines(reasons.map((reason, index) => at('09:30:00', 'agent.state_changed', `a${index}`, { agent: `a${index}`, state: 'paused', reason }))));
    assert.equal(now.agents.paused, reasons.length);
    assert.deepEqual(now.agents.pauses, { lunch: 2, unspecified: 4, [long]: 2 });
  });

  test('a message of any length does not lose its lever, and a blank one ends it', async () => {
    const told = (clock, message) => at(clock, 'queue.state_changed', 'q', { queue: 'q', deflecting: true, message });
    const options = { scope: `${SCOPE}/q` };
    const long = told('09:30:00', ` ${'x'.repeat(5_000)}`);
    const { now, said } = await hour(lines([long]), options);
    assert.doesNotMatch(said, /refused:/);
    assert.match(JSON.stringify(now.levers), new RegExp(`"x{${LONGEST_REMARK}}"`));
    for (const nothing of ['', ' \n']) {
      const ended = await hour(lines([long, told('09:40:00', nothing)]), options);
      assert.doesNotMatch(JSON.stringify(ended.now.levers), /"x/);
    }
    const left = await hour(lines([long, told('09:40:00', null)]), options);
    assert.match(JSON.stringify(left.now.levers), /"x/, 'left out, nothing changed');
  });

  test('times as languages print them, cut to the microsecond', async () => {
    for (const [from, until] of [
      ['T09:30:00.123456789Z', 'T09:31:00.123456999Z'],
      ['T09:30:00.1234567+00:00', 'T10:31:00.1234569+01:00'],
      ['t09:30:00.000000999z', 't09:31:00z'],
      [' 09:30:00.123456+00:00', ' 09:31:00.123456-00:00'],
    ]) {
      const [queued, picked] = answered('c1', '09:30:00', '09:31:00');
      const { times, said } = await hour(lines([{ ...queued, time: DAY + from }, { ...picked, time: DAY + until }]));
      assert.equal(times.answer_mean_seconds, 60, said);
    }
    const [queued] = answered('c1', '09:30:00', '09:31:00');
    assert.match(await refusal({ ...queued, time: `${DAY}T09:30:00.1234567891Z` }), /^time: "2026-11-23T09:30:00\.1234567891Z" is not an RFC 3339 time with a zone, such as /);
  });

  test('no duration is over a day', async () => {
    const of = (type, data) => at('09:30:00', type, 'c1', { queue: 'q', ...data });
    for (const [field, one] of [
      ['talk_seconds', (seconds) => of('call.ended', { talk_seconds: seconds })],
      ['hold_seconds', (seconds) => of('call.ended', { talk_seconds: 1, hold_seconds: seconds })],
      ['wrap_up_seconds', (seconds) => of('call.wrapped_up', { wrap_up_seconds: seconds })],
      ['announced_wait_seconds', (seconds) => of('call.announced', { announced_wait_seconds: seconds })],
      ['announced_wait_seconds', (seconds) => of('call.queued', { line: '3949', announced_wait_seconds: seconds })],
    ]) {
      for (const seconds of [86_401, 86_400.5, 1_589_288_400, -1]) {
        assert.equal(await refusal(one(seconds)), `data.${field}: ${seconds} is not a number of seconds from 0 to 86400 (24 hours)`);
      }
      const { said } = await fold(lines([one(86_400)]));
      assert.doesNotMatch(said, /refused:/, field);
    }
  });

  test('a wait may end by the limit of the queue, or for a reason that nobody knows', async () => {
    const reasons = ['closing', 'outage', 'timeout', 'other'];
    const { counts, rates } = await hour(lines(reasons.flatMap((reason) => [
      at('09:30:00', 'call.queued', reason, { line: '3949', queue: 'q' }),
      at('09:40:00', 'call.cut_off', reason, { queue: 'q', reason }),
    ])));
    assert.equal(counts.cut_off, reasons.length);
    assert.deepEqual(rates.pick_up_agent.of, [0, reasons.length]);
    const refused = await refusal(at('09:40:00', 'call.cut_off', 'c', { queue: 'q', reason: 'bored' }));
    assert.equal(refused, 'data.reason: "bored" is none of closing, outage, timeout, other');
  });

  test('codes hold nothing that cannot be seen', async () => {
    for (const [character, what] of [
      ['/', 'a slash'], ['\t', 'the control character U\\+0009'], ['\u007f', 'the control character U\\+007F'], ['\u0085', 'the control character U\\+0085'],
      ['\u061c', 'the direction mark U\\+061C'], ['\u200e', 'the direction mark U\\+200E'], ['\u202e', 'the direction mark U\\+202E'], ['\u2069', 'the direction mark U\\+2069'],
    ]) {
      for (const field of ['line', 'agency', 'queue']) {
        const one = at('09:30:00', 'call.queued', 'c', { line: '3949', queue: 'q', [field]: `a${character}b` });
        const reason = await refusal(one);
        assert.match(reason, new RegExp(`^data\\.${field}: "a.*b" holds ${what}$`));
        assert.match(reason, /^[\x20-\x7e]*$/, 'the character itself is not in the reason');
      }
    }
  });

  test('an agent has at most so many queues, and blank ones are none', async () => {
    const agent = (queues) => at('09:30:00', 'agent.state_changed', 'a1', { agent: 'a1', state: 'ready', queues });
    const codes = (number) => Array.from({ length: number }, (_, index) => `q${index}`);
    const { now } = await hour(lines([agent(codes(MOST_QUEUES))]), { scope: `${SCOPE}/q0` });
    assert.equal(now.agents.ready, 1);
    assert.equal(await refusal(agent(codes(MOST_QUEUES + 1))), 'data.queues: more than 200 queues of an agent');
    const blank = await fold(lines([agent(['', ' '])]));
    assert.equal(blank.view.now.agents.ready, 1);
    assert.doesNotMatch(blank.said, /refused:/);
  });

  test('types of no contract are told with their number, and what was meant', async () => {
    const misspelt = ['c1', 'c2', 'c3'].map((subject) => at('09:30:00', 'call.queud', subject, { line: '3949', queue: 'q' }));
    const { said } = await fold(lines([...misspelt, at('09:30:00', 'coffee.made', 'c', {})]));
    assert.match(said, /^vigie fold: skipped 3 events of the unknown type "call\.queud": did you mean call\.queued\?$/m);
    assert.match(said, /^vigie fold: skipped 1 event of the unknown type "coffee\.made"$/m);
    const many = Array.from({ length: 50 }, (_, index) => at('09:30:00', `coffee.${index}`, 'c', {}));
    const of = await fold(lines(many));
    assert.equal(of.said.split('\n').filter((line) => line.includes('unknown type')).length, 11, of.said);
  });

  test('a star and a backslash of a code are escaped where scopes are asked for', async () => {
    const text = lines([...answered('c1', '09:30:00', '09:31:00', '*45'), ...answered('c2', '09:30:00', '09:31:00', 'a\\b'), ...answered('c3', '09:30:00', '09:31:00', 'q')]);
    for (const [queue, scope] of [['\\*45', '*45'], ['a\\\\b', 'a\\b']]) {
      const { view } = await fold(text, { scope: `${SCOPE}/${queue}` });
      assert.equal(view.scope, `${SCOPE}/${scope}`);
      assert.equal(view.windows['60m'].counts.answered, 1);
    }
    const { stdout } = await succeed(words(await file(text), { scope: `${SCOPE}/*` }));
    assert.equal(stdout.trimEnd().split('\n').length, 3, 'a star alone stands for every queue');
    const { code, stderr } = await run(words(await file(text), { scope: `${SCOPE}/a\\b` }));
    assert.equal(code, 2);
    assert.match(stderr, /a \\ goes before \* or \\/);
  });
});
