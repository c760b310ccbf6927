// The browser of this machine, and what a page of the console shows in it.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

function browserPath() {
  const finder = join(import.meta.dirname, '../../deploy/prerequisites/chromium');
  try {
    return execFileSync(finder, { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

const executablePath = browserPath();

/** Why there is no browser to test with, or false. */
export const noBrowser = executablePath === null && 'there is no Chromium; see deploy/prerequisites/install test';

export function openBrowser() {
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * A page of a browser of its own settings. `faults` gathers what the page threw, what it
 * complained of, the violations of the security policy among it.
 */
export async function openPage(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR', ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A connection that is refused while the service is down is what these tests are about.
    if (message.type() === 'error' && !/WebSocket connection|Failed to load resource/.test(message.text())) {
      faults.push(message.text());
    }
  });
  await page.goto(address);
  await page.locator('main').waitFor();
  return { page, faults, close: () => context.close() };
}

/** What the page shows, read in one go, with every kind of space as a plain one. */
export function shown(page) {
  return page.evaluate(readPage);
}

/** The same every few milliseconds for a while, inside the page: no reading is torn. */
export function shownDuring(page, milliseconds) {
  return page.evaluate(
    async ([source, duration]) => {
      const read = new Function(`return (${source})()`);
      const readings = [];
      const end = performance.now() + duration;
      while (performance.now() < end) {
        readings.push(read());
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      return readings;
    },
    [readPage.toString(), milliseconds],
  );
}

/** Runs inside the page: sees nothing of this module. */
function readPage() {
  const text = (element) => (element?.textContent ?? '').replace(/[\u00a0\u202f]/g, ' ').trim();
  const tiles = [...document.querySelectorAll('.tile')].map((tile) => [
    tile.dataset.figure,
    { value: text(tile.querySelector('.value')), detail: text(tile.querySelector('.detail')) },
  ]);
  const cell = (td) => {
    if (td.classList.contains('rate')) return [text(td.querySelector('b')), text(td.querySelector('small'))];
    if (td.classList.contains('severity')) return [td.dataset.severity, text(td.querySelector('[aria-hidden]')), td.title];
    return text(td);
  };
  const rows = [...document.querySelectorAll('#rows tr')].map((row) => ({
    scope: row.id.slice('row:'.length),
    name: text(row.querySelector('a')),
    cells: [...row.querySelectorAll('td')].map(cell),
  }));
  return {
    heading: text(document.querySelector('.heading h1')),
    asOf: document.querySelector('.as-of time').dateTime,
    tiles: Object.fromEntries(tiles),
    rows,
    state: text(document.querySelector('.link-state strong')),
    frozen: document.querySelector('main').dataset.frozen === 'true',
  };
}
