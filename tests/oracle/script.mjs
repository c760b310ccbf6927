// Events written as a script, one a line, for tests that read as tables:
//
//   10:00:00 1 queued A/q reason=overflow origin=B/q asked_at=09:58:00
//
// is a `call.queued` of call 1 at 2026-03-10T10:00:00Z in queue q of agency A.
// `03-29T00:30:00` names another day of 2026. Lines are L unless `line=` says
// otherwise; ids count up unless `id=` does.

import assert from 'node:assert/strict';
import { directoryOf } from './directory.mjs';
import { readLists } from './files.mjs';
import { Count } from './count.mjs';
import { parseInstant } from './time.mjs';

const TYPES = { attempted: 'promise.attempted', agent: 'agent.state_changed', lever: 'queue.state_changed', survey: 'survey.answered' };
const WITH_LINE = ['received', 'self_served', 'deflected', 'queued'];
const ENVELOPE = ['id', 'source', 'vigiepartition', 'vigieoffset', 'vigiearrived'];

/** `10:00:00` or `03-29T00:30:00` of 2026, as RFC 3339. */
export const time = (text) => `2026-${text.includes('T') ? text : `03-10T${text}`}Z`;

export function script(text) {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').map(eventOf);
}

function eventOf(line, index) {
  const [at, subject, word, ...rest] = line.split(/\s+/);
  const event = { specversion: '1.0', id: `e${index}`, source: '/pbx', type: TYPES[word] ?? `call.${word}`, time: time(at), subject };
  const data = WITH_LINE.includes(word) ? { line: 'L' } : {};
  for (const part of rest) {
    const [name, value] = part.includes('=') ? part.split('=') : ['here', part];
    if (name === 'here') Object.assign(data, placeOf(value));
    else if (ENVELOPE.includes(name)) event[name] = valueOf(name, value);
    else data[name] = valueOf(name, value);
  }
  return { ...event, data };
}

function placeOf(text) {
  const [agency, queue] = text.split('/');
  return queue === undefined ? { agency } : { agency, queue };
}

function valueOf(name, value) {
  if (['origin', 'to', 'overflow_to'].includes(name)) return value === 'null' ? null : placeOf(value);
  if (['asked_at', 'due_at', 'vigiearrived'].includes(name)) return time(value);
  if (name === 'queues') return value === '' ? [] : value.split(',');
  if (['line', 'id', 'source', 'agent', 'caller', 'kind', 'reason', 'state', 'outcome', 'message'].includes(name)) return value;
  return JSON.parse(value);
}

/** The count of a script, or of a list of events. */
export function counted(events, toml = 'version = 1') {
  const list = typeof events === 'string' ? script(events) : events;
  return new Count(readLists([list]), directoryOf(toml));
}

/** The same events, each with an arrival of its own: in their order, none before its time. */
export function arriving(text) {
  let arrived = '';
  return script(text).map((event, vigieoffset) => {
    if (event.time > arrived) arrived = event.time;
    return { ...event, vigiepartition: 0, vigieoffset, vigiearrived: arrived };
  });
}

/** The view of a scope as of `10:00:00`. */
export function viewOf(events, at, { scope = 'all', directory } = {}) {
  return counted(events, directory).views(parseInstant(time(at)), [scope])[0];
}

/** Only the counts that are not 0 nor absent. */
export const nonzero = (counts) => Object.fromEntries(Object.entries(counts).filter(([, value]) => value));

/** The value of a rate and what it was computed from; its bound follows from these. */
export function assertRate({ upper, ...rate }, expected) {
  assert.deepEqual(rate, expected);
  assert.ok(upper >= rate.value, `${upper} is below ${rate.value}`);
}
