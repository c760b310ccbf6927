// `vigie fold` against the independent count, in every scope, on random calls
// with everything that the recorded ones have none of.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { agree, knowsQuarters, noBinary } from './agreement.mjs';
import { SCENARIO_DIRECTORY, scenario } from './scenario.mjs';
import { DAY, HOUR, SECOND, parseInstant } from './time.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vigie-random-calls-'));
after(() => rmSync(folder, { recursive: true }));

/** Two days round each: a plain one, and both clock changes. */
const SCENARIOS = ['2026-01-16', '2026-03-28', '2026-10-24'];

for (const day of SCENARIOS) {
  for (const backlog of [false, true]) {
    const from = parseInstant(`${day}T18:00:00Z`);
    const until = from + 2 * DAY + 6 * HOUR;
    const events = join(folder, `${day}-${backlog}.ndjson`);
    const directory = join(folder, `${day}-${backlog}.toml`);
    const write = () => {
      const lines = scenario(day, { from, until: from + 2 * DAY, calls: 1500, backlog });
      writeFileSync(events, lines.map((line) => `${line}\n`).join(''));
      writeFileSync(directory, SCENARIO_DIRECTORY);
    };
    const name = `random calls from ${day} on${backlog ? ', some of them very late' : ''}`;
    test(name, { skip: noBinary }, () => {
      write();
      // Every 20 min exactly meets midnights, openings and due times to the second.
      return agree([events], { at: from, every: 1200 * SECOND, until }, { directory, arrival: !backlog });
    });
    // Two hundred quarter-hours a scope and view: fewer views.
    test(`${name}, by quarter-hour`, { skip: noBinary || !knowsQuarters() }, () => {
      write();
      return agree([events], { at: from, every: 18 * HOUR, until }, { directory, arrival: !backlog, quarters: true });
    });
  }
}
