// tests/run itself, on made-up suites: what it must never do is pass when something failed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeCounts, rustCounts } from '../counts.mjs';
import { rustFailures } from '../failures.mjs';

const PASSING = "import { test } from 'node:test'; test('passes', () => {});\n";
const SKIPPING = "import { test } from 'node:test'; test('skips', { skip: 'no data' }, () => {});\n";
const FAILING = "import { test } from 'node:test'; test('fails', () => { throw new Error('it broke'); });\n";
const HANDING = `import assert from 'node:assert'; import { test } from 'node:test';
test('is handed what it needs', () => {
  assert.match(process.env.VIGIE_BIN, /debug.vigie$/);
  assert.match(process.env.VIGIE_RECORDED_DATA, /shared.data$/);
});\n`;
const RUST_CLOSING =
  'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s';

/** Runs a copy of tests/run over `files`, with a cargo that says and does what it is told. */
function run({ files, cargo = `echo '${RUST_CLOSING}'`, suites = [] }) {
  const root = mkdtempSync(join(tmpdir(), 'vigie-runner-'));
  try {
    const tests = join(root, 'tests');
    const programs = join(root, 'bin');
    mkdirSync(tests);
    mkdirSync(programs);
    for (const name of ['run', 'counts.mjs', 'environment.mjs', 'failures.mjs', 'package.json']) {
      copyFileSync(join(import.meta.dirname, '..', name), join(tests, name));
    }
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(tests, path, '..'), { recursive: true });
      writeFileSync(join(tests, path), content);
    }
    const metadata = JSON.stringify({ target_directory: join(root, 'target') });
    const script = `#!/bin/sh\ncase "$1" in\nmetadata) echo '${metadata}' ;;\ntest) ${cargo} ;;\nesac\n`;
    writeFileSync(join(programs, 'cargo'), script);
    chmodSync(join(programs, 'cargo'), 0o755);
    const environment = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
    for (const name of ['NODE_TEST_CONTEXT', 'VIGIE_BIN', 'VIGIE_RECORDED_DATA']) {
      delete environment[name];
    }
    const words = [join(tests, 'run'), ...suites];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { env: environment, encoding: 'utf8' });
    return { status, stdout, stderr, closing: stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const table = [
  ['all suites are summed', { files: { 'a/a.test.mjs': PASSING, 'b/b.test.mjs': SKIPPING } }, 0, '4 passed, 0 failed, 2 skipped'],
  ['one suite alone', { files: { 'a/a.test.mjs': PASSING, 'b/b.test.mjs': FAILING }, suites: ['a'] }, 0, '1 passed, 0 failed, 0 skipped'],
  ['a failing test fails the run', { files: { 'a/a.test.mjs': FAILING + PASSING.replace(/^import.*?;/, '') } }, 1, '4 passed, 1 failed, 1 skipped'],
  ['a suite that cannot be loaded fails the run', { files: { 'a/a.test.mjs': "import './gone.mjs';" } }, 1, '3 passed, 1 failed, 1 skipped'],
  ['a crate that does not compile fails the run', { files: {}, cargo: 'echo error >&2; exit 101' }, 1, '0 passed, 1 failed, 0 skipped'],
  ['a crash beside passed tests fails the run', { files: {}, cargo: `echo '${RUST_CLOSING}'; exit 101` }, 1, '3 passed, 1 failed, 1 skipped'],
  ['a run without a test fails', { files: {}, cargo: 'exit 0' }, 1, '0 passed, 1 failed, 0 skipped'],
  ['an hour of soaking is for the one who asks', { files: { 'soak/s.test.mjs': FAILING } }, 0, '3 passed, 0 failed, 1 skipped'],
  ['the suites are handed the binary and the data', { files: { 'a/a.test.mjs': HANDING }, suites: ['a'] }, 0, '1 passed, 0 failed, 0 skipped'],
];

for (const [name, given, status, closing] of table) {
  test(name, () => {
    const ran = run(given);
    assert.equal(ran.closing, closing, ran.stdout + ran.stderr);
    assert.equal(ran.status, status, ran.stdout);
  });
}

test('the output of a failed suite is shown', () => {
  assert.match(run({ files: { 'a/a.test.mjs': FAILING } }).stdout, /it broke/);
});

test('what failed is told once more before the closing line', () => {
  const nested = "import { describe } from 'node:test'; describe('a suite', () => { test('breaks', () => { throw new Error('in it'); }); });";
  const files = { 'a/a.test.mjs': FAILING + nested, 'b/b.test.mjs': PASSING };
  const lines = run({ files, suites: ['a', 'b'] }).stdout.trimEnd().split('\n');
  const after = lines.slice(lines.findIndex((line) => line.startsWith('ok   b')) + 1);
  assert.deepEqual(after.filter((line) => line.startsWith('failed')), ['failed in a: fails', 'failed in a: breaks']);
  assert.ok(after.some((line) => /error: 'it broke'/.test(line)) && after.some((line) => /error: 'in it'/.test(line)));
  const said = `failures:\n\n---- one stdout ----\n\nit broke\nat 1\n\n---- b::two stdout ----\n${'x'.repeat(9_000)}\n\nfailures:\n    one\n    b::two\n`;
  assert.deepEqual(rustFailures(said), [['one', 'it broke', 'at 1'], ['b::two', 'x'.repeat(4_000)]]);
});

test('a suite that is not there is refused by name', () => {
  const ran = run({ files: { 'a/a.test.mjs': PASSING }, suites: ['pipelin'] });
  assert.equal(ran.status, 64);
  assert.match(ran.stderr, /no such suite: pipelin; there are: rust, a/);
});

test('counts are those of the runners, not of what tests print', () => {
  assert.deepEqual(rustCounts(`${RUST_CLOSING}\n${RUST_CLOSING}`), { passed: 6, failed: 0, skipped: 2 });
  const report = '# tests 9\n# pass 9\n\nok 1\n# tests 4\n# suites 0\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n';
  assert.deepEqual(nodeCounts(`\n${report}`), { passed: 1, failed: 2, skipped: 1 });
  assert.deepEqual(nodeCounts('crashed'), { passed: 0, failed: 0, skipped: 0 });
});
