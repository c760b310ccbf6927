// A real Prometheus scrapes the real service, which reads a real Kafka: every expression of the
// dashboard and of the rules is asked there, and every metric is held to its documentation.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBroker } from '../kafka/broker.mjs';
import { alertExpressions, dashboardExpressions, metricsNamed, variableSeries } from './expressions.mjs';
import { startPrometheus } from './prometheus.mjs';
import { startService } from './service.mjs';
import { DIRECTORY, OFFERED, OUTCOMES, SLOW, firstWave, secondWave } from './traffic.mjs';

const started = [];
let broker;
let service;
let prometheus;

async function start(starting) {
  const one = await starting;
  started.unshift(one);
  return one;
}

/** The agencies' offered calls, once each agency has as many. */
function untilOffered(calls) {
  return prometheus.until('vigie_agency_offered_total', (found) =>
    found.length === 2 && found.every(({ value }) => value === calls));
}

before(async () => {
  broker = await start(startBroker());
  await broker.createTopic('calls', 2);
  await broker.createTopic('calls.refused', 1);
  service = await start(startService(broker, DIRECTORY));
  prometheus = await start(startPrometheus(service.address));
  await service.watch();
  await broker.send('calls', firstWave());
  await untilOffered(OFFERED[0]);
  await broker.send('calls', secondWave());
  await untilOffered(OFFERED[1]);
  await prometheus.until('vigie_feed_state{state="live"}', ([found]) => found?.value === 1);
  await prometheus.until('vigie_snapshot_bytes', (found) => found.length === 1);
});

after(async () => {
  for (const one of started) {
    await one.stop();
  }
});

/** Metrics of the service: name to type, from the text that Prometheus reads. */
async function exported() {
  const text = await service.metrics();
  return new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
}

test('every message that is decided has one outcome, and Prometheus knows it', async () => {
  const counted = await prometheus.query('sum by (outcome) (vigie_events_total)');
  const byOutcome = Object.fromEntries(counted.map(({ metric, value }) => [metric.outcome, value]));
  assert.deepEqual(byOutcome, OUTCOMES);
  const refused = await prometheus.query('vigie_refused_total');
  const byReason = Object.fromEntries(refused.map(({ metric, value }) => [metric.reason, value]));
  assert.deepEqual(byReason, { malformed: 1, personal_data: 1, too_far_ahead: 0, too_far_behind: 0, poison: 0 });
  assert.equal(await prometheus.value('sum(vigie_consumer_lag_messages)'), 0);
});

test('the figures of an agency are there under its network, region and code', async () => {
  const agency = '{network="ft", region="BRE", agency="BRE-0117"}';
  assert.equal(await prometheus.value(`vigie_agency_waiting${agency}`), 1);
  assert.equal(await prometheus.value(`vigie_agency_answered_total${agency}`), 5);
  assert.equal(await prometheus.value(`vigie_agency_abandoned_total${agency}`), 1);
  assert.equal(await prometheus.value('vigie_clients'), 1);
});

test('promtool has nothing to say about the metrics', async () => {
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: await service.metrics(), encoding: 'utf8' });
  assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, '', '']);
});

for (const { where, text } of dashboardExpressions()) {
  test(`the dashboard shows something: ${where}`, async () => {
    const found = await prometheus.query(text);
    assert.ok(found.length > 0, `nothing: ${text}`);
    for (const { metric, value } of found) {
      assert.ok(Number.isFinite(value), `${JSON.stringify(metric)} is ${value}: ${text}`);
    }
  });
}

for (const { where, text, label } of variableSeries()) {
  test(`there is something to choose: ${where}`, async () => {
    const series = await prometheus.ask('series', { 'match[]': text });
    assert.ok(new Set(series.map((one) => one[label])).size > 0, text);
  });
}

test('Prometheus evaluates every rule without complaint', async () => {
  await prometheus.until('ALERTS', () => true);
  const { groups } = await prometheus.ask('rules');
  const rules = groups.flatMap((group) => group.rules);
  assert.deepEqual(rules.map((rule) => rule.name), alertExpressions().map(({ where }) => where));
  for (const rule of rules) {
    assert.equal(rule.health, 'ok', `${rule.name}: ${rule.lastError}`);
  }
});

test('a metric that a dashboard or a rule names exists', async () => {
  const there = await exported();
  for (const { where, text } of [...dashboardExpressions(), ...alertExpressions(), ...variableSeries()]) {
    for (const name of metricsNamed(text)) {
      assert.ok(there.has(name), `${where} names ${name}`);
    }
  }
});

test('every metric is documented, with its kind and its labels, and no other is', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(vigie_\w+)` \| (\w+) \| (.*?) \|/gm)];
  const documented = new Map(rows.map(([, name, type]) => [name, type]));
  assert.equal(documented.size, rows.length, 'a metric is documented twice');
  assert.deepEqual([...documented].sort(), [...(await exported())].sort());
  for (const [, name, type, labels] of rows) {
    const series = await prometheus.ask('series', { 'match[]': type === 'histogram' ? `${name}_count` : name });
    const found = new Set(series.flatMap((one) => Object.keys(one)));
    for (const added of ['__name__', 'job', 'instance']) {
      found.delete(added);
    }
    const listed = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label);
    assert.deepEqual([...found].sort(), listed.sort(), name);
  }
});

const [silent, pilingUp] = ['VigieFeedSilent', 'VigieCallsPilingUp'].map(
  (name) => alertExpressions().find(({ where }) => where === name).text,
);

test('the caller who has waited for half an hour would wake somebody, and nothing else', async () => {
  const found = await prometheus.query(pilingUp);
  assert.deepEqual(found.map(({ metric }) => metric), [{ network: 'ft', region: 'BRE', agency: SLOW }]);
  assert.ok(found[0].value > 900);
  assert.deepEqual(await prometheus.query(silent), []);
});

test('a Kafka that is gone would, and then what is not current would not', async () => {
  await broker.halt();
  const [gone] = await prometheus.until(silent, (found) => found.length > 0);
  assert.deepEqual(gone.metric, { cause: 'disconnected', instance: service.address });
  await prometheus.until(pilingUp, (found) => found.length === 0);
});

test('a service that is gone would', async () => {
  await service.stop();
  const [gone] = await prometheus.until(silent, ([first]) => first?.metric.cause === 'down');
  assert.equal(gone.value, 1);
});
