// `vigie fold` against the independent count, view by view.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { REQUIRED, differencesOfArrival, differencesOfViews, viewsOf } from './compare.mjs';
import { Count, instants } from './count.mjs';
import { readDirectory } from './directory.mjs';
import { readFiles } from './files.mjs';
import { SECOND, formatInstant } from './time.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const BINARY = process.env.VIGIE_BIN ? resolve(ROOT, process.env.VIGIE_BIN) : null;
const SHOWN = 25;
const KEPT = 10_000;

export const noBinary = BINARY ? false : 'VIGIE_BIN is not set: nothing to compare with';

/** Whether the binary can be asked for today by quarter-hour. */
export const knowsQuarters = () => BINARY !== null && spawnSync(BINARY, ['fold', '--help'], { encoding: 'utf8' }).stdout.includes('--quarters');

/** Views of `vigie fold`, one by one; fails where it does not end well. */
async function* folded(files, { at, every, until }, scopes, { directory, quarters }) {
  const words = ['fold', ...files, '--at', formatInstant(at), '--every', `${every / SECOND}s`, '--until', formatInstant(until)];
  if (directory) words.push('--directory', directory);
  if (quarters) words.push('--quarters');
  const child = spawn(BINARY, [...words, ...scopes.flatMap((scope) => ['--scope', scope])], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes) => { said = (said + bytes).slice(-4000); });
  const closed = once(child, 'close');
  try {
    yield* viewsOf(child.stdout);
    const [code] = await closed;
    assert.equal(code, 0, `vigie fold ended with ${code}:\n${said}`);
  } finally {
    child.kill(); // where nobody wanted the rest
  }
}

/**
 * Every view of the fold against that of the count, in the order asked for.
 * Gives how many there were. `arrival`: everything has arrived by the time of
 * its view, so what tells of arrival is the same too.
 */
export async function agree(files, period, { directory, quarters = false, arrival = false, required = REQUIRED } = {}) {
  const count = new Count(readFiles(files), readDirectory(directory));
  const scopes = count.scopes();
  const views = folded(files, period, scopes, { directory, quarters });
  try {
    return await compareInOrder(count, scopes, views, period, { quarters, arrival, required });
  } finally {
    await views.return();
  }
}

async function compareInOrder(count, scopes, views, period, { quarters, arrival, required }) {
  const differences = new Differences();
  let [offered, compared] = [0, 0];
  for (const instant of instants(period.at, period.every, period.until)) {
    for (const expected of count.views(instant, scopes, { quarters })) {
      const name = `${expected.as_of} ${expected.scope}`;
      const { value: view, done } = await views.next();
      assert.ok(!done, `vigie fold ended before ${name}`);
      assert.equal(`${view.as_of} ${view.scope}`, name, 'views by time, then in the order of the scopes asked for');
      // The fold is on the left, the count on the right.
      differences.add(name, differencesOfViews(view, expected, required));
      if (arrival) differences.add(name, differencesOfArrival(view, expected));
      if (quarters) assert.ok(Array.isArray(view.quarters), `${name} has quarters`);
      offered += expected.windows.today.counts.offered;
      compared += 1;
    }
  }
  assert.ok((await views.next()).done, 'vigie fold gave more views than were asked for');
  assert.ok(offered > 0, 'the views saw calls');
  assert.equal(differences.number, 0, differences.report());
  return compared;
}

class Differences {
  constructor() {
    Object.assign(this, { number: 0, kept: [] });
  }

  add(name, differences) {
    this.number += differences.length;
    if (this.kept.length < KEPT) this.kept.push(...differences.map((each) => `${name} ${each}`));
  }

  /** Which figures differ how often, then the first differences in full: fold != count. */
  report() {
    const figures = new Map();
    for (const difference of this.kept) {
      const figure = difference.split(' ')[2];
      figures.set(figure, (figures.get(figure) ?? 0) + 1);
    }
    const often = [...figures].sort(([, a], [, b]) => b - a).slice(0, SHOWN).map(([figure, times]) => `${times} × ${figure}`);
    return [`${this.number} differences (fold != count), the first ${this.kept.length} by figure:`, ...often, ...this.kept.slice(0, SHOWN)].join('\n');
  }
}
