// One client must not slow another: whoever reads the API or subscribes as fast as it can has its
// share of the engine's time, and a supervisor who only watches sees T go on every second.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { attack } from './attackers.mjs';
import { LONGEST_GAP } from './bystander.mjs';
import { REGION, SECONDS, Stage, agencyCode } from './stage.mjs';

const AGENCIES = 1100;
const WAITING = 3000;
const READERS = 20;
const LARGEST_ANSWER = 2 * 1024 * 1024;
/** Engine time for answers in each second, as the settings' default has it. */
const SHARE = 0.2;

let stage;

before(async () => {
  if (noBinary) return;
  stage = await Stage.set({ agencies: AGENCIES, waiting: WAITING });
});

after(() => stage?.clear());

const agencies = Array.from({ length: AGENCIES }, (_, index) => `${REGION}/${agencyCode(index)}`);

/** The seconds of the engine that answers took so far. */
const spent = () => stage.metric('vigie_answer_seconds_sum');

/** Asks for a path once a second, as a program does that follows the figures. */
function followed(path) {
  const statuses = {};
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const { status } = await stage.service.get(path);
      statuses[status] = (statuses[status] ?? 0) + 1;
      await sleep(1000);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return statuses;
    },
  };
}

for (const [what, paths] of [
  ['views, quarters and lists', [
    '/api/v1/views/all?quarters=true', `/api/v1/views/${REGION}?quarters=true`, `/api/v1/children/${REGION}?limit=10000`,
    '/api/v1/waiting/all?limit=10000', '/api/v1/promises/all', '/api/v1/levers/all', '/api/v1/scopes?limit=10000',
  ]],
  ['views that are each another one', agencies.map((scope) => `/api/v1/views/${scope}?quarters=true`)],
  ['pages of lists that are each another one', agencies.map((_, index) => `/api/v1/waiting/all?limit=${index}&offset=${index}`)],
  ['the metrics', ['/metrics']],
]) {
  test(`${READERS} readers of ${what} do not slow a bystander`, { skip: noBinary, timeout: 120_000 + SECONDS * 1000 }, async (t) => {
    const [all, region] = await stage.onlookers('all', REGION);
    const [before, began] = [await spent(), performance.now()];
    const polite = followed('/api/v1/views/all');
    const { counts, bytes, largest } = await attack('read', { address: stage.service.address, paths, readers: READERS, seconds: SECONDS });
    const followedWith = await polite.stop();
    const share = (await spent() - before) / ((performance.now() - began) / 1000);
    t.diagnostic(`answers ${JSON.stringify(counts)}, ${(bytes / 1e6).toFixed(0)} MB, the largest ${largest} bytes`);
    t.diagnostic(`engine time for them ${(share * 100).toFixed(1)} %, longest gap ${all.worstGap().toFixed(0)} and ${region.worstGap().toFixed(0)} ms, lag ${all.lag()} ms`);
    assert.deepEqual(Object.keys(followedWith), ['200'], `a view that is watched was asked for once a second: ${JSON.stringify(followedWith)}`);
    assert.deepEqual(Object.keys(counts).filter((status) => !['200', '429'].includes(status)), [], 'answered, or told to come again');
    assert.ok(counts[200] > 0);
    for (const bystander of [all, region]) {
      assert.ok(bystander.worstGap() <= LONGEST_GAP, `${bystander.scope}: T stood for ${bystander.worstGap()} ms`);
      assert.equal(bystander.closed, null);
    }
    if (paths[0] !== '/metrics') {
      assert.ok(largest <= LARGEST_ANSWER, `${largest} bytes`);
      // What was saved up for a second counts too.
      assert.ok(share <= SHARE * (1 + 1.5 / SECONDS), `answers took ${share} of the engine's time`);
    }
  });
}

test('a storm of subscriptions is ended with a close code', { skip: noBinary, timeout: 120_000 + SECONDS * 1000 }, async (t) => {
  const [all] = await stage.onlookers('all');
  const { counts } = await attack('subscribe', { address: stage.service.address, scopes: [REGION, ...agencies], sockets: 1, aSecond: 600, seconds: SECONDS });
  t.diagnostic(`${JSON.stringify(counts)}, longest gap ${all.worstGap().toFixed(0)} ms`);
  assert.ok(counts[4003] >= 1, 'too many messages');
  assert.deepEqual(Object.keys(counts).filter((key) => !['sent', '4003', 'open to the end'].includes(key)), []);
  assert.ok(all.worstGap() <= LONGEST_GAP, `T stood for ${all.worstGap()} ms`);
});

test('a hundred clients that subscribe as often as they may do not slow a bystander', { skip: noBinary, timeout: 120_000 + SECONDS * 1000 }, async (t) => {
  const [all] = await stage.onlookers('all');
  const { counts } = await attack('subscribe', { address: stage.service.address, scopes: [REGION, ...agencies], sockets: 100, aSecond: 16, seconds: SECONDS });
  t.diagnostic(`${JSON.stringify(counts)}, longest gap ${all.worstGap().toFixed(0)} ms`);
  assert.equal(counts['open to the end'], 100, 'nobody was closed');
  assert.ok(all.worstGap() <= LONGEST_GAP, `T stood for ${all.worstGap()} ms`);
});

test('a list is read whole by following its pages', { skip: noBinary }, async () => {
  for (const [path, field, total, key] of [
    [`/api/v1/children/${REGION}`, 'children', AGENCIES, 'scope'],
    ['/api/v1/waiting/all', 'waiting', WAITING, 'agency'],
  ]) {
    const rows = [];
    let [offset, pages] = [0, 0];
    for (; offset !== null; pages += 1) {
      const page = await stage.service.find(`${path}?limit=400&offset=${offset}`);
      assert.equal(page.total, total);
      rows.push(...page[field]);
      offset = page.next;
    }
    assert.equal(pages, Math.ceil(total / 400));
    assert.equal(rows.length, total);
    assert.equal(new Set(rows.map((row) => row[key])).size, AGENCIES, 'none is missing');
  }
});

test('answers are compressed for whoever can read that', { skip: noBinary }, async () => {
  for (const path of [`/api/v1/children/${REGION}`, '/metrics']) {
    for (const [accepted, encoding] of [['gzip', 'gzip'], ['identity', null]]) {
      const answer = await until(path, async () => {
        const answered = await fetch(`http://${stage.service.address}${path}`, { headers: { 'accept-encoding': accepted } });
        return answered.status === 200 ? answered : null;
      });
      assert.equal(answer.headers.get('content-encoding'), encoding, path);
      assert.ok((await answer.text()).length > 10_000);
    }
  }
});
