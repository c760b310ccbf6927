// A clock of its own for a process: the time of day that it is told is moved, and may be stepped
// while it runs. What measures lengths of time goes on as ever.
//
//   const clock = await startClock({ seconds: -7200 });     two hours behind
//   startService({ environment: clock.environment, ... })
//   await clock.set(0);                                     right again, at once
//   await clock.stop();

import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, 'clock.c');

export async function startClock({ seconds = 0 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-clock-'));
  const [library, offset] = ['clock.so', 'offset'].map((name) => join(folder, name));
  // The compiler that librdkafka is built with.
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, SOURCE]);
  const clock = new Clock(folder, await open(offset, 'w+'), { LD_PRELOAD: library, VIGIE_TEST_CLOCK: offset });
  await clock.set(seconds);
  return clock;
}

class Clock {
  #folder;
  #file;

  constructor(folder, file, environment) {
    this.#folder = folder;
    this.#file = file;
    this.environment = environment;
  }

  /** From now on the clock is so many seconds ahead, or behind where they are negative. */
  async set(seconds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    await this.#file.write(bytes, 0, 8, 0);
  }

  async stop() {
    await this.#file.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
