// The view of design.md ("A view"), in the shape of the contract. Estimates
// and severity are no figures of this count and are left out.

import { DAY, MINUTE, QUARTER, formatInstant, localDayStart } from './time.mjs';
import { grouped } from './ordering.mjs';
import { busyAt, nowAt } from './now.mjs';
import { completeOver } from './sources.mjs';
import { BOOKS, addTo } from './tally.mjs';
import { agentRate, spreadOf, windowOf } from './window.mjs';

const WINDOWS = { '5m': 5 * MINUTE, '15m': 15 * MINUTE, '60m': 60 * MINUTE, today: null };

/** No civil day is longer, whatever its zone does. */
const LONGEST_DAY = 2 * DAY;

/**
 * The views of `scopes` as of `asOf`. Facts with an `index` tell of an arrival:
 * they count when they are among the first `arrived`.
 */
export function viewsAt(asOf, scopes, happened, { directory, arrived, quarters }) {
  const figures = new Figures(asOf, happened, directory, arrived);
  return scopes.map((scope) => ({
    as_of: formatInstant(asOf),
    scope,
    clock: 'event',
    now: nowAt(happened, scope, asOf),
    ...figures.books(scope),
    quarters: quarters ? figures.quarters(scope) : null,
  }));
}

/** The sums of one moment; what one scope needs of another's is added up once. */
class Figures {
  constructor(asOf, happened, directory, arrived) {
    Object.assign(this, { asOf, happened, directory, arrived, tallies: new Map() });
  }

  books(scope) {
    const busy = busyAt(this.happened, scope, this.asOf, WINDOWS);
    const complete = (window) => {
      const length = WINDOWS[window] ?? this.asOf - localDayStart(this.directory.zoneOf(scope), this.asOf);
      return completeOver(length, this.happened.sources, scope, this.asOf);
    };
    return Object.fromEntries(BOOKS.map((book) => [book, Object.fromEntries(Object.keys(WINDOWS).map((window) => [
      window,
      windowOf(this.#tally(scope, window)[book],
        { scope, window, directory: this.directory, busy: busy[window], complete: complete(window), spread: this.#spread(scope, window, book) }),
    ]))]));
  }

  #tally(scope, window) {
    const key = `${window} ${scope}`;
    if (!this.tallies.has(key)) {
      const length = WINDOWS[window];
      const from = length === null ? (zone) => localDayStart(zone, this.asOf) : () => this.asOf - length;
      this.tallies.set(key, this.#tallyOf(scope, from, this.asOf));
    }
    return this.tallies.get(key);
  }

  /** Of what is timed from `from(zone)`, by the zone whose day it belongs to, until `until`. */
  #tallyOf(scope, from, until) {
    const tally = this.happened.ledger.tally(scope, from, until);
    const arrivals = this.happened.arrivals.between(scope, this.asOf - LONGEST_DAY, until);
    for (const fact of arrivals) if (fact.index < this.arrived && fact.at >= from(fact.place.zone)) addTo(tally, fact);
    return tally;
  }

  /** Of `all`, a network, a region: over its agencies, by each one's own setting. */
  #spread(scope, window, book) {
    const agencies = this.happened.agenciesBelow(scope);
    return spreadOf(agencies.map((agency) =>
      agentRate(this.#tally(agency, window)[book].main, { scope: agency, directory: this.directory })));
  }

  // ---- Today by quarter-hour.

  quarters(scope) {
    const entered = grouped(this.#enteredToday(scope), ({ opened }) => Math.floor(opened / QUARTER) * QUARTER);
    const quarters = [];
    for (let start = Math.floor((this.asOf - LONGEST_DAY) / QUARTER) * QUARTER; start < this.asOf; start += QUARTER) {
      const quarter = this.#quarter(scope, start, entered.get(start) ?? []);
      if (showsSomething(quarter)) quarters.push(quarter);
    }
    return quarters;
  }

  #quarter(scope, start, entered) {
    const from = (zone) => Math.max(start, localDayStart(zone, this.asOf));
    const tally = this.#tallyOf(scope, from, Math.min(start + QUARTER, this.asOf));
    const window = (book) => windowOf(tally[book], { scope, window: 'quarter', directory: this.directory, busy: null, spread: null });
    return { start: formatInstant(start), window: window('windows'), handled: window('handled'), cohort: this.#cohort(entered) };
  }

  /** First-level legs, by handler, at any hour. */
  #enteredToday(scope) {
    return this.happened.legs.between(scope, this.asOf - LONGEST_DAY, this.asOf).filter(({ reason, agency, opened }) => {
      return ['asked', 'overflow'].includes(reason) && opened >= localDayStart(this.directory.place(agency).zone, this.asOf);
    });
  }

  #cohort(legs) {
    const closed = legs.filter((leg) => leg.closed < this.asOf);
    const [answered, abandoned] = ['answered', 'abandoned'].map((outcome) => closed.filter((leg) => leg.outcome === outcome).length);
    return {
      entered: legs.length, answered, abandoned,
      closed_otherwise: closed.length - answered - abandoned, waiting: legs.length - closed.length,
    };
  }
}

/** Whether any figure of a quarter-hour, but those of these names, is other than 0 or absent. */
export function showsSomething({ window, handled, cohort }, but = new Set()) {
  const isSomething = ([name, value]) => value !== null && value !== 0 && !but.has(name);
  return cohort.entered > 0 || [window, handled].some(({ counts, second_level, callback, rates, times }) =>
    [counts, second_level, callback, rates, times].some((figures) => Object.entries(figures).some(isSomething)));
}
