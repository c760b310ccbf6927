// The names of every promised figure of a view, as paths. What both sides of
// a comparison must have.

import { COUNTS } from './tally.mjs';

const TELL_OF_ARRIVAL = ['late', 'too_late', 'duplicate'];

const RATES = [
  'pick_up_agent', 'pick_up_presented', 'pick_up_queue', 'pick_up_with_ivr', 'pick_up_inbound', 'service_level',
  'service_level_without_short', 'service_level_short_good', 'service_level_20s', 'service_level_60s', 'service_level_180s',
  'service_level_300s', 'service_level_600s', 'abandon_rate', 'callbacks_called_within_time',
  'callbacks_reached_within_time', 'messages_handled_within_time', 'announced_exceeded', 'identification',
  'second_level_pick_up', 'satisfaction', 'occupancy',
];
const TIMES = [
  'answer_mean_seconds', 'answer_p50_seconds', 'answer_p90_seconds', 'answer_p95_seconds', 'answer_longest_seconds',
  'abandon_mean_seconds', 'handle_mean_seconds', 'second_level_answer_mean_seconds', 'announced_error_p50_seconds', 'satisfaction_mean',
];
const AGENTS = ['staffed', 'available', 'ready', 'ringing', 'talking', 'holding', 'wrap_up', 'paused', 'offline', 'pauses'];

const under = (path, names) => names.map((name) => `${path}.${name}`);
const counts = ['offered', 'asked', 'left_in_ivr', ...COUNTS.filter((name) => !TELL_OF_ARRIVAL.includes(name))];

const window = [
  ...['counts', 'second_level', 'callback'].flatMap((group) => under(group, counts)),
  ...under('rates', RATES),
  ...under('times', TIMES),
  'spread',
];

export const REQUIRED = [
  ...under('now', ['waiting', 'longest_wait_seconds', 'wait_p50_seconds', 'wait_p90_seconds', 'levers']),
  ...under('now.waiting_by_reason', ['asked', 'overflow', 'transfer', 'callback']),
  ...under('now.agents', AGENTS),
  ...under('now.promises', ['open', 'due_15m', 'overdue']),
  ...['windows', 'handled'].flatMap((book) => ['5m', '15m', '60m', 'today'].flatMap((each) => under(`${book}.${each}`, window))),
];

/** What tells of arrival and is exact once everything has arrived. */
export const REQUIRED_OF_ARRIVAL = [
  ...under('now', ['data_age_seconds', 'complete_to', 'sources.known', 'sources.reporting']),
  ...['windows', 'handled'].flatMap((book) => ['5m', '15m', '60m', 'today'].map((window) => `${book}.${window}.complete`)),
];

/** What each quarter-hour has, where they were asked for. */
export const REQUIRED_OF_QUARTERS = [
  ...['window', 'handled'].flatMap((book) => under(book, window)),
  ...under('cohort', ['entered', 'answered', 'abandoned', 'closed_otherwise', 'waiting']),
];
