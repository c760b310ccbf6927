// What happens beside the calls of a scenario: agents who come and go, change
// queues, pause and are forgotten; levers that are pulled.

import { DAY, HOUR, MINUTE, SECOND, formatInstant } from './time.mjs';

const AGENTS_OF_EACH = 3;
const WORK = ['ready', 'ready', 'ready', 'ringing', 'talking', 'talking', 'talking', 'holding', 'wrap_up', 'wrap_up', 'paused', 'paused'];
const REASONS = ['lunch', 'training', 'files', 'constructor'];

/**
 * The events of the agents and the levers of these places, `[agency, queue]`,
 * within [from, until); some levers were pulled days before. Two installations
 * number their events alike, so that ids meet.
 */
export function floorEvents(places, { from, until }, dice) {
  const events = [];
  const numbers = new Map();
  const emit = (type, subject, at, data) => {
    const source = `/floor/${dice.pick(['a', 'b'])}`;
    numbers.set(source, (numbers.get(source) ?? 0) + 1);
    events.push({ specversion: '1.0', id: `floor-${numbers.get(source)}`, source, type, time: formatInstant(at), subject, data });
  };
  for (const agency of new Set(places.map(([code]) => code))) {
    const queues = places.filter(([code]) => code === agency).map(([, queue]) => queue);
    for (let agent = 0; agent < AGENTS_OF_EACH; agent++) works(`a${agent}`, agency, queues, { from, until }, emit, dice);
    for (const queue of queues) pulls({ agency, queue }, places, { from, until }, emit, dice);
  }
  return events;
}

/** A shift or two; who does not sign off falls silent, until the next shift or for good. */
function works(agent, agency, queues, { from, until }, emit, { chance, pick, seconds, random }) {
  const change = (at, state) => emit('agent.state_changed', agent, at, {
    agency, agent, state,
    ...(chance(0.9) && { queues: [...queues, 'elsewhere'].filter(() => chance(0.7)) }),
    ...(state === 'paused' && chance(0.8) && { reason: pick(REASONS) }),
  });
  let now = from + Math.floor((random() * 18 * HOUR) / SECOND) * SECOND;
  for (let shift = 0; shift < 2 && now < until; shift++) {
    const end = Math.min(until, now + 2 * HOUR + seconds(8 * 3600));
    for (; now < end; now += chance(0.05) ? 0 : seconds(3600)) change(now, pick(WORK)); // some twice at once
    if (chance(0.6)) change(now, 'offline');
    now += pick([10 * HOUR, 12 * HOUR, 14 * HOUR, 40 * HOUR]);
  }
}

function pulls(place, places, { from, until }, emit, { chance, pick, random }) {
  const values = {
    open: () => chance(0.6),
    overflow_to: () => {
      const [agency, queue] = pick(places);
      return chance(0.4) ? null : { agency, queue };
    },
    deflecting: () => chance(0.5),
    offering_callback: () => chance(0.5),
    message: () => pick(['', 'Fermeture à 15 h', 'Attente longue']),
  };
  for (let pull = 0; pull < 6; pull++) {
    const start = chance(0.3) ? from - 3 * DAY : from;
    const at = start + Math.floor((random() * (until - from)) / MINUTE) * MINUTE;
    const named = Object.entries(values).filter(() => chance(0.4)).map(([name, value]) => [name, value()]);
    emit('queue.state_changed', place.queue, at, { ...place, ...Object.fromEntries(named) });
  }
}
