// The figures of one window from its sums (indicators.md, Counts of a window,
// Pick-up rates, Other rates and times).

import { SECOND } from './time.mjs';
import { COUNTS } from './tally.mjs';

const rate = (numerator, denominator) =>
  denominator === 0 ? null : { value: numerator / denominator, of: [numerator, denominator], upper: upperOf(numerator, denominator) };

/** The upper end of the 90 % Wilson interval, as textbooks have it: p̂ + z²/2n ± z √(p̂ (1 − p̂)/n + z²/4n²), over 1 + z²/n. */
function upperOf(numerator, n) {
  const value = numerator / n;
  const [share, z] = [Math.min(Math.max(value, 0), 1), 1.6449];
  const spread = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const end = (share + z ** 2 / (2 * n) + spread) / (1 + z ** 2 / n);
  return Math.max(Math.min(end, 1), value);
}

const mean = (lengths) => (lengths.length === 0 ? null : lengths.reduce((sum, each) => sum + each, 0) / lengths.length / SECOND);

/** Nearest rank: the place of the ⌈pn⌉-th smallest of n, `percent` in whole percents. */
const rank = (percent, length) => Math.ceil((percent * length) / 100) - 1;

/** The quantiles of some lengths of time at these percents. In seconds; of nothing, null. */
export function quantiles(lengths, ...percents) {
  if (lengths.length === 0) return percents.map(() => null);
  const ordered = Float64Array.from(lengths).sort();
  return percents.map((percent) => ordered[rank(percent, ordered.length)] / SECOND);
}

/** Some figures are for today only, and for lines, networks and `all`. */
const isWide = ({ scope, window }) =>
  window === 'today' && (/^line\/[^/]+$/.test(scope) || !scope.includes('/'));

/**
 * `groups` are those of a tally; the context says whose (`scope`), which
 * `window`, by which `directory`, with the agents' `busy` time and the `spread`.
 */
export function windowOf(groups, context) {
  return {
    counts: countsOf(groups.main, context),
    second_level: countsOf(groups.second_level),
    callback: countsOf(groups.callback),
    rates: ratesOf(groups, context),
    times: timesOf(groups),
    complete: context.complete ?? null,
    spread: context.spread,
  };
}

function countsOf(group, context) {
  const counts = {};
  for (const name of COUNTS) counts[name] = group.sum(name);
  counts.offered = counts.answered + counts.abandoned + counts.cut_off + counts.lost + counts.callbacks_accepted + counts.voicemails;
  counts.asked = counts.offered + counts.deflected_asked;
  counts.left_in_ivr = context && knowsReceived(group, context) ? group.sum('left_in_ivr') : null;
  return counts;
}

/** Where fewer were received than followed, some platform sends no `call.received`. */
const knowsReceived = (main, context) => isWide(context) && main.sum('left_in_ivr') >= 0;

const queueRate = ({ answered, abandoned, cut_off, lost }, leftOut) =>
  rate(answered, answered + abandoned + cut_off + lost - leftOut);

/** Where short abandons do not count, they leave the denominator. */
const leftOutIn = ({ scope, directory }, { short_abandoned }) => (directory.shortAbandonsCount(scope) ? 0 : short_abandoned);

/** The headline rate. */
export function agentRate(main, context) {
  const counts = countsOf(main);
  const { answered, asked, callbacks_accepted, promises_kept, promises_broken } = counts;
  return rate(answered + promises_kept, asked - callbacks_accepted + promises_kept + promises_broken - leftOutIn(context, counts));
}

function ratesOf({ main, second_level }, context) {
  const counts = countsOf(main, context);
  const of = (numerator, denominator) => rate(main.sum(numerator), main.sum(denominator));
  const { answered, abandoned, asked, received } = counts;
  const leftOut = leftOutIn(context, counts);
  const [within, abandonedWithin, known] = ['answered_within', 'abandoned_within', 'known_wait'].map((name) => main.sum(name));
  return {
    pick_up_agent: agentRate(main, context),
    pick_up_presented: rate(answered, asked - leftOut),
    pick_up_queue: queueRate(counts, leftOut),
    pick_up_with_ivr: knowsReceived(main, context)
      ? rate(answered + counts.self_served_in_hours, received - counts.received_out_of_hours) : null,
    pick_up_inbound: knowsReceived(main, context) ? rate(answered, received) : null,
    service_level: rate(within, known),
    service_level_without_short: rate(within, known - abandonedWithin),
    service_level_short_good: rate(within + abandonedWithin, known),
    ...Object.fromEntries([20, 60, 180, 300, 600].map((seconds) => [
      `service_level_${seconds}s`, rate(main.answerWaits.filter((wait) => wait <= seconds * SECOND).length, known),
    ])),
    abandon_rate: rate(abandoned, answered + abandoned + counts.cut_off + counts.lost),
    callbacks_called_within_time: of('callbacks_called', 'callbacks_due'),
    callbacks_reached_within_time: of('callbacks_reached', 'callbacks_due'),
    messages_handled_within_time: of('messages_kept', 'messages_due'),
    announced_exceeded: of('waited_longer_than_announced', 'heard_announcement'),
    identification: rate(counts.identified, received),
    second_level_pick_up: queueRate(countsOf(second_level), 0),
    satisfaction: of('satisfied', 'surveys'),
    occupancy: context.busy ? rate(...context.busy) : null,
  };
}

function timesOf({ main, second_level }) {
  const { answerWaits, abandonWaits, announcedErrors } = main;
  const [p50, p90, p95, longest] = quantiles(answerWaits, 50, 90, 95, 100);
  return {
    answer_mean_seconds: mean(answerWaits),
    answer_p50_seconds: p50,
    answer_p90_seconds: p90,
    answer_p95_seconds: p95,
    answer_longest_seconds: longest,
    abandon_mean_seconds: mean(abandonWaits),
    handle_mean_seconds: main.sum('ended') ? main.sum('handle_time') / main.sum('ended') / SECOND : null,
    second_level_answer_mean_seconds: mean(second_level.answerWaits),
    announced_error_p50_seconds: quantiles(announcedErrors, 50)[0],
    satisfaction_mean: main.sum('surveys') ? main.sum('score') / main.sum('surveys') : null,
  };
}

// ---- How far apart agencies are.

const COMPARED_FROM = 30;

/** Of the headline rates of some agencies, those over at least 30 calls; null where there is none. */
export function spreadOf(rates) {
  const values = rates.filter((each) => each !== null && each.of[1] >= COMPARED_FROM).map(({ value }) => value).sort((a, b) => a - b);
  if (values.length === 0) return null;
  const quartile = (percent) => values[rank(percent, values.length)];
  return { agencies: values.length, best: values.at(-1), worst: values[0], interquartile_range: quartile(75) - quartile(25) };
}
