// A made-up day of two agencies with two queues each, in two zones: every kind of outcome, floods,
// silence, announcements, events out of order, twice and late.

const START = Date.parse('2026-11-20T06:00:00Z');
const HOURS = 9;

export const DIRECTORY = `version = 1
[[network]]
code = "ft"
name = "France Travail"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[region]]
code = "GUA"
name = "Guadeloupe"
time_zone = "America/Guadeloupe"
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[queue]]
code = "calm"
network = "ft"
line = "3949"
name = "Calm"
[[queue]]
code = "flooded"
network = "ft"
line = "3949"
name = "Flooded"
[[agency]]
code = "A"
name = "A"
network = "ft"
region = "NAQ"
queues = ["calm", "flooded"]
[[agency]]
code = "B"
name = "B"
network = "ft"
region = "GUA"
queues = ["calm", "flooded"]
`;

export function placeOf(agency) {
  return agency === 'A'
    ? { network: 'ft', region: 'NAQ', zone: 'Europe/Paris' }
    : { network: 'ft', region: 'GUA', zone: 'America/Guadeloupe' };
}

/** Numbers from 0 to 1, the same each time (mulberry32). */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The events in the order in which they arrive. */
export function madeDay(seed = 7) {
  const roll = dice(seed);
  const between = (low, high) => low + Math.floor(roll() * (high - low));
  const arrivals = [];
  const put = (call, number, at, type, data) => {
    const event = {
      specversion: '1.0', id: `${call}-${number}`, source: '/pbx/made', type, time: new Date(at).toISOString(), subject: call, data,
    };
    arrivals.push({ event, at: at + between(0, 25_000) });
    // Twice, and too late to be scored.
    if (roll() < 0.01) arrivals.push({ event, at: at + between(0, 60_000) });
    if (roll() < 0.01) arrivals[arrivals.length - 1].at += 90_000;
  };
  let calls = 0;
  for (const agency of ['A', 'B']) {
    for (const queue of ['calm', 'flooded']) {
      const flooded = queue === 'flooded';
      for (let at = START; at < START + HOURS * 3_600_000; at += between(0, flooded ? 30_000 : 400_000)) {
        // An hour and a half of silence.
        if (Math.abs(at - START - 4.5 * 3_600_000) < 2_700_000) continue;
        calls += 1;
        // Some whole seconds, so that many things happen at one instant.
        const queued = roll() < 0.5 ? Math.floor(at / 1000) * 1000 : at;
        const call = `call-${calls}`;
        const place = { agency, queue };
        const announced = roll() < 0.3 ? { announced_wait_seconds: between(0, 300) } : {};
        const reason = roll() < 0.05 ? { reason: roll() < 0.5 ? 'callback' : 'transfer' } : {};
        put(call, 1, queued, 'call.queued', { line: '3949', ...place, ...announced, ...reason });
        const wait = roll() < 0.2 ? between(0, 3) * 1000 : Math.floor(-Math.log(1 - roll()) * (flooded ? 150_000 : 20_000));
        if (roll() < 0.2) put(call, 2, queued + between(0, 20_000), 'call.announced', { ...place, announced_wait_seconds: between(0, 500) });
        const end = queued + wait;
        const fate = roll();
        if (fate < 0.7) {
          put(call, 3, end, 'call.answered', { ...place, agent: `agent-${between(0, 9)}` });
          const talk = between(20, 400);
          if (fate < 0.65) put(call, 4, end + talk * 1000, 'call.ended', { ...place, talk_seconds: talk, hold_seconds: between(0, 20) });
          if (fate < 0.3) put(call, 5, end + talk * 1000 + 30_000, 'call.wrapped_up', { ...place, wrap_up_seconds: between(5, 60) });
        } else if (fate < 0.9) {
          put(call, 3, end, 'call.abandoned', place);
          // The same caller again, in the same queue.
          if (fate < 0.72) put(call, 6, end + between(0, 3) * 1000, 'call.queued', { line: '3949', ...place });
        } else if (fate < 0.98) {
          put(call, 3, end, 'call.overflowed', { ...place, to: { agency, queue: flooded ? 'calm' : 'flooded' } });
        }
      }
    }
  }
  return arrivals.sort((one, other) => one.at - other.at).map(({ event }) => event);
}
