// What the API lists of a scope: the shape of each list, its limits, and what is told where there
// is none. No Kafka: where there never was one, the lists are there and empty.

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { after, before, test } from 'node:test';
import { AGENCY_SCOPE, directoryOf } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { startWithoutKafka } from './service.mjs';

const LISTS = [['waiting', 'WaitingCalls'], ['promises', 'OpenPromises'], ['levers', 'LeverChanges'], ['incidents', 'Incidents']];
const SCHEMAS = ['events', 'view', 'lists'];

let service;

const DIRECTORY = directoryOf([['NAQ-0331', 'Bordeaux Centre'], ['NAQ-0332', 'Bordeaux Lac']]);

const started = (settings) => startWithoutKafka({ directory: DIRECTORY, settings });

before(async () => {
  if (noBinary) return;
  service = await started({});
  await until('figures, though empty ones', () => service.view('all'));
});

after(() => service?.stop());

test('each list is as its published schema says', { skip: noBinary }, async () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of SCHEMAS) {
    const schema = await service.find(`/api/v1/schema/${name}.schema.json`);
    ajv.addSchema(schema);
  }
  for (const [name, definition] of LISTS) {
    const validate = ajv.getSchema(`https://vigie.example/schema/v1/lists.schema.json#/$defs/${definition}`);
    for (const scope of ['all', AGENCY_SCOPE, 'line/3949', `pick/${AGENCY_SCOPE}+ft/NAQ/NAQ-0332`]) {
      for (const query of ['', '?limit=0', '?limit=10000', '?offset=7']) {
        const list = await service.find(`/api/v1/${name}/${scope}${query}`);
        assert.ok(validate(list), JSON.stringify(validate.errors));
        assert.deepEqual({ scope: list.scope, total: list.total, [name]: list[name] }, { scope, total: 0, [name]: [] });
      }
    }
  }
});

test('a scope that nobody has named, a limit that is none', { skip: noBinary }, async () => {
  for (const [name] of LISTS) {
    for (const [path, status, detail] of [
      ['ft/NAQ/NOBODY', 404, /named ft\/NAQ\/NOBODY$/],
      ['a//b', 400, /a part of the path is empty/],
      ['pick/ft/NAQ/NOBODY+line/3949', 400, /line\/3949 is of the lines, ft\/NAQ\/NOBODY is not/],
      [`pick/${AGENCY_SCOPE}+ft/NAQ/NOBODY`, 404, /named ft\/NAQ\/NOBODY$/],
      ['all?limit=10001', 400, /limit: 10001 is more than 10000/],
      ['all?limit=-1', 400, /limit: /],
      ['all?limit=many', 400, /limit: /],
      ['all?offset=-1', 400, /offset: /],
    ]) {
      const { status: told, body } = await service.get(`/api/v1/${name}/${path}`);
      assert.equal(told, status, path);
      assert.match(body.detail, detail);
    }
  }
});

test('incidents since an instant, which is one and has been', { skip: noBinary }, async () => {
  const { as_of: asOf } = await service.view('all');
  for (const since of [asOf, '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.5%2B01:00']) {
    const { incidents, total } = await service.find(`/api/v1/incidents/all?since=${since}&limit=5`);
    assert.deepEqual([incidents, total], [[], 0]);
  }
  for (const [query, status, detail] of [
    ['since=yesterday', 400, /since: "yesterday": /],
    ['since=', 400, /since: "": /],
    ['since=2026-02-30T00:00:00Z', 400, /since: "2026-02-30T00:00:00Z": /],
    ['since=2999-01-01T00:00:00Z', 422, /^since: 2999-01-01T00:00:00Z is to come: figures are as of /],
  ]) {
    const { status: told, body } = await service.get(`/api/v1/incidents/all?${query}`);
    assert.equal(told, status, query);
    assert.match(body.detail, detail);
  }
});

test('each list of calls behind a count is as its published schema says, and what there is not is named', { skip: noBinary }, async () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of SCHEMAS) ajv.addSchema(await service.find(`/api/v1/schema/${name}.schema.json`));
  const validate = ajv.getSchema('https://vigie.example/schema/v1/lists.schema.json#/$defs/EndedCalls');
  for (const outcome of ['abandoned', 'cut_off', 'lost', 'overflowed']) {
    for (const query of ['', '&book=handler', '&family=second_level&limit=0', '&book=origin&family=callback&offset=7']) {
      const list = await service.find(`/api/v1/calls/pick/${AGENCY_SCOPE}+ft/NAQ/NAQ-0332?outcome=${outcome}${query}`);
      assert.ok(validate(list), JSON.stringify(validate.errors));
      assert.deepEqual([list.outcome, list.total, list.calls], [outcome, 0, []]);
      assert.equal(Date.parse(list.as_of) - Date.parse(list.since), 3_600_000);
    }
  }
  for (const [query, status, detail] of [
    ['', 400, /outcome/],
    ['outcome=answered', 400, /outcome: unknown variant `answered`, expected one of `abandoned`, `cut_off`, `lost`, `overflowed`/],
    ['outcome=lost&book=both', 400, /book: unknown variant `both`/],
    ['outcome=lost&family=first', 400, /family: unknown variant `first`/],
    ['outcome=lost&limit=10001', 400, /limit: 10001 is more than 10000/],
    ['outcome=lost&since=yesterday', 400, /since: "yesterday": /],
    ['outcome=lost&since=', 400, /since: "": /],
    ['outcome=lost&since=2999-01-01T00:00:00Z', 422, /^since: 2999-01-01T00:00:00Z is to come: figures are as of /],
    ['outcome=lost&since=2026-01-01T00:00:00Z', 422, /^since: 2026-01-01T00:00:00Z is too long ago: calls are listed for 60 minutes, since /],
  ]) {
    const { status: told, body } = await service.get(`/api/v1/calls/all?${query}`);
    assert.equal(told, status, query);
    assert.match(body.detail, detail);
  }
  const { status, body } = await service.get('/api/v1/calls/ft/NAQ/NOBODY?outcome=lost');
  assert.equal(status, 404);
  assert.match(body.detail, /named ft\/NAQ\/NOBODY$/);
});

test('a view has its quarter-hours on request', { skip: noBinary }, async () => {
  assert.equal((await service.view('all')).quarters, null);
  assert.equal((await service.view('all?quarters=false')).quarters, null);
  assert.deepEqual((await service.view('all?quarters=true')).quarters, []);
  const { status, body } = await service.get('/api/v1/views/all?quarters=yes');
  assert.equal(status, 400);
  assert.match(body.detail, /quarters: /);
});

test('before there are figures there are no lists', { skip: noBinary }, async (t) => {
  // By the clock of the events there is no instant before the first of them.
  const early = await started({ clock: 'event' });
  t.after(() => early.stop());
  for (const path of [...LISTS.map(([name]) => `${name}/all`), 'calls/all?outcome=lost', 'views/all?quarters=true']) {
    const { status, body } = await early.get(`/api/v1/${path}`);
    assert.equal(status, 503, path);
    assert.match(body.detail, /no figures yet/);
  }
});
