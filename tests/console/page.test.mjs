// The page under the hands of a person: addresses, languages, keys, and whoever cannot see it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { until } from '../pipeline/condition.mjs';
import { openPage, shown } from './browser.mjs';
import { NETWORK, REGION } from './country.mjs';
import { isLive, openStage, showing, skip } from './stage.mjs';
import { count } from './written.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let stage;

before(async () => {
  stage = skip ? undefined : await openStage();
});

after(() => stage?.close());

async function open(t, query = '', options = {}) {
  const opened = await openPage(stage.browser, `${stage.address}/${query}`, options);
  t.after(opened.close);
  t.after(() => assert.deepEqual(opened.faults, []));
  return opened.page;
}

async function openLive(t, query, options) {
  const page = await open(t, query, options);
  await showing(page, 'live figures', ({ frozen, asOf }) => !frozen && asOf !== '');
  return page;
}

const heading = (page, name) => showing(page, `the heading ${name}`, (now) => now.heading === name);
const queryOf = (page) => new URL(page.url()).search;
const sortOf = (page, column) => page.locator(`th[data-column="${column}"]`).getAttribute('aria-sort');
const focused = (page) => page.evaluate(() => document.activeElement.textContent);

test('an address without anything is everything, in French, the worst first', { skip }, async (t) => {
  const page = await openLive(t);
  assert.equal((await shown(page)).heading, 'Tous les réseaux');
  assert.equal(queryOf(page), '?scope=all&sort=-severity&lang=fr');
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  assert.equal(await sortOf(page, 'severity'), 'descending');
  assert.match(await page.title(), /^\(\d+\) Tous les réseaux · Vigie$/);
  const estimate = (await shown(page)).tiles.estimate;
  assert.match(estimate.value, /^\d+ (s|min \d\d)$/);
  assert.match(estimate.detail, /^moins de \d.* neuf fois sur dix$/);
});

test('a deep link shows its scope, its order and its language', { skip }, async (t) => {
  const page = await openLive(t, `?scope=${REGION}&sort=name&lang=en`);
  const { heading: name, rows, state } = await shown(page);
  assert.equal(name, 'Nouvelle-Aquitaine');
  assert.equal(state, 'Live');
  assert.equal(await sortOf(page, 'name'), 'ascending');
  const names = rows.map((row) => row.name);
  assert.equal(names.length, 40);
  assert.deepEqual(names, [...names].sort());
});

test('the language is one click away and changes every word', { skip }, async (t) => {
  const page = await openLive(t, `?scope=${REGION}`);
  const words = () => page.evaluate(() => {
    const said = [...document.querySelectorAll('h2, h3, thead th, .kind, .detail, .link-detail, footer span')];
    const named = [...document.querySelectorAll('[aria-label], [title], [placeholder]')]
      .filter((element) => element.closest('.languages a') === null)
      .flatMap((element) => ['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name)));
    const all = [...said.map((element) => element.textContent), ...named];
    return [...new Set(all.filter((text) => text !== null && /\p{L}{3}/u.test(text)))];
  });
  const french = await words();
  await page.getByRole('link', { name: 'English' }).click();
  await until('English', async () => (await page.getAttribute('html', 'lang')) === 'en');
  assert.match(queryOf(page), /lang=en$/);
  const english = await words();
  const same = french.filter((text) => english.includes(text));
  assert.ok(french.length > 20, 'there were words to compare');
  assert.deepEqual(same, ['15 minutes'], 'nothing else is said alike in both languages');
  assert.match((await shown(page)).tiles['pick-up-today'].value, /^\d+\.\d%$/);
  await page.goBack();
  await until('French', async () => (await page.getAttribute('html', 'lang')) === 'fr');
  assert.match((await shown(page)).tiles['pick-up-today'].value, /^\d+,\d %$/);
});

test('down by a row, up by the path, back and forward', { skip }, async (t) => {
  const page = await openLive(t);
  await page.getByRole('link', { name: 'France Travail' }).click();
  await heading(page, 'France Travail');
  await page.getByRole('link', { name: 'Nouvelle-Aquitaine' }).click();
  await heading(page, 'Nouvelle-Aquitaine');
  assert.match(queryOf(page), /scope=ft\/NAQ&/);
  await page.getByRole('navigation', { name: 'Chemin' }).getByRole('link', { name: 'France Travail' }).click();
  await heading(page, 'France Travail');
  await page.goBack();
  await heading(page, 'Nouvelle-Aquitaine');
  await page.goBack();
  await page.goBack();
  await heading(page, 'Tous les réseaux');
  await page.goForward();
  await heading(page, 'France Travail');
});

test('a column is sorted by the keyboard, and says so', { skip }, async (t) => {
  const page = await openLive(t, `?scope=${REGION}`);
  const values = async (column) => (await shown(page)).rows.map(({ cells }) => Number(cells[column].replaceAll(' ', '')));
  await page.locator('th[data-column="offered"] button').focus();
  await page.keyboard.press('Enter');
  await until('the order', async () => (await sortOf(page, 'offered')) === 'descending');
  assert.equal(await sortOf(page, 'severity'), 'none');
  assert.match(queryOf(page), /sort=-offered&/);
  const most = await values(6);
  assert.deepEqual(most, [...most].sort((a, b) => b - a));
  await page.keyboard.press('Space');
  await until('the order turned', async () => (await sortOf(page, 'offered')) === 'ascending');
  const least = await values(6);
  assert.deepEqual(least, [...least].sort((a, b) => a - b));
  assert.notDeepEqual(least, most);
});

test('the arrows walk the rows, Enter opens one and Escape leads back to it', { skip }, async (t) => {
  const page = await openLive(t, `?scope=${REGION}&sort=name`);
  const names = (await shown(page)).rows.map(({ name }) => name);
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), names[0]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), names[2]);
  await page.keyboard.press('End');
  assert.equal(await focused(page), names.at(-1));
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), names.at(-2));
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'the focus is seen');
  await page.keyboard.press('Enter');
  await heading(page, names.at(-2));
  await until('the focus in the new table', async () => (await focused(page)) === 'Indemnisation');
  await page.keyboard.press('Escape');
  await heading(page, 'Nouvelle-Aquitaine');
  await until('the focus on the row that was left', async () => (await focused(page)) === names.at(-2));
});

test('a scope is found by a few letters, whatever the accents', { skip }, async (t) => {
  const page = await openLive(t);
  await page.keyboard.press('/');
  const field = page.getByRole('combobox');
  await until('the tops of the trees', async () => (await page.getByRole('option').count()) > 1);
  const tops = await page.getByRole('option').allInnerTexts();
  assert.ok(tops.some((text) => text.includes('3949 Demandeurs d')), `a line is among ${tops}`);
  await page.keyboard.type('ile');
  await until('a match', async () => (await page.getByRole('option').first().innerText()).startsWith('Île-de-France'));
  const active = await field.getAttribute('aria-activedescendant');
  assert.equal(await page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await field.getAttribute('aria-activedescendant'), active);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await heading(page, 'Île-de-France');
  await page.keyboard.press('/');
  await page.keyboard.type('zzzz');
  await page.getByText('Rien ne correspond').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await field.inputValue(), '');
  assert.equal((await shown(page)).heading, 'Île-de-France', 'Escape left the search, not the scope');
});

/** The formula of a rate with its counts put in; `forgiven`: those that do not count, where the network says so. */
function pickUp({ counts, rates }, forgiven) {
  const [numerator, denominator] = rates.pick_up_agent.of;
  assert.equal(counts.asked - (forgiven ?? 0), denominator, 'the counts are those of the formula');
  const less = forgiven === undefined ? '' : ` − ${count(forgiven)}`;
  return `(${count(counts.answered)} + 0) ÷ (${count(counts.asked)} − 0 + 0 + 0${less}) = ${count(numerator)} / ${count(denominator)} = `;
}

async function explained(page) {
  await page.locator('[data-figure="pick-up-today"] h2 button').click();
  const said = await page.locator('#explanation-pick-up-today').innerText();
  return said.replace(/[\u00a0\u202f]/g, ' ');
}

test('the formula of a rate goes by the network\'s own rule on short abandons', { skip }, async (t) => {
  const { counts } = (await stage.service.view(NETWORK)).windows.today;
  assert.ok(counts.short_abandoned > 0);
  const forgiving = await explained(await openLive(t, `?scope=${NETWORK}`));
  const ofNetwork = (await stage.service.view(NETWORK)).windows.today;
  assert.ok(forgiving.includes(pickUp(ofNetwork, ofNetwork.counts.short_abandoned)), forgiving);
  assert.match(forgiving, /− abandons courts\)/);
  const strict = await explained(await openLive(t));
  assert.ok(strict.includes(pickUp((await stage.service.view('all')).windows.today)), strict);
  assert.doesNotMatch(strict, /courts/);
});

test('what is behind a rate is one click away: formula, counts, window', { skip }, async (t) => {
  const page = await openLive(t, `?scope=${NETWORK}`);
  const opener = page.locator('[data-figure="pick-up-today"] h2 button');
  assert.equal(await opener.getAttribute('aria-expanded'), 'false');
  await opener.click();
  assert.equal(await opener.getAttribute('aria-expanded'), 'true');
  const panel = page.locator('#explanation-pick-up-today');
  const said = (await panel.innerText()).replace(/[\u00a0\u202f]/g, ' ');
  assert.match(said, /De minuit, heure locale de chaque agence/);
  // As the network that forgives them counts, in the readings of others too.
  assert.match(said, /Traités ÷ \(demandes d’agent − abandons courts\) \(réseau famille\)/);
  await page.keyboard.press('Escape');
  assert.equal(await opener.getAttribute('aria-expanded'), 'false');
  assert.equal((await shown(page)).heading, 'France Travail', 'Escape closed the panel, not the scope');
});

test('a scope that is unknown, or none, is said to be', { skip }, async (t) => {
  const page = await open(t, '?scope=zz/ZZ');
  await page.getByRole('heading', { name: 'Périmètre inconnu' }).waitFor();
  assert.equal(await page.locator('.tiles').isVisible(), false);
  assert.deepEqual(await violations(page), []);
  await page.goto(`${stage.address}/?scope=a//b`);
  await page.getByRole('heading', { name: 'Adresse illisible' }).waitFor();
  await page.getByRole('link', { name: 'Voir tous les réseaux' }).click();
  await heading(page, 'Tous les réseaux');
});

test('a theme that was chosen is kept', { skip }, async (t) => {
  const page = await openLive(t, '', { colorScheme: 'light' });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole('button', { name: 'Thème : celui du système' }).click();
  await page.getByRole('button', { name: 'Thème : clair' }).click();
  await page.getByRole('button', { name: 'Thème : sombre' }).waitFor();
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.reload();
  await page.getByRole('button', { name: 'Thème : sombre' }).waitFor();
  assert.equal(await paper(), dark);
});

for (const colorScheme of ['light', 'dark']) {
  for (const [where, viewport] of Object.entries({ desk: { width: 1440, height: 900 }, phone: { width: 320, height: 640 } })) {
    test(`axe finds nothing: ${colorScheme}, ${where}`, { skip }, async (t) => {
      const page = await openLive(t, `?scope=${REGION}`, { colorScheme, viewport });
      assert.deepEqual(await violations(page), []);
      await page.locator('[data-figure="pick-up-15m"] h2 button').click();
      assert.deepEqual(await violations(page), [], 'with an explanation open');
      await page.keyboard.press('Escape');
      await page.getByRole('combobox').fill('agence');
      await page.getByRole('option').first().waitFor();
      assert.deepEqual(await violations(page), [], 'with matches listed');
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `nothing is cut off at the side, but ${overflow} px`);
    });
  }
}

/** What axe-core objects to, a line each. */
async function violations(page) {
  // Evaluated, not added as a script: the security policy of the page stays as it is.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document));
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}

test('a service that has read nothing yet says that it waits', { skip }, async (t) => {
  const empty = await openStage({ steps: 0 });
  t.after(() => empty.close());
  const { page, faults, close } = await openPage(empty.browser, empty.address);
  t.after(close);
  const told = await showing(page, 'that it waits', ({ state }) => state === 'En attente du premier appel');
  assert.equal(told.tiles.waiting.value, '–');
  assert.equal(told.frozen, true);
  assert.equal(isLive(told), false);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page), [], `greyed figures, ${colorScheme}`);
  }
  assert.deepEqual(faults, []);
});
