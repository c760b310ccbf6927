// What the directory file says: places, lines, zones, hours, thresholds.
// Without a file every agency is unknown, in Europe/Paris, always open.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { MINUTE, SECOND, DAY, offsetAt } from './time.mjs';

const WEEK = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const UNASSIGNED = 'unassigned';

export const readDirectory = (path) => new Directory(path ? parse(readFileSync(path, 'utf8')) : {});
export const directoryOf = (toml) => new Directory(parse(toml));

const byKey = (list, key) => new Map((list ?? []).map((each) => [each[key], each]));

export class Directory {
  constructor(file) {
    this.defaults = {
      time_zone: 'Europe/Paris', answer_within_seconds: 180, short_abandon_seconds: 5,
      short_abandons_count: true, ...file.defaults,
    };
    this.networks = byKey(file.network, 'code');
    this.regions = byKey(file.region, 'code');
    this.lines = byKey(file.line, 'number');
    this.agencies = byKey(file.agency, 'code');
    this.queues = new Map((file.queue ?? []).map((queue) => [`${queue.network} ${queue.code}`, queue]));
    this.hours = new Map((file.hours ?? []).map((hours) => [hours.name, weekOf(hours)]));
    this.closures = file.closure ?? [];
    this.places = new Map();
    this.openings = new Map();
  }

  // ---- Where something counts.

  /** The place of (agency, queue?, line?): the scopes it counts in, and its time zone. */
  place(agency, queue, line) {
    const key = JSON.stringify([agency, queue, line]);
    let place = this.places.get(key);
    if (!place) {
      place = this.#place(agency, queue, line);
      this.places.set(key, place);
    }
    return place;
  }

  #place(agency, queue, line) {
    const known = this.agencies.get(agency);
    const network = known?.network ?? UNASSIGNED;
    const region = known?.region ?? UNASSIGNED;
    const scopes = ['all', network, `${network}/${region}`, `${network}/${region}/${agency}`];
    if (queue !== undefined) scopes.push(`${network}/${region}/${agency}/${queue}`);
    if (line !== undefined) scopes.push(`line/${line}`, `line/${line}/${region}`);
    const zone = known?.time_zone ?? this.regions.get(known?.region)?.time_zone ?? this.defaults.time_zone;
    return { agency, queue, line, scopes, zone };
  }

  /** The place of an event that names a line and no agency. */
  linePlace(line) {
    const known = this.lines.get(line);
    const scopes = ['all', known?.network ?? UNASSIGNED, `line/${line}`];
    return { line, scopes, zone: known?.time_zone ?? this.defaults.time_zone };
  }

  /** The zone in which the day of a scope begins. */
  zoneOf(scope) {
    const [network, ...codes] = scope.split('/');
    if (network === 'line') return this.regions.get(codes[1])?.time_zone ?? this.linePlace(codes[0]).zone;
    const [region, agency] = codes;
    return agency === undefined ? this.regions.get(region)?.time_zone ?? this.defaults.time_zone : this.place(agency).zone;
  }

  /** The line that a queue of an agency serves, or undefined. */
  lineOf(agency, queue) {
    return this.#queue(agency, queue)?.line;
  }

  #queue(agency, queue) {
    return this.queues.get(`${this.agencies.get(agency)?.network} ${queue}`);
  }

  // ---- Thresholds.

  answerWithin(agency, queue) {
    return (this.#queue(agency, queue)?.answer_within_seconds ?? this.defaults.answer_within_seconds) * SECOND;
  }

  get shortAbandon() {
    return this.defaults.short_abandon_seconds * SECOND;
  }

  /** Whether short abandons count against the pick-up rates of a scope. */
  shortAbandonsCount(scope) {
    const parts = scope.split('/');
    const network = parts[0] === 'line' ? this.lines.get(parts[1])?.network : parts[0];
    return this.networks.get(network)?.short_abandons_count ?? this.defaults.short_abandons_count;
  }

  // ---- Opening hours.

  /** The hours of an agency for a line, or of a line alone. */
  opening(agency, line) {
    const key = JSON.stringify([agency, line]);
    if (!this.openings.has(key)) this.openings.set(key, this.#opening(agency, line));
    return this.openings.get(key);
  }

  #opening(agency, line) {
    const known = agency === undefined ? undefined : this.agencies.get(agency);
    const name = known?.line_hours?.[line] ?? known?.hours ?? this.lines.get(line)?.hours;
    const zone = agency === undefined ? this.linePlace(line).zone : this.place(agency).zone;
    const closed = this.closures.filter((closure) => this.#isClosedBy(closure, agency, line)).flatMap(daysOf);
    return new Opening(name === undefined ? null : this.hours.get(name), new Set(closed), zone);
  }

  /** `lines` narrows a closure, and so do networks, regions and agencies taken together: the place is in one of them. */
  #isClosedBy({ networks, regions, agencies, lines }, agency, line) {
    if (lines !== undefined && !lines.includes(line)) return false;
    if ([networks, regions, agencies].every((list) => list === undefined)) return true;
    const known = agency === undefined ? { network: this.lines.get(line)?.network } : this.agencies.get(agency);
    return [[networks, known?.network], [regions, known?.region], [agencies, agency]]
      .some(([list, code]) => code !== undefined && Boolean(list?.includes(code)));
  }
}

/** The civil days of a closure, as counts of days: `date`, or from `from` to `to`, both closed. */
function daysOf({ date, from = date, to = date }) {
  const [first, last] = [from, to].map((text) => Date.parse(`${text}T00:00:00Z`) / (DAY / 1000));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Ranges of minutes of the day, one list a weekday, Sunday first. */
function weekOf(hours) {
  return WEEK.map((day) => (hours[day] ?? []).map((range) => range.split('-').map(minuteOfDay)));
}

function minuteOfDay(text) {
  const [hour, minute] = text.split(':').map(Number);
  return hour * 60 + minute;
}

class Opening {
  constructor(week, closedDays, zone) {
    this.week = week;
    this.closedDays = closedDays;
    this.zone = zone;
  }

  /** Whether the wall clock at `instant` shows a time in [open, close), on a day that is not closed. */
  isOpen(instant) {
    if (!this.week && this.closedDays.size === 0) return true;
    const local = instant + offsetAt(this.zone, instant);
    const day = Math.floor(local / DAY);
    if (this.closedDays.has(day)) return false;
    if (!this.week) return true;
    const minute = Math.floor((local - day * DAY) / MINUTE);
    const weekday = (((day + 4) % 7) + 7) % 7; // 1970-01-01 was a Thursday
    return this.week[weekday].some(([opens, closes]) => opens <= minute && minute < closes);
  }

  /** The first open instant of [from, to), or of `from` itself where both are one; else null. */
  firstOpen(from, to) {
    if (this.isOpen(from)) return from;
    // Hours begin on whole minutes, and zones are whole minutes from UTC.
    for (let at = (Math.floor(from / MINUTE) + 1) * MINUTE; at < to; at += MINUTE) {
      if (this.isOpen(at)) return at;
    }
    return null;
  }
}
