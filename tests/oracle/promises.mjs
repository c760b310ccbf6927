// Promises to call back, to answer a message, to have an expert call
// (indicators.md, Pick-up rates and Other rates). Attempts walk like legs.

import { HOUR } from './time.mjs';
import { grouped, walk } from './ordering.mjs';

const FORGOTTEN_AFTER = 24 * HOUR;
const KIND_OF = { 'call.callback_accepted': 'callback', 'call.voicemail_left': 'message', 'call.recontact_promised': 'recontact' };

/**
 * All promises, each `{ call, kind, agency, queue, line, opened, due, settled,
 * settledAs, ended, endedAs, calledAt, missedAt }`, and the attempts without one.
 * `settledAs` is kept or broken (at the due time at the latest), `endedAs` how
 * it leaves the ledger: kept, kept_late, cancelled or forgotten; `missedAt`
 * lists the times of the attempts that reached nobody.
 */
export function findPromises(events, { legs, orphans }, directory) {
  const found = { promises: [], withoutPromise: [] };
  const steps = [...openings(events, legs, orphans, directory), ...attempts(events, legs)];
  const ledgers = grouped(steps, ({ partition, subject, agency, queue, kind }) =>
    JSON.stringify([partition, subject, agency, queue, kind]));
  for (const ledger of ledgers.values()) walkLedger(ledger, found);
  return found;
}

const step = ({ partition, subject, time, type, id, source, data }, rest) => ({
  partition, subject, time, type, id, source, agency: data.agency, queue: data.queue, ...rest,
});

/** An outcome opens a promise where it closed a leg or was an orphan, not where it was superseded. */
function openings(events, legs, orphans, directory) {
  const opening = (event, line, time = event.time) =>
    step({ ...event, time }, { opens: true, kind: KIND_OF[event.type], due: event.data.due_at, line });
  const lineHere = ({ data }) => directory.lineOf(data.agency, data.queue);
  return [
    ...legs.filter(({ closing }) => closing).map(({ closing, closed, line }) => opening(closing, line, closed)),
    ...orphans.map(({ event }) => opening(event, lineHere(event))),
    ...events.filter(({ type }) => type === 'call.recontact_promised').map((event) => opening(event, lineHere(event))),
  ].filter(({ kind, due }) => kind !== undefined && due !== undefined);
}

/** An answered leg of reason callback is a contact. */
function attempts(events, legs) {
  const made = events
    .filter(({ type }) => type === 'promise.attempted')
    .map((event) => step(event, { kind: event.data.kind, outcome: event.data.outcome }));
  const answered = legs
    .filter(({ reason, outcome }) => reason === 'callback' && outcome === 'answered')
    .map(({ closing, closed }) => step({ ...closing, time: closed }, { kind: 'callback', outcome: 'reached' }));
  return [...made, ...answered];
}

function walkLedger(ledger, found) {
  let promise = null;

  const end = (time, endedAs) => {
    Object.assign(promise, { ended: time, endedAs });
    if (time <= promise.due) Object.assign(promise, { settled: time, settledAs: endedAs === 'kept' ? 'kept' : 'broken' });
    promise = null;
  };
  const advanceTo = (time) => {
    if (promise && time >= promise.due + FORGOTTEN_AFTER) end(promise.due + FORGOTTEN_AFTER, 'forgotten');
  };
  const canTake = ({ opens }) => Boolean(opens) === (promise === null);
  const apply = (each) => {
    if (each.opens) {
      if (!promise) found.promises.push((promise = openedBy(each)));
    } else if (!promise) found.withoutPromise.push(each);
    else attempt(each);
  };
  const attempt = ({ time, outcome, kind }) => {
    if (['reached', 'unreachable'].includes(outcome)) promise.calledAt ??= time;
    if (outcome === 'unreachable') promise.missedAt.push(time);
    if (outcome === 'cancelled') end(time, 'cancelled');
    else if (outcome === 'reached' || (outcome === 'handled' && kind !== 'callback')) {
      end(time, time <= promise.due ? 'kept' : 'kept_late');
    }
  };

  walk(ledger, { advanceTo, canTake, apply });
  advanceTo(Infinity);
}

function openedBy({ time, subject, kind, agency, queue, line, due }) {
  const dueAt = Math.max(due, time); // one due before it was made is due at once
  return {
    call: subject, kind, agency, queue, line, opened: time, due: dueAt,
    settled: dueAt, settledAs: 'broken', // unless an attempt settles it before
    ended: null, endedAs: null, calledAt: null, missedAt: [],
  };
}
