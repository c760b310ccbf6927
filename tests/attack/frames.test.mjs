// A message that no watcher's buffer can hold never closes the watcher: it is told so instead, and
// whoever watches something smaller goes on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { Watcher } from '../pipeline/watcher.mjs';
import { LONGEST_GAP } from './bystander.mjs';
import { REGION, SECONDS, Stage, agencyCode } from './stage.mjs';

const AGENCIES = 5200;
/** Makes a frame of the region a megabyte larger than the largest that is sent. */
const NAME_LENGTH = 700;

let stage;

before(async () => {
  if (noBinary) return;
  stage = await Stage.set({ agencies: AGENCIES, nameLength: NAME_LENGTH });
});

after(() => stage?.clear());

test('children that fill no frame are refused, and the watcher stays', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const [region, all] = await stage.onlookers(REGION, 'all');
  const watcher = new Watcher(stage.service.address, REGION, { children: true });
  t.after(() => watcher.leave());
  const refused = await until('the refusal', () => watcher.refused);
  assert.deepEqual({ topic: refused.topic, reason: refused.reason }, { topic: `children/${REGION}`, reason: 'too_large' });
  await watcher.until('its figures, which are small', () => watcher.deltas >= 2);
  assert.match(refused.message, /watch a narrower scope/);
  t.diagnostic(refused.message);
  // Whoever asks again and again is told again and again, at the cost of others' patience.
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    watcher.refused = null;
    watcher.subscribe(`children/${REGION}`);
    await until('the refusal again', () => watcher.refused);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  watcher.watch(`${REGION}/${agencyCode(AGENCIES - 1)}`);
  await watcher.until('a narrower scope', (update) => update.view.scope === watcher.scope);
  assert.deepEqual(watcher.faults, []);
  t.diagnostic(`longest gap ${region.worstGap().toFixed(0)} and ${all.worstGap().toFixed(0)} ms`);
  for (const bystander of [region, all]) {
    assert.equal(bystander.closed, null);
    assert.ok(bystander.worstGap() <= LONGEST_GAP, `${bystander.scope}: T stood for ${bystander.worstGap()} ms`);
  }
  assert.ok(await stage.metric('vigie_subscriptions_refused_total', { reason: 'too_large' }) >= 2);
});

test('the compact encoding, which is smaller, is measured by its own bytes', { skip: noBinary }, async (t) => {
  // Watched in both encodings at once, one may be refused and the other not.
  const socket = new WebSocket(`ws://${stage.service.address}/ws`, 'vigie.v4.postcard');
  t.after(() => socket.terminate());
  let largest = 0;
  let code = null;
  socket.on('message', (bytes) => { largest = Math.max(largest, bytes.length); });
  socket.on('close', (closedWith) => { code = closedWith; });
  await new Promise((resolve) => { socket.once('open', resolve); });
  // subscribe { topic }, as postcard writes it.
  const topic = `children/${REGION}`;
  socket.send(Buffer.from([0, topic.length, ...Buffer.from(topic)]));
  await until('its answer', () => largest > 100);
  t.diagnostic(`largest message ${largest} bytes`);
  assert.ok(largest <= 4 * 1024 * 1024);
  assert.equal(code, null);
});

test('the same children come in pages', { skip: noBinary, timeout: 60_000 }, async () => {
  const names = new Set();
  let offset = 0;
  while (offset !== null) {
    const answer = await fetch(`http://${stage.service.address}/api/v1/children/${REGION}?limit=10000&offset=${offset}`);
    const text = await answer.text();
    assert.ok(text.length <= 2.1 * 1024 * 1024, `${text.length} bytes`);
    const page = JSON.parse(text);
    page.children.forEach(({ name }) => names.add(name));
    offset = page.next;
  }
  assert.equal(names.size, AGENCIES);
});
