#!/usr/bin/env node
// Compares two lists of views on the promised figures.
//
//   node compare.mjs LEFT.ndjson RIGHT.ndjson [--require PATH]...
//
// Prints each difference with its path and exits 1 where there is one. Views
// are paired by `as_of` and `scope`. Numbers must be equal, means within 1e-9
// of each other, quantiles of the speed of answer within 2 % (zero exactly).
// A field that only one side has is passed over unless it is required.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { parseInstant } from './time.mjs';

/** What tells of arrival, not of the calls (indicators.md, Event time), or is no figure of the count. */
export const NOT_PROMISED = new Set([
  'late', 'too_late', 'duplicate', 'refused', 'data_age_seconds', 'sources', 'complete_to',
  'severity', 'estimate', 'clock', 'as_of', 'scope',
]);

const ESTIMATED = /^answer_(p\d+|longest)_seconds$/;
const ESTIMATED_WITHIN = 0.02;
const COMPUTED_WITHIN = 1e-9;

const COUNTS = [
  'offered', 'asked', 'received', 'received_out_of_hours', 'identified', 'self_served', 'self_served_in_hours',
  'deflected_asked', 'deflected_closed', 'deflected_saturated', 'entered_all', 'closed_all', 'answered', 'abandoned',
  'short_abandoned', 'cut_off', 'lost', 'callbacks_accepted', 'voicemails', 'overflowed_out', 'overflowed_in',
  'transferred_in', 'promises_kept', 'promises_broken', 'promises_kept_late', 'rang_unanswered', 'orphan', 'repeated',
  'superseded', 'out_of_hours',
];

/** What both sides must have. `*` stands for any one name. */
export const REQUIRED = [
  ...['waiting', 'longest_wait_seconds', 'wait_p50_seconds', 'wait_p90_seconds'].map((name) => `now.${name}`),
  ...['asked', 'overflow', 'transfer', 'callback'].map((name) => `now.waiting_by_reason.${name}`),
  ...['open', 'due_15m', 'overdue'].map((name) => `now.promises.${name}`),
  ...['windows', 'handled'].flatMap((book) => ['5m', '15m', '60m', 'today'].flatMap((window) => [
    ...['counts', 'second_level', 'callback'].flatMap((group) => COUNTS.map((name) => `${book}.${window}.${group}.${name}`)),
    ...['pick_up_agent', 'pick_up_presented', 'pick_up_queue', 'service_level', 'service_level_without_short',
      'service_level_short_good', 'abandon_rate'].map((name) => `${book}.${window}.rates.${name}`),
    ...['answer_mean_seconds', 'answer_p50_seconds', 'answer_p90_seconds', 'answer_p95_seconds', 'answer_longest_seconds',
      'abandon_mean_seconds', 'handle_mean_seconds'].map((name) => `${book}.${window}.times.${name}`),
  ])),
];

/** The differences of two views, as texts `path: left != right`. */
export function differencesOfViews(left, right, required = REQUIRED) {
  const differences = [];
  compare(left, right, [], differences);
  for (const path of required) {
    for (const [side, view] of [['left', left], ['right', right]]) {
      if (!has(view, path.split('.'))) differences.push(`${path}: missing ${side}`);
    }
  }
  return differences;
}

function has(value, [name, ...rest]) {
  if (name === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const inside = name === '*' ? Object.values(value) : [value[name]];
  return inside.length > 0 && inside.every((each) => each !== undefined && has(each, rest));
}

const isObject = (value) => typeof value === 'object' && value !== null;

function compare(left, right, path, differences) {
  if (left === undefined || right === undefined) return;
  if (isObject(left) && isObject(right)) {
    for (const name of Object.keys(left)) {
      if (!NOT_PROMISED.has(name)) compare(left[name], right[name], [...path, name], differences);
    }
    if (Array.isArray(left) && left.length !== right.length) differences.push(`${path.join('.')}: ${left.length} != ${right.length} elements`);
    return;
  }
  if (!isSame(left, right, path.at(-1))) {
    differences.push(`${path.join('.')}: ${JSON.stringify(left)} != ${JSON.stringify(right)}`);
  }
}

function isSame(left, right, name) {
  if (left === right) return true;
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  if (left === 0 || right === 0) return false;
  if (ESTIMATED.test(name)) return isNear(left, right, ESTIMATED_WITHIN);
  if (Number.isInteger(left) && Number.isInteger(right)) return false;
  return isNear(left, right, COMPUTED_WITHIN);
}

/** Relative to the exact value, which is on either side. */
const isNear = (left, right, share) => Math.abs(left - right) <= share * Math.max(Math.abs(left), Math.abs(right));

// ---- Lists of views.

const keyOf = (view) => `${parseInstant(view.as_of)} ${view.scope}`;
const nameOf = (view) => `${view.as_of} ${view.scope}`;

/** Compares two (async) iterables of views: `{ compared, differences }`. */
export async function compareViews(left, right, required = REQUIRED) {
  const differences = [];
  const byKey = new Map();
  for await (const view of left) {
    if (byKey.has(keyOf(view))) differences.push(`${nameOf(view)}: twice on the left`);
    byKey.set(keyOf(view), view);
  }
  let compared = 0;
  for await (const view of right) {
    const other = byKey.get(keyOf(view));
    byKey.delete(keyOf(view));
    if (other === undefined) {
      differences.push(`${nameOf(view)}: only on the right`);
      continue;
    }
    compared += 1;
    for (const difference of differencesOfViews(other, view, required)) differences.push(`${nameOf(view)} ${difference}`);
  }
  for (const view of byKey.values()) differences.push(`${nameOf(view)}: only on the left`);
  return { compared, differences };
}

/** The views of an NDJSON file or stream. */
export async function* viewsOf(pathOrStream) {
  const input = typeof pathOrStream === 'string' ? createReadStream(pathOrStream) : pathOrStream;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield JSON.parse(line);
  }
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { require: { type: 'string', multiple: true } } });
  if (positionals.length !== 2) {
    console.error('usage: compare.mjs LEFT.ndjson RIGHT.ndjson [--require PATH]...');
    return 64;
  }
  const [left, right] = positionals.map(viewsOf);
  const { compared, differences } = await compareViews(left, right, values.require ?? REQUIRED);
  for (const difference of differences) console.log(difference);
  console.error(`${compared} views compared, ${differences.length} differences`);
  return differences.length > 0 || compared === 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
