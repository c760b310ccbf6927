// What is said to be bad, in simulated days of a region: on a day on which nothing is made to go
// wrong, and where something is. Every change is read from `vigie fold --changes`.
//
//   changes of agencies     changes of severity of agencies, by 100 of them and opening hour
//   incidents               that began and did not go into a wider one
//   time to                 from the fault to the first that says so

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAY = '2026-11-24';
const OPEN_HOURS = 8;
const REGION = 'NAQ';
const FROM = Date.parse(`${DAY}T09:30:00Z`);
const UNTIL = Date.parse(`${DAY}T10:45:00Z`);
const fault = (kind, scope) => `${kind}:${scope}@${new Date(FROM).toISOString()}/${new Date(UNTIL).toISOString()}`;

const folder = mkdtempSync(join(tmpdir(), 'vigie-judging-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function vigie(...words) {
  const run = spawnSync(process.env.VIGIE_BIN, words, { encoding: 'utf8', maxBuffer: 2 ** 31 });
  if (run.status !== 0) {
    throw new Error(`vigie ${words[0]} failed:\n${run.stderr}`);
  }
  return run.stdout;
}

function simulate(network, faults, { events, directory }) {
  vigie('simulate', '--start', `${DAY}T05:00:00Z`, '--hours', '13', '--region', REGION, '--network', network,
    '--without-incidents', ...faults.flatMap((one) => ['--fault', one]), '--out', events, '--directory-out', directory);
}

/** Everything that was said on a day of a network with some faults, and how many agencies it has. */
function said(network, faults) {
  const [events, directory] = ['events.ndjson.zst', 'directory.toml'].map((name) => join(folder, name));
  simulate(network, faults, { events, directory });
  const lines = vigie('fold', events, '--directory', directory, '--changes', '--at', `${DAY}T18:00:00Z`).trimEnd().split('\n');
  const changes = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  const agencies = vigie('fold', events, '--directory', directory, '--scope', '*/*/*', '--at', `${DAY}T12:00:00Z`);
  return {
    agencies: agencies.trimEnd().split('\n').length,
    severity: changes.flatMap(({ severity }) => severity ?? []),
    incidents: changes.flatMap(({ incident }) => incident ?? []),
  };
}

const isAgency = (scope) => !scope.startsWith('line/') && scope.split('/').length === 3;
const minutesAfter = (at) => ((Date.parse(at) - FROM) / 60_000).toFixed(1);

function quietDay(network) {
  const { agencies, severity, incidents } = said(network, []);
  const ofAgencies = severity.filter(({ scope }) => isAgency(scope));
  const per = (number) => (number / OPEN_HOURS / (agencies / 100)).toFixed(1);
  console.log(`  ${network}, ${agencies} agencies, nothing is made to go wrong`);
  console.log(`    changes of agencies: ${per(ofAgencies.length)} an hour and 100 agencies, ${ofAgencies.filter(({ to }) => to === 'critical').length} to critical in all`);
  const concerns = [...new Set(ofAgencies.map(({ concern }) => concern))].sort();
  for (const concern of concerns) {
    const own = ofAgencies.filter((one) => one.concern === concern);
    console.log(`      ${concern}: ${per(own.length)}, ${own.filter(({ to }) => to === 'critical').length} to critical`);
  }
  const turned = (what) => incidents.filter((one) => one.turned === what).length;
  console.log(`    incidents: ${turned('began') - turned('merged')}, of which ${incidents.filter(({ turned: what, incident }) => what === 'began' && incident.cause !== 'alone').length} shared`);
}

function faulty(network, kind, scope) {
  const { severity, incidents } = said(network, [fault(kind, scope)]);
  const within = ({ at }) => Date.parse(at) >= FROM && Date.parse(at) < UNTIL;
  const isBelow = ({ scope: path }) => path === scope || path.startsWith(`${scope}/`);
  const critical = severity.filter((one) => within(one) && isBelow(one) && one.to === 'critical');
  console.log(`  ${network}, ${kind} of ${scope} at fault`);
  console.log(`    time to the first critical: ${critical.length > 0 ? `${minutesAfter(critical[0].at)} min (${critical[0].scope}, ${critical[0].concern})` : 'none'}`);
  const itself = critical.find((one) => one.scope === scope);
  console.log(`    time until it is critical itself: ${itself ? `${minutesAfter(itself.at)} min (${itself.concern})` : 'it is not'}`);
  const shared = incidents.filter((one) => within(one) && one.turned === 'began' && one.incident.cause !== 'alone');
  for (const { at, incident } of shared) {
    console.log(`    shared incident: ${incident.scope ?? incident.source}, ${incident.indicator}, ${incident.cause}, after ${minutesAfter(at)} min`);
  }
}

/** None of the six things that are judged is about what callers were told: the rate says it. */
function falseAnnouncements(network, scope) {
  const [events, directory] = ['events.ndjson.zst', 'directory.toml'].map((name) => join(folder, name));
  for (const faults of [[], [fault('announcements', scope)]]) {
    simulate(network, faults, { events, directory });
    const view = JSON.parse(vigie('fold', events, '--directory', directory, '--scope', scope, '--at', new Date(UNTIL).toISOString()));
    const { value, of } = view.windows['60m'].rates.announced_exceeded;
    console.log(`  ${network}, announcements of ${scope} ${faults.length > 0 ? 'at fault' : 'as always'}: ${(100 * value).toFixed(0)} % waited longer (${of.join(' of ')})`);
  }
}

for (const network of ['ft', 'caf']) {
  quietDay(network);
}
faulty('ft', 'staff', `ft/${REGION}`);
faulty('caf', 'staff', `caf/${REGION}`);
faulty('caf', 'platform', `caf/${REGION}`);
faulty('ft', 'platform', `ft/${REGION}`);
faulty('ft', 'feed', `ft/${REGION}`);
faulty('ft', 'feed', `ft/${REGION}/${REGION}-3301`);
falseAnnouncements('caf', `caf/${REGION}`);
