// A leg is one stay of a call in a queue (events.md, Legs): out —queued→ in
// —an outcome→ out. One without outcome before entry + 2 h closes as lost then.
// An outcome that finds the leg out is that of an entry up to 2 s after it.

import { HOUR, SECOND } from './time.mjs';
import { byTimeTypeId, grouped, walk } from './ordering.mjs';

const LIMIT = 2 * HOUR;
const SKEW = 2 * SECOND;

export const OUTCOMES = {
  'call.answered': 'answered',
  'call.abandoned': 'abandoned',
  'call.overflowed': 'overflowed_out',
  'call.cut_off': 'cut_off',
  'call.callback_accepted': 'callbacks_accepted',
  'call.voicemail_left': 'voicemails',
};

const ofLegs = ({ type }) => type === 'call.queued' || type === 'call.announced' || type in OUTCOMES;

/**
 * All legs of the events, each `{ agency, queue, line, reason, origin, opened,
 * asked, closed, outcome }` (a lost one closes in the future of a view that is
 * taken before), and beside them what was repeated, superseded or an orphan.
 * Events carry their partition: legs are matched within one.
 */
export function findLegs(events, directory) {
  const found = { legs: [], repeated: [], superseded: [], orphans: [] };
  const stays = grouped(events.filter(ofLegs), ({ partition, subject, data }) =>
    JSON.stringify([partition, subject, data.agency, data.queue]));
  for (const stay of stays.values()) walkStay(stay, directory, found);
  return found;
}

function walkStay(stay, directory, found) {
  let leg = null; // the leg that is in
  let entered = null; // the last leg that had an entry, while the history holds
  let newest = null; // time of the newest event of the history
  const outcomeOf = new Map(); // of entries to come, an outcome that came before
  const beaten = new Map(); // of entries to come, the times of further ones
  const entries = stay.filter(({ type }) => type === 'call.queued').sort(byTimeTypeId);

  const close = (time, outcome, event) => {
    Object.assign(leg, { closed: time, outcome, closing: event });
    leg = null;
    newest = time;
  };
  const advanceTo = (time) => {
    if (leg && time >= leg.opened + LIMIT) close(leg.opened + LIMIT, 'lost', null);
    if (newest !== null && time - newest > LIMIT) entered = null;
  };
  const canTake = ({ type }) => (leg ? type !== 'call.queued' : type === 'call.queued');
  const enter = (event) => {
    found.legs.push((leg = entered = openedBy(event, directory)));
    for (const time of beaten.get(event) ?? []) found.superseded.push({ time, leg });
    if (outcomeOf.has(event)) close(event.time, OUTCOMES[outcomeOf.get(event).type], outcomeOf.get(event));
  };
  /** An outcome that finds the leg out: of the first entry within the 2 s after it that is no other's. */
  const findOut = (event) => {
    const within = entries.filter(({ time }) => time > event.time && time <= event.time + SKEW);
    const free = within.find((entry) => !outcomeOf.has(entry));
    if (free) outcomeOf.set(free, event);
    else if (entered) found.superseded.push({ time: event.time, leg: entered });
    else if (within.length > 0) beaten.set(within[0], [...(beaten.get(within[0]) ?? []), event.time]);
    else found.orphans.push({ time: event.time, outcome: OUTCOMES[event.type], event });
  };
  const apply = (event) => {
    if (event.type === 'call.announced') return announce(leg, event); // no event of the history
    newest = event.time;
    if (event.type === 'call.queued') {
      if (leg) found.repeated.push({ time: event.time, leg });
      else enter(event);
    } else if (leg) close(event.time, OUTCOMES[event.type], event);
    else findOut(event);
  };

  walk(stay, { advanceTo, canTake, apply });
  advanceTo(Infinity);
}

/** The first announcement of a leg: the one made at its entry, else the first that it takes while it is in. */
function announce(leg, { time, data }) {
  if (leg) leg.announced ??= { at: time, wait: data.announced_wait_seconds };
}

function openedBy({ time, data, subject, partition }, directory) {
  return {
    partition,
    subject,
    agency: data.agency,
    queue: data.queue,
    line: data.line ?? directory.lineOf(data.agency, data.queue),
    reason: data.reason ?? 'asked',
    origin: data.origin ?? { agency: data.agency, queue: data.queue },
    opened: time,
    asked: isPlausible(data.asked_at, time) ? data.asked_at : time,
    closed: null,
    outcome: null,
    announced: data.announced_wait_seconds === undefined ? null : { at: time, wait: data.announced_wait_seconds },
  };
}

/** An asking after the entry, or more than a day before it, is none. */
export const isPlausible = (asked, entered) => asked <= entered && entered - asked <= 24 * HOUR;
