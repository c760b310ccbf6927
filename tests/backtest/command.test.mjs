// What `vigie backtest` says and writes, and what it says where it cannot do what it was asked.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { access, link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { binary, noBinary, run, succeed } from '../pipeline/command.mjs';
import { DIRECTORY, madeDay } from './made.mjs';

const text = madeDay(3).map((event) => `${JSON.stringify(event)}\n`).join('');
let folder;
let day;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-backtest-command-'));
  day = await file('day.ndjson', text);
});

after(() => rm(folder, { recursive: true, force: true }));

async function file(name, content) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The names of the elements of an XML text, each closed where it must be. */
function elementsOf(xml) {
  const [open, names] = [[], []];
  const tag = /<(\/?)([a-z]+)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*\s*=\s*"[^"<&]*")*)\s*(\/?)>|([^<]+)/gy;
  for (let at = 0; at < xml.length; at = tag.lastIndex) {
    const match = tag.exec(xml);
    assert.ok(match, `not XML at ${at}: ${xml.slice(at, at + 60)}`);
    const [, end, name, , empty, words] = match;
    if (words !== undefined) {
      assert.doesNotMatch(words, /[&>]/);
    } else if (end) {
      assert.equal(open.pop(), name);
    } else {
      names.push(name);
      if (!empty) open.push(name);
    }
  }
  assert.deepEqual(open, []);
  return names;
}

describe('backtest', { skip: noBinary }, () => {
  test('prints a table with everybody in it, by queue', async () => {
    const { stdout, stderr } = await succeed(['backtest', day]);
    assert.match(stderr, /vigie backtest: read \d+ = applied \d+ \+ /);
    assert.match(stdout, /^Calls queued from 2026-11-20T0\S+Z to 2026-11-20T\S+Z\n/);
    for (const row of ['estimate', 'announced wait', 'LES', 'HOL', 'mean of 30 min', 'EWMA', 'QLs', 'shrunk QL', 'trailing 30 min', 'B/flooded']) {
      assert.match(stdout, new RegExp(`^${row.replace('/', '\\/')}.*\\d`, 'm'), row);
    }
    assert.doesNotMatch(stdout, /NaN|inf/);
  });

  test('with nothing beside the total, or by region', async () => {
    const { stdout } = await succeed(['backtest', day, '--by', 'total']);
    assert.doesNotMatch(stdout, /By queue|By region/);
    const byRegion = await succeed(['backtest', day, '--by', 'region']);
    assert.match(byRegion.stdout, /By region\n.*\nunassigned\/unassigned /);
  });

  test('reads compressed files and standard input alike', async () => {
    const [plain, gzip, piped] = [
      await succeed(['backtest', day]),
      await succeed(['backtest', await file('day.ndjson.gz', gzipSync(text))]),
      await succeed(['backtest', '-'], { input: text }),
    ];
    assert.equal(gzip.stdout, plain.stdout);
    assert.equal(piped.stdout, plain.stdout);
  });

  test('of an empty file, or after a warm-up that outlasts it, there is nothing to score', async () => {
    const empty = await file('empty.ndjson', '');
    for (const [words, says] of [
      [[empty], 'no call was queued: nothing to score\n'],
      [
        [day, '--warm-up', '2027-01-01T00:00:00Z'],
        'no call was queued after the warm-up, at 2027-01-01T00:00:00Z or later: nothing to score\n',
      ],
    ]) {
      const { stdout } = await succeed(['backtest', ...words]);
      assert.equal(stdout, says);
      const json = JSON.parse((await succeed(['backtest', ...words, '--format', 'json'])).stdout);
      assert.equal(json.total.answered.estimate.calls, 0);
      assert.equal(json.first, null);
      assert.deepEqual(json.days, []);
    }
  });

  test('writes estimates that say what they are of', async () => {
    const [plain, gzip] = [join(folder, 'estimates.ndjson'), join(folder, 'estimates.ndjson.gz')];
    await succeed(['backtest', day, '--estimates-out', plain]);
    await succeed(['backtest', day, '--estimates-out', gzip]);
    const written = await readFile(plain, 'utf8');
    assert.equal(gunzipSync(await readFile(gzip)).toString(), written);
    for (const line of written.split('\n').filter(Boolean)) {
      const { time, call, agency, queue, mean_seconds: mean, p50_seconds: p50, p90_seconds: p90, reason } = JSON.parse(line);
      assert.ok(Date.parse(time) > 0 && [call, agency, queue].every((name) => typeof name === 'string'), line);
      if (reason === null) {
        assert.ok(mean >= 0 && p50 >= 0 && p90 >= p50, line);
      } else {
        assert.match(reason, /^[a-z_]+$/);
        assert.deepEqual([mean, p50, p90], [null, null, null], line);
      }
    }
  });

  test('draws two pictures, of nothing too', async () => {
    for (const [name, words] of Object.entries({ some: [day], none: [await file('none.ndjson', '')] })) {
      const plots = join(folder, 'plots', name);
      await succeed(['backtest', ...words, '--plot', plots]);
      for (const picture of ['calibration.svg', 'errors.svg']) {
        const svg = await readFile(join(plots, picture), 'utf8');
        const elements = elementsOf(svg);
        assert.equal(elements[0], 'svg');
        assert.ok(elements.includes('title') && elements.includes('text'), picture);
        assert.doesNotMatch(svg, /NaN|inf|undefined/);
      }
    }
  });

  test('says of which estimates there is nothing to score', async () => {
    const queued = (call, number, time) =>
      `${JSON.stringify({
        specversion: '1.0', id: `${call}-${number}`, source: '/pbx/made', type: 'call.queued', time: `2026-11-20T09:${time}Z`,
        subject: call, data: { agency: 'A', queue: 'calm', line: '3949' },
      })}\n`;
    const [first, again, third] = [queued('twice', 1, '00:00'), queued('twice', 2, '00:10'), queued('twice', 3, '00:20')];
    const newest = queued('newest', 1, '10:00');
    for (const [name, events, says] of [
      ['once', [first, again, newest], '1 estimate is of a call that waited in that queue already; it is not scored'],
      ['more', [first, again, third, newest], '2 estimates are of calls that waited in that queue already; they are not scored'],
      // Too late, one is of no leg and has no estimate either.
      ['late', [first, newest, again], undefined],
    ]) {
      const { stdout, stderr } = await succeed(['backtest', await file(`${name}.ndjson`, events.join(''))]);
      assert.match(stdout, /open at the end 2$/m);
      const said = stderr.split('\n').filter((line) => line.includes('estimate'));
      assert.deepEqual(said, says === undefined ? [] : [`vigie backtest: ${says}`]);
    }
  });

  test('counts lines that are no events, and goes on', async () => {
    const garbage = await file('garbage.ndjson', `garbage\n${text}{"half":\n`);
    const { stdout, stderr } = await succeed(['backtest', garbage]);
    assert.match(stderr, new RegExp(`vigie backtest: ${garbage}: line 1: refused: `));
    assert.match(stderr, /refused 2 /);
    assert.equal(stdout, (await succeed(['backtest', day])).stdout);
  });
});

describe('backtest cannot', { skip: noBinary }, () => {
  async function fails(words, status, says) {
    const { code, stderr } = await run(['backtest', ...words]);
    assert.equal(code, status, stderr);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /panicked/);
    return stderr;
  }

  test('read a file that is not there, or one that is cut short', async () => {
    const absent = join(folder, 'absent.ndjson');
    const said = await fails([absent], 1, new RegExp(`^vigie: ${absent}: .*No such file`));
    assert.equal(said.trimEnd().split('\n').length, 1);
    const whole = gzipSync(text);
    const cut = await file('cut.ndjson.gz', whole.subarray(0, whole.length / 2));
    await fails([cut], 1, new RegExp(`vigie: ${cut}: line \\d+: `));
    await fails(['-', '-'], 1, /^vigie: -: standard input is given twice/);
  });

  test('do without files, or with options that say nothing', async () => {
    await fails([], 2, /FILE/);
    await fails([day, '--warm-up', 'tomorrow'], 2, /"tomorrow": not an RFC 3339 time/);
    await fails([day, '--format', 'xml'], 2, /table, json/);
    await fails([day, '--by', 'weather'], 2, /total, region, queue/);
  });

  test('use a directory that is at fault', async () => {
    const directory = await file('fault.toml', 'version = 1\n[[agency]]\ncode = "A"\nname = "A"\nnetwork = "nowhere"\nqueues = []\n');
    await fails([day, '--directory', directory], 64, /"nowhere"/);
  });

  test('write where it may not', async () => {
    await fails([day, '--estimates-out', join(folder, 'no', 'such', 'folder')], 1, /^vigie: .*no\/such\/folder: /);
    await fails([day, '--estimates-out', '-'], 1, /^vigie: --estimates-out -: /);
    await assert.rejects(access(join(folder, 'no')));
  });

  test('draw where it may not, and says so before it reads', async () => {
    const half = join(folder, 'half-drawn');
    await mkdir(join(half, 'errors.svg'), { recursive: true });
    for (const [plots, names] of [[day, day], [half, join(half, 'errors.svg')]]) {
      const said = await fails([day, '--plot', plots], 1, new RegExp(`^vigie: ${names}: `));
      assert.equal(said.trimEnd().split('\n').length, 1, said);
    }
  });

  test('write over what it reads, whatever that is called', async () => {
    const events = gzipSync(text);
    const read = await file('read.ndjson.gz', events);
    const [hard, soft] = [join(folder, 'hard.ndjson.gz'), join(folder, 'soft.ndjson.gz')];
    await link(read, hard);
    await symlink(read, soft);
    for (const name of [read, hard, soft]) {
      const said = await fails([day, read, '--estimates-out', name], 1, /^vigie: /);
      assert.equal(said, `vigie: ${name}: cannot be written: it is the input ${read}\n`);
    }
    const input = openSync(read, 'r');
    const piped = spawnSync(binary, ['backtest', '-', '--estimates-out', read], { stdio: [input, 'pipe', 'pipe'], encoding: 'utf8' });
    closeSync(input);
    assert.equal(piped.stderr, `vigie: ${read}: cannot be written: it is the input -\n`);
    const directory = await file('directory.toml', DIRECTORY);
    await fails([day, '--directory', directory, '--estimates-out', directory], 1, /: it is the input /);
    await mkdir(join(folder, 'drawn'));
    const picture = join(folder, 'drawn', 'errors.svg');
    await link(read, picture);
    await fails([read, '--plot', join(folder, 'drawn')], 1, /errors\.svg: cannot be written: it is the input /);
    const [inFolder, out] = [join(folder, 'new'), join(folder, 'new', 'errors.svg')];
    await mkdir(inFolder);
    await fails([day, '--plot', inFolder, '--estimates-out', out], 1, /errors\.svg: cannot be written: it is the output /);
    assert.deepEqual(await readFile(read), events);
    assert.equal(await readFile(directory, 'utf8'), DIRECTORY);
  });
});
