#!/usr/bin/env node
// Turns recorded calls of one agency into calls of sixty over six partitions.
//
//   node relabel.mjs FILE... --out FOLDER [--shuffle SEED] [--repeat SEED]
//                    [--partitions 6] [--single] [--from T] [--until T]
//
// A call's agency follows from its id alone, so the same file always gives the
// same agencies. `--shuffle` lets each event arrive up to 30 s after its time,
// `--repeat` sends a fifth of them a second time within ten minutes. Writes
// `directory.toml` and `partition-N.ndjson`, or with `--single` one file
// `calls.ndjson` whose events carry their partition as `vigie dump` writes it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { linesOf } from './files.mjs';
import { hash, randomFrom } from './random.mjs';
import { MINUTE, SECOND, formatInstant, parseInstant } from './time.mjs';

export const AGENCIES = 60;
export const PARTITIONS = 6;
const REPEATED = 0.2;

export const agencyCode = (number) => `B-${String(number).padStart(2, '0')}`;

/** Which agency a call goes to: by its id. */
const agencyOf = (subject) => agencyCode(hash(subject) % AGENCIES);

/** The Kafka key: the agency where the event names one, else the line. */
const keyOf = ({ data }) => data.agency ?? data.line;

/**
 * The arrivals `{ event, partition, arrived, offset }` that recorded events
 * become, in order of arrival. `shuffle` and `repeat` are seeds, or undefined.
 */
export function relabelled(events, { shuffle, repeat, partitions = PARTITIONS } = {}) {
  const delay = shuffle === undefined ? () => 0 : randomFrom(`shuffle ${shuffle}`);
  const chance = repeat === undefined ? () => 1 : randomFrom(`repeat ${repeat}`);
  const arrivals = [];
  for (const recorded of events) {
    const data = recorded.data.agency === undefined ? recorded.data : { ...recorded.data, agency: agencyOf(recorded.subject) };
    const event = { ...recorded, data };
    const partition = hash(keyOf(event)) % partitions;
    const time = parseInstant(event.time);
    const arrived = time + Math.floor(delay() * 30 * SECOND);
    arrivals.push({ event, partition, arrived });
    if (chance() < REPEATED) arrivals.push({ event, partition, arrived: arrived + Math.floor(chance() * 10 * MINUTE) });
  }
  arrivals.sort((a, b) => a.arrived - b.arrived); // stable: ties stay as recorded
  const offsets = new Array(partitions).fill(0);
  return arrivals.map((arrival) => ({ ...arrival, offset: offsets[arrival.partition]++ }));
}

/** The event as `vigie dump` writes it. */
export function dumped({ event, partition, offset, arrived }) {
  return { ...event, vigiepartition: partition, vigieoffset: offset, vigiearrived: formatInstant(arrived) };
}

/**
 * A directory of the sixty: three networks, regions in five time zones, some
 * agencies without a region, some that it does not know, some with hours.
 */
export function relabelledDirectory() {
  const networks = ['nord', 'sud', 'mer'];
  const regions = [
    ['NOR', 'Europe/Paris'], ['EST', 'Europe/Paris'], ['SUD', null],
    ['MTQ', 'America/Martinique'], ['REU', 'Indian/Reunion'], ['PYF', 'Pacific/Marquesas'],
  ];
  const queues = ['regular', 'english', 'new-customers', 'stock', 'technical', 'internet'];
  const out = [
    'version = 1', '', '[defaults]', 'time_zone = "Asia/Jerusalem"', 'answer_within_seconds = 60', 'short_abandon_seconds = 8', '',
    ...networks.flatMap((code) => [
      '[[network]]', `code = "${code}"`, `name = "${code}"`, ...(code === 'sud' ? ['short_abandons_count = false'] : []), '']),
    ...regions.flatMap(([code, zone]) => [
      '[[region]]', `code = "${code}"`, `name = "${code}"`, ...(zone ? [`time_zone = "${zone}"`] : []), '']),
    '[[line]]', 'number = "bank"', 'name = "Bank"', 'network = "nord"', 'hours = "bank"', '',
    ...networks.flatMap((network) => queues.flatMap((code) => [
      '[[queue]]', `code = "${code}"`, `network = "${network}"`, 'line = "bank"', `name = "${code}"`,
      ...(code === 'stock' ? ['answer_within_seconds = 20'] : []), ''])),
    '[[hours]]', 'name = "bank"',
    ...['sunday', 'monday', 'tuesday', 'wednesday', 'thursday'].map((day) => `${day} = ["07:00-24:00"]`),
    'friday = ["07:00-14:00"]', 'saturday = ["20:00-24:00"]', '',
    '[[hours]]', 'name = "office"',
    ...['sunday', 'monday', 'tuesday', 'wednesday', 'thursday'].map((day) => `${day} = ["08:30-12:30", "13:30-16:30"]`), '',
  ];
  for (let number = 0; number < AGENCIES - 3; number++) { // the last three stay unknown
    const network = networks[number % networks.length];
    const region = number % 10 === 9 ? null : regions[number % regions.length][0];
    const hours = [null, 'bank', 'office', null][number % 4];
    out.push(
      '[[agency]]', `code = "${agencyCode(number)}"`, `name = "Agency ${number}"`, `network = "${network}"`,
      ...(region ? [`region = "${region}"`] : []),
      ...(hours ? [`hours = "${hours}"`] : []),
      ...(number % 7 === 0 ? ['line_hours = { "bank" = "bank" }'] : []),
      `queues = [${queues.map((queue) => `"${queue}"`).join(', ')}]`, '');
  }
  return `${out.join('\n')}\n`;
}

/** The recorded events of some files, within [from, until) where given. */
export function recordedEvents(paths, from = '', until = '~') {
  return paths
    .flatMap((path) => linesOf(path))
    .map((line) => JSON.parse(line.toString()))
    .filter(({ time }) => from <= time && time < until);
}

/** Writes what the arrivals become into a folder; returns the paths of the files of events. */
export function writeRelabelled(folder, arrivals, { single = false, partitions = PARTITIONS } = {}) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'directory.toml'), relabelledDirectory());
  const ndjson = (list) => list.map((each) => `${JSON.stringify(each)}\n`).join('');
  if (single) {
    const path = join(folder, 'calls.ndjson');
    writeFileSync(path, ndjson(arrivals.map(dumped)));
    return [path];
  }
  return Array.from({ length: partitions }, (_, partition) => {
    const path = join(folder, `partition-${partition}.ndjson`);
    writeFileSync(path, ndjson(arrivals.filter((each) => each.partition === partition).map(({ event }) => event)));
    return path;
  });
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' }, shuffle: { type: 'string' }, repeat: { type: 'string' }, from: { type: 'string' },
      until: { type: 'string' }, single: { type: 'boolean' }, partitions: { type: 'string', default: String(PARTITIONS) },
    },
  });
  if (positionals.length === 0 || !values.out) {
    console.error('usage: relabel.mjs FILE... --out FOLDER [--shuffle SEED] [--repeat SEED] [--partitions N] [--single] [--from T] [--until T]');
    return 64;
  }
  const partitions = Number(values.partitions);
  const events = recordedEvents(positionals, values.from, values.until);
  const arrivals = relabelled(events, { shuffle: values.shuffle, repeat: values.repeat, partitions });
  for (const path of writeRelabelled(values.out, arrivals, { single: values.single, partitions })) console.log(path);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
