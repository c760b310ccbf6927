// `vigie fold` against the independent count, in every scope: the recorded
// January as it is, relabelled as sixty agencies, shuffled and repeated; and
// random calls with everything that the recorded ones have none of.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { differencesOfViews, viewsOf } from './compare.mjs';
import { Count, instants } from './count.mjs';
import { readDirectory } from './directory.mjs';
import { readFiles } from './files.mjs';
import { january } from './recorded.mjs';
import { recordedEvents, relabelled, writeRelabelled } from './relabel.mjs';
import { SCENARIO_DIRECTORY, scenario } from './scenario.mjs';
import { DAY, HOUR, SECOND, formatInstant, parseInstant } from './time.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const BINARY = process.env.VIGIE_BIN ? resolve(ROOT, process.env.VIGIE_BIN) : null;
const noBinary = BINARY ? false : 'VIGIE_BIN is not set: nothing to compare with';
const SHOWN = 25;

const folder = mkdtempSync(join(tmpdir(), 'vigie-fold-'));
after(() => rmSync(folder, { recursive: true }));

const fresh = (name) => {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
};

/** Fifty instants of January, at all hours of the day, off the minute. */
const JANUARY = { at: parseInstant('1999-01-01T05:13:27Z'), every: 53_573 * SECOND, until: parseInstant('1999-01-31T20:00:00Z') };

/** The site closes earlier here than it did, so that some calls are out of hours and some wait for opening. */
const RECORDED_DIRECTORY = `version = 1
[defaults]
time_zone = "Asia/Jerusalem"
answer_within_seconds = 30
[[network]]
code = "bank"
name = "Bank"
short_abandons_count = false
[[region]]
code = "ISR"
name = "Israel"
[[hours]]
name = "short"
sunday = ["08:30-12:30", "13:30-18:00"]
monday = ["08:30-12:30", "13:30-18:00"]
tuesday = ["08:30-12:30", "13:30-18:00"]
wednesday = ["08:30-24:00"]
thursday = ["00:00-12:30"]
[[line]]
number = "bank"
name = "Bank"
network = "bank"
hours = "short"
${['regular', 'english', 'new-customers', 'stock', 'technical', 'internet'].map((code) => `[[queue]]
code = "${code}"
network = "bank"
line = "bank"
name = "${code}"
${code === 'stock' ? 'answer_within_seconds = 10' : ''}`).join('\n')}
[[agency]]
code = "BANK"
name = "Bank"
network = "bank"
region = "ISR"
queues = ["regular", "english", "new-customers", "stock", "technical", "internet"]
`;

/** Views of `vigie fold`, one by one; fails where it does not end well. */
async function* folded(files, { at, every, until }, scopes, directory) {
  const words = ['fold', ...files, '--at', formatInstant(at), '--every', `${every / SECOND}s`, '--until', formatInstant(until)];
  if (directory) words.push('--directory', directory);
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

/** Every view of the fold against that of the count, in the order asked for. */
async function agree(files, period, directory) {
  const count = new Count(readFiles(files), readDirectory(directory));
  const scopes = count.scopes();
  const views = folded(files, period, scopes, directory);
  try {
    await compareInOrder(count, scopes, views, period);
  } finally {
    await views.return();
  }
}

async function compareInOrder(count, scopes, views, period) {
  const differences = [];
  let offered = 0;
  for (const instant of instants(period.at, period.every, period.until)) {
    for (const expected of count.views(instant, scopes)) {
      const name = `${expected.as_of} ${expected.scope}`;
      const { value: view, done } = await views.next();
      assert.ok(!done, `vigie fold ended before ${name}`);
      assert.equal(`${view.as_of} ${view.scope}`, name, 'views by time, then in the order of the scopes asked for');
      // The fold is on the left, the count on the right.
      for (const difference of differencesOfViews(view, expected)) differences.push(`${name} ${difference}`);
      offered += expected.windows.today.counts.offered;
    }
  }
  assert.ok((await views.next()).done, 'vigie fold gave more views than were asked for');
  assert.ok(offered > 0, 'the views saw calls');
  assert.equal(differences.length, 0, reportOf(differences));
}

/** Which figures differ how often, then the first differences in full: fold != count. */
function reportOf(differences) {
  const figures = new Map();
  for (const difference of differences) {
    const figure = difference.split(' ')[2];
    figures.set(figure, (figures.get(figure) ?? 0) + 1);
  }
  const often = [...figures].sort(([, a], [, b]) => b - a).slice(0, SHOWN).map(([figure, times]) => `${times} × ${figure}`);
  return [`${differences.length} differences (fold != count)`, ...often, ...differences.slice(0, SHOWN)].join('\n');
}

const onJanuary = { skip: noBinary || january.absent };

test('January, 50 instants, no directory', onJanuary, () => agree([january.path], JANUARY));

test('January, 50 instants, with hours and a zone', onJanuary, () => {
  const directory = join(fresh('hours'), 'directory.toml');
  writeFileSync(directory, RECORDED_DIRECTORY);
  return agree([january.path], JANUARY, directory);
});

const shipped = join(ROOT, 'deploy/directory/recorded.toml');
const withShipped = { skip: onJanuary.skip || (existsSync(shipped) ? false : 'deploy/directory/recorded.toml is absent') };

test('January, 50 instants, with the directory that is shipped for it', withShipped, () => agree([january.path], JANUARY, shipped));

test('January as sixty agencies over six partitions, shuffled within 30 s, a fifth sent twice', onJanuary, () => {
  const arrivals = relabelled(recordedEvents([january.path]), { shuffle: 7, repeat: 11 });
  const path = fresh('dumped');
  const files = writeRelabelled(path, arrivals, { single: true });
  return agree(files, JANUARY, join(path, 'directory.toml'));
});

test('a week of it in six files, merged into one partition', onJanuary, () => {
  const events = recordedEvents([january.path], '1999-01-10', '1999-01-17');
  const path = fresh('files');
  const files = writeRelabelled(path, relabelled(events, { shuffle: 3 }));
  const week = { at: parseInstant('1999-01-10T09:00:00Z'), every: 29_999 * SECOND, until: parseInstant('1999-01-17T00:00:00Z') };
  return agree(files, week, join(path, 'directory.toml'));
});

/** Two days round each: a plain one, and both clock changes. */
const SCENARIOS = ['2026-01-16', '2026-03-28', '2026-10-24'];

for (const day of SCENARIOS) {
  for (const backlog of [false, true]) {
    const name = `random calls from ${day} on${backlog ? ', some of them very late' : ''}`;
    test(name, { skip: noBinary }, () => {
      const from = parseInstant(`${day}T18:00:00Z`);
      const lines = scenario(day, { from, until: from + 2 * DAY, calls: 1500, backlog });
      const path = fresh(`${day}${backlog}`);
      const [events, directory] = [join(path, 'calls.ndjson'), join(path, 'directory.toml')];
      writeFileSync(events, lines.map((line) => `${line}\n`).join(''));
      writeFileSync(directory, SCENARIO_DIRECTORY);
      // Every 20 min exactly meets midnights, openings and due times to the second.
      return agree([events], { at: from, every: 1200 * SECOND, until: from + 2 * DAY + 6 * HOUR }, directory);
    });
  }
}
