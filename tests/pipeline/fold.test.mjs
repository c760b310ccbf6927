// `vigie fold` as a command: what it reads, which scopes it shows, how it writes them, and what it
// says where it cannot. Whether the figures are right is for tests/oracle. None of it needs a Kafka.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AGENCY_SCOPE, call, directoryOf, event } from './calls.mjs';
import { noBinary, run, succeed } from './command.mjs';
import { records, rowsOf } from './table.mjs';
import { zstdStored } from './zstd.mjs';

const AT = Date.parse('2026-03-10T10:00:00Z');
const MINUTE = 60_000;
const ALLOWED_LATENESS = 30_000;
const UNLISTED = 'unassigned/unassigned/X-1';
/** In the directory: shown whether or not anything happened there. */
const LISTED = ['ft', 'ft/NAQ', AGENCY_SCOPE, `${AGENCY_SCOPE}/indemnisation`];

/** Calls of the agency of the directory; from 10:45 on those of an agency that it does not list. */
const events = [
  ...Array.from({ length: 60 }, (_, index) => call(`call "${index}"`, AT + index * MINUTE, { waited: (index % 7) * 9500 || undefined })).flat(),
  ...Array.from({ length: 9 }, (_, index) => call(`other ${index}`, AT + 45 * MINUTE + index * MINUTE, { waited: 4000, agency: 'X-1', queue: 'a, "b"' })).flat(),
  event({ id: 'abandoned', type: 'call.queued', at: AT + MINUTE, subject: 'gone', data: { line: '3949', agency: 'NAQ-0331', queue: 'indemnisation', announced_wait_seconds: 30 } }),
  event({ id: 'abandoned too', type: 'call.abandoned', at: AT + 2 * MINUTE, subject: 'gone', data: { agency: 'NAQ-0331', queue: 'indemnisation' } }),
  event({ id: 'agent', type: 'agent.state_changed', at: AT, subject: 'agent', data: { agency: 'NAQ-0331', agent: 'k7', state: 'paused', reason: 'lunch' } }),
].sort((one, other) => one.time.localeCompare(other.time));
const text = lines(events);

let folder;
let files;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-fold-'));
  files = {
    plain: await file('calls.ndjson', text),
    gzip: await file('calls.gz', gzipSync(text)),
    zstd: await file('calls.zst', zstdStored(text)),
    directory: await file('directory.toml', directoryOf([['NAQ-0331', 'Bordeaux Centre']], 'Europe/Paris')),
  };
});

after(() => rm(folder, { recursive: true, force: true }));

function lines(list) {
  return list.map((one) => `${JSON.stringify(one)}\n`).join('');
}

async function file(name, content) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const INSTANTS = ['--at', '2026-03-10T10:30:00Z', '--every', '15m', '--until', '2026-03-10T11:00:00Z'];

function words(path, scopes, more = []) {
  return ['fold', path, ...INSTANTS, '--directory', files.directory, ...scopes.flatMap((scope) => ['--scope', scope]), ...more];
}

async function views(path, scopes, more) {
  const { stdout } = await succeed(words(path, scopes, more));
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** `10:30 ft/NAQ` of each view, in order. */
function shown(list) {
  return list.map(({ as_of: at, scope }) => `${at.slice(11, 16)} ${scope}`);
}

function at(instant, scopes) {
  return scopes.map((scope) => `${instant} ${scope}`);
}

describe('what fold reads', { skip: noBinary }, () => {
  test('plain, gzip, zstd and standard input give the same, and nothing but a summary is said', async () => {
    const expected = await succeed(words(files.plain, ['all']));
    assert.match(expected.stderr, new RegExp(`^vigie fold: read ${events.length} = applied ${events.length} .*\n$`));
    assert.deepEqual(await succeed(words(files.gzip, ['all'])), expected);
    assert.deepEqual(await succeed(words(files.zstd, ['all'])), expected);
    for (const input of [text, gzipSync(text), zstdStored(text)]) {
      assert.deepEqual(await succeed(words('-', ['all']), { input }), expected);
    }
  });

  test('of several files all that can be read, and the one that cannot is an error', async () => {
    const half = Math.floor(text.length / 2);
    const cut = await file('cut.zst', zstdStored(text).subarray(0, half));
    const [first, second] = [lines(events.slice(0, 20)), lines(events.slice(20))];
    const rest = await file('rest.ndjson', second);
    const { code, stdout, stderr } = await run([...words(cut, ['all']), rest, await file('first.ndjson', first)]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^vigie: ${cut}: line \\d+: `, 'm'));
    const { stdout: expected } = await succeed(words(files.plain, ['all']));
    const counts = (output) => output.trimEnd().split('\n').map((line) => JSON.parse(line).windows.today.counts.answered);
    assert.deepEqual(counts(stdout), counts(expected), 'the other two files have every event');
  });
});

describe('which scopes fold shows', { skip: noBinary }, () => {
  test('those of a pattern by their paths, each scope once, in the order asked for, by time', async () => {
    const order = [...LISTED, 'all', 'line/3949'];
    const list = await views(files.plain, ['ft/**', 'all', 'ft/NAQ', 'line/*']);
    assert.deepEqual(shown(list), ['10:30', '10:45', '11:00'].flatMap((instant) => at(instant, order)));
    assert.deepEqual(list, await views(files.plain, order), 'the figures are those of the scopes asked for one by one');
  });

  test('a scope has the same figures whatever else is asked for', async () => {
    const together = await views(files.plain, ['**', 'line/**'], ['--quarters']);
    for (const scope of ['all', 'ft', 'ft/NAQ', 'line/3949']) {
      const alone = await views(files.plain, [scope], ['--quarters']);
      assert.deepEqual(alone, together.filter((view) => view.scope === scope), scope);
    }
  });

  test('what only events name from its first figure on, whatever their order', async () => {
    const scopes = ['*/*/*', 'unassigned/**/a, "b"'];
    // The first call of the other agency is at 10:45, so it is no figure as of then, though it was
    // read before that view was written.
    const expected = [
      ...at('10:30', [AGENCY_SCOPE]),
      ...at('10:45', [AGENCY_SCOPE]),
      ...at('11:00', [AGENCY_SCOPE, UNLISTED, `${UNLISTED}/a, "b"`]),
    ];
    assert.deepEqual(shown(await views(files.plain, scopes)), expected);
    const disordered = lines(disorder(events));
    assert.notEqual(disordered, text);
    assert.deepEqual(shown(await views(await file('disordered.ndjson', disordered), scopes)), expected);
  });

  test('a scope asked for by its path even where nobody has named it, of zeros', async () => {
    const { stdout, stderr } = await succeed(words(files.plain, ['**/NAQ-0331', 'ft/NAQ/NOBODY']));
    const nobody = stdout.trimEnd().split('\n').map((line) => JSON.parse(line)).filter(({ scope }) => scope === 'ft/NAQ/NOBODY');
    assert.deepEqual(nobody.map(({ windows }) => windows.today.counts.entered_all), [0, 0, 0]);
    assert.match(stderr, /^vigie fold: ft\/NAQ\/NOBODY: not in the directory, and without figures in these views$/m);
  });

  test('a pattern that stands for nothing is an error that names it; the rest is shown', async () => {
    const { code, stdout, stderr } = await run(words(files.plain, ['ft/OCC/*', 'all', 'lines/*']));
    assert.equal(code, 1);
    assert.match(stderr, /^vigie: --scope ft\/OCC\/\*, lines\/\*: matches no scope /m);
    assert.equal(stdout.trimEnd().split('\n').length, 3);
  });
});

describe('a selection', { skip: noBinary }, () => {
  const BOTH = `pick/${AGENCY_SCOPE}+${UNLISTED}`;

  test('is the sum of its members, one of which only events name, in whichever order', async () => {
    const list = await views(files.plain, [BOTH, AGENCY_SCOPE, UNLISTED], ['--quarters']);
    assert.deepEqual(await views(files.plain, [`pick/${UNLISTED}+${AGENCY_SCOPE}`], ['--quarters']), list.filter(({ scope }) => scope === BOTH));
    for (const time of ['10:30', '10:45', '11:00']) {
      const [both, one, other] = [BOTH, AGENCY_SCOPE, UNLISTED].map((path) => list.find((view) => view.scope === path && view.as_of.slice(11, 16) === time));
      assert.ok(one.windows['15m'].counts.answered > 0);
      for (const [name, { counts, rates }] of Object.entries(both.windows)) {
        const [first, second] = [one.windows[name], other.windows[name]];
        for (const [count, value] of Object.entries(counts)) {
          const sum = value === null ? null : first.counts[count] + second.counts[count];
          assert.deepEqual([value, first.counts[count] === null], [sum, value === null], `${name}: ${count}`);
        }
        const of = (window) => window.rates.pick_up_queue?.of ?? [0, 0];
        assert.deepEqual(of({ rates }), [0, 1].map((side) => of(first)[side] + of(second)[side]), name);
      }
      assert.equal(both.now.agents.paused, one.now.agents.paused);
      assert.deepEqual([both.severity, both.judged], [null, null]);
    }
  });

  test('has rows of a table, incidents, and what explains its rate by its members', async () => {
    const { stdout: table } = await succeed(words(files.plain, [BOTH], ['--format', 'csv']));
    assert.deepEqual([...new Set(records(table).slice(1).map(([, scope]) => scope))], [BOTH]);
    const { stdout: incidents } = await succeed(words(files.plain, [BOTH], ['--incidents']));
    assert.deepEqual(JSON.parse(incidents.split('\n')[0]).scope, BOTH);
    const explained = ['fold', files.plain, '--directory', files.directory, '--explain', '2026-03-10T10:30:00Z..2026-03-10T10:55:00Z', '--window', '15m', '--scope', BOTH];
    const { scope, children, after: { rate } } = JSON.parse((await succeed(explained)).stdout);
    assert.equal(scope, BOTH);
    assert.deepEqual(children.map((child) => child.scope), [AGENCY_SCOPE, UNLISTED]);
    assert.deepEqual(rate.of, [0, 1].map((side) => children.reduce((sum, child) => sum + child.after.of[side], 0)));
  });

  test('counts a member that nobody has named as nothing, and says which', async () => {
    const { stdout, stderr } = await succeed(words(files.plain, [`pick/${AGENCY_SCOPE}+ft/NAQ/NOBODY`, 'all']));
    const [first] = stdout.split('\n').map((line) => line && JSON.parse(line));
    const [alone] = await views(files.plain, [AGENCY_SCOPE]);
    assert.deepEqual(first.windows, alone.windows);
    assert.match(stderr, /^vigie fold: ft\/NAQ\/NOBODY: not in the directory, and without figures in these views$/m);
    assert.doesNotMatch(stderr, /NAQ-0331: not in the directory/);
  });

  test('that is none is refused with the scope at fault', async () => {
    for (const [path, problem] of [
      [`pick/${AGENCY_SCOPE}+ft/NAQ`, /ft\/NAQ\/NAQ-0331 lies within ft\/NAQ/],
      ['pick/ft+line/3949', /line\/3949 is of the lines, ft is not/],
      ['pick/ft+ft', /ft is there twice/],
      ['pick/ft/*+cnaf', /a selection names each of its scopes, without a \*/],
    ]) {
      const { code, stderr } = await run(words(files.plain, [path]));
      assert.equal(code, 2, stderr);
      assert.match(stderr, problem);
    }
  });
});

describe('how fold writes', { skip: noBinary }, () => {
  test('the table holds the figures of the JSON and no others', async () => {
    const scopes = ['**', 'line/**'];
    const list = await views(files.plain, scopes, ['--quarters']);
    const { stdout } = await succeed(words(files.plain, scopes, ['--quarters', '--format', 'csv']));
    const [header, ...rows] = records(stdout);
    assert.deepEqual(header.slice(0, 5), ['as_of', 'scope', 'book', 'window', 'counts.offered']);
    assert.equal(new Set(header).size, header.length);
    const table = rows.map((row) => {
      assert.equal(row.length, header.length);
      const figures = header.map((name, index) => [name, row[index]]).slice(4).filter(([, value]) => value !== '');
      return [row.slice(0, 4).join(), Object.fromEntries(figures.map(([name, value]) => [name, sameNumber(value)]))];
    });
    const expected = list.flatMap(rowsOf);
    assert.equal(table.length, expected.length);
    expected.forEach((row, index) => assert.deepEqual(table[index], row));
    assert.ok(rows.some((row) => row[header.indexOf('rates.pick_up_agent.denominator')] > 0), 'there were calls');
  });

  test('what is judged, where that is asked for', async () => {
    // One caller waits for twenty minutes while others are answered at once: from the first judgement beyond five minutes on.
    const waits = event({ id: 'waits', type: 'call.queued', at: AT, subject: 'waits', data: { line: '3949', agency: 'NAQ-0331', queue: 'indemnisation' } });
    const others = Array.from({ length: 120 }, (_, index) => call(`quick ${index}`, AT + index * 10_000)).flat();
    const path = await file('judged.ndjson', lines([waits, ...others].sort((one, other) => one.time.localeCompare(other.time))));
    const instant = new Date(AT + 8 * MINUTE).toISOString().replace('.000', '');
    const asked = ['fold', path, '--directory', files.directory, '--at', instant, '--scope', AGENCY_SCOPE];
    const judged = async (...more) => JSON.parse((await succeed([...asked, ...more])).stdout);
    const { severity, judged: { longest_wait: longest, data_age: age } } = await judged('--judge');
    assert.equal(severity, 'warning');
    assert.deepEqual(longest, {
      state: 'warning', since: new Date(AT + 305_000).toISOString().replace('.000', ''), value: 480, upper: null,
      warning: 300, critical: 900, suppressed: null,
    });
    assert.equal(age.state, 'ok');
    const { severity: none, judged: nothing } = await judged();
    assert.deepEqual([none, nothing], [null, null]);
  });

  test('the header is the same whatever was read, and before any view', async () => {
    const { stdout } = await succeed([...words(await file('nothing.ndjson', ''), ['all'], ['--format', 'csv'])]);
    const whole = await succeed(words(files.plain, ['**'], ['--format', 'csv']));
    const header = (output) => output.slice(0, output.indexOf('\r\n'));
    assert.equal(header(stdout), header(whole.stdout));
  });

  test('quarter-hours only where they are asked for', async () => {
    for (const { quarters } of await views(files.plain, ['**'])) assert.equal(quarters, null);
    for (const { quarters } of await views(files.plain, ['**', 'ft/NAQ/NOBODY'], ['--quarters'])) assert.ok(Array.isArray(quarters));
  });
});

describe('why fold says that a rate moved', { skip: noBinary }, () => {
  const FROM = '2026-03-10T10:30:00Z';
  const TO = '2026-03-10T11:00:00Z';
  const explained = async (scopes, more = []) => {
    const asked = ['fold', files.plain, '--directory', files.directory, '--explain', `${FROM}..${TO}`, ...more];
    const { stdout } = await succeed([...asked, ...scopes.flatMap((scope) => ['--scope', scope])]);
    return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  };

  test('between the windows of the two views, and the parts add up', async () => {
    const list = await views(files.plain, ['ft/**', 'all']);
    for (const [more, window, name] of [[[], '60m', '60m'], [['--window', '15m'], '15m', '15m'], [['--window', 'today'], 'today', 'today']]) {
      const found = await explained(['ft/**', 'all'], more);
      assert.deepEqual(found.map(({ scope }) => scope), [...LISTED, 'all']);
      for (const { scope, window: told, before: first, after: second, change_points: change, parts, children } of found) {
        assert.equal(told, window);
        for (const [side, instant] of [[first, FROM], [second, TO]]) {
          const view = list.find((one) => one.scope === scope && one.as_of === instant);
          assert.equal(side.to, instant);
          assert.deepEqual([side.counts, side.rate], [view.windows[name].counts, view.windows[name].rates.pick_up_agent]);
          assert.equal(side.unseen.promises_open, view.now.promises.open);
        }
        assert.ok(Math.abs(change - 100 * (second.rate.value - first.rate.value)) < 1e-9);
        const sum = (values) => values.reduce((one, other) => one + other, 0);
        assert.ok(Math.abs(sum(Object.values(parts)) - change) < 1e-9);
        if (children.length > 0) {
          assert.ok(Math.abs(sum(children.map((child) => child.rate_points + child.weight_points)) - change) < 1e-9);
        }
      }
      const all = found.at(-1);
      assert.deepEqual(all.children.map(({ scope }) => scope), ['ft', 'unassigned']);
      assert.deepEqual([all.children[1].before, all.children[1].rate_points], [null, 0], 'it came, so it is weight alone');
    }
  });

  test('a scope that nobody has named has nothing to split, and that is said', async () => {
    const [nobody] = await explained(['ft/NAQ/NOBODY']);
    assert.deepEqual([nobody.before.no_shares, nobody.after.no_shares], ['nobody_asked', 'nobody_asked']);
    assert.deepEqual([nobody.change_points, nobody.parts, nobody.children], [null, null, null]);
  });

  test('a length that no view has', async () => {
    const [{ before: first, after: second }] = await explained(['all'], ['--window', '61s']);
    assert.deepEqual([first.from, first.to, second.from], ['2026-03-10T10:28:59Z', FROM, '2026-03-10T10:58:59Z']);
    assert.ok(first.counts.entered_all > 0 && first.counts.entered_all < 3);
  });

  test('what cannot be understood, on the first line, with the value', async () => {
    const at = ['--explain', `${FROM}..${TO}`];
    for (const [more, says] of [
      [[], /--at/],
      [['--explain', FROM], /'2026-03-10T10:30:00Z' for '--explain <FROM..TO>': .*not two instants/],
      [['--explain', `${TO}..${FROM}`], /2026-03-10T11:00:00Z is not before 2026-03-10T10:30:00Z/],
      [['--explain', `${FROM}..${FROM}`], /is not before/],
      [['--explain', `${FROM}..noon`], /"noon": /],
      [[...at, '--window', '25h'], /'25h' for '--window <D>': .*up to 24h/],
      [[...at, '--window', 'yesterday'], /"yesterday": not a number of s, m or h/],
      [['--at', FROM, '--window', '60m'], /cannot be used with/],
      [['--window', '60m'], /--at/],
      [[...at, '--at', FROM], /cannot be used with/],
      [[...at, '--format', 'csv'], /cannot be used with/],
      [[...at, '--quarters'], /cannot be used with/],
      [[...at, '--judge'], /cannot be used with/],
    ]) {
      const { code, stdout, stderr } = await run(['fold', files.plain, ...more]);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr.split('\n', 2).join(' '), says);
    }
  });
});

/** Neighbours change places where neither is later than the allowed lateness then. */
function disorder(list) {
  const moved = [...list];
  for (let index = 1; index < moved.length; index += 2) {
    const [one, other] = [moved[index - 1], moved[index]];
    if (Date.parse(other.time) - Date.parse(one.time) < ALLOWED_LATENESS) {
      [moved[index - 1], moved[index]] = [other, one];
    }
  }
  return moved;
}

/** As JavaScript writes the number: the table has it as JSON does, 41.0. */
function sameNumber(value) {
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(value) ? String(Number(value)) : value;
}

describe('what fold refuses', { skip: noBinary }, () => {
  const refused = async (more, path = files.plain) => run(['fold', path, ...more]);
  const T = '2026-03-10T10:00:00Z';

  test('what cannot be understood, on the first line, with the value', async () => {
    for (const [more, says] of [
      [['--at', 'noon'], /'noon' for '--at <T>'/],
      [['--at', '2026-03-10T10:00:00.5Z'], /figures are as of whole seconds/],
      [['--at', T, '--every', 'often', '--until', T], /'often' for '--every <D>': .*not a number of s, m, h or d/],
      [['--at', T, '--every', '5m'], /--until/],
      [['--at', T, '--scope', 'ft//NAQ'], /'ft\/\/NAQ' for '--scope <SCOPE>': .*a part of the path is empty/],
      [['--at', T, '--scope', 'ft/NAQ/NAQ-*'], /a \* stands for a whole part of the path/],
      [['--at', T, '--format', 'xml'], /'xml' for '--format <FORMAT>'/],
    ]) {
      const { code, stdout, stderr } = await refused(more);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr.split('\n', more.includes('5m') ? 2 : 1).join(' '), says);
    }
  });

  test('what contradicts itself, in one line', async () => {
    const early = await refused(['--at', T, '--every', '5m', '--until', '2026-03-10T09:59:59Z'], join(folder, 'absent'));
    assert.deepEqual(early, { code: 1, signal: null, stdout: '', stderr: `vigie: --until: 2026-03-10T09:59:59Z is before --at, ${T}\n` });
    const twice = await run(['fold', '-', '-', '--at', T]);
    assert.deepEqual(twice, { code: 1, signal: null, stdout: '', stderr: 'vigie: -: standard input is given twice\n' });
  });
});
