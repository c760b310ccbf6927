// Instants are whole microseconds since 1970-01-01T00:00:00Z, as plain numbers:
// exact up to the year 2255. Lengths of time are whole microseconds too.

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const QUARTER = 15 * MINUTE;

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** The instant of an RFC 3339 text with at most nine fractional digits, or null: what is below a microsecond is cut off. */
export function parseInstant(text) {
  const match = typeof text === 'string' ? RFC_3339.exec(text) : null;
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  // Second 60 is a leap second: read as the one that follows.
  if (hour > 23 || minute > 59 || second > 60) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const fraction = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
  let offset = 0;
  if (match[8]) {
    const [offsetHours, offsetMinutes] = [Number(match[9]), Number(match[10])];
    if (offsetHours > 23 || offsetMinutes > 59) return null;
    offset = (match[8] === '-' ? -1 : 1) * (offsetHours * HOUR + offsetMinutes * MINUTE);
  }
  const civil = date.getTime() * 1000 + hour * HOUR + minute * MINUTE + second * SECOND + fraction;
  return civil - offset;
}

/** `instant` as RFC 3339 in UTC, with as many fractional digits as it needs. */
export function formatInstant(instant) {
  const seconds = Math.floor(instant / SECOND);
  const fraction = instant - seconds * SECOND;
  const text = new Date(seconds * 1000).toISOString().replace('.000Z', '');
  if (fraction === 0) return `${text}Z`;
  return `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}Z`;
}

/** `"90s"`, `"15m"`, `"1h"`, `"7d"`, `"PT15M"` or a bare number of seconds. */
export function parseLength(text) {
  const match = /^(?:(\d+)([smhd]?)|PT?(\d+)([SMHD]))$/i.exec(text);
  if (!match) throw new Error(`not a length of time: ${text}`);
  const unit = (match[2] || match[4] || 's').toLowerCase();
  return Number(match[1] ?? match[3]) * { s: SECOND, m: MINUTE, h: HOUR, d: DAY }[unit];
}

const formats = new Map();
const offsets = new Map();

/**
 * How far `zone` is ahead of UTC at `instant`. Offsets change only at
 * quarter-hours of UTC, so one answer holds for the whole quarter.
 */
export function offsetAt(zone, instant) {
  const quarter = Math.floor(instant / QUARTER);
  const key = `${zone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = askedOffset(zone, quarter * QUARTER);
    offsets.set(key, offset);
  }
  return offset;
}

function askedOffset(zone, instant) {
  if (!formats.has(zone)) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' };
    formats.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...fields }));
  }
  const parts = {};
  for (const { type, value } of formats.get(zone).formatToParts(instant / 1000)) parts[type] = Number(value);
  const civil = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return civil * 1000 - instant;
}

/** The civil day of `zone` that `instant` falls in, as a count of days. */
export function localDay(zone, instant) {
  return Math.floor((instant + offsetAt(zone, instant)) / DAY);
}

const dayEnds = new Map();

/** The first instant of the civil day after the one that `instant` falls in. */
export function localDayEnd(zone, instant) {
  const day = localDay(zone, instant);
  const key = `${zone} ${day}`;
  let end = dayEnds.get(key);
  if (end === undefined) {
    end = (Math.floor(instant / QUARTER) + 1) * QUARTER;
    while (localDay(zone, end) === day) end += QUARTER;
    dayEnds.set(key, end);
  }
  return end;
}

const dayStarts = new Map();

/** The first instant of the civil day that `instant` falls in. */
export function localDayStart(zone, instant) {
  const day = localDay(zone, instant);
  const key = `${zone} ${day}`;
  let start = dayStarts.get(key);
  if (start === undefined) {
    start = Math.floor(instant / QUARTER) * QUARTER;
    while (localDay(zone, start - 1) === day) start -= QUARTER;
    dayStarts.set(key, start);
  }
  return start;
}
