// Events per CPU-second of `vigie fold` on a month of the recorded calls: one view at the end, so
// that reading and folding are what is measured. The best of five runs, and the spread.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const RUNS = 5;
const FILE = join(process.env.VIGIE_RECORDED_DATA, 'bank-1999-01.ndjson.gz');

if (!existsSync(FILE)) {
  console.log(`  skipped: there is no ${FILE}`);
  process.exit(0);
}

/** CPU seconds, of user and system together, as the shell that waited for it knows them. */
function cpuSecondsOfFold() {
  const script = 'TIMEFORMAT="%U %S"; time "$1" fold "$2" --at 1999-02-01T00:00:00Z >/dev/null';
  const run = spawnSync('bash', ['-c', script, 'bench', process.env.VIGIE_BIN, FILE], { encoding: 'utf8' });
  if (run.status !== 0) {
    throw new Error(`vigie fold failed:\n${run.stderr}`);
  }
  const [user, system] = run.stderr.trimEnd().split('\n').at(-1).split(' ').map(Number);
  return user + system;
}

const events = gunzipSync(readFileSync(FILE)).filter((byte) => byte === 0x0a).length;
const seconds = Array.from({ length: RUNS }, cpuSecondsOfFold).sort((a, b) => a - b);
const rate = (time) => `${Math.round(events / time / 1000)} thousand`;
console.log(`  ${events} events in ${seconds[0].toFixed(2)} to ${seconds.at(-1).toFixed(2)} CPU seconds`);
console.log(`  ${rate(seconds[0])} events a CPU second at best, ${rate(seconds.at(-1))} at worst`);
