// Who could help, as the API tells it: agencies under pressure and with slack, from calls and agents
// that came by Kafka; what callers would wait elsewhere; and what is told where it cannot be known.

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { call, directoryOf, event, structured } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { startService, startWithoutKafka } from './service.mjs';

const SCHEMAS = ['events', 'view', 'lists', 'help'];
const SECOND = 1000;
const NOON = Date.parse('2026-06-10T10:00:00Z');
const DIRECTORY = directoryOf([['NAQ-0331', 'Bordeaux Centre'], ['NAQ-0332', 'Bordeaux Lac'], ['NAQ-0333', 'Talence']], 'Europe/Paris');

const agent = (agency, name, state, at) => event({
  id: `${name}-${state}-${at}`, type: 'agent.state_changed', at, subject: name,
  data: { agency, agent: name, state, queues: ['indemnisation'] },
});

/** Three wait at one agency, where one agent talks; two agents of another are ready for 270 s. */
const EVENTS = [
  agent('NAQ-0331', 'a', 'talking', NOON + 60 * SECOND),
  agent('NAQ-0332', 'b', 'ready', NOON + 60 * SECOND),
  agent('NAQ-0332', 'c', 'ready', NOON + 60 * SECOND),
  ...['one', 'two', 'three'].flatMap((subject, place) => call(subject, NOON + (120 + place) * SECOND)),
  agent('NAQ-0331', 'a', 'talking', NOON + 300 * SECOND),
  agent('NAQ-0332', 'b', 'ready', NOON + 300 * SECOND),
  // T is 30 s behind the newest.
  agent('NAQ-0331', 'd', 'offline', NOON + 360 * SECOND),
];

let broker;
let service;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
  await broker.createTopic('calls', 1);
  await broker.createTopic('calls.refused', 1);
  service = await startService({ brokers: broker.address, settings: { clock: 'event' }, directory: DIRECTORY });
  await broker.send('calls', EVENTS.map((one) => structured(one)));
  await until('three who wait', async () => (await service.view('ft/NAQ')).now.waiting === 3
    && (await service.view('ft/NAQ')).as_of === '2026-06-10T10:05:30Z');
});

after(async () => {
  await service?.stop();
  await broker?.stop();
});

test('agencies are told by pressure and by slack, as the published schema says', { skip: noBinary }, async () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of SCHEMAS) ajv.addSchema(await service.find(`/api/v1/schema/${name}.schema.json`));
  const validate = ajv.getSchema('https://vigie.example/schema/v1/help.schema.json');
  for (const scope of ['all', 'ft', 'ft/NAQ', 'line/3949', 'line/3949/NAQ']) {
    const help = await service.find(`/api/v1/help/${scope}`);
    assert.ok(validate(help), JSON.stringify(validate.errors));
    assert.deepEqual([help.scope, help.pressed, help.with_slack, help.effect], [scope, 1, 1, null]);
    const [pressed] = help.pressure;
    assert.deepEqual([pressed.scope, pressed.name, pressed.waiting, pressed.staffed, pressed.waiting_per_agent],
      ['ft/NAQ/NAQ-0331', 'Bordeaux Centre', 3, 1, 3]);
    assert.deepEqual(pressed.queues, [{ queue: 'indemnisation', waiting: 3 }]);
    assert.deepEqual([pressed.p50_seconds, pressed.no_estimate], [null, 'too_little_history']);
    const [slack] = help.slack;
    assert.deepEqual([slack.scope, slack.ready, slack.idle_agents], ['ft/NAQ/NAQ-0332', 2, 1.8]);
  }
  const { agencies, untold } = await service.find('/api/v1/help/ft/NAQ');
  assert.deepEqual([agencies, untold], [3, { closed: 0, agents_unknown: 1, stale: 0 }]);

  const told = await service.find('/api/v1/help/ft/NAQ?from=ft/NAQ/NAQ-0331/indemnisation&to=ft/NAQ/NAQ-0332');
  assert.ok(validate(told), JSON.stringify(validate.errors));
  assert.deepEqual(told.effect.steps.map(({ callers }) => callers), [1, 2, 3, 4, 5]);
  assert.deepEqual([told.effect.no_estimate_from, told.effect.steps[0].staying], ['too_little_history', null]);
});

test('what cannot be asked is refused by name', { skip: noBinary }, async () => {
  const from = 'from=ft/NAQ/NAQ-0331/indemnisation';
  for (const [path, status, detail] of [
    ['ft/NAQ/NAQ-0331', 422, /^ft\/NAQ\/NAQ-0331: who could help is told of all, a network, a region, a line or a line in a region$/],
    ['pick/ft/NAQ/NAQ-0331+ft/NAQ/NAQ-0332', 422, /: who could help is told of all, /],
    ['ft/NOWHERE', 404, /named ft\/NOWHERE$/],
    ['a//b', 400, /a part of the path is empty/],
    [`ft/NAQ?${from}`, 400, /^to: /],
    ['ft/NAQ?to=ft/NAQ/NAQ-0332', 400, /^from: /],
    [`ft/NAQ?${from}&to=ft//NAQ`, 400, /a part of the path is empty/],
    [`ft/NAQ?${from}&to=ft/NAQ/NOBODY`, 404, /named ft\/NAQ\/NOBODY$/],
    [`ft/NAQ?${from}&to=ft/NAQ`, 422, /^to: ft\/NAQ is not an agency$/],
    [`ft/NAQ?${from}&to=ft/NAQ/NAQ-0331`, 422, /^to: ft\/NAQ\/NAQ-0331 has the queue itself$/],
    ['ft/NAQ?from=ft/NAQ/NAQ-0331&to=ft/NAQ/NAQ-0332', 422, /^from: ft\/NAQ\/NAQ-0331 is not a queue$/],
  ]) {
    const { status: told, body } = await service.get(`/api/v1/help/${path}`);
    assert.equal(told, status, path);
    assert.match(body.detail, detail);
  }
});

test('before there are figures nobody can be told of', { skip: noBinary }, async (t) => {
  const early = await startWithoutKafka({ directory: DIRECTORY, settings: { clock: 'event' } });
  t.after(() => early.stop());
  const { status, body } = await early.get('/api/v1/help/all');
  assert.equal(status, 503);
  assert.match(body.detail, /no figures yet/);
});
