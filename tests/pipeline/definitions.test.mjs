// What the API says of every figure: somebody who has a view and these definitions, and no code,
// finds the definition of each of its figures and recomputes its rates. No Kafka.

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AGENCY_SCOPE, DIRECTORY, call, directoryOf, event } from './calls.mjs';
import { noBinary, succeed } from './command.mjs';
import { until } from './condition.mjs';
import { startWithoutKafka } from './service.mjs';

const PATH = '/api/v1/indicators';
const AT = Date.parse('2026-03-10T10:00:00Z');
const SECOND = 1_000;

/** Fields of a view that are no figures. */
const NO_FIGURES = ['as_of', 'scope', 'clock', 'feed', 'quarters', 'now.levers', 'estimate.reason'];

let service;
let definitions;
let folder;

before(async () => {
  if (noBinary) return;
  folder = await mkdtemp(join(tmpdir(), 'vigie-definitions-'));
  service = await startWithoutKafka({ directory: DIRECTORY });
  await until('figures, though empty ones', () => service.view('all'));
  definitions = (await service.find(PATH)).indicators;
});

after(async () => {
  await service?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Calls to an agency, of which some are answered, some abandoned at once, some later, some called back. */
async function viewOfCalls() {
  const place = { agency: 'NAQ-0331', queue: 'indemnisation' };
  const queued = (id, at) => event({ id, type: 'call.queued', at, subject: id, data: { ...place, line: '3949' } });
  const events = [
    ...Array.from({ length: 9 }, (_, index) => call(`answered ${index}`, AT + index * SECOND, { waited: 4000 * index + 500 })).flat(),
    ...[2, 3, 40, 400].flatMap((waited) => [
      queued(`gone ${waited}`, AT),
      event({ id: `gone ${waited}, hung up`, type: 'call.abandoned', at: AT + waited * SECOND, subject: `gone ${waited}`, data: place }),
    ]),
    queued('dropped', AT),
    event({ id: 'dropped, closed', type: 'call.cut_off', at: AT + 50 * SECOND, subject: 'dropped', data: { ...place, reason: 'closing' } }),
  ].sort((one, other) => one.time.localeCompare(other.time));
  const files = { events: join(folder, 'calls.ndjson'), directory: join(folder, 'directory.toml') };
  await writeFile(files.events, events.map((one) => `${JSON.stringify(one)}\n`).join(''));
  await writeFile(files.directory, directoryOf([['NAQ-0331', 'Bordeaux Centre']], 'Europe/Paris'));
  const words = ['--at', '2026-03-10T10:30:00Z', '--scope', AGENCY_SCOPE, '--directory', files.directory];
  const { stdout } = await succeed(['fold', files.events, ...words]);
  return JSON.parse(stdout);
}

/** The figures below a field, by the field that definitions have for them. */
function figures(value, field = '') {
  if (NO_FIGURES.includes(field)) return [];
  const isFigure = value === null || typeof value !== 'object' || 'upper' in value || field === 'now.agents.pauses';
  if (isFigure) return [field];
  if (field === 'windows' || field === 'handled') return Object.values(value).flatMap((window) => figures(window));
  return Object.entries(value).flatMap(([name, inner]) => figures(inner, field ? `${field}.${name}` : name));
}

test('the definitions are as their published schema says', { skip: noBinary }, async () => {
  const ajv = new Ajv({ strict: false });
  const schema = await service.find('/api/v1/schema/indicators.schema.json');
  const validate = ajv.compile(schema);
  assert.ok(validate({ indicators: definitions }), JSON.stringify(validate.errors));
  const one = ajv.getSchema(`${schema.$id}#/$defs/Definition`);
  assert.ok(one(await service.find(`${PATH}/rates.pick_up_agent`)), JSON.stringify(one.errors));
});

test('every figure of a view is defined', { skip: noBinary }, async () => {
  const defined = new Set(definitions.flatMap(({ fields }) => fields));
  for (const view of [await service.view('all'), await viewOfCalls()]) {
    // A part that is absent as a whole says nothing of its fields.
    const shown = figures(view).filter((field) => !['spread', 'judged', 'callers', 'closing', 'closing_record'].includes(field));
    assert.ok(shown.length > 500, `${shown.length} figures`);
    assert.deepEqual([...new Set(shown)].filter((field) => !defined.has(field)), []);
  }
});

test('rates follow from their definitions and the counts beside them', { skip: noBinary }, async () => {
  const view = await viewOfCalls();
  const computed = [];
  for (const window of [...Object.values(view.windows), ...Object.values(view.handled)]) {
    const find = (field) => field.split('.').reduce((part, name) => part?.[name], window);
    const sum = (terms) => terms.reduce((total, { sign, field }) => total + sign * find(field), 0);
    for (const { name, formula, bound } of definitions) {
      const rate = name.startsWith('rates.') ? find(name) : null;
      const isShown = [...formula.terms, ...formula.divided_by].every(({ field }) => field !== null);
      if (!rate || !isShown) continue;
      const of = [sum(formula.terms), sum(formula.divided_by)];
      assert.deepEqual([rate.of, rate.value], [of, of[0] / of[1]], name);
      assert.ok(bound && rate.upper >= rate.value, name);
      computed.push(name);
    }
  }
  for (const name of ['pick_up_agent', 'pick_up_presented', 'pick_up_queue', 'abandon_rate']) {
    assert.ok(computed.includes(`rates.${name}`), name);
  }
});

test('one is found by name, and what there is not is told with what is near', { skip: noBinary }, async () => {
  const spread = await service.find(`${PATH}/spread.worst`);
  assert.deepEqual(spread, definitions.find(({ name }) => name === 'spread.worst'));
  for (const [name, told] of [
    ['pick_up_agent', 'no such indicator: "pick_up_agent"; near it: rates.pick_up_agent'],
    ['..%2f..%2fetc', 'no such indicator: "../../etc"; /api/v1/indicators lists them'],
  ]) {
    const { status, body } = await service.get(`${PATH}/${name}`);
    assert.deepEqual([status, body.detail], [404, told]);
  }
});
