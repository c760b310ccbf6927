// The independent count: arrivals in, views out.

import { DAY } from './time.mjs';
import { admit, arrivedBy } from './admission.mjs';
import { findLegs } from './legs.mjs';
import { findPromises } from './promises.mjs';
import { findStretches } from './agents.mjs';
import { factsOfArrival, findFacts } from './facts.mjs';
import { viewsAt } from './view.mjs';

/** What happened, by these events: legs, promises, agents, and the facts they make. */
function historyOf(events, directory) {
  const walked = findLegs(events, directory);
  const history = { events, ...walked, ...findPromises(events, walked, directory), stretches: findStretches(events, directory) };
  return { ...history, facts: findFacts(history, directory) };
}

export class Count {
  constructor(arrivals, directory) {
    this.directory = directory;
    this.arrivals = admit(arrivals, directory);
    this.applied = this.arrivals
      .filter(({ outcome }) => outcome === 'applied')
      .map(({ event, partition, index }) => ({ ...event, partition, index }));
    this.ofArrival = this.arrivals.flatMap((arrival) =>
      factsOfArrival(arrival, directory).map((fact) => ({ ...fact, index: arrival.index })));
    this.whole = null;
  }

  /** read = applied + duplicate + too_late + refused + skipped */
  counters() {
    const counters = { read: this.arrivals.length, applied: 0, duplicate: 0, too_late: 0, refused: 0, skipped: 0, late: 0 };
    for (const { outcome, late } of this.arrivals) {
      counters[outcome] += 1;
      if (late) counters.late += 1;
    }
    return counters;
  }

  /** Every scope that anything counts in. */
  scopes() {
    const scopes = new Set(['all']);
    for (const { place } of this.#history(Infinity).facts) place.scopes.forEach((scope) => scopes.add(scope));
    for (const stretch of this.#history(Infinity).stretches) stretch.scopes.forEach((scope) => scopes.add(scope));
    return [...scopes].sort();
  }

  views(asOf, scopes) {
    const arrived = arrivedBy(this.arrivals, asOf);
    const history = this.#historyFor(asOf, arrived);
    // No day is longer than two days: facts older than that are in no window.
    const isRecent = ({ at }) => at < asOf && at >= asOf - 2 * DAY;
    const ofArrival = this.ofArrival.filter((fact) => fact.index < arrived && isRecent(fact));
    const recent = history.facts.filter(isRecent).concat(ofArrival);
    return viewsAt(asOf, scopes, recent, history, this.directory);
  }

  /**
   * A view holds what had arrived. What happened before T is the same whether
   * or not events after T are looked at, so one history serves every T for
   * which nothing older arrived afterwards.
   */
  #historyFor(asOf, arrived) {
    const cameLater = this.applied.some(({ time, index }) => index >= arrived && time < asOf);
    return this.#history(cameLater ? arrived : Infinity);
  }

  #history(arrived) {
    if (arrived !== Infinity) return historyOf(this.applied.filter(({ index }) => index < arrived), this.directory);
    this.whole ??= historyOf(this.applied, this.directory);
    return this.whole;
  }
}

/** The instants of `--at`, `--every`, `--until`: from `at` on, up to and including `until`. */
export function instants(at, every, until) {
  const list = [at];
  for (let next = at + every; every && next <= until; next += every) list.push(next);
  return list;
}

