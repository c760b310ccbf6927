// How good the predictions of missed promises and of closings are, on simulated days of regions:
// read from their records in views, as they stand at the end of each day.
//
//   precision   of the promises predicted to be missed 15 minutes before they were due, the share
//               that nobody attempted in time
//   recall      of those that nobody attempted in time, the share predicted
//   closings    what was expected to be cut off at each closing of a queue, each so long before,
//               against who was, beside the forecast that nobody is
//   all         what predicting would come to that says of each promise not attempted 15 minutes
//               before that it will be missed: its precision, counted from the events alone

import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A quiet Monday, the Tuesday of a benefit day, staff that is away for a day, and until closing. */
const DAYS = [
  { title: 'a Monday, nothing goes wrong', day: '2026-11-23', region: 'NAQ', seed: 1, more: ['--without-incidents'] },
  { title: 'a Tuesday with a benefit day', day: '2026-11-24', region: 'IDF', seed: 7, more: [] },
  { title: 'a Wednesday, half the staff of employment and family gone from 10:00 to 16:30', day: '2026-11-25', region: 'NAQ', seed: 3,
    more: ['ft', 'caf'].flatMap((network) => ['--fault', `staff:${network}/NAQ@2026-11-25T09:00:00Z/2026-11-25T15:30:00Z`]) },
  { title: 'a Thursday, half of it gone from 14:00 until closing', day: '2026-11-26', region: 'NAQ', seed: 4,
    more: ['ft', 'caf'].flatMap((network) => ['--fault', `staff:${network}/NAQ@2026-11-26T13:00:00Z/2026-11-26T19:00:00Z`]) },
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

/** How good what was expected of closings was, over the record of each queue. */
function closings(records) {
  for (const before of ['before_60m', 'before_30m', 'before_15m']) {
    const scored = records.map((record) => record[before]).filter(({ closings: number }) => number > 0);
    const mean = (some, of) => (some.length > 0 ? (some.reduce((sum, one) => sum + of(one), 0) / some.length).toFixed(2) : '-');
    const hit = scored.filter((one) => one.cut_off_mean > 0);
    console.log(`    closings, ${before}: ${scored.length}, ${mean(scored, (one) => one.expected_mean)} expected, ${mean(scored, (one) => one.cut_off_mean)} cut off; `
      + `mean error ${mean(scored, (one) => one.error_mean)} (nobody is cut off: ${mean(scored, (one) => one.cut_off_mean)}); `
      + `where somebody was, ${hit.length}: ${mean(hit, (one) => one.error_mean)} (${mean(hit, (one) => one.cut_off_mean)})`);
  }
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
  const queues = vigie('fold', events, '--directory', directory, '--judge', '--scope', '*/*/*/*', '--at', at).trimEnd().split('\n');
  closings(queues.flatMap((line) => JSON.parse(line).closing_record ?? []));
  console.log(`    all that waited 15 minutes before: precision ${share(missed.length, waited.length)}`);
}
