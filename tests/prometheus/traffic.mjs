// A small country and its calls, told in two waves, with everything that can go wrong in the second:
// a counter has to be seen before and after, for Prometheus to know by how much it grew.

export const DIRECTORY = `version = 1
[[network]]
code = "ft"
name = "France Travail"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[region]]
code = "BRE"
name = "Bretagne"
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[queue]]
code = "indemnisation"
network = "ft"
line = "3949"
name = "Indemnisation"
[[agency]]
code = "NAQ-0331"
name = "Bordeaux Centre"
network = "ft"
region = "NAQ"
queues = ["indemnisation"]
[[agency]]
code = "BRE-0117"
name = "Rennes Sud"
network = "ft"
region = "BRE"
queues = ["indemnisation"]
`;

/** The agency in which one caller waits from the first minute on. */
export const SLOW = 'BRE-0117';
const BUSY = 'NAQ-0331';
const START = Date.parse('2026-11-20T09:00:00Z');
let sent = 0;

function event(type, minute, subject, data) {
  sent += 1;
  const time = new Date(START + minute * 60_000).toISOString();
  const envelope = { specversion: '1.0', id: `e${sent}`, source: '/pbx/test', type, time, subject, data };
  return { key: data.agency ?? data.line, value: JSON.stringify(envelope) };
}

function call(agency, subject, minute, outcome) {
  const place = { agency, queue: 'indemnisation' };
  const begun = [
    event('call.received', minute, subject, { line: '3949' }),
    event('call.queued', minute + 0.1, subject, { line: '3949', ...place }),
  ];
  return outcome === null ? begun : [...begun, event(outcome, minute + 1, subject, place)];
}

/** Moves the clock: figures are as of 30 s before the newest event. */
function later(agency, minute) {
  return event('agent.state_changed', minute, 'a-1', { agency, agent: 'a-1', state: 'ready' });
}

/** Two answered calls in each agency, and one caller who waits. */
export function firstWave() {
  return [
    ...call(SLOW, 'waits', 0, null),
    ...[BUSY, SLOW].flatMap((agency) => [
      ...call(agency, `${agency}-1`, 1, 'call.answered'),
      ...call(agency, `${agency}-2`, 2, 'call.answered'),
      later(agency, 10),
    ]),
  ];
}

/** Three answered calls and an abandoned one in each agency, and one of every other outcome. */
export function secondWave() {
  const calls = [BUSY, SLOW].flatMap((agency) => [
    ...call(agency, `${agency}-3`, 20, 'call.answered'),
    ...call(agency, `${agency}-4`, 21, 'call.answered'),
    ...call(agency, `${agency}-5`, 22, 'call.answered'),
    ...call(agency, `${agency}-6`, 23, 'call.abandoned'),
    later(agency, 30),
  ]);
  const place = { agency: BUSY, queue: 'indemnisation' };
  const late = event('call.rang_unanswered', 22.5, `${BUSY}-5`, place);
  return [
    ...calls,
    late,
    calls[0],
    event('call.rang_unanswered', -3 * 24 * 60, 'old', place),
    event('call.teleported', 30, 'new', place),
    { key: BUSY, value: Buffer.from([0xff, 0x7b]) },
    event('call.queued', 30, 'phoned', { line: '3949', ...place, caller: '06 12 34 56 78' }),
    // Held for now: as the clock goes by events, nothing tells that it is far ahead of its arrival.
    event('call.rang_unanswered', 2 * 366 * 24 * 60, 'ahead', place),
  ];
}

/** What becomes of both waves, message by message, but for the one that is held. */
export const OUTCOMES = {
  applied: 2 + 2 * (2 * 3 + 1) + 2 * (4 * 3 + 1) + 1,
  duplicate: 1,
  too_late: 1,
  skipped: 1,
  refused: 2,
};

/** Per agency after the first wave and after both. */
export const OFFERED = [2, 6];
