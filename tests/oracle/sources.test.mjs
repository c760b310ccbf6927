// Sources, data age, and up to when a scope is complete.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { viewOf } from './script.mjs';

const of = (events, at, options) => {
  const { data_age_seconds, sources, complete_to } = viewOf(events, at, options).now;
  return [data_age_seconds, sources.known, sources.reporting, complete_to === null ? null : complete_to.slice(11, -1)];
};
const end = '\n03-13T00:00:00 9 received source=/end';

describe('sources', () => {
  const two = `10:00:00 1 received source=/a\n10:01:00 2 received source=/b${end}`;
  const cases = [
    ['nothing yet', two, '10:00:00', [null, 0, 0, null]],
    ['events before T only', two, '10:00:01', [1, 1, 1, '10:00:00']],
    ['complete up to the slower one', two, '10:02:00', [60, 2, 2, '10:00:00']],
    ['300 s ago exactly is no silence', two, '10:05:00', [240, 2, 2, '10:00:00']],
    ['a second longer is', two, '10:05:01', [241, 2, 1, '10:01:00']],
    ['all silent: complete up to nothing', two, '10:06:01', [301, 2, 0, null]],
    ['24 h ago exactly is known still', two, '03-11T10:00:00', [86_340, 2, 0, null]],
    ['a second longer is not', two, '03-11T10:00:01', [86_341, 1, 0, null]],
    ['but its age still tells', two, '03-11T12:00:00', [93_540, 0, 0, null]],
    ['the newest by time, not by arrival', `10:00:10 1 received source=/a\n10:00:00 2 received source=/a${end}`, '10:00:20', [10, 1, 1, '10:00:10']],
    ['parts of a second', `10:00:00.25 1 received source=/a${end}`, '10:00:01', [0.75, 1, 1, '10:00:00.25']],
    ['any event that was applied', `10:00:00 1 received source=/a\n10:00:30 1 transferred A/q to=B/q source=/b${end}`, '10:01:00', [30, 2, 2, '10:00:00']],
    ['neither a skipped one', `10:00:00 1 received source=/a\n10:00:30 1 sang source=/b${end}`, '10:01:00', [60, 1, 1, '10:00:00']],
  ];
  for (const [name, events, at, expected] of cases) test(name, () => assert.deepEqual(of(events, at), expected));

  test('by the event’s own agency, queue and line; an agent’s by its agency alone', () => {
    const directory = `[[network]]\ncode = "ft"\n[[region]]\ncode = "NAQ"\n[[line]]\nnumber = "L"\nnetwork = "ft"
      [[queue]]\ncode = "q"\nnetwork = "ft"\nline = "L"\n[[agency]]\ncode = "A"\nnetwork = "ft"\nregion = "NAQ"\nqueues = ["q"]`;
    const events = `10:00:00 1 received source=/line\n10:00:10 1 queued A/q origin=B/x source=/queue
      10:00:20 1 answered A/q source=/queue\n10:00:30 1 survey A score=3 source=/survey
      10:00:40 x agent A agent=x state=ready queues=q source=/agent${end}`;
    const known = (scope) => of(events, '10:01:00', { directory, scope }).slice(0, 2);
    assert.deepEqual(known('all'), [20, 4]);
    assert.deepEqual(known('ft'), [20, 4]);
    assert.deepEqual(known('ft/NAQ'), [20, 3]);
    assert.deepEqual(known('ft/NAQ/A'), [20, 3]);
    assert.deepEqual(known('ft/NAQ/A/q'), [40, 1]);
    assert.deepEqual(known('line/L'), [40, 2]);
    assert.deepEqual(known('line/L/NAQ'), [40, 1]);
    assert.deepEqual(known('unassigned/unassigned/B/x'), [null, 0]);
  });
});
