// deploy/vigie.example.toml and the environments of container and unit, before the real service.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'smol-toml';
import { ROOT, readText, readYaml } from './official.mjs';

const EXAMPLE = join(ROOT, 'deploy/vigie.example.toml');
const VIGIE = process.env.VIGIE_BIN;

/** Runs `vigie check-config` with nothing of this machine's environment. */
function checkConfig(file, environment = {}) {
  assert.ok(VIGIE, 'VIGIE_BIN says where the binary is; tests/run sets it');
  const checked = spawnSync(VIGIE, ['check-config', '--config', file], { env: environment, encoding: 'utf8' });
  return { status: checked.status, said: checked.stdout + checked.stderr };
}

test('the service takes the example as it is', () => {
  const { status, said } = checkConfig(EXAMPLE);
  assert.equal(status, 0, said);
});

test('the service would notice a setting that it does not have, and a wrong one, at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-settings-'));
  try {
    const file = join(folder, 'vigie.toml');
    const example = readText('deploy/vigie.example.toml').replace('directory/', `${join(ROOT, 'deploy/directory')}/`);
    const spoilt = example
      .replace('[limits]', '[limits]\nmax_cleints = 5')
      .replace('interval_seconds = 30', 'interval_seconds = 0');
    writeFileSync(file, spoilt);
    const { status, said } = checkConfig(file);
    assert.equal(status, 64, said);
    assert.match(said, /limits\.max_cleints: unknown/);
    assert.match(said, /snapshots\.interval_seconds: 0/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function containerEnvironment() {
  const text = readText('deploy/container/Containerfile');
  return Object.fromEntries([...text.matchAll(/\b(VIGIE_[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
}

function unitEnvironment() {
  const text = readText('deploy/systemd/vigie.service');
  return Object.fromEntries([...text.matchAll(/^Environment=([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

for (const [where, environment] of [
  ['the image', containerEnvironment()],
  ['the compose file', { ...containerEnvironment(), ...readYaml('deploy/compose.yaml').services.vigie.environment }],
  ['the unit', unitEnvironment()],
]) {
  test(`the service takes the environment of ${where}`, () => {
    assert.ok(Object.keys(environment).length > 0);
    const { status, said } = checkConfig(EXAMPLE, environment);
    assert.equal(status, 0, said);
  });
}

/** The names of the settings, as the code that reads them has them. */
function settingsRead() {
  const folder = 'backend/server/src';
  // Each module owns its settings; `config` has what belongs to none.
  const files = readdirSync(join(ROOT, folder), { recursive: true }).filter(
    (name) => name.endsWith('/settings.rs') || (name.startsWith('config/') && name.endsWith('.rs') && name !== 'config/tests.rs'),
  );
  const code = files.map((name) => readText(`${folder}/${name}`)).join('\n');
  const nested = [...code.matchAll(/"((?:kafka|http|snapshots|log|limits)\.[a-z_]+)"/g)].map(([, name]) => name);
  return new Set(['clock', 'directory', ...nested.filter((name) => name !== 'kafka.librdkafka')]);
}

test('the example names every setting there is', () => {
  const example = parse(readText('deploy/vigie.example.toml'));
  const named = Object.entries(example).flatMap(([section, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? Object.keys(value).map((key) => `${section}.${key}`)
      : [section],
  );
  const read = settingsRead();
  assert.ok(read.size > 10);
  assert.deepEqual(new Set(named.filter((name) => name !== 'kafka.librdkafka')), read);
});
