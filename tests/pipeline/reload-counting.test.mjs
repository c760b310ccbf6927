// What is counted once the directory has changed while the service runs: by the other version from
// midnight on, over a kill -9, and the same in a recount by `vigie fold`.

import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { call, directoryOf, structured } from './calls.mjs';
import { noBinary, succeed } from './command.mjs';
import { until } from './condition.mjs';
import { startService } from './service.mjs';

const IN_FORCE = 'another version of the directory is in force';

/** In Paris midnight is at 22:00 UTC, in June. */
const FIRST_DAY = Date.parse('2026-06-10T10:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const answeredWithin = (seconds) =>
  directoryOf([['NAQ-0331', 'Bordeaux']], 'Europe/Paris').replace('[defaults]\n', `[defaults]\nanswer_within_seconds = ${seconds}\n`);

let broker;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
});

after(() => broker?.stop());

test('a threshold of counting changes at midnight, over a kill and in a recount', { skip: noBinary }, async (t) => {
  const service = await startService({ brokers: broker.address, settings: { clock: 'event' }, directory: answeredWithin(30) });
  t.after(() => service.stop());
  const sent = [];
  const send = async (...calls) => {
    const events = calls.flatMap(([subject, at, waited = MINUTE]) => call(subject, at, { waited }));
    sent.push(...events);
    await broker.send('calls', events.map((event) => structured(event)));
  };
  // Service level of today, as [answered within the threshold, of how many].
  const level = async () => (await service.view('ft/NAQ/NAQ-0331')).windows.today.rates.service_level?.of;
  const levelIs = (...expected) => until(`a service level of ${expected}`, async () => {
    const found = await level();
    assert.deepEqual(found, expected);
    return true;
  });
  await send(['first', FIRST_DAY], ['clock', FIRST_DAY + 5 * MINUTE, 10_000]);
  await levelIs(0, 1);

  const directory = join(service.folder, 'directory.toml');
  await writeFile(`${directory}.new`, answeredWithin(90));
  await rename(`${directory}.new`, directory);
  const said = await until('the other version', () => service.said(IN_FORCE));
  assert.equal(Date.parse(said.counting_from), Date.parse('2026-06-10T22:00:00Z'));
  await send(['second', FIRST_DAY + 10 * MINUTE], ['clock-2', FIRST_DAY + 15 * MINUTE, 10_000]);
  const savedAt = async () => (await stat(service.snapshot).catch(() => null))?.mtimeMs;
  const before = await savedAt();
  await levelIs(1, 3);
  // Whoever is killed before saving counts all by the file as it is (docs/directory.md).
  await until('a state with both versions', async () => (await savedAt()) !== before);
  await service.kill();
  await service.start();
  await send(['third', FIRST_DAY + 20 * MINUTE], ['clock-3', FIRST_DAY + 25 * MINUTE, 10_000]);
  await levelIs(2, 5);

  const next = FIRST_DAY + DAY;
  await send(['next-day', next], ['clock-4', next + 5 * MINUTE, 10_000]);
  await levelIs(1, 1);
  const live = await service.view('ft/NAQ/NAQ-0331');

  const folder = await mkdtemp(join(tmpdir(), 'vigie-recount-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [events, old, other] = ['events.ndjson', 'old.toml', 'other.toml'].map((name) => join(folder, name));
  await writeFile(events, sent.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await writeFile(old, answeredWithin(30));
  await writeFile(other, answeredWithin(90));
  const fold = async (...instants) => {
    const views = await Promise.all(instants.map(async (at) => {
      const versions = ['--directory', old, '--directory', `${other}@${said.after}`];
      const { stdout } = await succeed(['fold', events, '--at', at, '--scope', 'ft/NAQ/NAQ-0331', ...versions]);
      return JSON.parse(stdout);
    }));
    return views.map(({ windows }) => windows.today.rates.service_level.of);
  };
  const day = new Date(FIRST_DAY + 26 * MINUTE).toISOString();
  assert.deepEqual(await fold(day, live.as_of), [[3, 6], live.windows.today.rates.service_level.of]);
});
