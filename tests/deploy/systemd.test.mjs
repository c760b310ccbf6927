// deploy/systemd/vigie.service, by systemd's own tool where this machine has it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readText } from './official.mjs';

const unit = readText('deploy/systemd/vigie.service');
const hasTool = spawnSync('systemd-analyze', ['--version']).status === 0;
const skip = hasTool ? false : 'no systemd-analyze on this machine';

/** Runs systemd-analyze on the unit, with a program in it that this machine has. */
function analyze(words, text = unit) {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-unit-'));
  try {
    const path = join(folder, 'vigie.service');
    writeFileSync(path, text.replaceAll('/usr/local/bin/vigie', process.execPath));
    const ran = spawnSync('systemd-analyze', [...words, path], { encoding: 'utf8' });
    return { status: ran.status, said: ran.stdout + ran.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What systemd has against the unit itself: of the machine it may say other things. */
function complaints(text) {
  const { said } = analyze(['verify', '--man=no', '--recursive-errors=no'], text);
  return said.split('\n').filter((line) => /vigie\.service/.test(line));
}

test('systemd understands every line of the unit', { skip }, () => {
  assert.deepEqual(complaints(unit), []);
});

test('systemd would notice a line that it does not know', { skip }, () => {
  assert.notDeepEqual(complaints(unit.replace('ProtectHome=yes', 'ProtectHomes=yes')), []);
});

// An exposure of 2 of 10 is what systemd calls "OK".
test('the unit leaves the service little to do harm with', { skip }, () => {
  const { status, said } = analyze(['security', '--offline=true', '--threshold=20', '--no-pager']);
  assert.equal(status, 0, said);
});

test('a faulty configuration is not tried again, and a stop has the time it needs', () => {
  assert.match(unit, /^RestartPreventExitStatus=64$/m);
  const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit);
  assert.ok(Number(seconds) > 15, 'a clean stop takes 15 s at most');
});
