// The console while calls flow: its figures are the service's, they change where they stand, and
// it comes back by itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../pipeline/condition.mjs';
import { Watcher } from '../pipeline/watcher.mjs';
import { openPage, shown, shownDuring } from './browser.mjs';
import { REGION } from './country.mjs';
import { isLive, openStage, showing, skip } from './stage.mjs';
import { cellsOf, tilesOf } from './written.mjs';

/** How bad a row is, the least first; nothing is judged of what comes before. */
const SEVERITIES = ['', 'ok', 'warning', 'critical'];

const WATCHED_MILLISECONDS = 12_000;
let stage;

before(async () => {
  stage = skip ? undefined : await openStage();
});

after(() => stage?.close());

async function openRegion(t, more = '') {
  const opened = await openPage(stage.browser, `${stage.address}/?scope=${REGION}${more}`);
  t.after(opened.close);
  await showing(opened.page, 'live figures', isLive);
  return opened;
}

/** Asks the API again and again; resolves with the views by their instant. */
async function viewsDuring(milliseconds) {
  const views = new Map();
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const view = await stage.service.view(REGION);
    views.set(view.as_of, view);
    await sleep(30);
  }
  return views;
}

/** What a tile shows, as far as it is spelled out. */
function pickTiles(tiles) {
  return {
    waiting: tiles.waiting.value,
    'longest-wait': tiles['longest-wait'].value,
    'pick-up-15m': tiles['pick-up-15m'],
    'pick-up-today': tiles['pick-up-today'],
    estimate: tiles.estimate,
  };
}

test('figures equal those of the API and of the stream at the same instant, while they change', { skip }, async (t) => {
  stage.calls.resume();
  t.after(() => stage.calls.pause());
  const { page, faults } = await openRegion(t);
  const cards = new Map();
  const watcher = new Watcher(stage.service.address, REGION, {
    children: true,
    takenChildren: ({ as_of }) => cards.set(as_of, new Map(watcher.children)),
  });
  t.after(() => watcher.leave());
  const [readings, views] = await Promise.all([shownDuring(page, WATCHED_MILLISECONDS), viewsDuring(WATCHED_MILLISECONDS)]);

  const compared = new Set();
  const waiting = new Set();
  for (const { asOf, tiles, rows } of readings) {
    const view = views.get(asOf);
    if (view !== undefined) {
      assert.deepEqual(pickTiles(tiles), tilesOf(view), asOf);
      compared.add(asOf);
      waiting.add(tiles.waiting.value);
    }
    const children = cards.get(asOf);
    if (children !== undefined) {
      assert.equal(rows.length, children.size, asOf);
      for (const { scope, name, cells } of rows) {
        assert.equal(name, children.get(scope).name);
        assert.deepEqual(cells, cellsOf(children.get(scope), asOf), `${asOf} ${scope}`);
      }
    }
  }
  const instants = new Set(readings.map(({ asOf }) => asOf));
  const ofStream = [...instants].filter((instant) => cards.has(instant)).length;
  t.diagnostic(`${instants.size} instants shown, ${compared.size} compared with the API, ${ofStream} with the stream`);
  assert.ok(compared.size >= 5, 'several instants were compared with the API');
  assert.ok(ofStream >= 5, 'several instants were compared with the stream');
  assert.ok(waiting.size >= 3, 'the number of waiting calls changed meanwhile');
  assert.deepEqual(watcher.faults, []);
  assert.deepEqual(faults, []);
});

test('the worst first, of those as bad where most wait, and the rows follow', { skip }, async (t) => {
  stage.calls.resume();
  t.after(() => stage.calls.pause());
  const { page } = await openRegion(t);
  const readings = await shownDuring(page, 8_000);
  const orders = new Set();
  for (const { asOf, rows } of readings) {
    const order = rows.map(({ cells: [[severity], waiting] }) => [SEVERITIES.indexOf(severity), Number(waiting.replaceAll(' ', ''))]);
    assert.deepEqual(order, [...order].sort(([a, x], [b, y]) => b - a || y - x), asOf);
    orders.add(rows.map(({ scope }) => scope).join());
  }
  assert.ok(orders.size >= 2, 'the order changed meanwhile');
});

test('a row that is pointed at keeps its place, its focus and its text selected', { skip }, async (t) => {
  stage.calls.resume();
  t.after(() => stage.calls.pause());
  const { page } = await openRegion(t);
  await page.locator('#rows tr').nth(30).locator('a').focus();
  await page.locator('.scroll').evaluate((scroll) => scroll.scrollTo({ top: 400 }));
  const state = () => page.evaluate(() => ({
    focused: document.activeElement.closest('tr')?.id,
    scrolled: document.querySelector('.scroll').scrollTop,
    order: [...document.querySelectorAll('#rows tr')].map((row) => row.id),
    selected: document.getSelection().toString(),
    marked: document.querySelectorAll('#rows tr[data-test-mark]').length,
  }));
  // The rows are the same elements all along: nothing draws the table anew.
  const rows = await page.evaluate(() => {
    document.querySelectorAll('#rows tr').forEach((row) => row.setAttribute('data-test-mark', ''));
    const name = document.querySelectorAll('#rows tr a')[31];
    document.getSelection().selectAllChildren(name);
    return document.querySelectorAll('#rows tr').length;
  });
  const [first, before] = [await state(), await shown(page)];
  assert.match(first.selected, /^Agence \d+$/);
  assert.equal(first.scrolled, 400);
  await showing(page, 'other figures', ({ asOf, rows: now }) =>
    asOf !== before.asOf && JSON.stringify(now) !== JSON.stringify(before.rows));
  // Longer than the order is held after the last touch: the selection goes on holding it.
  await sleep(6_000);
  assert.deepEqual(await state(), first);
  assert.equal(first.marked, rows);
});

test('the focus stays on its row when the rows move', { skip }, async (t) => {
  stage.calls.resume();
  t.after(() => stage.calls.pause());
  const { page } = await openRegion(t);
  await page.locator('#rows tr').nth(2).locator('a').focus();
  const row = () => page.evaluate(() => {
    const focused = document.activeElement.closest('tr');
    return { id: focused?.id, place: [...document.querySelectorAll('#rows tr')].indexOf(focused) };
  });
  const first = await row();
  const places = new Set();
  await until('the focused row to move', async () => {
    const { id, place } = await row();
    assert.equal(id, first.id);
    places.add(place);
    return places.size > 1;
  }, 60_000);
});

test('a service that is killed and started again is found by itself, with the same figures', { skip }, async (t) => {
  await stage.calls.pause();
  const { page, faults } = await openRegion(t);
  const settled = async () => {
    const one = await shown(page);
    await sleep(1_500);
    const two = await shown(page);
    return isLive(two) && JSON.stringify(one) === JSON.stringify(two) ? two : null;
  };
  const before = await until('figures that stand still', settled, 60_000);

  await stage.service.kill();
  const lost = await showing(page, 'the loss of the service', ({ state }) => state === 'Reconnexion');
  assert.equal(lost.frozen, true);
  assert.deepEqual(lost.tiles, before.tiles, 'the last figures stay, greyed');
  const grey = await page.locator('.tile .value').first().evaluate((value) => getComputedStyle(value).color);
  const told = await page.locator('.link-state').innerText();
  assert.match(told, /dans \d+\ss/);

  await sleep(3_000);
  await stage.service.start();
  await showing(page, 'live figures again', isLive, 60_000);
  const again = await until('the figures that were there before', async () => {
    const now = await shown(page);
    assert.deepEqual(now.tiles, before.tiles);
    assert.deepEqual(now.rows, before.rows);
    assert.equal(now.asOf, before.asOf);
    return now;
  }, 60_000);
  assert.equal(again.frozen, false);
  const ink = await page.locator('.tile .value').first().evaluate((value) => getComputedStyle(value).color);
  assert.notEqual(grey, ink);
  assert.deepEqual(faults, []);
});

test('a Kafka that goes away is told, and its return too', { skip }, async (t) => {
  await stage.calls.pause();
  const { page } = await openRegion(t);
  await stage.broker.halt();
  t.after(() => stage.broker.pid ?? stage.broker.run());
  const told = await showing(page, 'that Kafka is gone', ({ state }) => state === 'Déconnecté de Kafka', 90_000);
  assert.equal(told.frozen, true);
  await stage.broker.run();
  await showing(page, 'live figures again', isLive, 90_000);
});
