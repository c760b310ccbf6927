// How good the predictions of missed promises are, on simulated days of regions: read from the
// record in the view of everything, as it stands at the end of each day.
//
//   precision   of the promises predicted to be missed 15 minutes before they were due, the share
//               that nobody attempted in time
//   recall      of those that nobody attempted in time, the share predicted
//   all         what predicting would come to that says of each promise not attempted 15 minutes
//               before that it will be missed: its precision, counted from the events alone

import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A quiet Monday, the Tuesday of a benefit day, and staff that leaves for the afternoon. */
const DAYS = [
  { title: 'a Monday, nothing goes wrong', day: '2026-11-23', region: 'NAQ', seed: 1, more: ['--without-incidents'] },
  { title: 'a Tuesday with a benefit day', day: '2026-11-24', region: 'IDF', seed: 7, more: [] },
  { title: 'a Wednesday, half the staff of employment and family gone from 10:00 to 16:30', day: '2026-11-25', region: 'NAQ', seed: 3,
    more: ['ft', 'caf'].flatMap((network) => ['--fault', `staff:${network}/NAQ@2026-11-25T09:00:00Z/2026-11-25T15:30:00Z`]) },
];
const BEFORE = 15 * 60_000;
const GRID = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'vigie-predictions-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function vigie(...words) {
  const run = spawnSync(process.env.VIGIE_BIN, words, { encoding: 'utf8', maxBuffer: 2 ** 31 });
  if (run.status !== 0) {
    throw new Error(`vigie ${words[0]} failed:\n${run.stderr}`);
  }
  return run.stdout;
}

const OPENS = { 'call.callback_accepted': 'callback', 'call.voicemail_left': 'message', 'call.recontact_promised': 'recontact' };

/** Every promise of a file: when it was made, due, first attempted, and whether it was cancelled. */
async function promisesOf(file) {
  const promises = new Map();
  const calledBack = new Set();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { type, subject, time, data } = JSON.parse(line);
    const queue = `${subject} ${data.agency} ${data.queue}`;
    const attempt = (kind) => {
      const promise = promises.get(`${queue} ${kind}`);
      if (promise && !promise.cancelled) promise.attempted ??= Date.parse(time);
    };
    if (type === 'call.queued' && data.reason === 'callback') calledBack.add(queue);
    if (type === 'call.answered' && calledBack.delete(queue)) attempt('callback');
    if (type in OPENS && data.due_at) {
      const key = `${queue} ${OPENS[type]}`;
      if (!promises.has(key)) promises.set(key, { made: Date.parse(time), due: Date.parse(data.due_at) });
    }
    if (type !== 'promise.attempted') continue;
    if (data.outcome === 'cancelled') {
      const promise = promises.get(`${queue} ${data.kind}`);
      if (promise) promise.cancelled ??= Date.parse(time);
    } else if (data.outcome !== 'handled' || data.kind !== 'callback') {
      attempt(data.kind);
    }
  }
  return [...promises.values()];
}

const share = (part, whole) => (whole > 0 ? `${(part / whole).toFixed(3)} (${part} of ${whole})` : '-');
const rate = (one) => (one ? `${one.value.toFixed(3)} (${one.of[0]} of ${one.of[1]})` : '-');

for (const { title, day, region, seed, more } of DAYS) {
  const [events, directory] = ['events.ndjson', 'directory.toml'].map((name) => join(folder, name));
  vigie('simulate', '--seed', String(seed), '--start', `${day}T04:00:00Z`, '--hours', '19', '--region', region, ...more,
    '--out', events, '--directory-out', directory);
  const at = `${day}T22:30:00Z`;
  const view = JSON.parse(vigie('fold', events, '--directory', directory, '--at', at));
  const { precision, recall } = view.now.promises.record_today;
  const foretold = (due) => Math.floor((due - BEFORE) / GRID) * GRID;
  const cameDue = (await promisesOf(events)).filter(({ due, cancelled }) => due < Date.parse(at) && !(cancelled <= due));
  const waited = cameDue.filter(({ made, due, attempted }) => made < foretold(due) && !(attempted < foretold(due)));
  const missed = waited.filter(({ due, attempted }) => !(attempted <= due));
  console.log(`  ${region}, ${title}: ${cameDue.length} promises came due`);
  console.log(`    precision ${rate(precision)}, recall ${rate(recall)}`);
  console.log(`    all that waited 15 minutes before: precision ${share(missed.length, waited.length)}`);
}
