// Levers (events.md, `queue.state_changed`): what a queue was told to do. Each
// event pulls the levers that it names.

import { formatInstant, localDay } from './time.mjs';
import { byTimeIdSource, compareText, grouped } from './ordering.mjs';

/** Each kind by the field that names it, in the order of the contract. */
const FIELD_OF = {
  open: 'open', overflow: 'overflow_to', deflecting: 'deflecting', offering_callback: 'offering_callback', message: 'message',
};
const KINDS = Object.keys(FIELD_OF);

/** All changes, `{ at, place, lever }`, by time, then id, then source, then kind. */
export function findLevers(events, directory) {
  const changes = events.filter(({ type }) => type === 'queue.state_changed').sort(byTimeIdSource);
  return changes.flatMap(({ time, data }) => KINDS
    .filter((kind) => data[FIELD_OF[kind]] !== undefined)
    .map((kind) => ({
      at: time,
      place: directory.place(data.agency, data.queue, directory.lineOf(data.agency, data.queue)),
      lever: { agency: data.agency, queue: data.queue, kind, ...pulled(kind, data[FIELD_OF[kind]]), since: formatInstant(time) },
    })));
}

function pulled(kind, value) {
  if (kind === 'overflow') return { on: value !== null, to: value, message: null };
  if (kind === 'message') return { on: value !== '', to: null, message: value === '' ? null : value };
  return { on: value, to: null, message: null };
}

/** Of these changes, which are in order of time, the last of each queue and kind. */
export function lastPulled(changes) {
  const pulls = grouped(changes, ({ lever }) => JSON.stringify([lever.agency, lever.queue, lever.kind]));
  return [...pulls.values()].map((ofKind) => ofKind.at(-1).lever).sort((a, b) =>
    compareText(a.agency, b.agency) || compareText(a.queue, b.queue) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** Of these changes, those of the agency's own today. */
export const pulledToday = (changes, asOf) =>
  changes.filter(({ at, place }) => localDay(place.zone, at) === localDay(place.zone, asOf)).map(({ lever }) => lever);

/** Levers are shown of agencies and below, not of lines. */
export const showsLevers = (scope) => !scope.startsWith('line/') && scope.split('/').length >= 3;
