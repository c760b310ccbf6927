// Memory of the service at the size of the country: an hour of simulated traffic (a busy Monday
// morning, some 1,100 agencies) published to a real Kafka and folded by `vigie serve`, then its
// resident set. An hour of events, not an hour of waiting: the fold follows the events' clock.

import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../kafka/broker.mjs';
import { succeed } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';

const HOUR = ['--start', '2026-11-23T09:00:00+01:00', '--hours', '1'];
const FOLDING_LIMIT_MILLISECONDS = 300_000;

/** A figure of /proc/PID/status, in MB. */
function megabytes(pid, name) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').find((text) => text.startsWith(`${name}:`));
  return (Number(line.split(/\s+/)[1]) / 1024).toFixed(0);
}

async function events(address) {
  const metrics = await (await fetch(`http://${address}/metrics`)).text();
  const lines = metrics.split('\n').filter((line) => line.startsWith('vigie_events_total{'));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Every scope, page by page. */
async function allScopes(service) {
  const all = [];
  for (let offset = 0; offset !== null;) {
    const { scopes, next } = await service.find(`/api/v1/scopes?limit=10000&offset=${offset}`);
    all.push(...scopes);
    offset = next;
  }
  return all;
}

const folder = await mkdtemp(join(tmpdir(), 'vigie-memory-'));
const broker = await startBroker();
let service;
try {
  await broker.createTopic('calls', 6);
  await broker.createTopic('calls.refused');
  const directory = join(folder, 'directory.toml');
  const sent = await succeed(['simulate', ...HOUR, '--brokers', broker.address, '--directory-out', directory]);
  const total = Number(/(\d+) events/.exec(sent.stderr)[1]);
  service = await startService({
    brokers: broker.address,
    settings: { clock: 'event', 'snapshots.interval_seconds': 30 },
    directory: await readFile(directory, 'utf8'),
  });
  await until('all events to be folded', async () => (await events(service.address)) >= total, FOLDING_LIMIT_MILLISECONDS);
  const scopes = await allScopes(service);
  const isAgency = ({ scope }) => !scope.startsWith('line/') && scope.split('/').length === 3;
  const agencies = scopes.filter(isAgency).length;
  console.log(`  ${total} events of an hour, ${agencies} agencies, ${scopes.length} scopes`);
  console.log(`  ${megabytes(service.pid, 'VmRSS')} MB resident, ${megabytes(service.pid, 'VmHWM')} MB at most`);
} finally {
  await service?.stop();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
}
