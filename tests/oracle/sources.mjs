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

export function sourcesNow(sources, scope, asOf) {
  const ages = sources
    .map((timeline) => timeline.lastBefore(scope, asOf))
    .filter((newest) => newest !== undefined)
    .map(({ time }) => asOf - time);
  const reporting = ages.filter((age) => age <= SILENT_AFTER);
  return {
    data_age_seconds: ages.length === 0 ? null : Math.min(...ages) / SECOND,
    sources: { known: ages.filter((age) => age <= KNOWN_FOR).length, reporting: reporting.length },
    complete_to: reporting.length === 0 ? null : formatInstant(asOf - Math.max(...reporting)),
  };
}
