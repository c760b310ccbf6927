// What is going on at an instant (indicators.md, Now).

import { DAY, HOUR, MINUTE, localDayStart } from './time.mjs';
import { agentsNow, occupancy } from './agents.mjs';
import { lastPulled, showsLevers } from './levers.mjs';
import { sourcesNow } from './sources.mjs';
import { quantiles } from './window.mjs';

/** No leg waits longer: it is lost then. */
const LONGEST_LEG = 2 * HOUR;

/** The legs of a scope that are in as of `asOf`. */
export const waitingLegs = (happened, scope, asOf) =>
  happened.legs.between(scope, asOf - LONGEST_LEG, asOf).filter(({ closed }) => closed >= asOf);

/** The promises of a scope that are open: made, and neither reached, cancelled nor forgotten. */
export const openPromises = (happened, scope, asOf) =>
  happened.promises.between(scope, -Infinity, asOf).filter(({ ended }) => ended >= asOf);

export function nowAt(happened, scope, asOf) {
  const stretches = happened.stretches.between(scope, -Infinity, asOf);
  return {
    ...waitingNow(waitingLegs(happened, scope, asOf), asOf),
    agents: agentsNow(stretches, asOf),
    promises: promisesNow(openPromises(happened, scope, asOf), asOf),
    levers: showsLevers(scope) ? lastPulled(happened.levers.between(scope, -Infinity, asOf)) : null,
    ...sourcesNow(happened.sources, scope, asOf),
  };
}

function waitingNow(legs, asOf) {
  const [p50, p90, longest] = quantiles(legs.map(({ asked }) => asOf - asked), 50, 90, 100);
  const waiting_by_reason = { asked: 0, overflow: 0, transfer: 0, callback: 0 };
  for (const { reason } of legs) waiting_by_reason[reason] += 1;
  return { waiting: legs.length, waiting_by_reason, longest_wait_seconds: longest, wait_p50_seconds: p50, wait_p90_seconds: p90 };
}

const promisesNow = (promises, asOf) => ({
  open: promises.length,
  due_15m: promises.filter(({ due }) => asOf <= due && due <= asOf + 15 * MINUTE).length,
  overdue: promises.filter(({ due }) => due < asOf).length,
});

/** `[busy, busy + ready]` of the agents of a scope in each window; for today each agent's own day counts. */
export function busyAt(happened, scope, asOf, windows) {
  const stretches = happened.stretches.between(scope, -Infinity, asOf)
    .filter(({ to, silentFrom }) => Math.min(to, silentFrom) > asOf - 2 * DAY);
  return Object.fromEntries(Object.entries(windows).map(([window, length]) => {
    if (length !== null) return [window, occupancy(stretches, asOf - length, asOf)];
    const sums = stretches.map((stretch) => occupancy([stretch], localDayStart(stretch.zone, asOf), asOf));
    return [window, sums.reduce(([busy, all], [b, a]) => [busy + b, all + a], [0, 0])];
  }));
}
