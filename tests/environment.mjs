// Where the built things and the recorded calls are, for those who start suites and benchmarks.

import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

/** The Rust target folder as cargo sees it, whatever says where that is. */
export function targetFolder() {
  const words = ['metadata', '--no-deps', '--format-version', '1'];
  const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] };
  return JSON.parse(execFileSync('cargo', words, options)).target_directory;
}

const BUILD = ['cargo', 'build', '--package', 'vigie-server', '--bin', 'vigie'];

/** What builds the binary that is tested, where none is given: as the tests of the crates are built. */
export const TESTED = { build: BUILD, folder: 'debug' };

/** The same for what is measured. */
export const MEASURED = { build: [...BUILD, '--release'], folder: 'release' };

export function suiteEnvironment(target, { folder }) {
  return {
    ...process.env,
    VIGIE_BIN: resolve(process.env.VIGIE_BIN ?? join(target, folder, 'vigie')),
    VIGIE_RECORDED_DATA: resolve(ROOT, process.env.VIGIE_RECORDED_DATA ?? '../shared/data'),
  };
}
