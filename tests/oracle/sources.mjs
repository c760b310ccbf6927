// The installations that send the events of a scope (indicators.md, Event
// time): which are known, which report, up to when the scope is complete.
// These tell of arrival; they are exact once everything has arrived.

import { DAY, SECOND, formatInstant } from './time.mjs';
import { grouped } from './ordering.mjs';
import { Timeline } from './timeline.mjs';

const KNOWN_FOR = DAY;
const SILENT_AFTER = 300 * SECOND;

/** A timeline of the events of each source, by the scopes of the events' own agency, queue and line. */
export function findSources(events, directory) {
  const scopesOf = ({ data: { agency, queue, line } }) => (agency === undefined
    ? directory.linePlace(line)
    : directory.place(agency, queue, line ?? (queue === undefined ? undefined : directory.lineOf(agency, queue)))).scopes;
  return [...grouped(events, ({ source }) => source).values()].map((ofSource) => new Timeline(ofSource, ({ time }) => time, scopesOf));
}

/** How long ago the newest event of each source was. */
const agesOf = (sources, scope, asOf) => sources
  .map((timeline) => timeline.lastBefore(scope, asOf))
  .filter((newest) => newest !== undefined)
  .map(({ time }) => asOf - time);

/** The part of a window of this length that its sources have told of: one that is silent, of what lies before its newest event. */
export function completeOver(length, sources, scope, asOf) {
  const known = agesOf(sources, scope, asOf).filter((age) => age <= KNOWN_FOR);
  if (known.length === 0 || length === 0) return null;
  const told = known.map((age) => (age <= SILENT_AFTER ? length : Math.max(length - age, 0)));
  return told.reduce((sum, each) => sum + each, 0) / known.length / length;
}

export function sourcesNow(sources, scope, asOf) {
  const ages = agesOf(sources, scope, asOf);
  const reporting = ages.filter((age) => age <= SILENT_AFTER);
  return {
    data_age_seconds: ages.length === 0 ? null : Math.min(...ages) / SECOND,
    sources: { known: ages.filter((age) => age <= KNOWN_FOR).length, reporting: reporting.length },
    complete_to: reporting.length === 0 ? null : formatInstant(asOf - Math.max(...reporting)),
  };
}
