// What becomes of each event as it arrives (indicators.md, Event time):
// refused, held for a while, too late, duplicate or applied. Unknown types are
// skipped.

import { DAY, MINUTE, SECOND, localDayEnd } from './time.mjs';

const AHEAD_OF_ARRIVAL = 60 * SECOND;
const WEEK = 7 * DAY;
const DAY_CLOSES_AFTER = 15 * MINUTE;
export const ALLOWED_LATENESS = 30 * SECOND;

/** Of the rule of held events: those looked at at the start, in a row, in a row at the end; how long, and how many. */
const [FIRST, ROW, ROW_AT_END, PASSED, HELD] = [30, 30, 3, 10_000, 1_000];

/** The zone whose day an event belongs to: its agency's, else its line's. */
function zoneOf(directory, { data }) {
  return data.agency === undefined ? directory.linePlace(data.line).zone : directory.place(data.agency).zone;
}

/**
 * Judges arrivals in order. Each result carries `outcome`, `late`, and `clock`:
 * the newest time of the slowest partition once this one had arrived. What is
 * taken in later than it came counts as arrived with whatever it was taken in
 * with: `takenIn`.
 */
export function admit(arrivals, directory) {
  const partitions = new Map();
  for (const [index, arrival] of arrivals.entries()) {
    const { partition } = arrival;
    if (!partitions.has(partition)) partitions.set(partition, new Partition(directory));
    partitions.get(partition).last = index;
  }
  const judged = arrivals.map((arrival, index) => ({ ...arrival, index, takenIn: index }));
  for (const each of judged) {
    const partition = partitions.get(each.partition);
    partition.come(each);
    if (partition.last === each.index) partition.end(each.index);
    each.clock = clockAfter(each.index, [...partitions.values()]);
  }
  return judged;
}

/** An event is the same as another when these five are. */
const identityOf = ({ source, id, type, subject, time }) => JSON.stringify([source, id, type, subject, time]);

/**
 * Earliest and latest of most of some events: of those that no gap of more than
 * a week parts, the later where as many.
 */
function mostOf(events) {
  const times = events.map(({ event }) => event.time).sort((a, b) => a - b);
  const groups = [];
  for (const time of times) {
    const group = groups.at(-1);
    if (group && time - group.at(-1) <= WEEK) group.push(time);
    else groups.push([time]);
  }
  const most = groups.reduce((best, group) => (group.length >= best.length ? group : best), []);
  return { from: most[0], to: most.at(-1) };
}

class Partition {
  constructor(directory) {
    // `first`: those of the start, until the clock runs. `row`: of the held, those since the clock last reached one.
    Object.assign(this, { directory, newest: -Infinity, seen: new Map(), last: -1, number: 0, first: [], held: [], row: [] });
  }

  come(arrival) {
    if (arrival.verdict !== 'event') arrival.outcome = arrival.verdict;
    else if (arrival.arrived !== undefined) this.#comeAt(arrival.arrived, arrival);
    else {
      arrival.number = this.number++;
      if (this.first === null) this.#comeUntold(arrival);
      else if (this.first.push(arrival) === FIRST) this.#start(arrival.index);
    }
  }

  /** Its arrival is told. */
  #comeAt(arrived, arrival) {
    if (arrival.event.time > arrived + AHEAD_OF_ARRIVAL) this.#refuse(arrival, 'more than 60 s ahead of its arrival');
    else this.#take(arrival, arrival.index);
  }

  /** Nothing tells its arrival, and the clock runs. */
  #comeUntold(arrival) {
    if (arrival.event.time <= this.newest + WEEK) {
      this.row = [];
      this.#take(arrival, arrival.index);
    } else {
      this.#hold(arrival);
      if (this.row.length === ROW) this.#moveOn(arrival.index);
    }
    while (this.held.length > 0 && arrival.number - this.held[0].number >= PASSED) this.#refuse(this.held.shift(), 'too far ahead');
  }

  #start(index) {
    const { from, to } = mostOf(this.first);
    const { first } = this;
    this.first = null;
    for (const arrival of first) {
      const { time } = arrival.event;
      if (time > to) this.#hold(arrival);
      else {
        this.row = [];
        if (time < from) this.#refuse(arrival, 'too far behind');
        else this.#take(arrival, index);
      }
    }
  }

  #hold(arrival) {
    this.held.push(arrival);
    this.row.push(arrival);
    if (this.held.length > HELD) this.#refuse(this.held.shift(), 'too far ahead');
  }

  /** Time has passed: to what most of the row say. */
  #moveOn(index) {
    const { to } = mostOf(this.row);
    const { held } = this;
    [this.held, this.row] = [[], []];
    for (const arrival of held) {
      if (arrival.event.time <= to + WEEK) this.#take(arrival, index);
      else this.held.push(arrival);
    }
  }

  /** The input ends. */
  end(index) {
    if (this.first?.length > 0) this.#start(index);
    const isOfSeveral = new Set(this.row.map(({ event }) => event.subject)).size > 1;
    if (this.row.length >= ROW_AT_END && isOfSeveral) this.#moveOn(index);
    for (const arrival of this.held) this.#refuse(arrival, 'too far ahead');
  }

  #refuse(arrival, reason) {
    Object.assign(arrival, { outcome: 'refused', reason: `time is ${reason}` });
  }

  /** Takes an event in that can be believed. */
  #take(arrival, index) {
    const { event } = arrival;
    arrival.takenIn = index;
    const dayEnd = localDayEnd(zoneOf(this.directory, event), event.time);
    arrival.late = this.newest - event.time > ALLOWED_LATENESS;
    if (this.newest - dayEnd > DAY_CLOSES_AFTER) {
      arrival.outcome = 'too_late';
      return;
    }
    const identity = identityOf(event);
    const seenDayEnd = this.seen.get(identity);
    if (seenDayEnd !== undefined && this.newest - seenDayEnd <= DAY_CLOSES_AFTER) {
      arrival.outcome = 'duplicate';
      return;
    }
    this.seen.set(identity, dayEnd);
    this.newest = Math.max(this.newest, event.time);
    arrival.outcome = 'applied';
  }
}

/** The newest time of the slowest partition not at its end; at the end of all, no limit. */
function clockAfter(index, partitions) {
  const running = partitions.filter(({ last }) => last > index);
  return Math.min(Infinity, ...running.map(({ newest }) => newest));
}

/** How many arrivals were in when the figures as of `at` were taken. The clock never goes back, so the list is cut in half. */
export function arrivedBy(admitted, at) {
  let [from, to] = [0, admitted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (admitted[middle].clock >= at + ALLOWED_LATENESS) to = middle;
    else from = middle + 1;
  }
  return Math.min(from + 1, admitted.length);
}
