// What a command says where it cannot do what it was asked: one clear line, and a status that is
// not 0 (64 for the configuration). None of it needs a Kafka.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { freePorts } from '../kafka/broker.mjs';
import { call } from './calls.mjs';
import { noBinary, run } from './command.mjs';

const CONFIGURATION_AT_FAULT = 64;
const CALLS = 200;
const AT = Date.parse('2026-03-10T10:00:00Z');

let folder;
let nobody;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-commands-'));
  nobody = `127.0.0.1:${(await freePorts(1))[0]}`;
});

after(() => rm(folder, { recursive: true, force: true }));

async function file(name, content) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Runs the service with a configuration that it cannot start with. */
async function refusedToServe(name, configuration) {
  return run(['serve', '--config', await file(`${name}.toml`, configuration)]);
}

/** One line that tells, without a backtrace and without a panic. */
function assertOneLine({ code, stderr }, status, says) {
  assert.equal(code, status, stderr);
  assert.match(stderr.trimEnd(), says);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.match(stderr, /^vigie: /);
}

/** The configuration is told with all its faults, each on a line below the first. */
function assertFaults({ code, stderr }, faults) {
  assert.equal(code, CONFIGURATION_AT_FAULT, stderr);
  const [first, ...lines] = stderr.trimEnd().split('\n');
  assert.match(first, new RegExp(`^vigie: .*: ${faults.length} faults? in the configuration$`));
  assert.equal(lines.length, faults.length, stderr);
  for (const fault of faults) {
    assert.ok(lines.some((line) => fault.test(line)), `${fault} in:\n${stderr}`);
  }
}

describe('the service does not start', { skip: noBinary }, () => {
  test('on a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const listen = `127.0.0.1:${taken.address().port}`;
    const said = await refusedToServe('taken', `[kafka]\nbootstrap_servers = "${nobody}"\n[http]\nlisten = "${listen}"\n`);
    taken.close();
    assertOneLine(said, 1, new RegExp(`cannot listen on ${listen}: .*in use`));
  });

  test('without its configuration file', async () => {
    const path = join(folder, 'absent.toml');
    assertFaults(await run(['serve', '--config', path]), [/cannot be read: .*No such file/]);
  });

  test('with a bad setting: every fault is told at once', async () => {
    const said = await refusedToServe('bad', `clock = "sundial"
surprise = 1
directory = "nowhere.toml"
[kafka]
topic = "calls"
refused_topic = "calls"
[kafka.librdkafka]
"enable.auto.commit" = "true"
[http]
listen = "here"
[snapshots]
interval_seconds = 0
[log]
level = "loud=very"
`);
    assertFaults(said, [
      /clock: "sundial" is not one of wall, event/, /surprise: unknown/, /nowhere\.toml: cannot be read/, /kafka\.refused_topic: "calls"/,
      /enable\.auto\.commit: not to be set/, /http\.listen: "here"/, /snapshots\.interval_seconds: 0 is not/, /log\.level: "loud=very"/,
    ]);
  });

  test('with a configuration that is not TOML', async () => {
    assertFaults(await refusedToServe('not-toml', 'clock = "wall"\n[kafka\n'), [/line 2: /]);
  });

  test('with a directory that contradicts itself', async () => {
    await file('directory.toml', 'version = 1\n[[agency]]\ncode = "A"\nname = "A"\nnetwork = "nowhere"\nqueues = []\n');
    assertFaults(await refusedToServe('directory-at-fault', 'directory = "directory.toml"\n'), [/directory\.toml: .*"nowhere"/]);
  });

  test('with snapshots where no folder can be', async () => {
    await file('a-file', '');
    const said = await refusedToServe('snapshots', `[kafka]\nbootstrap_servers = "${nobody}"\n[http]\nlisten = "127.0.0.1:0"\n[snapshots]\nfolder = "a-file"\n`);
    assertOneLine(said, 1, /cannot use the folder of snapshots .*a-file/);
  });

  test('by a bad setting of the environment, told by its name there', async () => {
    const said = await run(['serve'], { environment: { VIGIE_SNAPSHOTS_INTERVAL_SECONDS: 'soon' } });
    assertFaults(said, [/VIGIE_SNAPSHOTS_INTERVAL_SECONDS: "soon" is not a whole number/]);
  });

  test('check-config tells the same faults, and none of a good one', async () => {
    const bad = await file('checked.toml', 'clock = "sundial"\n');
    assertFaults(await run(['check-config', '--config', bad]), [/clock: "sundial"/]);
    const good = await file('good.toml', 'clock = "event"\n');
    assert.equal((await run(['check-config', '--config', good])).code, 0);
  });
});

describe('a directory', { skip: noBinary }, () => {
  const AGENCY = '[[agency]]\ncode = "A"\nname = "Bordeaux" # the first\nnetwork = "ft"\n';
  const TOML = `version = 1\n[[network]]\ncode = "ft"\nname = "France Travail"\n${AGENCY}`;
  // As French Excel saves it.
  const edited = '\ufeffRéseau;Code;Nom;Objectif\r\nft;A;Mérignac;87,50%\r\n';

  test('is checked: every fault is told at once', async () => {
    const good = await file('checked-directory.toml', TOML);
    assert.equal((await run(['directory', 'check', good])).code, 0);
    const bad = await file('bad-directory.toml', TOML.replace('network = "ft"', 'network = "caf"\nregion = "NAQ"'));
    const said = await run(['directory', 'check', bad]);
    assert.equal(said.code, CONFIGURATION_AT_FAULT, said.stderr);
    assert.equal(said.stderr, `vigie: ${bad}: 2 faults in the directory
  agency[0].network: "caf" is not a network
  agency[0].region: "NAQ" is not a region
`);
  });

  test('is a spreadsheet and back', async () => {
    const toml = await file('exported.toml', TOML);
    const csv = join(folder, 'agencies.csv');
    assert.equal((await run(['directory', 'export', toml, '-o', csv])).code, 0);
    const untouched = await run(['directory', 'import', csv, '--into', toml, '-o', '-']);
    assert.equal(untouched.stdout, TOML);
    await writeFile(csv, edited);
    const said = await run(['directory', 'import', csv, '--into', toml]);
    assert.equal(said.stderr, 'vigie directory import: 1 changed: A\n');
    const expected = TOML.replace('"Bordeaux"', '"Mérignac"').replace(AGENCY.slice(-15), `${AGENCY.slice(-15)}target = 0.875\n`);
    assert.equal(await readFile(toml, 'utf8'), expected);
  });

  test('stays as it was where the spreadsheet has a fault', async () => {
    const toml = await file('kept.toml', TOML);
    for (const [content, says] of [
      [Buffer.from(edited.slice(1), 'latin1'), /line 1: the byte 0xE9 is not UTF-8; .* Windows-1252, where this cell is "Réseau"/],
      [edited.replace('ft;A', 'caf;A'), /row 2, column A \(Réseau\): "caf" is not a network/],
    ]) {
      const csv = await file('at-fault.csv', content);
      const said = await run(['directory', 'import', csv, '--into', toml]);
      assert.equal(said.code, CONFIGURATION_AT_FAULT, said.stderr);
      assert.match(said.stderr, /: 1 fault in the spreadsheet\n/);
      assert.match(said.stderr, says);
    }
    assert.equal(await readFile(toml, 'utf8'), TOML);
    assertOneLine(await run(['directory', 'export', toml, '-o', toml]), 1, /cannot be written: it is the input/);
  });
});

describe('what would write over a file', { skip: noBinary }, () => {
  test('simulate: twice the same output, or the configuration', async () => {
    const [out, config] = [join(folder, 'simulated.ndjson'), await file('simulate.toml', 'clock = "event"\n')];
    for (const [words, role] of [
      [['--out', out, '--truth', out], `output ${out}`],
      [['--out', out, '--directory-out', `${folder}/./simulated.ndjson`], `output ${out}`],
      [['--config', config, '--truth', config], `input ${config}`],
    ]) {
      assertOneLine(await run(['simulate', '--hours', '1', ...words]), 1, new RegExp(`: cannot be written: it is the ${role}$`));
    }
    await assert.rejects(access(out));
    assert.equal(await readFile(config, 'utf8'), 'clock = "event"\n');
  });

  test('dump: the configuration', async () => {
    const config = await file('dump.toml', 'clock = "event"\n');
    const refused = await run(['dump', '--config', config, '--brokers', nobody, '--out', config]);
    assertOneLine(refused, 1, new RegExp(`^vigie: ${config}: cannot be written: it is the input ${config}$`));
    assert.equal(await readFile(config, 'utf8'), 'clock = "event"\n');
  });
});

describe('no Kafka at the address', { skip: noBinary }, () => {
  const WITHIN_MILLISECONDS = 10_000;

  /** One line that names the address and why, in time. */
  async function assertNoAnswer(words, address, why) {
    const began = performance.now();
    const said = await run([...words, '--brokers', address]);
    assert.ok(performance.now() - began < WITHIN_MILLISECONDS, 'in time');
    assertOneLine(said, 1, new RegExp(`^vigie: no answer from ${address} within \\d+ s${why}`));
    assert.equal(said.stdout, '');
  }

  test('replay, simulate and dump say so once, with why', async () => {
    const calls = await file('calls.ndjson', call('call', AT).map((event) => `${JSON.stringify(event)}\n`).join(''));
    const out = join(folder, 'dumped.ndjson');
    await Promise.all([
      assertNoAnswer(['replay', calls], nobody, ': .*Connection refused$'),
      assertNoAnswer(['replay', calls, '--create-partitions', '2'], nobody, ': .*Connection refused$'),
      assertNoAnswer(['simulate', '--hours', '1'], nobody, ': .*Connection refused$'),
      assertNoAnswer(['dump', '--out', out], nobody, ': .*Connection refused$'),
      assertNoAnswer(['replay', calls], 'no-such-host.invalid:9092', ': .*resolve'),
    ]);
    await assert.rejects(access(out));
  });

  test('one that takes connections and never answers is none', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const sockets = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const calls = await file('silent.ndjson', call('call', AT).map((event) => `${JSON.stringify(event)}\n`).join(''));
    await assertNoAnswer(['replay', calls], `127.0.0.1:${silent.address().port}`, '');
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  });
});

describe('fold', { skip: noBinary }, () => {
  const events = Array.from({ length: CALLS }, (_, index) => call(`call ${index}`, AT + index * 1000, { waited: 500 })).flat();
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const fold = (path) => run(['fold', path, '--at', '2026-03-10T11:00:00Z']);

  test('counts what it could read of a truncated gzip, and names file and line', async () => {
    const whole = gzipSync(text);
    const path = await file('cut.ndjson.gz', whole.subarray(0, Math.floor(whole.length * 0.6)));
    const { code, stdout, stderr } = await fold(path);
    assert.notEqual(code, 0);
    const error = stderr.split('\n').find((line) => line.startsWith('vigie: '));
    const line = Number(new RegExp(`${path}: line (\\d+): `).exec(error)?.[1]);
        const [, read, applied] = /read (\d+) = applied (\d+) /.exec(stderr).map(Number);
    assert.ok(applied > 0 && applied < events.length && read === applied, stderr);
    assert.equal(line, applied + 1, stderr);
    const { counts } = JSON.parse(stdout).windows.today;
    assert.equal(counts.entered_all, Math.ceil(applied / 2), 'what was read counts');
    assert.equal(counts.answered, Math.floor(applied / 2));
  });

  test('names a file that cannot be read', async () => {
    const path = join(folder, 'absent.ndjson');
    assertOneLine(await fold(path), 1, new RegExp(`${path}.*No such file`));
    assertOneLine(await fold(folder), 1, new RegExp(folder));
  });

  test('counts a line that is no event as refused, names it, and goes on', async () => {
    const path = await file('garbage.ndjson', `garbage\n${text}{"half":\n`);
    const { code, stdout, stderr } = await fold(path);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`${path}: line 1: refused: `));
    assert.match(stderr, new RegExp(`${path}: line ${events.length + 2}: refused: `));
    assert.match(stderr, /refused 2 /);
    assert.equal(JSON.parse(stdout).windows.today.counts.answered, CALLS);
  });
});
