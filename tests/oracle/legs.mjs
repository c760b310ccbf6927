// A leg is one stay of a call in a queue (events.md, Legs): out —queued→ in
// —an outcome→ out. One without outcome before entry + 2 h closes as lost then.

import { HOUR } from './time.mjs';
import { grouped, walk } from './ordering.mjs';

const LIMIT = 2 * HOUR;

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
  const apply = (event) => {
    if (event.type === 'call.announced') return announce(leg, event); // no event of the history
    newest = event.time;
    if (event.type === 'call.queued') {
      if (leg) found.repeated.push({ time: event.time, leg });
      else found.legs.push((leg = entered = openedBy(event, directory)));
    } else if (leg) close(event.time, OUTCOMES[event.type], event);
    else if (entered) found.superseded.push({ time: event.time, leg: entered });
    else found.orphans.push({ time: event.time, outcome: OUTCOMES[event.type], event });
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
    asked: Math.min(data.asked_at ?? time, time), // an asking later than the entry is no asking
    closed: null,
    outcome: null,
    announced: data.announced_wait_seconds === undefined ? null : { at: time, wait: data.announced_wait_seconds },
  };
}
