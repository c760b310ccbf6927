// The rules by promtool: their syntax, their own unit tests, and that nothing is left out of them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'deploy', 'prometheus');
const RULES = join(FOLDER, 'rules', 'vigie.yml');
const TESTS = readdirSync(join(FOLDER, 'tests')).map((name) => join(FOLDER, 'tests', name));

const alerts = parse(readFileSync(RULES, 'utf8')).groups.flatMap((group) => group.rules);

function promtool(...words) {
  const ran = spawnSync('promtool', words, { encoding: 'utf8' });
  assert.equal(ran.status, 0, `${ran.error ?? ''}${ran.stdout}${ran.stderr}`);
}

test('promtool takes the configuration and the rules', () => {
  promtool('check', 'config', join(FOLDER, 'prometheus.yml'));
  promtool('check', 'rules', '--lint-fatal', RULES);
});

for (const file of TESTS) {
  test(`the unit tests of ${file.slice(FOLDER.length + 1)} pass`, () => promtool('test', 'rules', file));
}

test('every alert is tested to fire, not to fire, and to end', () => {
  const cases = TESTS.flatMap((file) => parse(readFileSync(file, 'utf8')).tests);
  for (const { alert } of alerts) {
    const watched = cases.map((one) => one.alert_rule_test.filter(({ alertname }) => alertname === alert));
    const fires = (moment) => moment.exp_alerts.length > 0;
    assert.ok(watched.some((moments) => moments.some(fires)), `${alert} never fires`);
    assert.ok(watched.some((moments) => moments.length > 0 && !moments.some(fires)), `${alert} always fires`);
    const ends = watched.some((moments) => {
      const first = moments.findIndex(fires);
      return first >= 0 && moments.slice(first).some((moment) => !fires(moment));
    });
    assert.ok(ends, `${alert} never ends`);
  }
});

test('every alert says how bad it is, what it means and where to read on', () => {
  const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');
  assert.deepEqual(alerts.map(({ alert }) => alert), ['VigieFeedSilent', 'VigieFeedPartial', 'VigieDirectoryRefused', 'VigieCallsPilingUp']);
  for (const { alert, labels, annotations, for: holds } of alerts) {
    assert.match(labels.severity, /^(warning|critical)$/, alert);
    assert.ok(holds, alert);
    assert.ok(annotations.summary && annotations.description, alert);
    const [, anchor] = /docs\/runbook\.md#([a-z]+)$/.exec(annotations.runbook_url) ?? [];
    assert.equal(anchor, alert.toLowerCase());
    const section = runbook.split(`\n## ${alert}\n`)[1]?.split('\n## ')[0] ?? '';
    assert.match(section, new RegExp(`^\\*${labels.severity}\\.\\*`, 'i'), `${alert} in the runbook`);
    for (const heading of ['**Look at**', '**Do**', '**Is it over?**']) {
      assert.ok(section.includes(heading), `${alert}: the runbook lacks ${heading}`);
    }
  }
});
