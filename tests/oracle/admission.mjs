// What becomes of each event as it arrives (indicators.md, Event time):
// refused, too late, duplicate or applied. Unknown types are skipped.

import { DAY, MINUTE, SECOND, localDayEnd } from './time.mjs';

const FAR_AHEAD = 400 * DAY;
const DAY_CLOSES_AFTER = 15 * MINUTE;
export const ALLOWED_LATENESS = 30 * SECOND;

/** The zone whose day an event belongs to: its agency's, else its line's. */
function zoneOf(directory, { data }) {
  return data.agency === undefined ? directory.linePlace(data.line).zone : directory.place(data.agency).zone;
}

/**
 * Judges arrivals in order. Each result carries `outcome`, `late`, and `clock`:
 * the newest time of the slowest partition once this one had arrived.
 */
export function admit(arrivals, directory) {
  const partitions = new Map();
  for (const [index, { partition }] of arrivals.entries()) {
    if (!partitions.has(partition)) partitions.set(partition, { newest: -Infinity, seen: new Map(), last: index });
    partitions.get(partition).last = index;
  }
  return arrivals.map((arrival, index) => {
    const partition = partitions.get(arrival.partition);
    const judged = { ...arrival, index, ...judge(arrival, partition, directory) };
    return { ...judged, clock: clockAfter(index, [...partitions.values()]) };
  });
}

function judge({ verdict, event, reason }, partition, directory) {
  if (verdict !== 'event') return { outcome: verdict, reason };
  const isFirst = partition.newest === -Infinity;
  if (!isFirst && event.time > partition.newest + FAR_AHEAD) return { outcome: 'refused', reason: 'time is more than 400 days ahead' };

  const dayEnd = localDayEnd(zoneOf(directory, event), event.time);
  const late = partition.newest - event.time > ALLOWED_LATENESS;
  if (partition.newest - dayEnd > DAY_CLOSES_AFTER) return { outcome: 'too_late', late };

  const identity = JSON.stringify([event.source, event.id]);
  const seenDayEnd = partition.seen.get(identity);
  if (seenDayEnd !== undefined && partition.newest - seenDayEnd <= DAY_CLOSES_AFTER) {
    return { outcome: 'duplicate', late };
  }
  partition.seen.set(identity, dayEnd);
  partition.newest = Math.max(partition.newest, event.time);
  return { outcome: 'applied', late };
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
