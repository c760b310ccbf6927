// Single calls and promises of a scope, and its levers, as the API lists them.

import { SECOND, formatInstant } from './time.mjs';
import { compareText } from './ordering.mjs';
import { pulledToday } from './levers.mjs';
import { openPromises, waitingLegs } from './now.mjs';

/** Those who wait, longest first; an announcement that was made by then. */
export function waitingCallsAt(happened, scope, asOf) {
  return waitingLegs(happened, scope, asOf)
    .sort((a, b) => a.asked - b.asked || compareText(a.agency, b.agency) || compareText(a.queue, b.queue) || compareText(a.subject, b.subject))
    .map(({ agency, queue, reason, asked, announced }) => ({
      agency, queue, reason,
      waiting_seconds: (asOf - asked) / SECOND,
      announced_wait_seconds: announced && announced.at < asOf ? announced.wait / SECOND : null,
    }));
}

/** The open promises of every kind, first due first. */
export function openPromisesAt(happened, scope, asOf) {
  return openPromises(happened, scope, asOf)
    .sort((a, b) => a.due - b.due || a.opened - b.opened || compareText(a.call, b.call) || compareText(a.kind, b.kind))
    .map(({ call, agency, queue, kind, opened, due, missedAt }) => ({
      call, agency, queue, kind,
      made_at: formatInstant(opened),
      due_at: formatInstant(due),
      attempts: missedAt.filter((time) => time < asOf).length,
    }));
}

/** The levers pulled today, oldest first. */
export const leverChangesAt = (happened, scope, asOf) => pulledToday(happened.levers.between(scope, -Infinity, asOf), asOf);
