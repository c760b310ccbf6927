// The independent count: arrivals in, views out.

import { admit, arrivedBy } from './admission.mjs';
import { Happened } from './happened.mjs';
import { factsOfArrival } from './facts.mjs';
import { leverChangesAt, openPromisesAt, waitingCallsAt } from './lists.mjs';
import { SECOND } from './time.mjs';
import { viewsAt } from './view.mjs';

/** An entry changes what happened no longer before it. */
const CHANGES_BEFORE = 2 * SECOND;

export class Count {
  constructor(arrivals, directory) {
    this.directory = directory;
    this.arrivals = admit(arrivals, directory);
    this.applied = this.arrivals
      .filter(({ outcome }) => outcome === 'applied')
      .map(({ event, partition, takenIn }) => ({ ...event, partition, index: takenIn }));
    this.ofArrival = this.arrivals.flatMap((arrival) =>
      factsOfArrival(arrival, directory).map((fact) => ({ ...fact, index: arrival.takenIn })));
    this.oldestFrom = oldestFrom(this.arrivals);
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
    return this.#happened(Infinity).scopes();
  }

  /** One view a scope, in their order; with `quarters`, today by quarter-hour too. */
  views(asOf, scopes, { quarters = false } = {}) {
    const arrived = arrivedBy(this.arrivals, asOf);
    return viewsAt(asOf, scopes, this.#happenedBy(asOf), { directory: this.directory, arrived, quarters });
  }

  /** `{ agency, queue, reason, waiting_seconds, announced_wait_seconds }`, longest wait first. */
  waitingCalls(asOf, scope) {
    return waitingCallsAt(this.#happenedBy(asOf), scope, asOf);
  }

  /** `{ call, agency, queue, kind, made_at, due_at, attempts }`, first due first. */
  openPromises(asOf, scope) {
    return openPromisesAt(this.#happenedBy(asOf), scope, asOf);
  }

  /** `{ agency, queue, kind, on, to, message, since }` of today, oldest first. */
  leverChanges(asOf, scope) {
    return leverChangesAt(this.#happenedBy(asOf), scope, asOf);
  }

  /**
   * A view holds what had arrived. What happened before T is the same whether
   * or not events after T are looked at (but for an entry that an outcome before
   * T is of), so one history serves every T for which nothing older arrived
   * afterwards.
   */
  #happenedBy(asOf) {
    const arrived = arrivedBy(this.arrivals, asOf);
    return this.#happened(this.oldestFrom[arrived] < asOf + CHANGES_BEFORE ? arrived : Infinity);
  }

  #happened(arrived) {
    const build = (events) => new Happened(events, this.ofArrival, this.directory);
    if (arrived !== Infinity) return build(this.applied.filter(({ index }) => index < arrived));
    this.whole ??= build(this.applied);
    return this.whole;
  }
}

/** For each index, the oldest time among those that were taken in from there on. */
function oldestFrom(arrivals) {
  const oldest = new Array(arrivals.length + 1).fill(Infinity);
  for (const { outcome, event, takenIn } of arrivals) {
    if (outcome === 'applied') oldest[takenIn] = Math.min(oldest[takenIn], event.time);
  }
  for (let index = arrivals.length - 1; index >= 0; index--) oldest[index] = Math.min(oldest[index], oldest[index + 1]);
  return oldest;
}

/** The instants of `--at`, `--every`, `--until`: from `at` on, up to and including `until`. */
export function instants(at, every, until) {
  const list = [at];
  for (let next = at + every; every && next <= until; next += every) list.push(next);
  return list;
}
