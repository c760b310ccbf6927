// What producers invent: agencies, queues and lines that the directory does not know, more of them
// than there is room for. They are listed by `/api/v1/unknown`, told in the log and counted in a
// metric; no sum loses a call; a restart changes nothing; no pseudonym is in the folder of
// snapshots, and its key is the service's alone.

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { AGENCY, AGENCY_SCOPE, DIRECTORY, call, structured } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { SHORT_SESSIONS, startService } from './service.mjs';

const AGENCIES = 5;
const QUEUES = 4;
const INVENTED_AGENCIES = 12;
const INVENTED_QUEUES = 9;
const MISSPELT = 'Indemnisatoin';
const CALLS = INVENTED_AGENCIES + INVENTED_QUEUES + 1;

let broker;
let service;

before(async () => {
  if (noBinary) return;
  broker = await startBroker({ settings: SHORT_SESSIONS });
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  service = await startService({
    brokers: broker.address,
    directory: DIRECTORY,
    settings: { 'limits.agencies': AGENCIES, 'limits.queues_per_agency': QUEUES, 'limits.lines': 1 },
  });
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

async function send() {
  const at = Date.now() - 20_000;
  const calls = [call('known', at, { waited: 1000, caller: 'mmartin' })];
  for (let number = 0; number < INVENTED_AGENCIES; number += 1) {
    calls.push(call(`a${number}`, at + number, { waited: 1000, agency: `X${number}` }));
  }
  for (let number = 0; number < INVENTED_QUEUES; number += 1) {
    calls.push(call(`q${number}`, at + number, { waited: 1000, queue: number === 0 ? MISSPELT : `typo${number}` }));
  }
  const state = {
    specversion: '1.0', id: 'jdupont/1', source: '/pbx/test', type: 'agent.state_changed',
    time: new Date(at).toISOString(), subject: 'jdupont', data: { agency: AGENCY, agent: 'jdupont', state: 'ready' },
  };
  await broker.send('calls', [...calls.flat(), state].map((event) => structured(event)));
}

const answered = (view) => view.windows['60m'].counts.answered;
const unknown = (query = '') => service.find(`/api/v1/unknown${query}`);

async function assertAllIsTold() {
  const all = await service.view('all');
  assert.equal(answered(all), CALLS);
  const list = await unknown('?limit=3&offset=1');
  assert.equal(list.agencies.total, AGENCIES);
  assert.deepEqual(list.agencies.codes.map(({ code }) => code), ['X1', 'X2', 'X3']);
  assert.equal(list.queues.total, QUEUES);
  assert.ok(list.queues.codes.every(({ did_you_mean: meant }) => meant.length === 0));
  const [misspelt] = (await unknown('?limit=1')).queues.codes;
  assert.deepEqual([misspelt.code, misspelt.did_you_mean], [MISSPELT, ['indemnisation']]);
  assert.ok(list.queues.codes.every(({ agency, offered }) => agency === AGENCY && offered === 1));
  const over = Object.fromEntries((await unknown()).over_limits.map((one) => [one.kind, one]));
  // An entry and an answer each.
  assert.equal(over.agency.times, 2 * (INVENTED_AGENCIES - AGENCIES));
  assert.equal(over.agency.named.length, INVENTED_AGENCIES - AGENCIES);
  assert.equal(over.queue.times, 2 * (INVENTED_QUEUES - QUEUES));
  assert.equal(over.queue.limit, QUEUES);
  const other = await service.view('unassigned/unassigned/other');
  assert.equal(answered(other), INVENTED_AGENCIES - AGENCIES);
  assert.equal(answered(await service.view(`${AGENCY_SCOPE}/other`)), INVENTED_QUEUES - QUEUES);
  assert.equal(answered(await service.view(`${AGENCY_SCOPE}/indemnisation`)), 1);
}

test('what is invented is listed, told and counted, and no sum loses it', { skip: noBinary }, async () => {
  await send();
  await until('all calls to be answered', async () => answered(await service.view('all')) === CALLS);
  await assertAllIsTold();
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['events', 'view', 'lists']) ajv.addSchema(await service.find(`/api/v1/schema/${name}.schema.json`));
  const validate = ajv.getSchema('https://vigie.example/schema/v1/lists.schema.json#/$defs/Unknown');
  assert.ok(validate(await unknown()), JSON.stringify(validate.errors));
  const { status, body } = await service.get('/api/v1/unknown?limit=1001');
  assert.equal(status, 400);
  assert.match(body.detail, /limit: 1001 is more than 1000/);
  const metrics = await (await fetch(`http://${service.address}/metrics`)).text();
  assert.match(metrics, /vigie_over_limit_total\{kind="agency"\} 14\n/);
  const line = await until('a line in the log', () => service.log.find(({ kind }) => kind === 'agency'));
  assert.match(line.named, /X\d+/);
});

test('a restart changes nothing of it, and the state holds no pseudonym', { skip: noBinary }, async () => {
  await until('a snapshot', () => stat(service.snapshot).catch(() => null));
  await service.terminate();
  const bytes = await readFile(service.snapshot);
  for (const pseudonym of ['jdupont', 'mmartin']) assert.ok(!bytes.includes(pseudonym), `${pseudonym} is in the snapshot`);
  const folder = dirname(service.snapshot);
  const key = await stat(join(folder, 'pseudonyms.key'));
  assert.equal(key.mode & 0o777, 0o600);
  await service.start();
  await until('the figures again', async () => answered(await service.view('all')) === CALLS);
  assert.ok(service.log.some(({ start, message }) => start === 2 && message === 'restored'));
  await assertAllIsTold();
});

test('a state that was made with another key is not used', { skip: noBinary }, async () => {
  await service.terminate();
  const folder = dirname(service.snapshot);
  const left = await readdir(folder);
  assert.ok(!left.some((name) => /^pseudonyms.key./.test(name)), `${left}: half a key is left`);
  await rm(join(folder, 'pseudonyms.key'));
  await service.start();
  await until('the topic to be read anew', async () => answered(await service.view('all')) === CALLS);
  assert.ok(service.log.some(({ start, problem }) => start === 3 && /another key/.test(problem ?? '')));
  await assertAllIsTold();
});
