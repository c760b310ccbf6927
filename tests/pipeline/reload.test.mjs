// The directory's file while the service runs: a good version is in force at once for what is
// grouped, one with faults changes nothing and is told. No Kafka: `reload-counting.test.mjs` has what
// is counted.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { directoryOf } from './calls.mjs';
import { noBinary, run } from './command.mjs';
import { until } from './condition.mjs';
import { startWithoutKafka } from './service.mjs';

const FAULTS = 20;
const REFUSED = 'the directory is refused, the version before stays in force';
const IN_FORCE = 'another version of the directory is in force';
const WARNING = "the directory's file is refused: the version before stays in force, see feed.directory_refused";

/** Bordeaux in a region; the regions are there whichever it is in. */
const bordeauxIn = (region) => `${directoryOf([['NAQ-0331', 'Bordeaux', region]])}[[region]]
code = "BRE"
name = "Bretagne"
`;

/** Puts a file in the place of another, as whoever is careful does. */
async function put(path, text) {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

async function started(t, region, settings = {}) {
  const service = await startWithoutKafka({ directory: bordeauxIn(region), settings });
  t.after(() => service.stop());
  await until('figures, though empty ones', () => service.view('all'));
  return Object.assign(service, { directory: join(service.folder, 'directory.toml') });
}

const isIn = async (service, region) => (await service.get(`/api/v1/views/ft/${region}/NAQ-0331`)).status === 200;

const lines = (service, message) => service.log.filter((line) => line.message === message);

// Each mostly waits, for a service of its own.
describe('while the service runs', { skip: noBinary, concurrency: true }, () => {
  test('a good version groups at once, and says so', async (t) => {
    const service = await started(t, 'NAQ');
    await put(service.directory, bordeauxIn('BRE'));
    await until('Bordeaux to be in Brittany', () => isIn(service, 'BRE'));
    assert.equal(await isIn(service, 'NAQ'), false);
    const { body: scopes } = await service.get('/api/v1/scopes');
    assert.deepEqual(scopes.scopes.filter(({ scope }) => /NAQ-0331$/.test(scope)).map(({ scope }) => scope), ['ft/BRE/NAQ-0331']);
    const [said] = lines(service, IN_FORCE);
    assert.ok(Date.parse(said.counting_from) > Date.now(), 'counting changes at a midnight to come');
    const metrics = await service.metrics();
    assert.equal(metrics.sum('vigie_directory_last_reload_successful'), 1);
    assert.ok(Math.abs(metrics.sum('vigie_directory_last_reload_success_timestamp_seconds') - Date.now() / 1000) < 60);
  });

  test('a version with 20 faults lists the 20 and changes nothing', async (t) => {
    const service = await started(t, 'NAQ');
    const agencies = Array.from({ length: FAULTS }, (_, index) => [`NAQ-${index}`, 'An agency', `NOWHERE-${index}`]);
    await put(service.directory, directoryOf(agencies));
    await until('the refusal', () => service.said(REFUSED));
    const told = await until('every fault', () => {
      const faults = lines(service, 'at fault in the directory');
      return faults.length >= FAULTS && faults;
    });
    assert.equal(told.length, FAULTS);
    for (let index = 0; index < FAULTS; index += 1) {
      assert.match(told[index].fault, new RegExp(`directory\\.toml: agency\\[${index}\\]\\.region: "NOWHERE-${index}" is not a region$`));
    }
    const ready = await until('/readyz to tell', async () => {
      const { body } = await service.get('/readyz');
      return body.warnings.includes(WARNING) && body;
    });
    const { since, faults } = ready.feed.directory_refused;
    assert.equal(faults, FAULTS);
    assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000);
    assert.equal((await service.metrics()).sum('vigie_directory_last_reload_successful'), 0);
    assert.equal((await service.view('all')).feed.directory_refused.faults, FAULTS);
    assert.ok(await isIn(service, 'NAQ'));
    assert.equal(await isIn(service, 'unassigned'), false);
    assert.equal(lines(service, IN_FORCE).length, 0);
    // Told once, and again where somebody asks.
    await sleep(1500);
    assert.equal(lines(service, REFUSED).length, 1);
    process.kill(service.pid, 'SIGHUP');
    await until('the refusal once more', () => lines(service, REFUSED).length === 2);

    await put(service.directory, bordeauxIn('NAQ'));
    await until('the refusal to end', async () => (await service.get('/readyz')).body.feed.directory_refused === null);
    assert.equal((await service.metrics()).sum('vigie_directory_last_reload_successful'), 1);
    assert.equal(lines(service, IN_FORCE).length, 0, 'it is the version that was in force all the time');
  });

  test('started anew with a file at fault, it goes by the directory of its saved state', async (t) => {
    const service = await started(t, 'NAQ');
    await put(service.directory, bordeauxIn('BRE'));
    await until('Bordeaux to be in Brittany', () => isIn(service, 'BRE'));
    assert.equal((await service.terminate()).code, 0);
    await put(service.directory, bordeauxIn('NOWHERE'));
    await service.start();
    await until('figures, though empty ones', () => service.view('all'));
    assert.ok(await isIn(service, 'BRE'));
    assert.ok(service.said("the directory's file is at fault: that of the saved state stays in force", 2));
    await until('/readyz to tell', async () => (await service.get('/readyz')).body.warnings.includes(WARNING));
    assert.equal((await service.metrics()).sum('vigie_directory_last_reload_successful'), 0);
    // Nobody needs to start it once more.
    await put(service.directory, bordeauxIn('NAQ'));
    await until('Bordeaux to be in Nouvelle-Aquitaine', () => isIn(service, 'NAQ'));
    assert.equal((await service.terminate()).code, 0);

    // All that is wrong is told where the directory is not all of it, or there is no saved state.
    await put(service.directory, bordeauxIn('NOWHERE'));
    const serve = (environment) => run(['serve', '--config', service.configuration], { environment });
    const more = await serve({ VIGIE_HTTP_LISTEN: 'nowhere' });
    assert.equal(more.code, 64, more.stderr);
    assert.match(more.stderr, /: 2 faults in the configuration\n/);
    await rm(service.snapshot);
    const none = await serve({});
    assert.equal(none.code, 64, none.stderr);
    assert.match(none.stderr, /: 1 fault in the configuration\n.*agency\[0\]\.region: "NOWHERE" is not a region/);
  });

  test('told to by SIGHUP, it reads the file at once', async (t) => {
    const service = await started(t, 'NAQ');
    process.kill(service.pid, 'SIGHUP');
    await until('the signal to be noted', () => service.said('the directory is read'));
    await writeFile(service.directory, bordeauxIn('BRE'));
    process.kill(service.pid, 'SIGHUP');
    await until('Bordeaux to be in Brittany', () => isIn(service, 'BRE'), 5_000);
    assert.equal(lines(service, REFUSED).length, 0);
  });

  test('a link that is turned to another folder is another version', async (t) => {
    // As Kubernetes mounts a ConfigMap: the file is a link into ..data, and that a link to a folder.
    const mounted = await mkdtemp(join(tmpdir(), 'vigie-mounted-'));
    t.after(() => rm(mounted, { recursive: true, force: true }));
    for (const [folder, region] of [['..first', 'NAQ'], ['..second', 'BRE']]) {
      await mkdir(join(mounted, folder));
      await writeFile(join(mounted, folder, 'directory.toml'), bordeauxIn(region));
    }
    await symlink('..first', join(mounted, '..data'));
    await symlink(join('..data', 'directory.toml'), join(mounted, 'directory.toml'));
    const service = await startWithoutKafka({ settings: { directory: join(mounted, 'directory.toml') } });
    t.after(() => service.stop());
    await until('Bordeaux to be in Nouvelle-Aquitaine', () => isIn(service, 'NAQ'));
    await symlink('..second', join(mounted, '..data_tmp'));
    await rename(join(mounted, '..data_tmp'), join(mounted, '..data'));
    await until('Bordeaux to be in Brittany', () => isIn(service, 'BRE'));
  });

  test('a file that is gone, or half written, for a moment is no fault', async (t) => {
    const service = await started(t, 'NAQ');
    await unlink(service.directory);
    await sleep(2500);
    const text = bordeauxIn('BRE');
    for (let written = 0; written < text.length; written += 150) {
      await writeFile(service.directory, text.slice(written, written + 150), { flag: 'a' });
      await sleep(300);
    }
    await until('Bordeaux to be in Brittany', () => isIn(service, 'BRE'));
    assert.deepEqual(lines(service, REFUSED), []);
    assert.equal(lines(service, IN_FORCE).length, 1);
  });

  test('what is no directory is refused, whatever it is', async (t) => {
    const service = await started(t, 'NAQ');
    const faultOf = (pattern) => {
      process.kill(service.pid, 'SIGHUP');
      return until(`a fault ${pattern}`, () =>
        lines(service, 'at fault in the directory').some(({ fault }) => pattern.test(fault)));
    };
    await put(service.directory, '');
    await truncate(service.directory, 3 * 2 ** 30);
    await faultOf(/directory\.toml: has more than 33554432 bytes, which no directory has$/);
    await put(service.directory, Buffer.from([0xff, 0xfe, 0x00]));
    await faultOf(/directory\.toml: cannot be read: it is not UTF-8 text$/);
    await put(service.directory, '[[agency]\n');
    await faultOf(/directory\.toml: line 1: /);
    await rm(service.directory);
    await mkdir(service.directory);
    await faultOf(/directory\.toml: is not a file$/);
    await rm(service.directory, { recursive: true });
    await faultOf(/directory\.toml: cannot be read: No such file/);
    assert.ok(await isIn(service, 'NAQ'));
    assert.equal((await service.get('/healthz')).status, 200);
  });
});
