// Where the recorded calls are absent, what needs them reports itself as skipped, and fails not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { nodeCounts } from '../counts.mjs';

const SUITE = resolve(import.meta.dirname, '..', 'oracle');

test('the suite on the recorded calls skips without them', () => {
  const needs = (name) => /from '\.\/(recorded|months)\.mjs'/.test(readFileSync(join(SUITE, name), 'utf8'));
  const files = readdirSync(SUITE).filter((name) => name.endsWith('.test.mjs') && needs(name));
  assert.ok(files.length > 3, `${files}`);
  const environment = { ...process.env, VIGIE_RECORDED_DATA: join(SUITE, 'no-such-folder') };
  // Otherwise the inner run reports to the outer one, in its own language.
  delete environment.NODE_TEST_CONTEXT;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-reporter=tap', ...files.map((name) => join(SUITE, name))],
    { env: environment, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const counts = nodeCounts(stdout);
  const said = `${stdout}\n${stderr}`;
  assert.equal(status, 0, said);
  assert.equal(counts.failed, 0, said);
  assert.ok(counts.skipped > 0, said);
});
