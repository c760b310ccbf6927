// An hour of the simulated country (VIGIE_SOAK_MINUTES says another time): the figures keep
// moving, the service stays ready, and its memory stays where it was once it has warmed up.
// What it measured is in its report: minutes, resident memory, age of the figures.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../kafka/broker.mjs';

const MINUTES = Number(process.env.VIGIE_SOAK_MINUTES ?? 60);
const SAMPLES = 120;
const START_LIMIT_MILLISECONDS = 120_000;
const STOP_LIMIT_MILLISECONDS = 15_000;
/** Against the second quarter of the time; the first is warming up. */
const GROWTH_ALLOWED = 1.2;

const residentMebibytes = (pid) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m)[1]) / 1024;

const largest = (samples) => Math.max(...samples.map((sample) => sample.mebibytes));

async function startDemo() {
  const [port] = await freePorts(1);
  const address = `http://127.0.0.1:${port}`;
  const demo = spawn(process.env.VIGIE_BIN, ['demo'], {
    env: { ...process.env, VIGIE_HTTP_LISTEN: `127.0.0.1:${port}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const limit = Date.now() + START_LIMIT_MILLISECONDS;
  for (;;) {
    const ready = await fetch(`${address}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) {
      return { demo, address };
    }
    if (demo.exitCode !== null || Date.now() > limit) {
      demo.kill('SIGKILL');
      throw new Error(`vigie demo is not ready (exit status ${demo.exitCode})`);
    }
    await sleep(200);
  }
}

async function takeSample(address, pid) {
  const [view, ready] = await Promise.all([
    fetch(`${address}/api/v1/views/all`).then((answer) => answer.json()),
    fetch(`${address}/readyz`).then((answer) => answer.status),
  ]);
  return { asOf: view.as_of, offered: view.windows.today.counts.offered, ready, mebibytes: residentMebibytes(pid) };
}

test(`the simulated country runs for ${MINUTES} minutes`, { timeout: (MINUTES + 5) * 60_000 }, async (t) => {
  const { demo, address } = await startDemo();
  t.after(() => demo.kill('SIGKILL'));
  const samples = [await takeSample(address, demo.pid)];
  for (let taken = 0; taken < SAMPLES; taken += 1) {
    await sleep((MINUTES * 60_000) / SAMPLES);
    const sample = await takeSample(address, demo.pid);
    const before = samples.at(-1);
    assert.equal(sample.ready, 200, `not ready as of ${sample.asOf}`);
    assert.ok(sample.asOf > before.asOf, `the figures stand still as of ${before.asOf}`);
    samples.push(sample);
  }

  const quarter = Math.floor(samples.length / 4);
  const [settled, last] = [largest(samples.slice(quarter, 2 * quarter)), largest(samples.slice(-quarter))];
  t.diagnostic(`resident memory: ${settled.toFixed(1)} MiB in the second quarter, ${last.toFixed(1)} MiB in the last`);
  t.diagnostic(`from ${samples[0].asOf} to ${samples.at(-1).asOf}, ${samples.at(-1).offered} calls offered today`);
  assert.ok(samples.at(-1).offered > 0, 'no call was offered');
  assert.ok(last <= settled * GROWTH_ALLOWED, `memory grew from ${settled} to ${last} MiB`);

  demo.kill('SIGTERM');
  const [code] = await Promise.race([once(demo, 'exit'), sleep(STOP_LIMIT_MILLISECONDS, ['too late'], { ref: false })]);
  assert.equal(code, 0, 'the service did not stop cleanly');
});
