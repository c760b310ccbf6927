// Random calls with everything that can happen to them, and everything that can
// go wrong on the way: what the recorded calls have none of. A seed repeats them.

import { readFileSync } from 'node:fs';
import { floorEvents } from './floor.mjs';
import { randomFrom } from './random.mjs';
import { HOUR, MINUTE, SECOND, formatInstant, parseInstant } from './time.mjs';

/** Where calls wait: agencies and queues. */
const AGENCIES = [
  ['A', 'q'], ['A', 'p'], ['B', 'q'], ['B', 'p'], ['P', 'p'], ['M', 'q'], ['R', 'q'], ['O', 'q'], ['O', 'p'], ['Z', 'x'],
  ['G', 'q'], ['Y', 'q'], ['S', 'q'], ['S', 'p'],
];

export const SCENARIO_DIRECTORY = readFileSync(new URL('scenario.toml', import.meta.url), 'utf8');

/**
 * The lines of a file of `calls` calls within [from, until), and of what
 * agents and levers do meanwhile, in order of arrival: half an hour of patience, ties in whole seconds, events up to 30 s
 * late, some sent twice, some lines that are no events. `backlog` delays a few
 * by up to a day, so that some are too late.
 */
export function scenario(seed, { from, until, calls, backlog = false }) {
  const random = randomFrom(`scenario ${seed}`);
  const dice = {
    chance: (share) => random() < share,
    pick: (list) => list[Math.floor(random() * list.length)],
    seconds: (most) => Math.floor(random() * random() * most) * SECOND,
    random,
  };
  const arrivals = [];
  for (let call = 0; call < calls; call++) {
    const start = from + Math.floor((random() * (until - from)) / SECOND) * SECOND;
    // One installation falls silent for good.
    const source = start < from + 6 * HOUR && dice.chance(0.3) ? '/pbx/dark' : `/pbx/${dice.pick([1, 2, 3])}`;
    for (const event of callEvents(`${seed}-${call}`, start, source, dice)) {
      arrivals.push(...arrivalsOf(event, dice, backlog));
    }
  }
  for (const event of floorEvents(AGENCIES, { from, until }, dice)) arrivals.push(...arrivalsOf(event, dice, backlog));
  arrivals.sort((a, b) => a.at - b.at);
  return arrivals.map(({ line }) => line);
}

function arrivalsOf(event, { chance, random }, backlog) {
  const time = parseInstant(event.time);
  const delay = backlog && chance(0.03) ? random() * (chance(0.5) ? 10 * MINUTE : 24 * 60 * MINUTE) : random() * 29 * SECOND;
  const line = JSON.stringify(event);
  const arrivals = [{ at: time + delay, line }];
  if (chance(0.1)) arrivals.push({ at: time + delay + random() * 10 * MINUTE, line });
  if (chance(0.02)) arrivals.push({ at: time + delay, line: spoilt(event, random) });
  return arrivals;
}

/** What never may count: refused or skipped. */
function spoilt(event, random) {
  const id = `${event.id}-spoilt`;
  return [
    () => JSON.stringify(event).slice(0, 40),
    () => JSON.stringify({ ...event, id, type: 'call.hummed' }),
    () => JSON.stringify({ ...event, id, time: '2099-01-01T00:00:00Z' }),
    () => JSON.stringify({ ...event, id, time: '1970-01-01T00:00:07Z', type: 'call.received', data: { line: 'L1' } }),
    () => JSON.stringify({ ...event, id, data: { ...event.data, line: 7, agency: 7 } }),
    () => JSON.stringify({ ...event, id, type: 'call.queued', data: { line: 'L1', agency: 'A', queue: 'q', caller: '06 12 34 56 78' } }),
    () => JSON.stringify({ ...event, id, time: 'noon' }),
  ][Math.floor(random() * 7)]();
}

/** The events of one call, with what may be missing, doubled or out of place. */
function callEvents(subject, start, source, dice) {
  const { chance, pick, seconds } = dice;
  const events = [];
  let number = 0;
  // As no platform should: counted from 1 again, or the call's own for all of it (but of one type at one time).
  const taken = new Set();
  const numbering = pick([
    (n) => `${subject}-${n}`, (n) => `${subject}-${n}`, (n) => `${subject}-${n}`, (n) => String(n),
    (n, of) => (taken.has(of) ? `${subject}-${n}` : subject),
  ]);
  const emit = (type, at, data) => {
    const id = numbering(number++, `${type} ${at}`);
    taken.add(`${type} ${at}`);
    events.push({
      specversion: '1.0', id, source, type,
      time: formatInstant(at), subject, data, ...(chance(0.1) && { traceparent: 'x' }),
    });
  };
  const fraction = () => (chance(0.3) ? Math.floor(dice.random() * 1e6) : 0);
  const line = pick(['L1', 'L1', 'L2', 'L9']);
  const [agency, queue] = pick(AGENCIES);
  const caller = chance(0.9) ? { caller: `c${subject}` } : {};

  emit('call.received', start, { line, ...caller, ...(chance(0.8) && { identified: chance(0.7) }) });
  let now = start + seconds(30) + fraction();
  if (chance(0.1)) {
    emit('call.self_served', now, { line, ...caller });
    return events;
  }
  if (chance(0.1)) {
    const where = chance(0.5) ? { agency, ...(chance(0.5) && { queue }) } : {};
    emit('call.deflected', now, { line, ...where, reason: pick(['closed', 'saturated']), ...(chance(0.4) && { after_request: chance(0.7) }) });
    return events;
  }
  const leg = { line, place: { agency, queue }, reason: chance(0.9) ? 'asked' : pick(['transfer', 'callback', 'overflow']), caller };
  for (let stays = 0; leg && stays < 4; stays++) now = stay(leg, now, emit, dice, fraction);
  return events;
}

const OUTCOMES = [
  ...Array(9).fill('answered'), ...Array(4).fill('abandoned'), ...Array(4).fill('overflowed'),
  'cut_off', 'callback_accepted', 'callback_accepted', 'callback_accepted', 'voicemail_left', 'none', 'twice', 'again', 'anew',
];

/** One stay in a queue. Changes `leg` into the next one, or ends it by a reason of null. */
function stay(leg, entered, emit, dice, fraction) {
  if (leg.reason === null) return entered;
  const { chance, pick, seconds } = dice;
  const { place } = leg;
  if (!chance(0.03)) {
    emit('call.queued', entered, {
      ...(chance(0.98) ? { line: leg.line } : { line: 'L1' }), ...place,
      ...((leg.reason !== 'asked' || chance(0.2)) && { reason: leg.reason }), ...leg.since, ...leg.caller,
      ...(chance(0.3) && { announced_wait_seconds: Math.floor(dice.random() * 300) }),
    });
  }
  if (chance(0.03)) emit('call.queued', entered + seconds(60), { line: leg.line, ...place });
  if (chance(0.1)) emit('call.rang_unanswered', entered + seconds(60), { ...place, agent: 'a1' });
  const long = chance(0.02) ? 3 * 3600 : pick([10, 60, 600, 1800]);
  const closed = chance(0.06) ? entered - pick([1, 400_000, 2 * SECOND, 2 * SECOND + 1]) : chance(0.2) ? entered : chance(0.02) ? entered + 7200 * SECOND : entered + seconds(long) + fraction();
  for (let announcements = 0; announcements < 3 && chance(0.3); announcements++) {
    const at = pick([entered, closed, entered + seconds(60), entered + seconds(600), entered - SECOND]);
    emit('call.announced', at, { ...place, announced_wait_seconds: pick([0, 60, 7.25, Math.floor(dice.random() * 300)]) });
  }
  const outcome = pick(OUTCOMES);
  const asked = { reason: leg.reason, since: leg.since };
  leg.reason = null;
  switch (outcome) {
    case 'none':
      break;
    case 'twice':
      emit('call.abandoned', closed, place);
      emit('call.answered', closed + seconds(60), place);
      break;
    case 'again':
      emit('call.abandoned', closed, place);
      Object.assign(leg, { reason: 'asked', since: {} });
      return closed + seconds(120);
    case 'anew': // asks again about two hours after it asked
      emit('call.abandoned', closed, place);
      Object.assign(leg, { reason: 'asked', since: {} });
      return Math.max(closed, entered + pick([7199, 7200, 7201, 9000]) * SECOND);
    case 'overflowed': {
      const [agency, queue] = pick(AGENCIES);
      const to = { agency, queue };
      emit('call.overflowed', closed, { ...place, to });
      const since = asked.since?.origin ? asked.since : { origin: place, asked_at: formatInstant(entered) };
      const keeps = ['transfer', 'callback'].includes(asked.reason);
      Object.assign(leg, { place: to, reason: chance(0.05) ? null : keeps ? asked.reason : 'overflow', since: keeps || chance(0.05) ? {} : since });
      return closed + (chance(0.5) ? 0 : seconds(5));
    }
    case 'callback_accepted':
      promise('callback', closed, place, leg, emit, dice);
      break;
    case 'voicemail_left':
      if (chance(0.5)) emit('call.voicemail_left', closed, place);
      else promise('message', closed, place, leg, emit, dice);
      break;
    case 'cut_off':
      emit('call.cut_off', closed, { ...place, reason: pick(['closing', 'outage']) });
      break;
    default:
      emit(`call.${outcome}`, closed, { ...place, ...(outcome === 'answered' && chance(0.8) && { agent: 'a1' }) });
      if (outcome === 'answered') return conversation(leg, closed, place, emit, dice, fraction);
  }
  return closed;
}

function conversation(leg, answered, place, emit, dice, fraction) {
  const { chance, pick, seconds, random } = dice;
  const talk = seconds(600) + fraction();
  const ended = answered + talk;
  if (chance(0.1)) {
    const due = ended + seconds(7200);
    emit('call.recontact_promised', ended, { ...place, due_at: formatInstant(due) });
    attempts('recontact', ended, due, place, emit, dice);
  }
  if (chance(0.95)) emit('call.ended', ended, { ...place, agent: 'a1', talk_seconds: talk / SECOND, ...(chance(0.3) && { hold_seconds: Math.floor(random() * 60) }) });
  if (chance(0.5)) emit('call.wrapped_up', ended + seconds(60), { ...place, wrap_up_seconds: Math.floor(random() * 90) });
  if (chance(0.2)) emit('survey.answered', ended + seconds(60), { ...(chance(0.7) ? place : { agency: place.agency }), score: 1 + Math.floor(random() * 5) });
  if (!chance(0.1)) return ended;
  const [agency, queue] = pick(AGENCIES);
  emit('call.transferred', ended, { ...place, to: { agency, queue } });
  Object.assign(leg, { place: { agency, queue }, reason: 'transfer', since: {} });
  return ended;
}

/** A promise, and what becomes of it: attempts before, at and after its due time, or a call back that queues. */
function promise(kind, made, place, leg, emit, dice) {
  const { chance, pick, seconds } = dice;
  const due = made + (chance(0.05) ? -60 * SECOND : seconds(7200) + MINUTE);
  emit(kind === 'callback' ? 'call.callback_accepted' : 'call.voicemail_left', made, { ...place, due_at: formatInstant(due) });
  if (kind === 'callback' && chance(0.2)) {
    const at = made + seconds(9000);
    emit('call.queued', at, { line: leg.line, ...place, reason: 'callback' });
    emit(`call.${pick(['answered', 'answered', 'abandoned'])}`, at + seconds(60), place);
  }
  attempts(kind, made, due, place, emit, dice);
}

function attempts(kind, made, due, place, emit, { chance, pick, seconds }) {
  for (let attempt = 0; attempt < 3 && chance(0.6); attempt++) {
    const at = chance(0.1) ? due : chance(0.7) ? made + seconds(7200) : due + seconds(30 * 3600);
    const outcome = pick(['reached', 'reached', 'unreachable', 'cancelled', ...(kind === 'callback' ? ['unreachable'] : ['handled', 'handled'])]);
    emit('promise.attempted', at, { ...place, kind, outcome });
  }
}
