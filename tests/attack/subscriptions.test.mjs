// Sixteen topics, all of them large, on connections that stop reading: what waits for them is
// bounded whatever they hold, nobody else notices, and once they read again each topic begins anew.
// Sixteen selections each, no two of them the same and all of nearly everything: they share what a
// second has for them, and nobody else notices either.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { Watcher } from '../pipeline/watcher.mjs';
import { LONGEST_GAP } from './bystander.mjs';
import { Stage, agencyCode, regionCode } from './stage.mjs';

const REGIONS = 15;
const AGENCIES_OF_A_REGION = 150;
/** Each frame of a region is of some 150 kB, so that a second of all of them is of 2 MB. */
const NAME_LENGTH = 600;
const SLOW_CLIENTS = 4;
/** Of a slow client: its buffer in the service (4 MiB at most), a frame in it, and 4 MiB that wait. */
const MEBIBYTES_A_CLIENT = 16;

const SELECTING_CLIENTS = 8;

const TOPICS = [...Array.from({ length: REGIONS }, (_, index) => `children/ft/${regionCode(index)}`), 'figures/all'];

let stage;

before(async () => {
  if (noBinary) return;
  const agencies = REGIONS * AGENCIES_OF_A_REGION;
  stage = await Stage.set({ agencies, nameLength: NAME_LENGTH, regions: REGIONS, waiting: agencies, settings: { 'limits.client_queue_frames': 1 } });
});

after(() => stage?.clear());

async function hold(t) {
  const watcher = new Watcher(stage.service.address, 'all');
  t.after(() => watcher.leave());
  await watcher.opened;
  TOPICS.filter((topic) => topic !== 'figures/all').forEach((topic) => watcher.subscribe(topic));
  await until('a snapshot of each', () => TOPICS.every((topic) => watcher.framesOf(topic).snapshots === 1), 30_000);
  return watcher;
}

test('who stops reading sixteen large topics costs what one costs, and nobody else notices', { skip: noBinary, timeout: 180_000 }, async (t) => {
  const [all, region] = await stage.onlookers('all', `ft/${regionCode(3)}`);
  const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => hold(t)));
  const resynced = await stage.metric('vigie_clients_resynced_total');
  const before = stage.service.residentMebibytes();
  slow.forEach((client) => client.pause());
  // Each is counted once for each of its topics.
  await until('all to be too slow', async () => (await stage.metric('vigie_clients_resynced_total')) >= resynced + SLOW_CLIENTS * TOPICS.length, 60_000);
  const grown = stage.service.residentMebibytes() - before;
  const counts = slow.map((client) => TOPICS.map((topic) => client.framesOf(topic).snapshots));
  slow.forEach((client) => client.resume());
  const fresh = (client, index) => TOPICS.filter((topic, at) => client.framesOf(topic).snapshots > counts[index][at]);
  await until('each topic to begin anew', () => slow.every((client, index) => fresh(client, index).length === TOPICS.length), 60_000);
  const deltas = slow.map((client) => TOPICS.map((topic) => client.framesOf(topic).deltas));
  await until('each to go on', () => slow.every((client, index) => TOPICS.every((topic, at) => client.framesOf(topic).deltas > deltas[index][at])), 60_000);
  t.diagnostic(`${grown.toFixed(0)} MiB more for ${SLOW_CLIENTS} clients, longest gap ${all.worstGap().toFixed(0)} and ${region.worstGap().toFixed(0)} ms`);
  slow.forEach((client) => assert.deepEqual(client.faults, [], 'no delta follows a gap'));
  assert.ok(grown <= SLOW_CLIENTS * MEBIBYTES_A_CLIENT, `memory grew by ${grown} MiB`);
  for (const bystander of [all, region]) {
    assert.equal(bystander.closed, null);
    assert.ok(bystander.worstGap() <= LONGEST_GAP, `${bystander.scope}: T stood for ${bystander.worstGap()} ms`);
  }
});

/** Fourteen regions of fifteen and some agencies of the last, each time others. */
function selection(number) {
  const alone = number % REGIONS;
  const regions = Array.from({ length: REGIONS }, (_, index) => index).filter((index) => index !== alone).map((index) => `ft/${regionCode(index)}`);
  const agencies = Array.from({ length: 85 }, (_, index) => `ft/${regionCode(alone)}/${agencyCode(alone + REGIONS * ((index + number) % AGENCIES_OF_A_REGION))}`);
  return `pick/${[...regions, ...agencies].sort().join('+')}`;
}

test('who watches sixteen selections of everything, each another, has them in turn, and nobody else notices', { skip: noBinary, timeout: 180_000 }, async (t) => {
  const [all, region] = await stage.onlookers('all', `ft/${regionCode(3)}`);
  const clients = await Promise.all(Array.from({ length: SELECTING_CLIENTS }, async (_, client) => {
    const topics = Array.from({ length: 16 }, (__, index) => `figures/${selection(client * 16 + index)}`);
    const watcher = new Watcher(stage.service.address, topics[0].slice('figures/'.length));
    t.after(() => watcher.leave());
    await watcher.opened;
    topics.slice(1).forEach((topic) => watcher.subscribe(topic));
    return { watcher, topics };
  }));
  const frames = () => clients.flatMap(({ watcher, topics }) => topics.map((topic) => watcher.framesOf(topic).snapshots + watcher.framesOf(topic).deltas));
  await until('each to have been shown three times', () => frames().every((shown) => shown >= 3), 60_000);
  const postponed = await stage.metric('vigie_selections_postponed_total');
  t.diagnostic(`${postponed} turns had to wait, longest gap ${all.worstGap().toFixed(0)} and ${region.worstGap().toFixed(0)} ms`);
  assert.ok(postponed > 0, 'they are more than a second has room for');
  assert.ok(Math.max(...frames()) - Math.min(...frames()) <= 16, `shown ${Math.min(...frames())} to ${Math.max(...frames())} times`);
  clients.forEach(({ watcher }) => assert.deepEqual(watcher.faults, []));
  for (const bystander of [all, region]) {
    assert.equal(bystander.closed, null);
    assert.ok(bystander.worstGap() <= LONGEST_GAP, `${bystander.scope}: T stood for ${bystander.worstGap()} ms`);
  }
});
