// `vigie fold` against the independent count, in every scope: the recorded
// January as it is, relabelled as sixty agencies, shuffled and repeated.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { agree, knowsQuarters, noBinary } from './agreement.mjs';
import { january } from './recorded.mjs';
import { recordedEvents, relabelled, writeRelabelled } from './relabel.mjs';
import { DAY, HOUR, SECOND, parseInstant } from './time.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

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

/** Skipped with a binary that cannot be asked for quarter-hours. */
const withQuarters = ({ skip }) => ({ skip: skip || (knowsQuarters() ? false : 'vigie fold has no --quarters') });

const onJanuary = { skip: noBinary || january.absent };

test('January, 50 instants, no directory', onJanuary, () => agree([january.path], JANUARY, { arrival: true }));

test('January, 50 instants, with hours and a zone', onJanuary, () => {
  const directory = join(fresh('hours'), 'directory.toml');
  writeFileSync(directory, RECORDED_DIRECTORY);
  return agree([january.path], JANUARY, { directory, arrival: true });
});

const shipped = join(ROOT, 'deploy/directory/recorded.toml');
const withShipped = { skip: onJanuary.skip || (existsSync(shipped) ? false : 'deploy/directory/recorded.toml is absent') };

test('January, 50 instants, with the directory that is shipped for it', withShipped, () => agree([january.path], JANUARY, { directory: shipped, arrival: true }));

/** Whole days, at the last second of each in Jerusalem. */
const DAYS = { at: parseInstant('1999-01-01T21:59:59Z'), every: DAY, until: parseInstant('1999-01-31T21:59:59Z') };

test('January by quarter-hour, day by day', withQuarters(withShipped), () =>
  agree([january.path], DAYS, { directory: shipped, quarters: true }));

test('January as sixty agencies over six partitions, shuffled within 30 s, a fifth sent twice', onJanuary, () => {
  const arrivals = relabelled(recordedEvents([january.path]), { shuffle: 7, repeat: 11 });
  const path = fresh('dumped');
  const files = writeRelabelled(path, arrivals, { single: true });
  return agree(files, JANUARY, { directory: join(path, 'directory.toml'), arrival: true });
});

test('a week of it in six files, merged into one partition', onJanuary, () => {
  const events = recordedEvents([january.path], '1999-01-10', '1999-01-17');
  const path = fresh('files');
  const files = writeRelabelled(path, relabelled(events, { shuffle: 3 }));
  const week = { at: parseInstant('1999-01-10T09:00:00Z'), every: 29_999 * SECOND, until: parseInstant('1999-01-17T00:00:00Z') };
  return agree(files, week, { directory: join(path, 'directory.toml'), arrival: true });
});
