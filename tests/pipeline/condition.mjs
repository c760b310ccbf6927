// Waiting for something to become true, and saying what it was where it never does.

import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 50;

/**
 * Asks again and again until the answer is neither false, null nor undefined, and resolves with
 * it. `asked` may fail: that is an answer of no, and the last failure is told when time is up.
 */
export async function until(what, asked, limitMilliseconds = 30_000) {
  const limit = performance.now() + limitMilliseconds;
  let last;
  for (;;) {
    try {
      last = await asked();
      if (last !== false && last !== null && last !== undefined) {
        return last;
      }
    } catch (error) {
      last = error;
    }
    if (performance.now() > limit) {
      throw new Error(`waited ${limitMilliseconds} ms in vain for ${what}; last: ${last}`, { cause: last });
    }
    await sleep(POLL_MILLISECONDS);
  }
}
