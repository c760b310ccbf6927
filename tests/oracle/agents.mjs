// Agents by state (indicators.md, Now): the last state per (agency, agent),
// ties by time then id; offline after 12 h of silence, forgotten after 26 h.

import { HOUR } from './time.mjs';
import { byTimeTypeId, grouped } from './ordering.mjs';

const SILENCE = 12 * HOUR;
/** So long a pseudonym is kept (events.md); then nobody knows that there was an agent. */
const FORGOTTEN_AFTER = 26 * HOUR;
const BUSY = ['talking', 'holding', 'wrap_up'];
export const STATES = ['ready', 'ringing', 'talking', 'holding', 'wrap_up', 'paused', 'offline'];

/** Stretches of time that agents spent in a state: `{ place…, state, from, to }`. */
export function findStretches(events, directory) {
  const changes = events.filter(({ type }) => type === 'agent.state_changed');
  const agents = grouped(changes, ({ partition, data }) => JSON.stringify([partition, data.agency, data.agent]));
  return [...agents.values()].flatMap((ofAgent) => {
    const ordered = ofAgent.sort(byTimeTypeId);
    return ordered.map(({ time, data }, index) => ({
      ...placeOf({ ...data, queues: queuesToldLast(ordered.slice(0, index + 1)) }, directory),
      state: data.state,
      reason: data.reason,
      from: time,
      to: ordered[index + 1]?.time ?? Infinity,
      silentFrom: time + SILENCE,
    }));
  });
}

/** The queues of the last change: its own, else those told last, as long as the agent has not been forgotten since. */
function queuesToldLast(changes) {
  const last = changes.findLastIndex(({ data }) => data.queues !== undefined);
  if (last < 0) return [];
  const times = changes.slice(last).map(({ time }) => time);
  const isForgotten = times.some((time, index) => index > 0 && time - times[index - 1] > FORGOTTEN_AFTER);
  return isForgotten ? [] : changes[last].data.queues;
}

/** An agent counts in the agency, in the queues it named, and in the lines these serve. */
function placeOf({ agency, queues }, directory) {
  const scopes = new Set(directory.place(agency).scopes);
  for (const queue of queues) {
    for (const scope of directory.place(agency, queue, directory.lineOf(agency, queue)).scopes) scopes.add(scope);
  }
  return { scopes: [...scopes], zone: directory.place(agency).zone };
}

/** Agents by state as of `at`. Staffed: not offline. The paused by reason, those without one as unspecified. */
export function agentsNow(stretches, at) {
  const now = { staffed: 0, available: 0, ...Object.fromEntries(STATES.map((state) => [state, 0])) };
  const pauses = new Map();
  for (const { state, reason, from, to, silentFrom } of stretches) {
    if (!(from < at && at <= to) || at - from > FORGOTTEN_AFTER) continue;
    const shown = silentFrom < at ? 'offline' : state;
    now[shown] += 1;
    if (shown !== 'offline') now.staffed += 1;
    if (shown === 'paused') pauses.set(reason ?? 'unspecified', (pauses.get(reason ?? 'unspecified') ?? 0) + 1);
  }
  return { ...now, available: now.ready, pauses: Object.fromEntries(pauses) };
}

/** `[busy, busy + ready]` time between `from` and `until`. */
export function occupancy(stretches, from, until) {
  const sums = { busy: 0, ready: 0 };
  for (const stretch of stretches) {
    const start = Math.max(stretch.from, from);
    const end = Math.min(stretch.to, stretch.silentFrom, until);
    if (end <= start) continue;
    if (BUSY.includes(stretch.state)) sums.busy += end - start;
    if (stretch.state === 'ready') sums.ready += end - start;
  }
  return [sums.busy, sums.busy + sums.ready];
}
