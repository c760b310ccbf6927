// Why a rate moved, as the API tells it: its shape, how far back it goes, and what is told where it
// cannot be known. No Kafka: where there never was one, nobody asked. What the windows of the past
// count is for the tests of the fold.

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { after, before, test } from 'node:test';
import { AGENCY_SCOPE, DIRECTORY } from './calls.mjs';
import { noBinary } from './command.mjs';
import { until } from './condition.mjs';
import { startWithoutKafka } from './service.mjs';

const SCHEMAS = ['events', 'view', 'lists', 'explanation'];
const SECOND = 1000;
const HOUR = 3600 * SECOND;

let service;

const started = (settings) => startWithoutKafka({ directory: DIRECTORY, settings });

before(async () => {
  if (noBinary) return;
  service = await started({});
  await until('figures, though empty ones', () => service.view('all'));
});

after(() => service?.stop());

/** An instant so long before the figures, as the API writes it. */
async function ago(milliseconds) {
  const { as_of: now } = await service.view('all');
  return new Date(Date.parse(now) - milliseconds).toISOString().replace('.000', '');
}

function path(scope, from, to, window) {
  const query = new URLSearchParams({ from, to, ...(window === undefined ? {} : { window }) });
  return `/api/v1/explain/${scope}?${query}`;
}

test('an explanation is as its published schema says', { skip: noBinary }, async () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of SCHEMAS) ajv.addSchema(await service.find(`/api/v1/schema/${name}.schema.json`));
  const validate = ajv.getSchema('https://vigie.example/schema/v1/explanation.schema.json');
  const [from, to] = [await ago(15 * 60 * SECOND), await ago(SECOND)];
  for (const scope of ['all', 'ft/NAQ', AGENCY_SCOPE, 'line/3949']) {
    for (const window of ['5m', '90s', '40m']) {
      const found = await service.find(path(scope, from, to, window));
      assert.ok(validate(found), JSON.stringify(validate.errors));
      assert.deepEqual([found.scope, found.window, found.before.to, found.after.to], [scope, window, from, to]);
      assert.deepEqual([found.change_points, found.parts, found.children], [null, null, null]);
      assert.deepEqual([found.before.no_shares, found.after.no_shares], ['nobody_asked', 'nobody_asked']);
      assert.equal(found.before.unseen.promises_open, 0);
    }
  }
  // It is about noon where these agencies are.
  const early = new Date(Math.floor(Date.parse(await ago(3 * HOUR)) / 900_000) * 900_000).toISOString().replace('.000', '');
  for (const window of ['today', undefined]) {
    const found = await service.find(path('all', early, to.replace(/:\d\d:\d\dZ/, ':00:00Z'), window));
    assert.ok(validate(found), JSON.stringify(validate.errors));
    assert.equal(found.window, window ?? '60m');
    assert.equal(found.before.unseen.promises_open, null, 'they are not known so long after');
  }
});

test('what is to come or gone says since when it can be counted', { skip: noBinary }, async () => {
  const [long, now, soon] = [await ago(48 * HOUR), await ago(SECOND), await ago(-HOUR)];
  for (const [from, to, window, detail] of [
    [now, soon, '5m', /^to: \S+ is to come: figures are as of \S+Z$/],
    [long, now, '5m', /^from: the window 5m that ends at \S+ cannot be counted any more: to the second it can since \S+Z, and from quarter-hour to quarter-hour since \S+:00:00Z$/],
    [long, now, 'today', /^from: the window today that ends at \S+ cannot be counted any more/],
    [long, now, '24h', /^to: the window 1440m that ends at \S+ cannot be counted any more/],
  ]) {
    const { status, body } = await service.get(path('all', from, to, window));
    assert.equal(status, 422, JSON.stringify(body));
    assert.match(body.detail, detail);
  }
});

test('what is not understood is named', { skip: noBinary }, async () => {
  const NINE = '2026-11-21T09:00:00Z';
  const TEN = '2026-11-21T10:00:00Z';
  for (const [asked, status, detail] of [
    [path('ft/NAQ/NOBODY', await ago(60 * SECOND), await ago(SECOND)), 404, /named ft\/NAQ\/NOBODY$/],
    [path('a//b', NINE, TEN), 400, /a part of the path is empty/],
    ['/api/v1/explain/all', 400, /missing field `from`/],
    [`/api/v1/explain/all?from=${NINE}`, 400, /missing field `to`/],
    [`/api/v1/explain/all?from=${NINE}&to=${TEN}&to=${TEN}`, 400, /duplicate field `to`/],
    [path('all', 'nine', TEN), 400, /^from: "nine": /],
    [path('all', '\u0000', TEN), 400, /^from: /],
    [path('all', NINE, 'x'.repeat(2000)), 400, /^to: /],
    [path('all', NINE, '2026-11-21T10:00:00.5Z'), 400, /^to: .*figures are as of whole seconds$/],
    [path('all', '-9999-01-01T00:00:00Z', TEN), 400, /^from: /],
    [path('all', TEN, NINE), 400, /^from: 2026-11-21T10:00:00Z is not before to, 2026-11-21T09:00:00Z$/],
    [path('all', NINE, NINE), 400, /is not before/],
    [path('all', NINE, TEN, ''), 400, /^window: "": not a number of s, m or h up to 24h, as in 60m, nor today$/],
    [path('all', NINE, TEN, '25h'), 400, /^window: "25h": /],
    [path('all', NINE, TEN, '99999999999999999999m'), 400, /^window: /],
    [path('all', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'), 422, /is to come/],
    [path('all', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '24h'), 422, /cannot be counted any more/],
    [path('all', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', 'today'), 422, /cannot be counted any more/],
  ]) {
    const { status: told, body } = await service.get(asked);
    assert.equal(told, status, `${asked}: ${JSON.stringify(body)}`);
    assert.match(body.detail, detail);
  }
});

test('before there are figures there is nothing to explain', { skip: noBinary }, async (t) => {
  const early = await started({ clock: 'event' });
  t.after(() => early.stop());
  const { status, body } = await early.get(path('all', '2026-11-21T09:00:00Z', '2026-11-21T10:00:00Z'));
  assert.equal(status, 503);
  assert.match(body.detail, /no figures yet/);
});
