// Reads one event as `events.md` describes it. Three verdicts: `event` (with
// its fields, times already instants), `skipped` (an unknown type), `refused`
// (malformed, or a telephone number), the last two with a reason.

import { parseInstant, SECOND } from './time.mjs';

class Refusal extends Error {}

// ---- What a field may hold. Each reader returns the value, or throws.

function text(value, name) {
  if (typeof value !== 'string') throw new Refusal(`${name} is not a text`);
  if (value === '') throw new Refusal(`${name} is empty`);
  return value;
}

function flag(value, name) {
  if (typeof value !== 'boolean') throw new Refusal(`${name} is not true or false`);
  return value;
}

function instant(value, name) {
  const parsed = parseInstant(value);
  if (parsed === null) throw new Refusal(`${name} is not an RFC 3339 time with up to microseconds`);
  return parsed;
}

function seconds(value, name) {
  if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(value)) {
    throw new Refusal(`${name} is not a number of seconds`);
  }
  return Math.round(value * SECOND);
}

function score(value, name) {
  if (!Number.isInteger(value) || value < 1 || value > 5) throw new Refusal(`${name} is not 1 to 5`);
  return value;
}

function place(value, name) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(`${name} is not an object`);
  }
  return { agency: text(value.agency, `${name}.agency`), queue: text(value.queue, `${name}.queue`) };
}

function texts(value, name) {
  if (!Array.isArray(value)) throw new Refusal(`${name} is not a list`);
  return value.map((each, index) => text(each, `${name}[${index}]`));
}

const oneOf = (...words) => (value, name) => {
  if (!words.includes(value)) throw new Refusal(`${name} is none of ${words.join(', ')}`);
  return value;
};

/** Present in `optional`: the reader is asked only where there is a value. */
const optional = (reader) => Object.assign((value, name) => reader(value, name), { optional: true });

/** Here null says something: the reader is asked, but where the field is absent. */
const orNull = (reader) => Object.assign((value, name) => (value === null ? null : reader(value, name)), { optional: true, nullable: true });

function maybeEmpty(value, name) {
  return value === '' ? value : text(value, name);
}

// ---- The table of events.md.

const here = { agency: text, queue: text };

export const FIELDS = {
  'call.received': { line: text, caller: optional(text), identified: optional(flag) },
  'call.self_served': { line: text, caller: optional(text) },
  'call.deflected': {
    line: text, agency: optional(text), queue: optional(text), caller: optional(text),
    reason: oneOf('closed', 'saturated'), after_request: optional(flag),
  },
  'call.queued': {
    line: text, ...here, reason: optional(oneOf('asked', 'overflow', 'transfer', 'callback')),
    origin: optional(place), asked_at: optional(instant), announced_wait_seconds: optional(seconds),
    caller: optional(text), identified: optional(flag),
  },
  'call.announced': { ...here, announced_wait_seconds: seconds },
  'call.rang_unanswered': { ...here, agent: optional(text) },
  'call.answered': { ...here, agent: optional(text) },
  'call.abandoned': { ...here },
  'call.overflowed': { ...here, to: place },
  'call.cut_off': { ...here, reason: oneOf('closing', 'outage') },
  'call.callback_accepted': { ...here, due_at: instant },
  'call.voicemail_left': { ...here, due_at: optional(instant) },
  'call.recontact_promised': { ...here, due_at: instant },
  'promise.attempted': {
    ...here, kind: oneOf('callback', 'message', 'recontact'),
    outcome: oneOf('reached', 'unreachable', 'handled', 'cancelled'),
  },
  'call.transferred': { ...here, to: place },
  'call.ended': { ...here, agent: optional(text), talk_seconds: seconds, hold_seconds: optional(seconds) },
  'call.wrapped_up': { ...here, agent: optional(text), wrap_up_seconds: seconds },
  'agent.state_changed': {
    agency: text, agent: text,
    state: oneOf('ready', 'ringing', 'talking', 'holding', 'wrap_up', 'paused', 'offline'),
    queues: optional(texts), reason: optional(text),
  },
  'queue.state_changed': {
    ...here, open: optional(flag), overflow_to: orNull(place), deflecting: optional(flag),
    offering_callback: optional(flag), message: optional(maybeEmpty),
  },
  'survey.answered': { agency: text, queue: optional(text), score },
};

const TELEPHONE = /^(\+|00)?\d{9,15}$/;

function looksLikeTelephone(value) {
  return typeof value === 'string' && TELEPHONE.test(value.replace(/[\s.\p{Pd}()[\]{}]/gu, ''));
}

// ---- One event.

/** `{ verdict: 'event', event }`, or `{ verdict: 'skipped' | 'refused', reason }`. */
export function readEvent(bytesOrText) {
  try {
    const envelope = parseJson(bytesOrText);
    return interpret(envelope);
  } catch (error) {
    if (error instanceof Refusal) return { verdict: 'refused', reason: error.message };
    throw error;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytesOrText) {
  let value;
  try {
    value = JSON.parse(typeof bytesOrText === 'string' ? bytesOrText : decoder.decode(bytesOrText));
  } catch (error) {
    throw new Refusal(`not JSON: ${error.message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('not an object');
  return value;
}

function interpret(envelope) {
  if (envelope.specversion !== '1.0') throw new Refusal('specversion is not 1.0');
  const event = {
    id: text(envelope.id, 'id'),
    source: text(envelope.source, 'source'),
    type: text(envelope.type, 'type'),
  };
  const extension = arrivalOf(envelope);
  const fields = Object.hasOwn(FIELDS, event.type) ? FIELDS[event.type] : null;
  // CloudEvents asks for no time and no subject; this contract does, of its own types.
  if (fields || envelope.time !== undefined) event.time = instant(envelope.time, 'time');
  if (!fields) return { verdict: 'skipped', reason: `unknown type ${event.type}`, ...extension };
  event.subject = text(envelope.subject, 'subject');

  const { data } = envelope;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new Refusal('data is not an object');
  for (const name of ['caller', 'agent']) {
    if (looksLikeTelephone(data[name])) throw new Refusal(`data.${name} is a telephone number`);
  }
  event.data = {};
  for (const [name, reader] of Object.entries(fields)) {
    const value = data[name] ?? null;
    if (value !== null || (reader.nullable && data[name] === null)) event.data[name] = reader(value, `data.${name}`);
    else if (!reader.optional) throw new Refusal(`data.${name} is missing`);
  }
  return { verdict: 'event', event, ...extension };
}

/** Where and when a broker took the event in, as `vigie dump` writes it. */
function arrivalOf(envelope) {
  if (envelope.vigiepartition === undefined) return {};
  const arrived = parseInstant(envelope.vigiearrived);
  return {
    partition: String(envelope.vigiepartition),
    offset: Number(envelope.vigieoffset),
    arrived: arrived ?? Number(envelope.vigiearrived ?? 0),
  };
}
