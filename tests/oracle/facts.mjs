// Turns what happened into *facts*: something to add, at one instant, to the
// figures of some scopes. A view as of T sums the facts of its windows.
//
//   at      the pane it counts in
//   book    'windows' (by origin), 'handled' (by handler) or 'both'
//   group   'main', 'second_level' (reason transfer) or 'callback'
//   place   the scopes it counts in, and the zone whose day is "today"
//   add     sums, by name: counts of indicators.md and the sums rates need
//   answerWait, abandonWait, announcedError   single lengths of time, for quantiles

import { HOUR } from './time.mjs';
import { isPlausible } from './legs.mjs';
import { byTimeIdSource, grouped } from './ordering.mjs';

const GROUP_OF = { asked: 'main', overflow: 'main', transfer: 'second_level', callback: 'callback' };

export function findFacts(history, directory) {
  return [
    ...history.legs.flatMap((leg) => factsOfLeg(leg, directory)),
    ...history.orphans.map((orphan) => factOfOrphan(orphan, directory)),
    ...history.repeated.flatMap(({ time, leg }) => inBothBooks(leg, time, directory, () => ({ add: { repeated: 1 } }))),
    ...history.superseded.flatMap(({ time, leg }) => inBothBooks(leg, time, directory, () => ({ add: { superseded: 1 } }))),
    ...history.promises.flatMap((promise) => factsOfPromise(promise, directory)),
    ...history.withoutPromise.map(({ time, agency, queue }) => ({
      at: time, book: 'both', group: 'main', place: placeOf(agency, queue, undefined, directory), add: { attempts_without_promise: 1 },
    })),
    ...history.events.flatMap((event) => factsOfEvent(event, directory)),
    ...firstAsked(history.events, directory),
  ];
}

const placeOf = (agency, queue, line, directory) =>
  directory.place(agency, queue, line ?? (queue === undefined ? undefined : directory.lineOf(agency, queue)));

/** The same fact of a leg, at its origin in `windows`, at its own queue in `handled`. */
function inBothBooks(leg, at, directory, factAt) {
  const group = GROUP_OF[leg.reason];
  const { origin } = leg;
  return [
    { at, book: 'windows', group, place: directory.place(origin.agency, origin.queue, leg.line), ...factAt(origin) },
    { at, book: 'handled', group, place: directory.place(leg.agency, leg.queue, leg.line), ...factAt(leg) },
  ];
}

// ---- Legs.

function factsOfLeg(leg, directory) {
  return [
    ...comingAndGoing(leg, leg.opened, 'entered_all', directory),
    ...comingAndGoing(leg, leg.closed, 'closed_all', directory),
    ...(leg.reason === 'transfer' ? transferredIn(leg, directory) : []),
    ...closingOf(leg, directory),
  ];
}

/** Counted as it enters, at any hour; among the main counts too, which hold nothing else of it. */
function transferredIn(leg, directory) {
  const facts = inBothBooks(leg, leg.opened, directory, () => ({ add: { transferred_in: 1 } }));
  return [...facts, ...facts.map((fact) => ({ ...fact, group: 'main' }))];
}

/** Every leg of any reason, in hours or not, by handler; of its own group too. */
function comingAndGoing(leg, at, name, directory) {
  const place = directory.place(leg.agency, leg.queue, leg.line);
  return [...new Set(['main', GROUP_OF[leg.reason]])].map((group) => ({ at, book: 'both', group, place, add: { [name]: 1 } }));
}

/** A leg is judged once, by the hours of the agency that closes it, over the wait since asked. */
function closingOf(leg, directory) {
  const start = directory.opening(leg.agency, leg.line).firstOpen(leg.asked, leg.closed);
  if (start === null) return inBothBooks(leg, leg.closed, directory, () => ({ add: { out_of_hours: 1 } }));

  const wait = leg.closed - start;
  return inBothBooks(leg, leg.closed, directory, (queue) => closedAt(queue, leg, wait, directory));
}

function closedAt(queue, leg, wait, directory) {
  const { outcome } = leg;
  const isWithin = wait <= directory.answerWithin(queue.agency, queue.queue);
  const fact = { add: { [outcome]: 1, ...announcedAgainstActual(leg).add } };
  if (leg.reason === 'overflow') fact.add.overflowed_in = 1;
  if (['answered', 'abandoned', 'cut_off', 'lost'].includes(outcome)) fact.add.known_wait = 1;
  if (outcome === 'answered') {
    fact.answerWait = wait;
    fact.announcedError = announcedAgainstActual(leg).error;
    if (isWithin) fact.add.answered_within = 1;
  }
  if (outcome === 'abandoned') {
    fact.abandonWait = wait;
    if (isWithin) fact.add.abandoned_within = 1;
    if (wait < directory.shortAbandon) fact.add.short_abandoned = 1;
  }
  return fact;
}

/** The wait from the first announcement on, against what it said. */
function announcedAgainstActual({ announced, closed, outcome }) {
  if (!announced) return {};
  const actual = closed - announced.at;
  const isLonger = actual > announced.wait;
  const stayed = ['answered', 'cut_off', 'lost'].includes(outcome);
  if (!isLonger && !stayed) return {}; // left before that time
  return {
    add: { heard_announcement: 1, ...(isLonger && { waited_longer_than_announced: 1 }) },
    error: Math.abs(actual - announced.wait),
  };
}

/** In pick-up rates, not in waits nor service level; its hours are judged at the outcome. */
function factOfOrphan({ time, outcome, event: { data } }, directory) {
  const line = directory.lineOf(data.agency, data.queue);
  const isOpen = directory.opening(data.agency, line).isOpen(time);
  const place = directory.place(data.agency, data.queue, line);
  return { at: time, book: 'both', group: 'main', place, add: isOpen ? { [outcome]: 1, orphan: 1 } : { out_of_hours: 1 } };
}

// ---- Promises, by the queue that made them.

function factsOfPromise(promise, directory) {
  const place = directory.place(promise.agency, promise.queue, promise.line);
  const fact = (at, add) => ({ at, book: 'both', group: 'main', place, add });
  const facts = [fact(promise.due, dueOf(promise))];
  if (promise.endedAs === 'forgotten') facts.push(fact(promise.ended, { promises_forgotten: 1 }));
  if (promise.kind !== 'callback') return facts;
  facts.push(fact(promise.settled, { [promise.settledAs === 'kept' ? 'promises_kept' : 'promises_broken']: 1 }));
  if (promise.endedAs === 'cancelled') facts.push(fact(promise.ended, { promises_cancelled: 1 }));
  if (isUnreachable(promise)) facts.push(fact(promise.due, { promises_unreachable: 1 }));
  if (promise.endedAs === 'kept_late') facts.push(fact(promise.ended, { promises_kept_late: 1 }));
  return facts;
}

/** Attempted in time, with nobody reached by then, and not cancelled. */
const isUnreachable = ({ due, ended, endedAs, settledAs, missedAt }) =>
  settledAs !== 'kept' && !(endedAs === 'cancelled' && ended <= due) && missedAt.some((time) => time <= due);

/** What the rates "called within time", "reached within time" and "handled within time" need, at the due time. */
function dueOf({ kind, due, ended, endedAs, settledAs, calledAt }) {
  if (endedAs === 'cancelled' && ended <= due) return {};
  const kept = settledAs === 'kept' ? 1 : 0;
  if (kind !== 'callback') return { messages_due: 1, messages_kept: kept };
  return { callbacks_due: 1, callbacks_reached: kept, callbacks_called: calledAt !== null && calledAt <= due ? 1 : 0 };
}

// ---- Everything that stands for itself.

function factsOfEvent({ time, type, data }, directory) {
  const fact = (place, add) => [{ at: time, book: 'both', group: 'main', place, add }];
  const here = () => placeOf(data.agency, data.queue, data.line, directory);
  const lineIsOpen = () => directory.opening(undefined, data.line).isOpen(time);
  switch (type) {
    case 'call.received':
      return fact(directory.linePlace(data.line), {
        received: 1, received_out_of_hours: lineIsOpen() ? 0 : 1, identified: data.identified ? 1 : 0, left_in_ivr: 1,
      });
    case 'call.self_served':
      return fact(directory.linePlace(data.line), { self_served: 1, self_served_in_hours: lineIsOpen() ? 1 : 0, left_in_ivr: -1 });
    case 'call.deflected':
      return fact(deflectedPlace(data, directory), { [deflectedAs(time, data, directory)]: 1, left_in_ivr: -1 });
    case 'call.queued':
      return fact(here(), { implausible: data.asked_at === undefined || isPlausible(data.asked_at, time) ? 0 : 1 });
    case 'call.rang_unanswered':
      return fact(here(), { rang_unanswered: 1 });
    case 'call.ended':
      return fact(here(), { ended: 1, handle_time: data.talk_seconds + (data.hold_seconds ?? 0) });
    case 'call.wrapped_up':
      return fact(here(), { handle_time: data.wrap_up_seconds });
    case 'survey.answered':
      return fact(here(), { surveys: 1, score: data.score, satisfied: data.score >= 4 ? 1 : 0 });
    default:
      return [];
  }
}

const deflectedPlace = ({ agency, queue, line }, directory) =>
  agency === undefined ? directory.linePlace(line) : directory.place(agency, queue, line);

/** After request, or closed while the directory says open: asked for. */
function deflectedAs(time, { agency, line, reason, after_request }, directory) {
  if (after_request) return 'deflected_asked';
  if (reason === 'saturated') return 'deflected_saturated';
  return directory.opening(agency, line).isOpen(time) ? 'deflected_asked' : 'deflected_closed';
}

const ASKED_ANEW_AFTER = 2 * HOUR;

/** Who asked for an agent is not left in the voice server: each `queued` of reason asked but those that follow one. */
function firstAsked(events, directory) {
  const asked = events.filter(({ type, data }) => type === 'call.queued' && (data.reason ?? 'asked') === 'asked');
  const calls = grouped(asked, ({ partition, subject }) => JSON.stringify([partition, subject]));
  return [...calls.values()].flatMap((ofCall) => ofCall
    .sort(byTimeIdSource)
    .filter(({ time }, index) => index === 0 || time - ofCall[index - 1].time > ASKED_ANEW_AFTER)
    .map(({ time, data }) => (
      { at: time, book: 'both', group: 'main', place: placeOf(data.agency, data.queue, data.line, directory), add: { left_in_ivr: -1 } })));
}

/** `late`, `too_late` and `duplicate` tell of arrival: they come from the arrivals themselves. */
export function factsOfArrival({ event, outcome, late }, directory) {
  const add = { ...(late && { late: 1 }), ...(['too_late', 'duplicate'].includes(outcome) && { [outcome]: 1 }) };
  if (!event || Object.keys(add).length === 0) return [];
  const { agency, queue, line } = event.data;
  const place = agency === undefined ? directory.linePlace(line) : placeOf(agency, queue, line, directory);
  return [{ at: event.time, book: 'both', group: 'main', place, add }];
}
