// Sums facts into the view of design.md ("A view"). Arrival-dependent figures
// other than late, too_late and duplicate, estimates and severity are left out.

import { MINUTE, SECOND, formatInstant, localDay } from './time.mjs';
import { agentsNow, occupancy } from './agents.mjs';

const WINDOWS = { '5m': 5 * MINUTE, '15m': 15 * MINUTE, '60m': 60 * MINUTE, today: null };
const GROUPS = ['main', 'second_level', 'callback'];
const BOOKS = ['windows', 'handled'];

export const COUNTS = [
  'received', 'received_out_of_hours', 'identified', 'self_served', 'self_served_in_hours',
  'deflected_asked', 'deflected_closed', 'deflected_saturated', 'entered_all', 'closed_all', 'answered', 'abandoned',
  'short_abandoned', 'cut_off', 'lost', 'callbacks_accepted', 'voicemails', 'overflowed_out', 'overflowed_in',
  'transferred_in', 'promises_kept', 'promises_broken', 'promises_kept_late', 'rang_unanswered', 'orphan', 'repeated',
  'superseded', 'late', 'too_late', 'duplicate', 'out_of_hours',
];

/** Whether something at `at` lies in a window that ends before `asOf`, in the day of `zone` for today. */
function isIn(window, at, asOf, zone) {
  if (at >= asOf) return false;
  if (window !== 'today') return at >= asOf - WINDOWS[window];
  return localDay(zone, at) === localDay(zone, asOf);
}

/**
 * The views of `scopes` as of `asOf`. `facts` may be cut down to those of the
 * last two days; `history` holds legs, promises and stretches of agents.
 */
export function viewsAt(asOf, scopes, facts, history, directory) {
  const tallies = new Map(scopes.map((scope) => [scope, emptyTallies()]));
  for (const fact of facts) {
    for (const window of Object.keys(WINDOWS)) {
      if (!isIn(window, fact.at, asOf, fact.place.zone)) continue;
      for (const scope of fact.place.scopes) {
        const tally = tallies.get(scope);
        if (!tally) continue;
        for (const book of fact.book === 'both' ? BOOKS : [fact.book]) add(tally[book][window][fact.group], fact);
      }
    }
  }
  const nows = nowsAt(asOf, scopes, history, directory);
  return scopes.map((scope) => {
    const book = (name) => Object.fromEntries(Object.keys(WINDOWS).map((window) => [
      window, windowOf(tallies.get(scope)[name][window], { scope, window, directory, busy: nows.get(scope).busy[window] })]));
    return { as_of: formatInstant(asOf), scope, clock: 'event', now: nows.get(scope).now, windows: book('windows'), handled: book('handled') };
  });
}

// ---- Adding up.

const emptyTally = () => ({ sums: {}, answerWaits: [], abandonWaits: [], announcedErrors: [] });
const emptyTallies = () => Object.fromEntries(BOOKS.map((book) => [book, Object.fromEntries(
  Object.keys(WINDOWS).map((window) => [window, Object.fromEntries(GROUPS.map((group) => [group, emptyTally()]))]))]));

function add(tally, fact) {
  for (const [name, value] of Object.entries(fact.add)) tally.sums[name] = (tally.sums[name] ?? 0) + value;
  if (fact.answerWait !== undefined) tally.answerWaits.push(fact.answerWait);
  if (fact.abandonWait !== undefined) tally.abandonWaits.push(fact.abandonWait);
  if (fact.announcedError !== undefined) tally.announcedErrors.push(fact.announcedError);
}

// ---- One window.

const rate = (numerator, denominator) =>
  denominator === 0 ? null : { value: numerator / denominator, of: [numerator, denominator] };

const mean = (lengths) => (lengths.length === 0 ? null : lengths.reduce((sum, each) => sum + each, 0) / lengths.length / SECOND);

/** Nearest rank: the ⌈pn⌉-th smallest, `percent` in whole percents. In seconds; of nothing, null. */
export function quantile(lengths, percent) {
  if (lengths.length === 0) return null;
  const ordered = [...lengths].sort((a, b) => a - b);
  return ordered[Math.ceil((percent * ordered.length) / 100) - 1] / SECOND;
}

function windowOf(groups, context) {
  return {
    counts: countsOf(groups.main, context),
    second_level: countsOf(groups.second_level),
    callback: countsOf(groups.callback),
    rates: ratesOf(groups, context),
    times: timesOf(groups),
  };
}

/** Some figures are for today only, and for lines, networks and `all`. */
const isWide = ({ scope, window }) =>
  window === 'today' && (/^line\/[^/]+$/.test(scope) || !scope.includes('/'));

function countsOf({ sums }, context) {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, sums[name] ?? 0]));
  counts.offered = counts.answered + counts.abandoned + counts.cut_off + counts.lost + counts.callbacks_accepted + counts.voicemails;
  counts.asked = counts.offered + counts.deflected_asked;
  counts.promises_cancelled = sums.promises_cancelled ?? 0;
  counts.promises_forgotten = sums.promises_forgotten ?? 0;
  counts.attempts_without_promise = sums.attempts_without_promise ?? 0;
  counts.surveys = sums.surveys ?? 0;
  counts.left_in_ivr = context && isWide(context) ? sums.left_in_ivr ?? 0 : null;
  return counts;
}

const queueRate = ({ answered, abandoned, cut_off, lost }, leftOut) =>
  rate(answered, answered + abandoned + cut_off + lost - leftOut);

function ratesOf({ main, second_level }, context) {
  const counts = countsOf(main, context);
  const sums = new Proxy(main.sums, { get: (target, name) => target[name] ?? 0 });
  const { answered, abandoned, asked, received, callbacks_accepted, promises_kept, promises_broken } = counts;
  const leftOut = context.directory.shortAbandonsCount(context.scope) ? 0 : counts.short_abandoned;
  return {
    pick_up_agent: rate(answered + promises_kept, asked - callbacks_accepted + promises_kept + promises_broken - leftOut),
    pick_up_presented: rate(answered, asked - leftOut),
    pick_up_queue: queueRate(counts, leftOut),
    pick_up_with_ivr: isWide(context)
      ? rate(answered + counts.self_served_in_hours, received - counts.received_out_of_hours) : null,
    pick_up_inbound: isWide(context) ? rate(answered, received) : null,
    service_level: rate(sums.answered_within, sums.known_wait),
    service_level_without_short: rate(sums.answered_within, sums.known_wait - sums.abandoned_within),
    service_level_short_good: rate(sums.answered_within + sums.abandoned_within, sums.known_wait),
    abandon_rate: rate(abandoned, answered + abandoned + counts.cut_off + counts.lost),
    callbacks_called_within_time: rate(sums.callbacks_called, sums.callbacks_due),
    callbacks_reached_within_time: rate(sums.callbacks_reached, sums.callbacks_due),
    messages_handled_within_time: rate(sums.messages_kept, sums.messages_due),
    announced_exceeded: rate(sums.waited_longer_than_announced, sums.heard_announcement),
    identification: rate(counts.identified, received),
    second_level_pick_up: queueRate(countsOf(second_level), 0),
    satisfaction: rate(sums.satisfied, sums.surveys),
    occupancy: rate(...context.busy),
  };
}

function timesOf({ main, second_level }) {
  const { sums, answerWaits, abandonWaits, announcedErrors } = main;
  return {
    answer_mean_seconds: mean(answerWaits),
    answer_p50_seconds: quantile(answerWaits, 50),
    answer_p90_seconds: quantile(answerWaits, 90),
    answer_p95_seconds: quantile(answerWaits, 95),
    answer_longest_seconds: quantile(answerWaits, 100),
    abandon_mean_seconds: mean(abandonWaits),
    handle_mean_seconds: sums.ended ? (sums.handle_time ?? 0) / sums.ended / SECOND : null,
    second_level_answer_mean_seconds: mean(second_level.answerWaits),
    announced_error_p50_seconds: quantile(announcedErrors, 50),
    satisfaction_mean: sums.surveys ? sums.score / sums.surveys : null,
  };
}

// ---- Now.

function nowsAt(asOf, scopes, history, directory) {
  const inside = new Map(scopes.map((scope) => [scope, { legs: [], promises: [], stretches: [] }]));
  const put = (list, each, place) => {
    for (const scope of place.scopes) inside.get(scope)?.[list].push(each);
  };
  for (const leg of history.legs) {
    const isWaiting = leg.opened < asOf && leg.closed >= asOf;
    if (isWaiting) put('legs', leg, directory.place(leg.agency, leg.queue, leg.line));
  }
  for (const promise of history.promises) {
    const isOpen = promise.opened < asOf && !(promise.ended < asOf);
    if (isOpen) put('promises', promise, directory.place(promise.agency, promise.queue, promise.line));
  }
  for (const stretch of history.stretches) put('stretches', stretch, stretch);
  return new Map([...inside].map(([scope, { legs, promises, stretches }]) => [scope, {
    now: { ...waitingNow(legs, asOf), agents: agentsNow(stretches, asOf), promises: promisesNow(promises, asOf) },
    busy: busyOf(stretches, asOf),
  }]));
}

function waitingNow(legs, asOf) {
  const ages = legs.map(({ asked }) => asOf - asked);
  const waiting_by_reason = { asked: 0, overflow: 0, transfer: 0, callback: 0 };
  for (const { reason } of legs) waiting_by_reason[reason] += 1;
  return {
    waiting: legs.length,
    waiting_by_reason,
    longest_wait_seconds: quantile(ages, 100),
    wait_p50_seconds: quantile(ages, 50),
    wait_p90_seconds: quantile(ages, 90),
  };
}

/** Open: made, and neither reached, cancelled nor forgotten; of these, overdue are those past their due time. */
function promisesNow(promises, asOf) {
  return {
    open: promises.length,
    due_15m: promises.filter(({ due }) => asOf <= due && due <= asOf + 15 * MINUTE).length,
    overdue: promises.filter(({ due }) => due < asOf).length,
  };
}

/** `[busy, busy + ready]` of each window; for today each agent's own day counts. */
function busyOf(stretches, asOf) {
  return Object.fromEntries(Object.entries(WINDOWS).map(([window, length]) => {
    if (length !== null) return [window, occupancy(stretches, asOf - length, asOf)];
    const sums = stretches.map((stretch) => occupancy([stretch], startOfDay(stretch.zone, asOf), asOf));
    return [window, sums.reduce(([busy, all], [b, a]) => [busy + b, all + a], [0, 0])];
  }));
}

function startOfDay(zone, asOf) {
  let start = Math.floor(asOf / (15 * MINUTE)) * 15 * MINUTE;
  while (localDay(zone, start - 1) === localDay(zone, asOf)) start -= 15 * MINUTE;
  return start;
}
