// Call events made up for a test, and the messages that carry them.

/**
 * A time zone in which it is about noon: calls of now are then of one day, at whatever hour they are
 * made. Its sign is that of POSIX, west of Greenwich.
 */
export const ZONE_AT_NOON = (() => {
  const west = new Date().getUTCHours() - 12;
  return `Etc/GMT${west < 0 ? west : `+${west}`}`;
})();

/** What a directory needs for agencies of `NAQ` whose queue is `indemnisation`. */
const around = (zone) => `version = 1
[defaults]
time_zone = "${zone}"
[[network]]
code = "ft"
name = "France Travail"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[queue]]
code = "indemnisation"
network = "ft"
line = "3949"
name = "Indemnisation"
`;

/**
 * A directory of agencies of one queue, always open; `agencies` are `[code, name]`, or `[code, name,
 * region]` where they are not of `NAQ`.
 */
export function directoryOf(agencies, zone = ZONE_AT_NOON) {
  return around(zone) + agencies.map(([code, name, region = 'NAQ']) => `[[agency]]
code = "${code}"
name = "${name}"
network = "ft"
region = "${region}"
queues = ["indemnisation"]
`).join('');
}

/** A directory of one agency with one queue, `NAQ-0331` and `indemnisation`, always open. */
export const DIRECTORY = directoryOf([['NAQ-0331', 'Bordeaux Centre']]);

export const AGENCY = 'NAQ-0331';
export const AGENCY_SCOPE = 'ft/NAQ/NAQ-0331';

/** An event; `at` is in milliseconds since 1970. */
export function event({ id, type, at, subject, data, source = '/pbx/test' }) {
  return { specversion: '1.0', id, source, type, time: new Date(at).toISOString(), subject, data };
}

/** A call that is queued at `at` and, `waited` milliseconds later, answered; without, it waits on. */
export function call(subject, at, { waited, agency = AGENCY, queue = 'indemnisation', caller } = {}) {
  const about = (id, type, when, data) => event({ id: `${subject}-${id}`, type, at: when, subject, data: { ...data, agency, queue } });
  const queued = about('queued', 'call.queued', at, { line: '3949', caller });
  return waited === undefined ? [queued] : [queued, about('answered', 'call.answered', at + waited, {})];
}

/** The message of an event in structured mode. */
export function structured(event, more = {}) {
  return {
    key: event.data?.agency ?? event.data?.line,
    value: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    ...more,
  };
}

/** The message of an event in binary mode. */
export function binaryMode({ data, ...attributes }, more = {}) {
  const named = Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]);
  return {
    key: data.agency ?? data.line,
    value: JSON.stringify(data),
    headers: { 'content-type': 'application/json', ...Object.fromEntries(named) },
    ...more,
  };
}
