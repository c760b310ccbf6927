// deploy/prerequisites/install on made-up machines: it lists all that is missing or installs it,
// and never does half of either.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '..', '..');
const CHANNEL = readFileSync(join(ROOT, 'rust-toolchain.toml'), 'utf8').match(/^channel = "(.*)"/m)[1];
const OF_THE_SYSTEM = ['bash', 'cat', 'cksum', 'cut', 'dirname', 'env', 'find', 'grep', 'head', 'mktemp', 'paste', 'rm', 'sed', 'sh', 'sort', 'timeout', 'tr', 'uname'];

/** What a machine has where nothing is missing for `make demo`. */
const RUST = {
  rustup: `case "$*" in 'toolchain list') echo ${CHANNEL}-host ;; 'component list --installed') echo rustfmt-host; echo clippy-host ;; *) exit 1 ;; esac`,
  cargo: 'exit 0',
  rustc: 'echo "$SYSROOT"',
};
const NATIVE = { cc: 'exit 0', 'c++': 'exit 0', make: 'exit 0' };
const BROWSER = { chromium: 'exit 0' };

/**
 * Runs `install NEEDS` with nothing in the path but `programs` (name: body of a shell script) and
 * the bare system. Each program's calls are logged.
 */
function install(needs, programs, { root = false, browserTarget = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-prerequisites-'));
  try {
    const bin = join(folder, 'bin');
    const clone = join(folder, 'clone');
    const log = join(folder, 'log');
    mkdirSync(bin);
    mkdirSync(join(clone, 'tests', 'kafka'), { recursive: true });
    cpSync(join(ROOT, 'deploy', 'prerequisites'), join(clone, 'deploy', 'prerequisites'), { recursive: true });
    for (const path of ['rust-toolchain.toml', 'tests/package-lock.json', 'tests/kafka/pom.xml']) {
      cpSync(join(ROOT, path), join(clone, path));
    }
    for (const name of OF_THE_SYSTEM) {
      const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(found, join(bin, name));
    }
    const made = { id: `echo ${root ? 0 : 1000}`, sudo: 'exit 0', ...programs };
    for (const [name, body] of Object.entries(made)) {
      const path = join(bin, name);
      writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>"$LOG"\n${body}\n`);
      chmodSync(path, 0o755);
    }
    if (browserTarget) {
      mkdirSync(join(folder, 'lib', 'rustlib', 'wasm32-unknown-unknown', 'lib'), { recursive: true });
    }
    const { status, stderr } = spawnSync(join(clone, 'deploy/prerequisites/install'), needs, {
      env: { PATH: bin, LOG: log, SYSROOT: folder, BIN: bin, VIGIE_BROWSER_TARGET: 'toolchain' },
      encoding: 'utf8',
    });
    const calls = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    return { status, stderr, calls };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An apt that has every package, and installs it by making the programs `gives` names. */
const apt = (gives = '') => ({
  'apt-cache': "echo '  Candidate: 17'",
  'apt-get': `case "$*" in *install*) for program in ${gives}; do printf '#!/bin/sh\\n' >"$BIN/$program"; chmod 755 "$BIN/$program"; done ;; esac`,
  chmod: 'PATH=/usr/bin:/bin exec chmod "$@"',
});

const changes = (calls) => calls.filter((call) => /^(apt-get|npm|mvn|sudo|rustup (target|toolchain install))/.test(call));

test('nothing missing: nothing said, nothing done', () => {
  const { status, stderr, calls } = install(['demo', 'check'], { ...RUST, ...NATIVE });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.deepEqual(changes(calls), []);
});

test('a bare machine without root: all of it is listed, with commands, and nothing is done', () => {
  const { status, stderr, calls } = install(['test'], apt());
  assert.equal(status, 69);
  for (const what of ['C compiler', 'C++ compiler', 'make', 'Java 17', 'Maven', 'Node 20', 'npm', 'Chromium', 'Prometheus', `Rust ${CHANNEL}`]) {
    assert.ok(stderr.includes(what), `${what} is not in:\n${stderr}`);
  }
  assert.match(stderr, /as root: apt-get install --no-install-recommends prometheus/);
  assert.match(stderr, /install rustup, then: rustup toolchain install/);
  assert.match(stderr, /Nothing was installed/);
  assert.deepEqual(changes(calls), []);
});

test('root, but a toolchain is missing: apt is not begun with', () => {
  const rustup = "case \"$*\" in 'toolchain list') echo stable-host ;; *) exit 1 ;; esac";
  const { status, stderr, calls } = install(['demo'], { rustup, ...apt('cc c++') }, { root: true });
  assert.equal(status, 69);
  assert.ok(stderr.includes(`rustup toolchain install ${CHANNEL} --profile minimal`), stderr);
  assert.match(stderr, /a C compiler/);
  assert.deepEqual(changes(calls), []);
});

test('root with apt: what is missing is installed in one go', () => {
  const machine = { ...RUST, make: NATIVE.make, ...apt('cc c++') };
  const { status, stderr, calls } = install(['demo'], machine, { root: true });
  assert.equal(status, 0, stderr);
  const [update, packages, ...others] = changes(calls);
  assert.match(update, /update$/);
  assert.match(packages, /install --no-install-recommends (g\+\+ gcc|gcc g\+\+)$/);
  assert.deepEqual(others, []);
});

test('an apt that does not deliver is not believed', () => {
  const { cc, ...others } = NATIVE;
  assert.equal(cc, 'exit 0');
  const { status, stderr } = install(['demo'], { ...RUST, ...others, ...apt() }, { root: true });
  assert.equal(status, 69);
  assert.match(stderr, /still missing after the installation: a C compiler/);
});

test('a Node that apt has only in an old version is for a person to see to', () => {
  const machine = { ...RUST, ...NATIVE, ...BROWSER, ...apt('java mvn npm node prometheus promtool') };
  const { status, stderr, calls } = install(['test'], { ...machine, node: 'echo v18.20.4' }, { root: true });
  assert.equal(status, 69);
  assert.match(stderr, /apt has no nodejs of version 20.19 or later/);
  assert.deepEqual(changes(calls), ['apt-get -y -o DPkg::Lock::Timeout=300 update']);
});

test("the browser's target is asked of rustup, and its refusal is told", () => {
  const machine = { ...RUST, ...NATIVE };
  const refused = install(['demo'], machine, { browserTarget: false });
  assert.equal(refused.status, 69);
  assert.match(refused.stderr, /rustup could not fetch it/);
  assert.match(refused.stderr, /rustc-web rust-web-src lld/);
  assert.deepEqual(changes(refused.calls), ['rustup target add wasm32-unknown-unknown']);
});

test('a need that is not known is refused', () => {
  const { status, stderr } = install(['tests'], {});
  assert.equal(status, 64);
  assert.match(stderr, /usage:/);
});
