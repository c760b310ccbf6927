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
  if (parsed === null) throw new Refusal(`${name} is not an RFC 3339 time`);
  return parsed;
}

/** No duration is over 24 h. */
function seconds(value, name) {
  if (typeof value !== 'number' || !(value >= 0 && value <= 86_400)) {
    throw new Refusal(`${name} is not a number of seconds up to 24 h`);
  }
  return Math.round(value * SECOND);
}

function score(value, name) {
  if (!Number.isInteger(value) || value < 1 || value > 5) throw new Refusal(`${name} is not 1 to 5`);
  return value;
}

/** At most 128 bytes, without slash, control characters (C0, DEL, C1) or direction marks. */
function code(value, name) {
  if (Buffer.byteLength(text(value, name)) > 128) throw new Refusal(`${name} is longer than 128 bytes`);
  if (/[/\p{Cc}\p{Bidi_Control}]/u.test(value)) throw new Refusal(`${name} holds a slash, or what cannot be seen`);
  return value;
}

/** What identifies an event: at most 512 bytes, without control characters (C0, DEL, C1). */
function identifier(value, name) {
  if (Buffer.byteLength(text(value, name)) > 512) throw new Refusal(`${name} is longer than 512 bytes`);
  if (/\p{Cc}/u.test(value)) throw new Refusal(`${name} holds a control character`);
  return value;
}

/** What people write: trimmed, at most 200 characters. */
function remark(value, name) {
  if (typeof value !== 'string') throw new Refusal(`${name} is not a text`);
  return [...value.trim()].slice(0, 200).join('').trimEnd();
}

function place(value, name) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(`${name} is not an object`);
  }
  return { agency: code(value.agency, `${name}.agency`), queue: code(value.queue, `${name}.queue`) };
}

/** An empty one names none. */
function codes(value, name) {
  if (!Array.isArray(value)) throw new Refusal(`${name} is not a list`);
  if (value.length > 200) throw new Refusal(`${name} has more than 200 codes`);
  return value.filter((each) => !isEmpty(each)).map((each, index) => code(each, `${name}[${index}]`));
}

const oneOf = (...words) => (value, name) => {
  if (!words.includes(value)) throw new Refusal(`${name} is none of ${words.join(', ')}`);
  return value;
};

/** Present in `optional`: the reader is asked only where there is a value. */
const optional = (reader) =>
  Object.assign((value, name) => reader(value, name), { optional: true, isText: ![flag, seconds, place, codes].includes(reader) });

/** Here null says something: the reader is asked, but where the field is absent. */
const orNull = (reader) => Object.assign((value, name) => (value === null ? null : reader(value, name)), { optional: true, nullable: true });

/** An optional text that is empty counts as left out; but for a message, which ends that way. */
const isEmpty = (value) => typeof value === 'string' && /^ *$/.test(value);

// ---- The table of events.md.

const here = { agency: code, queue: code };

export const FIELDS = {
  'call.received': { line: code, caller: optional(text), identified: optional(flag) },
  'call.self_served': { line: code, caller: optional(text) },
  'call.deflected': {
    line: code, agency: optional(code), queue: optional(code), caller: optional(text),
    reason: oneOf('closed', 'saturated'), after_request: optional(flag),
  },
  'call.queued': {
    line: code, ...here, reason: optional(oneOf('asked', 'overflow', 'transfer', 'callback')),
    origin: optional(place), asked_at: optional(instant), announced_wait_seconds: optional(seconds),
    caller: optional(text), identified: optional(flag),
  },
  'call.announced': { ...here, announced_wait_seconds: seconds },
  'call.rang_unanswered': { ...here, agent: optional(text) },
  'call.answered': { ...here, agent: optional(text) },
  'call.abandoned': { ...here },
  'call.overflowed': { ...here, to: place },
  'call.cut_off': { ...here, reason: oneOf('closing', 'outage', 'timeout', 'other') },
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
    agency: code, agent: text,
    state: oneOf('ready', 'ringing', 'talking', 'holding', 'wrap_up', 'paused', 'offline'),
    queues: optional(codes), reason: optional(remark),
  },
  'queue.state_changed': {
    ...here, open: optional(flag), overflow_to: orNull(place), deflecting: optional(flag),
    offering_callback: optional(flag), message: optional(remark),
  },
  'survey.answered': { agency: code, queue: optional(code), score },
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
    id: identifier(envelope.id, 'id'),
    source: identifier(envelope.source, 'source'),
    type: identifier(envelope.type, 'type'),
  };
  const extension = arrivalOf(envelope);
  const fields = Object.hasOwn(FIELDS, event.type) ? FIELDS[event.type] : null;
  // CloudEvents asks for no time and no subject; this contract does, of its own types.
  if (fields || envelope.time !== undefined) event.time = instant(envelope.time, 'time');
  if (!fields) return { verdict: 'skipped', reason: `unknown type ${event.type}`, ...extension };
  event.subject = identifier(envelope.subject, 'subject');

  const { data } = envelope;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new Refusal('data is not an object');
  for (const name of ['caller', 'agent']) {
    if (looksLikeTelephone(data[name])) throw new Refusal(`data.${name} is a telephone number`);
  }
  event.data = {};
  for (const [name, reader] of Object.entries(fields)) {
    const isLeftOut = reader.isText && name !== 'message' && isEmpty(data[name]);
    const value = isLeftOut ? null : (data[name] ?? null);
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
