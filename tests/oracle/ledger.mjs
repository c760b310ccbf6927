// Every addition that the facts make, written in columns in order of time,
// apart by scope, by the zone whose day it belongs to, by book and by group. A
// window is a stretch of rows: it adds up each of them anew. Columns, because a
// month of views adds up some thousand million of them.

import { LISTS, booksOf, emptyTally, positionOf } from './tally.mjs';

/** Rows of time, value, and what the value is added to. */
class Column {
  constructor() {
    this.times = [];
    this.values = [];
    this.positions = [];
  }

  write(time, value, position) {
    this.times.push(time);
    this.values.push(value);
    this.positions.push(position);
  }

  /** The index of the first row at or after `instant`. */
  reaching(instant) {
    let [from, to] = [0, this.times.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.times[middle] >= instant) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  addInto(sums, from, until) {
    const end = this.reaching(until);
    for (let row = this.reaching(from); row < end; row++) sums[this.positions[row]] += this.values[row];
  }

  between(from, until) {
    return this.values.slice(this.reaching(from), this.reaching(until));
  }
}

export class Ledger {
  constructor(facts) {
    this.byScope = new Map();
    for (const fact of [...facts].sort((a, b) => a.at - b.at)) this.#write(fact);
  }

  #write(fact) {
    const added = Object.entries(fact.add).map(([name, value]) => [positionOf(name), value]);
    const lengths = Object.entries(LISTS).filter(([name]) => fact[name] !== undefined).map(([name, list]) => [list, fact[name]]);
    for (const book of booksOf(fact)) {
      const part = `${fact.place.zone} ${book} ${fact.group}`;
      for (const scope of fact.place.scopes) {
        const columns = this.#columns(scope, part, fact, book);
        for (const [position, value] of added) columns.sums.write(fact.at, value, position);
        for (const [list, length] of lengths) columns[list].write(fact.at, length, 0);
      }
    }
  }

  #columns(scope, part, { place: { zone }, group }, book) {
    let parts = this.byScope.get(scope);
    if (!parts) this.byScope.set(scope, (parts = new Map()));
    let found = parts.get(part);
    if (!found) {
      const columns = Object.fromEntries(['sums', ...Object.values(LISTS)].map((name) => [name, new Column()]));
      parts.set(part, (found = { zone, book, group, columns }));
    }
    return found.columns;
  }

  /** What a scope has from `from(zone)` (included) until `until` (excluded). */
  tally(scope, from, until) {
    const tally = emptyTally();
    for (const { zone, book, group, columns } of this.byScope.get(scope)?.values() ?? []) {
      const [into, start] = [tally[book][group], from(zone)];
      columns.sums.addInto(into.sums, start, until);
      for (const list of Object.values(LISTS)) into[list] = into[list].concat(columns[list].between(start, until));
    }
    return tally;
  }
}
