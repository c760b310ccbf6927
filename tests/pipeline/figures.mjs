// Figures of three origins, to be compared: as a websocket client was sent them, as `vigie fold`
// has them, and as the independent count does.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { NOT_PROMISED, differencesOfViews } from '../oracle/compare.mjs';
import { parseInstant } from '../oracle/time.mjs';
import { succeed } from './command.mjs';
import { Watcher } from './watcher.mjs';

const DIFFERENCES_SHOWN = 25;
/** `vigie fold` runs on one core. */
const FOLDS_AT_A_TIME = 2;

/** What a view promises: without what tells of arrival or of the feed, at any depth. */
export function promised(value) {
  if (Array.isArray(value)) {
    return value.map(promised);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const kept = Object.entries(value).filter(([name]) => name !== 'feed' && !NOT_PROMISED.has(name));
  return Object.fromEntries(kept.map(([name, inside]) => [name, promised(inside)]));
}

/** Watches many scopes at once and keeps every view that it is sent, by instant and scope. */
export class Recording {
  #watchers;
  /** Views as text: so many objects would take some gigabytes. */
  #views = new Map();

  constructor(address, scopes) {
    this.#watchers = scopes.map((scope) => new Watcher(address, scope, { taken: ({ view }) => this.#keep(view) }));
    // A scope that no event has named yet is refused: asked for again when there is news.
    this.#watchers[0].taken = ({ view }) => {
      this.#keep(view);
      this.#watchers.filter(({ refused }) => refused?.reason === 'unknown_scope').forEach((watcher) => {
        watcher.watch(watcher.scope);
      });
    };
  }

  #keep(view) {
    if (!this.#views.has(view.as_of)) {
      this.#views.set(view.as_of, new Map());
    }
    this.#views.get(view.as_of).set(view.scope, JSON.stringify(view));
  }

  opened() {
    return Promise.all(this.#watchers.map(({ opened }) => opened));
  }

  get scopes() {
    return this.#watchers.map(({ scope }) => scope);
  }

  /** The instants of which every scope has a view, in order. */
  instants() {
    const whole = [...this.#views].filter(([, views]) => views.size === this.#watchers.length);
    return whole.map(([at]) => at).sort((a, b) => parseInstant(a) - parseInstant(b));
  }

  /** The views of an instant, in the order of the scopes. */
  views(at) {
    return this.scopes.map((scope) => JSON.parse(this.#views.get(at).get(scope)));
  }

  faults() {
    return this.#watchers.flatMap(({ scope, faults }) => faults.map((fault) => `${scope}: ${fault}`));
  }

  async stop() {
    await Promise.all(this.#watchers.map((watcher) => watcher.leave()));
  }
}

/** The views of `vigie fold` as of one instant, in the order of the scopes. */
export async function foldedViews(files, at, scopes, directory) {
  const words = ['fold', ...files, '--at', at, '--directory', directory];
  const { stdout } = await succeed([...words, ...scopes.flatMap((scope) => ['--scope', scope])]);
  const views = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(views.map(({ scope }) => scope), scopes);
  return views;
}

/** Does something for each of a list, a few at a time; resolves once all are done. */
export async function eachOf(list, work) {
  const left = list.values();
  const worker = async () => {
    for (const one of left) {
      await work(one);
    }
  };
  await Promise.all(Array.from({ length: FOLDS_AT_A_TIME }, worker));
}

/** Whether nothing is shown of a scope: no call, no agent, no promise, in no window. */
export function isQuiet({ now, windows, handled }) {
  const books = [...Object.values(windows), ...Object.values(handled)];
  const counts = books.flatMap((window) => [window.counts, window.second_level, window.callback]);
  const numbers = [now.waiting, now.agents.staffed, now.agents.offline, now.promises.open, ...counts.flatMap(Object.values)];
  return numbers.every((number) => !number);
}

/**
 * The live views of scopes. One that the directory does not have is gone once nobody has named it
 * for 26 hours: `others`, the views of the fold, are then of nothing, and stand for it.
 */
export function viewsOf(service, scopes, others) {
  return Promise.all(scopes.map(async (scope, index) => {
    const { status, body } = await service.get(`/api/v1/views/${scope}`);
    assert.ok(status === 200 || (status === 404 && isQuiet(others[index])), `${scope} answers ${status}`);
    return status === 200 ? body : others[index];
  }));
}

/** How live views differ from those of the fold: bit by bit, not within a tolerance. */
export function differencesFromFold(live, folded) {
  return live.flatMap((view, index) => {
    const [left, right] = [view, folded[index]].map(promised);
    if (isDeepStrictEqual(left, right)) {
      return [];
    }
    const found = differencesOfViews(view, folded[index]);
    const told = found.length > 0 ? found : [`${JSON.stringify(left)} != ${JSON.stringify(right)}`];
    return told.map((difference) => `${view.as_of} ${view.scope} ${difference}`);
  });
}

/** How live views differ from the count: exactly, quantiles of the speed of answer within 2 %. */
export function differencesFromCount(live, counted) {
  return live.flatMap((view, index) =>
    differencesOfViews(view, counted[index]).map((difference) => `${view.as_of} ${view.scope} ${difference}`));
}

export function assertNone(differences, what) {
  assert.equal(differences.length, 0, [`${differences.length} differences ${what}`, ...differences.slice(0, DIFFERENCES_SHOWN)].join('\n'));
}
