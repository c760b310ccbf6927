// Every expression that the project hands to Prometheus: of the dashboard and of the rules.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..');
export const RULES = join(ROOT, 'deploy/prometheus/rules/vigie.yml');

/** What Grafana puts in the place of its variables when everything is chosen. */
const CHOICES = { $__rate_interval: '1m', $network: '.*', $region: '.*', $agency: '.*' };

function readDashboard() {
  return JSON.parse(readFileSync(join(ROOT, 'grafana/dashboards/vigie.json'), 'utf8'));
}

/** The dashboard's expressions, as Grafana would send them: `{ where, text }`. */
export function dashboardExpressions() {
  const panels = readDashboard().panels.filter((panel) => panel.type !== 'row');
  return panels.flatMap((panel) =>
    panel.targets.map(({ expr, refId }) => ({ where: `${panel.title}, ${refId}`, text: chosen(expr) })),
  );
}

/** The series that the dashboard's variables list values of: `{ where, text, label }`. */
export function variableSeries() {
  return readDashboard().templating.list.map(({ name, query }) => {
    const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(query.query);
    return { where: `variable ${name}`, text: chosen(series), label };
  });
}

/** The alerts: `{ where, text }`. */
export function alertExpressions() {
  const { groups } = parse(readFileSync(RULES, 'utf8'));
  return groups.flatMap((group) => group.rules).map(({ alert, expr }) => ({ where: alert, text: expr }));
}

function chosen(expression) {
  const text = Object.entries(CHOICES).reduce((sum, [name, value]) => sum.replaceAll(name, value), expression);
  if (text.includes('$')) {
    throw new Error(`a variable that nobody chooses: ${text}`);
  }
  return text;
}

/** The service's metrics that a text names, histograms by their base name. */
export function metricsNamed(text) {
  const names = text.match(/\bvigie_[a-z_]+/g) ?? [];
  return new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
}
