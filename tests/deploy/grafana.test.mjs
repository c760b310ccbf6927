// The dashboard and its provisioning, as Grafana wants them. What its expressions say on a real
// Prometheus is in tests/prometheus.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, readText, readYaml } from './official.mjs';

const dashboard = JSON.parse(readText('grafana/dashboards/vigie.json'));
const panels = dashboard.panels;
const shown = panels.filter((panel) => panel.type !== 'row');
const [source] = readYaml('grafana/provisioning/datasources/vigie.yaml').datasources;

test('there is one dashboard, with a uid of its own and no id', () => {
  assert.deepEqual(readdirSync(join(ROOT, 'grafana/dashboards')), ['vigie.json']);
  assert.equal(dashboard.uid, 'vigie');
  assert.equal(dashboard.id, null);
  assert.ok(dashboard.schemaVersion >= 39);
});

test('every data source is the provisioned one', () => {
  const found = [];
  JSON.stringify(dashboard, (key, value) => {
    if (key === 'datasource') {
      found.push(value);
    }
    return value;
  });
  assert.ok(found.length > 2 * shown.length);
  for (const reference of found) {
    assert.deepEqual(reference, { type: source.type, uid: source.uid });
  }
});

test('the steps of the data source are those of the scrape', () => {
  const { scrape_interval: interval } = readYaml('deploy/prometheus/prometheus.yml').global;
  assert.equal(source.jsonData.timeInterval, interval);
});

test('the rows are the feed, the calls and the service', () => {
  const rows = panels.filter((panel) => panel.type === 'row').map((panel) => panel.title);
  assert.deepEqual(rows, ['Le flux', 'Les appels ($network, $region, $agency)', 'Le service']);
});

test('every panel is whole', () => {
  for (const panel of shown) {
    const what = `panel ${panel.id} (${panel.title})`;
    assert.ok(['stat', 'timeseries', 'bargauge'].includes(panel.type), `${what}: ${panel.type}`);
    assert.ok(panel.title.length > 2 && panel.description.length > 10, what);
    assert.match(panel.description, /\.$/, what);
    assert.ok(panel.fieldConfig.defaults.unit, `${what} has no unit`);
    assert.ok(panel.targets.length > 0, what);
    const letters = panel.targets.map((target) => target.refId);
    assert.equal(new Set(letters).size, letters.length, `${what}: a refId twice`);
    for (const target of panel.targets) {
      assert.ok(target.expr.length > 0, what);
      assert.notEqual(target.instant, target.range, what);
    }
  }
  const numbers = panels.map((panel) => panel.id);
  assert.equal(new Set(numbers).size, numbers.length, 'a panel id twice');
});

test('panels fill the grid and do not overlap', () => {
  const taken = new Map();
  for (const { id, gridPos } of panels) {
    assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, `panel ${id} leaves the grid`);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        const cell = `${x},${y}`;
        assert.ok(!taken.has(cell), `panels ${id} and ${taken.get(cell)} overlap at ${cell}`);
        taken.set(cell, id);
      }
    }
  }
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  assert.equal(taken.size, 24 * height, 'the grid has holes');
});

test('network, region and agency can be chosen, and every panel of the calls follows', () => {
  const variables = dashboard.templating.list;
  assert.deepEqual(variables.map((variable) => variable.name), ['network', 'region', 'agency']);
  for (const variable of variables) {
    assert.ok(variable.multi && variable.includeAll && variable.allValue === '.*', variable.name);
    assert.match(variable.query.query, new RegExp(`^label_values\\(.*, ${variable.name}\\)$`));
  }
  for (const panel of shown) {
    for (const { expr } of panel.targets.filter((target) => target.expr.includes('vigie_agency_'))) {
      const metrics = expr.match(/vigie_agency_\w+/g);
      const filters = expr.match(/\{network=~"\$network", region=~"\$region", agency=~"\$agency"\}/g);
      assert.equal(filters?.length, metrics.length, `${panel.title}: ${expr}`);
    }
  }
});
