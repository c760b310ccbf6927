#!/usr/bin/env node
// Compares two lists of views on the promised figures.
//
//   node compare.mjs LEFT.ndjson RIGHT.ndjson [--require PATH]...
//
// Prints each difference with its path and exits 1 where there is one. Views
// are paired by `as_of` and `scope`. Numbers must be equal, means within 1e-9
// of each other, quantiles of windows within 2 % (zero exactly), the longest
// wait on the left not below that on the right. A field that only one side has
// is passed over unless it is required.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { REQUIRED, REQUIRED_OF_ARRIVAL, REQUIRED_OF_QUARTERS } from './figures.mjs';
import { parseInstant } from './time.mjs';
import { showsSomething } from './view.mjs';

export { REQUIRED };

/** What tells of arrival, not of the calls (indicators.md, Event time), or is no figure of the count. */
export const NOT_PROMISED = new Set([
  'late', 'too_late', 'duplicate', 'refused', 'data_age_seconds', 'sources', 'complete_to', 'complete', 'judged',
  'severity', 'estimate', 'callers', 'closing', 'closing_record', 'clock', 'as_of', 'scope',
]);

/** Within 2 %: a window's quantiles. Those of who waits now are exact. */
const ESTIMATED = new Set(['answer_p50_seconds', 'answer_p90_seconds', 'answer_p95_seconds', 'answer_longest_seconds', 'announced_error_p50_seconds']);
const ESTIMATED_WITHIN = 0.02;
/** Of those, never below the truth, which is on the right. */
const NOT_BELOW = 'answer_longest_seconds';
const COMPUTED_WITHIN = 1e-9;

/** Fields that hold whatever the calls name: what one side lacks is a difference. */
const OPEN_ENDED = new Set(['pauses', 'levers']);
const INSTANTS = new Set(['since', 'start', 'complete_to']);

/** The differences of two views, as texts `path: left != right`. */
export function differencesOfViews(left, right, required = REQUIRED) {
  const differences = [];
  compareFields(left, right, '', differences);
  missing(left, right, required, '', differences);
  if (left.quarters && right.quarters) compareQuarters(left.quarters, right.quarters, differences);
  return differences;
}

/** Of two views of events that have all arrived: what `differencesOfViews` leaves out because it tells of arrival. */
export function differencesOfArrival(left, right) {
  const differences = [];
  for (const name of ['data_age_seconds', 'sources', 'complete_to']) {
    if (name === 'data_age_seconds' && isForgotten(left.now[name], right.now[name])) continue;
    compare(left.now[name], right.now[name], name, 'now.', differences);
  }
  for (const [path, complete] of ['windows', 'handled'].flatMap((book) => Object.entries(left[book] ?? {}).map(([name, window]) =>
    [`${book}.${name}.`, [window.complete, right[book]?.[name]?.complete]]))) compare(...complete, 'complete', path, differences);
  missing(left, right, REQUIRED_OF_ARRIVAL, '', differences);
  return differences;
}

const REMEMBERED_SECONDS = 26 * 3600;

/** What nobody has named for 26 hours may be forgotten, and when it was heard of with it: the age is then none, or that of another that is older. */
const isForgotten = (left, right) => right > REMEMBERED_SECONDS && (left === null || left > right);

// ---- What must be there.

const trees = new WeakMap();

/** Paths as a tree of names, made once a list. `*` stands for any one name. */
function treeOf(paths) {
  if (!trees.has(paths)) {
    const tree = {};
    for (const path of paths) path.split('.').reduce((node, name) => (node[name] ??= {}), tree);
    trees.set(paths, tree);
  }
  return trees.get(paths);
}

function missing(left, right, required, prefix, differences) {
  for (const [side, view] of [['left', left], ['right', right]]) lacking(view, treeOf(required), prefix, side, differences);
}

function lacking(value, tree, prefix, side, differences) {
  for (const name in tree) {
    const inside = isObject(value) ? (name === '*' ? Object.values(value) : [value[name]]) : [];
    if (inside.length === 0 || inside.includes(undefined)) everyEnd(tree[name], prefix + name, (path) => differences.push(`${path}: missing ${side}`));
    else for (const each of inside) lacking(each, tree[name], `${prefix}${name}.`, side, differences);
  }
}

function everyEnd(tree, path, say) {
  const names = Object.keys(tree);
  if (names.length === 0) say(path);
  for (const name of names) everyEnd(tree[name], `${path}.${name}`, say);
}

// ---- What must be the same.

const isObject = (value) => typeof value === 'object' && value !== null;

function compareFields(left, right, prefix, differences) {
  for (const name in left) {
    if (NOT_PROMISED.has(name) || right[name] === undefined || (name === 'quarters' && left.quarters && right.quarters)) continue;
    compare(left[name], right[name], name, prefix, differences);
  }
}

function compare(left, right, name, prefix, differences) {
  if (left === undefined || right === undefined) return;
  if (OPEN_ENDED.has(name) && isObject(left) && isObject(right)) compareWhole(left, right, prefix + name, differences);
  else if (isObject(left) && isObject(right)) {
    compareFields(left, right, `${prefix}${name}.`, differences);
    if (Array.isArray(left) && left.length !== right.length) differences.push(`${prefix}${name}: ${left.length} != ${right.length} elements`);
  } else if (!isSame(left, right, name)) differences.push(`${prefix}${name}: ${JSON.stringify(left)} != ${JSON.stringify(right)}`);
}

/** All names of both sides, each with a value on both. */
function compareWhole(left, right, path, differences) {
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [a, b] = [left, right].map((side) => (Object.hasOwn(side, name) ? side[name] : undefined));
    if (isObject(a) && isObject(b)) compareWhole(a, b, `${path}.${name}`, differences);
    else if (!isSame(a, b, name)) differences.push(`${path}.${name}: ${JSON.stringify(a)} != ${JSON.stringify(b)}`);
  }
}

function isSame(left, right, name) {
  if (left === right) return true;
  if (INSTANTS.has(name)) return left !== null && right !== null && parseInstant(left) === parseInstant(right);
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  if (left === 0 || right === 0) return false;
  if (name === NOT_BELOW && left < right) return false;
  if (ESTIMATED.has(name)) return isNear(left, right, ESTIMATED_WITHIN);
  if (Number.isInteger(left) && Number.isInteger(right)) return false;
  return isNear(left, right, COMPUTED_WITHIN);
}

/** Relative to the exact value, which is on either side. */
const isNear = (left, right, share) => Math.abs(left - right) <= share * Math.max(Math.abs(left), Math.abs(right));

/** Paired by their start. One that only one side has must show nothing. */
function compareQuarters(left, right, differences) {
  const byStart = (quarters) => new Map(quarters.map((quarter) => [parseInstant(quarter.start), quarter]));
  const [lefts, rights] = [byStart(left), byStart(right)];
  for (const [side, quarters] of [['left', left], ['right', right]]) {
    const starts = quarters.map(({ start }) => parseInstant(start));
    if (starts.some((start, index) => index > 0 && start <= starts[index - 1])) differences.push(`quarters: not oldest first ${side}`);
  }
  for (const start of new Set([...lefts.keys(), ...rights.keys()])) {
    const [a, b] = [lefts.get(start), rights.get(start)];
    const path = `quarters.${(a ?? b).start}`;
    if (a && b) {
      compareFields(a, b, `${path}.`, differences);
      missing(a, b, REQUIRED_OF_QUARTERS, `${path}.`, differences);
    } else if (showsSomething(a ?? b, NOT_PROMISED)) differences.push(`${path}: only ${a ? 'left' : 'right'}`);
  }
}

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
